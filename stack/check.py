"""`make test`: everything that must hold before a change is good, quickest first, up to the first failure."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

from stack.browser import chromium
from stack.errors import StackError
from stack.piece import ROOT

PY = sys.executable
CORES = os.cpu_count() or 1
STEPS = {
    "lint": [PY, "-m", "ruff", "check", "."],
    "format": [PY, "-m", "ruff", "format", "--check", "."],
    "templates": [PY, "-m", "djlint", "--lint", "--quiet", "templates", "sandbox/templates"],
    "types": [PY, "-m", "mypy", "."],
    "sandbox types": [PY, "-m", "mypy", "--config-file", "sandbox/mypy.ini", "sandbox"],
    "migrations": [PY, "manage.py", "makemigrations", "--check", "--dry-run"],
    "sandbox migrations": [PY, "-m", "sandbox", "makemigrations", "--check", "--dry-run"],
}


def check() -> NoReturn:
    """Run the steps, then pytest, whose own last line is the last line. Raises StackError naming the failed step.

    Has to run below `python -m stack exec`. The browser tests find their browser in CHROMIUM.
    """
    env = os.environ | {"CHROMIUM": chromium()}

    def run(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done, time.monotonic() - begun

    with ThreadPoolExecutor(CORES) as pool:
        for (name, command), (done, seconds) in zip(STEPS.items(), pool.map(run, STEPS.values()), strict=True):
            if done.returncode:
                pool.shutdown(cancel_futures=True)
                print(done.stdout)
                raise StackError(f"make test failed at: {name} ({' '.join(command[1:])}).")
            print(f"{name:<20} ok {seconds:6.1f} s", flush=True)
    os.chdir(ROOT)
    # One more than cores: much of a test is waiting for the processes that it started.
    processes = str(min(CORES + 1, 4))
    os.execve(PY, [PY, "-m", "pytest", "-n", processes], env)  # noqa: S606 - signals reach it directly
