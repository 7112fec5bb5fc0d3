"""Runs `python -m stack` as a process of its own and looks for what it leaves behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stack.piece import ROOT

STACK = [sys.executable, "-m", "stack"]


def eventually(holds: Callable[[], bool], within: float = 5.0) -> bool:
    """Whether `holds` becomes true within so many seconds."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def processes_on(data: Path) -> list[str]:
    """The command lines of living processes that name `data` or work inside it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            inside = (process / "cwd").readlink().is_relative_to(data)
        except OSError:
            continue
        if inside or str(data) in command:
            found.append(command)
    return found


def environment(**settings: str) -> dict[str, str]:
    """Our environment without make's mark, plus `settings`."""
    return {name: value for name, value in os.environ.items() if name != "MAKELEVEL"} | settings


def start_exec(data: Path, *command: str) -> subprocess.Popen[str]:
    """`python -m stack exec --data DATA -- COMMAND`, in a process group of its own."""
    return subprocess.Popen(
        [*STACK, "exec", "--data", str(data), "--", *command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run_exec(data: Path, *command: str) -> tuple[int, str, str]:
    """The same to its end: exit code, output, errors."""
    process = start_exec(data, *command)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err
