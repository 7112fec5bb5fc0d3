"""What is typed after `python -m stack`."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from stack import run, venv
from stack.check import check
from stack.child import die_with_parent
from stack.datadir import DataDir
from stack.environment import Settings
from stack.errors import Interrupted, StackError
from stack.exec import execute


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code: 2 when a setting or the command line is wrong."""
    options = _parser().parse_args(arguments)
    if "MAKELEVEL" in os.environ:
        # `make` killed hard must not leave us behind
        die_with_parent(signal.SIGTERM)
    try:
        return int(options.act(options) or 0)
    except StackError as fault:
        print(fault, file=sys.stderr)
        return fault.code
    except Interrupted as stop:
        return 128 + stop.signum
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    sub = commands.add_parser("run", help="the whole product on this machine")
    sub.set_defaults(act=lambda _: run.run(Settings.read(os.environ)))

    sub = commands.add_parser("sandbox", help="the stand-in API alone")
    sub.set_defaults(act=lambda _: run.sandbox(Settings.read(os.environ)))

    sub = commands.add_parser("manage", help="a management command of the dashboard, whether it runs or not")
    sub.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    sub.set_defaults(act=lambda options: run.manage(Settings.read(os.environ), *options.words))

    sub = commands.add_parser("exec", help="run a command beside the embedded servers")
    sub.add_argument("--data", type=Path, default=Path(".data/test"), help="the data folder (default %(default)s)")
    sub.add_argument("--volatile", action="store_true", help="faster servers, for data that may be lost in a crash")
    sub.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    sub.set_defaults(act=_exec)

    sub = commands.add_parser("check", help="lint, types, migrations and tests; below `exec`")
    sub.set_defaults(act=lambda _: check())

    sub = commands.add_parser("venv", help="make .venv hold the packages of a lock file")
    sub.add_argument("lock", type=Path)
    sub.set_defaults(act=lambda options: venv.prepare(options.lock))
    return parser


def _exec(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise StackError("Say which command to run: python -m stack exec -- COMMAND.", code=2)
    return execute(command, DataDir(options.data), volatile=options.volatile)
