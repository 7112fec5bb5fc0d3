"""The data folder: everything one stack keeps, used by one supervisor at a time."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.errors import StackError
from stack.leftovers import Leftovers

NOTICES_WITHIN = 1.0  # seconds a supervisor may take to see that it shall end
ENDS_WITHIN = 30.0  # and to stop its children: the graces of all waves, one after the other


class DataDir:
    """`path` is made when it is missing. Raises StackError where that is impossible."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a linked data folder
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise self._unusable(fault) from fault
        self.leftovers = Leftovers(self.path / "children.json")

    @contextmanager
    def lock(self, what: str = "") -> Iterator[None]:
        """Hold the folder. Raises StackError when another supervisor does; ends what a dead one left running.

        `what` is told to whoever is refused meanwhile, for example an address.
        """
        try:
            file = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as fault:
            raise self._unusable(fault) from fault
        try:
            if not self._take(file):
                holder = os.pread(file, 500, 0).decode(errors="replace").strip()
                raise StackError(
                    f"{self.path} is in use already{f' by {holder}' if holder else ''}: "
                    "stop that one first, or set DATA_DIR to another folder.",
                    code=2,
                )
            os.ftruncate(file, 0)
            os.pwrite(file, f"process {os.getpid()}{f' ({what})' if what else ''}\n".encode(), 0)
            self.leftovers.clear()
            yield
        finally:
            os.close(file)

    def _take(self, file: int) -> bool:
        """Take the lock; False when a supervisor holds it that is not about to end. One that is gets waited for."""
        begun = time.monotonic()
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = time.monotonic() - begun
                if waited > (ENDS_WITHIN if self.leftovers.ending() else NOTICES_WITHIN):
                    return False
                time.sleep(0.05)
            else:
                return True

    def locked(self) -> bool:
        """Whether a supervisor uses the folder right now."""
        try:
            file = os.open(self.path / "lock", os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(file)

    def folder(self, name: str) -> Path:
        """A folder inside, for our eyes only (mode 0700 when it is made)."""
        folder = self.path / name
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as fault:
            raise self._unusable(fault) from fault
        return folder

    def secret_key(self) -> str:
        """Django's SECRET_KEY of this stack: made once, kept in `secret-key` (mode 0600)."""
        file = self.path / "secret-key"
        if not file.exists():
            fresh = self.path / "secret-key.new"
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(50))
            fresh.replace(file)
        return file.read_text()

    def _unusable(self, fault: OSError) -> StackError:
        return StackError(f"{self.path} cannot be used ({fault.strerror}): set DATA_DIR to another folder.", code=2)
