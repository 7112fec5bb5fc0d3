"""`make chaos`: N decisions while everything goes wrong, and whether each had one effect or none."""

import os
import sys
from pathlib import Path

from chaos import report
from chaos.course import Course
from chaos.faults import VARIANTS
from chaos.house import opened
from chaos.run import Run
from stack.environment import Settings
from stack.errors import Interrupted, StackError

FOLDER = Path(os.environ.get("DATA_DIR") or ".data/chaos")


def main() -> int:
    """Exit code 1 when anything was broken, 2 when a setting makes no sense."""
    course = Course.read(os.environ, len(VARIANTS))
    environ = {name: os.environ.get(name, "") for name in ("PORT", "SANDBOX_PORT")}
    ports = Settings.read({"PORT": environ["PORT"] or "8010", "SANDBOX_PORT": environ["SANDBOX_PORT"] or "8011"})
    ports.check_ports()
    say(f"{course.commands} commands for {course.customers} customers, seed {course.seed}; logs in {FOLDER}/log.")
    with opened(FOLDER, ports.port, ports.sandbox_port, course.customers) as house:
        run = Run(house, course, say)
        run.faults.check_all_known()
        say(f"The product runs. Faults for {course.seconds:.0f} s.")
        outcome = run.run()
    for line in report.lines(course, outcome):
        say(line)
    return 0 if outcome.verdict.holds else 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except StackError as fault:
        say(str(fault))
        sys.exit(fault.code)
    except Interrupted as stop:
        sys.exit(128 + stop.signum)
