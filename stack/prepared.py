"""Whether a data folder was prepared (migrated, seeded, static files collected) by exactly the code that is here."""

import hashlib
import os
import sys
from pathlib import Path

from stack.piece import ROOT

ASIDE = {"__pycache__", "tests", "docs", "bench", "node_modules"}


class Prepared:
    """The note in `file`. `about` is whatever else the preparation depends on, such as the databases' addresses."""

    def __init__(self, file: Path, *about: object, root: Path = ROOT) -> None:
        self._file = file
        self._now = _fingerprint(root, about)

    def holds(self) -> bool:
        """Whether the last preparation was made by this code, for the same `about`."""
        return self._file.exists() and self._file.read_text() == self._now

    def note(self) -> None:
        """Remember that everything is prepared."""
        self._file.write_text(self._now)

    def forget(self) -> None:
        """Prepare again next time, whatever happens now."""
        self._file.unlink(missing_ok=True)


def _fingerprint(root: Path, about: tuple[object, ...]) -> str:
    seen = hashlib.sha256(repr((sys.version, about)).encode())
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if name not in ASIDE and not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                path = Path(folder, name)
                found = path.stat()
                seen.update(f"{path.relative_to(root)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()
