"""`.venv`: made when it is missing or of another Python, filled when the lock file changed.

Runs on the Python that the new environment is made of, or on its own.
"""

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

from stack.errors import StackError
from stack.piece import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def prepare(lock: Path) -> None:
    """Make `.venv` hold exactly-pinned `lock`; does nothing when it does already. StackError when pip fails."""
    fits = PYTHON.exists() and _version_of_venv() == platform.python_version()
    if fits and _stamp(lock).exists():
        return
    if not fits or subprocess.call([PYTHON, "-m", "pip", "-qV"], stdout=subprocess.DEVNULL) != 0:
        print(f"Making .venv with Python {platform.python_version()}.", flush=True)
        # the real interpreter: we may be running on the one that is about to be removed
        _call([os.path.realpath(sys.executable), "-m", "venv", "--clear", str(VENV)], "the virtual environment")
    print(f"Installing {lock.name}.", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-deps", "--no-compile"]
    _call([*pip, "-r", str(lock)], lock.name)
    current = {_stamp(file) for file in ROOT.glob("requirements*.txt")}
    for old in set(VENV.glob(".installed-*")) - current:
        old.unlink()
    _stamp(lock).touch()


def _stamp(lock: Path) -> Path:
    return VENV / f".installed-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"


def _version_of_venv() -> str | None:
    try:
        lines = (VENV / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        return None
    return next((line.partition("=")[2].strip() for line in lines if line.startswith("version")), None)


def _call(command: list[str], what: str) -> None:
    if subprocess.call(command) != 0:
        raise StackError(f"Installing {what} failed, see above; nothing was started.")
