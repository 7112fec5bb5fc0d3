"""One running process: a piece that was started, its output, its end."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from stack.errors import StackError
from stack.identity import LIBC
from stack.piece import Piece

PR_SET_PDEATHSIG = 1
LAST_LINES = 15


def die_with_parent(signum: signal.Signals) -> None:
    """Ask the kernel to send this process `signum` when its parent ends (Linux; elsewhere `leftovers` cleans up)."""
    if sys.platform == "linux" and LIBC.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class Child:
    """A piece and its process. `log` is a file for its output; without one `process.stdout` is a pipe to be read."""

    def __init__(self, piece: Piece, log: Path | None) -> None:
        self.piece = piece
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._born = 0.0  # time.monotonic() of the last start
        self.stopping = False
        self.restart_at: float | None = None
        self._swept = True
        self._tail: deque[str] = deque(maxlen=LAST_LINES)

    @property
    def name(self) -> str:
        """The piece's name."""
        return self.piece.name

    @property
    def pid(self) -> int:
        """The process id; only while there is a process."""
        if self.process is None:
            raise StackError(f"{self.name} is not running.")
        return self.process.pid

    @property
    def lived(self) -> float:
        """Seconds since the last start."""
        return time.monotonic() - self._born

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int:
        """The exit code, as a shell counts: 128 + the signal's number when a signal ended it."""
        code = self.process.returncode if self.process else 0
        return 128 - code if code < 0 else code

    @property
    def ready(self) -> bool:
        """Whether the piece can be used."""
        return self.running and self.piece.ready(self.pid)

    @property
    def last_lines(self) -> list[str]:
        """The newest lines of its output, oldest first."""
        if self.log:
            return self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return list(self._tail)

    @property
    def obituary(self) -> str:
        """How it ended and what it said last."""
        code = self.process.returncode if self.process else 0
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        said = "".join(f"\n    {line}" for line in self.last_lines)
        return f"{self.name} ended ({how})" + (f". Its last lines:{said}" if said else " and said nothing.")

    def start(self) -> None:
        """Start the process. Raises StackError when the program is not there."""
        piece = self.piece
        out: IO[bytes] | int | None = None if piece.terminal else subprocess.PIPE
        if self.log and not piece.terminal:
            out = self.log.open("ab")
        try:
            self.process = subprocess.Popen(
                piece.command,
                env=piece.env,
                cwd=piece.cwd,
                stdin=None if piece.terminal else subprocess.DEVNULL,
                stdout=out,
                stderr=None if piece.terminal else subprocess.STDOUT,
                start_new_session=not piece.terminal,
                preexec_fn=_between_fork_and_exec(piece),
            )
        except (OSError, subprocess.SubprocessError) as fault:
            raise StackError(f"{self.name} cannot be started ({piece.command[0]}): {fault}") from fault
        finally:
            if self.log and not isinstance(out, int | None):
                out.close()
        self._born, self.restart_at, self.stopping, self._swept = time.monotonic(), None, False, False

    def remember(self, line: str) -> None:
        """Keep a line of output for `last_lines`."""
        self._tail.append(line)

    def signal(self, signum: signal.Signals) -> None:
        """Send the process a signal; its end is expected from now on."""
        self.stopping = True
        if self.running:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def kill(self) -> None:
        """SIGKILL, to the process and whatever it started."""
        self.signal(signal.SIGKILL)
        self.sweep()

    def sweep(self) -> None:
        """Kill what the process left in its session, so that a dead parent's helper holds no port.

        Once a start only: later the number may be a stranger's.
        """
        if self.process is not None and not self.piece.terminal and not self._swept:
            self._swept = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _between_fork_and_exec(piece: Piece) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        # first the identity: a change of user clears the death signal
        if piece.identity:
            piece.identity.enter()
        die_with_parent(piece.stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
