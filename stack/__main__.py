"""The commands of the supervisor; `make help` lists those that people type."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - before anything that an older Python could not even read
    sys.exit("Python 3.11 or newer is needed, this is %d.%d: set PYTHON to one." % sys.version_info[:2])  # noqa: UP031

from stack.command_line import main

sys.exit(main(sys.argv[1:]))
