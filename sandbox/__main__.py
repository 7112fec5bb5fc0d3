"""`python -m sandbox migrate|seed|...`: Django's own command line, always on the sandbox's settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # Set, not defaulted: the caller's environment may name the dashboard's settings.
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
    execute_from_command_line(["python -m sandbox", *sys.argv[1:]])
