"""A piece: one program the supervisor can start, described but not yet running."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stack.identity import Identity

ROOT = Path(__file__).resolve().parent.parent


def _at_once(_pid: int) -> bool:
    return True


@dataclass(frozen=True)
class Piece:
    """`env` is the whole environment, nothing is added. `ready` gets the pid and says whether the piece can be used."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    cwd: Path = ROOT
    ready: Callable[[int], bool] = field(default=_at_once, repr=False)
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0  # seconds between the stop signal and SIGKILL
    identity: Identity | None = None
    quiet: bool = False  # its lines are remembered, not shown
    terminal: bool = False  # it owns the terminal: its output is not prefixed and Ctrl-C reaches it by itself
