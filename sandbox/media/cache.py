"""Keeps what was drawn on disk, and lets only one thread draw the same thing.

The whole demo world, if somebody looked at every picture in both sizes and played every clip, is 5,900 large pictures
of 0.24 MB, as many small ones of 35 KB and 360 clips of 1.6 MB: 2.2 GB. A day of work touches a tenth of it. Deleting
the folder is always safe.
"""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import astuple
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from sandbox.media.portrait import Person
from sandbox.media.spec import MediaSpec


def key(spec: MediaSpec | Person, small: bool) -> str:
    """A name for exactly these bytes: it changes with the spec and with the code that draws."""
    facts = (*astuple(spec), small, _drawing())
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:40]


@cache
def _drawing() -> str:
    """A fingerprint of the drawing code, so that a changed scene is drawn anew without anybody counting versions."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(here.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def path_of(folder: Path, name: str, suffix: str) -> Path:
    """Where a drawing is kept: 256 folders, because one with ten thousand files is slow to list."""
    return folder / name[:2] / f"{name}{suffix}"


def kept(path: Path, draw: Callable[[Path], None]) -> Path:
    """The path, after `draw` has filled it once. It gets a temporary path beside it; half a file is never seen."""
    if path.exists():
        return path
    with _one_at_a_time(path):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=".drawing-", suffix=path.suffix, delete=False) as file:
                unfinished = Path(file.name)
            try:
                draw(unfinished)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
    return path


_locks: dict[Path, tuple[threading.Lock, int]] = {}
_locks_guard = threading.Lock()


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """A lock per path that is forgotten when the last one waiting has left."""
    with _locks_guard:
        lock, waiting = _locks.get(path, (threading.Lock(), 0))
        _locks[path] = lock, waiting + 1
    try:
        with lock:
            yield
    finally:
        with _locks_guard:
            lock, waiting = _locks.pop(path)
            if waiting > 1:
                _locks[path] = lock, waiting - 1
