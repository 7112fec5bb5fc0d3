"""All children of one supervisor, in one loop on the main thread: their output, their deaths, the signals to us.

There are no threads on purpose. The kernel's death signal is tied to the thread that forked, and forking beside other
threads is how supervisors hang.
"""

import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import Popen
from types import FrameType, TracebackType
from typing import Any, Self

from stack.child import Child
from stack.errors import Interrupted, StackError
from stack.leftovers import Leftovers
from stack.output import Output
from stack.piece import Piece

TICK = 0.02  # seconds between two looks at something that does not wake us by itself
IDLE = 0.5
READY_WITHIN = 60.0


def _fatal(child: Child) -> float:
    raise StackError(child.obituary)


class Children:
    """Starts, watches and stops children. Use it as a context manager on the main thread; leaving it stops them all.

    `log_dir`: each child writes to `<log_dir>/<name>.log`; without it the lines go through `output`.
    `on_death` is told of a child that ended unasked. It answers in how many seconds to start it again, or raises.
    """

    def __init__(
        self,
        *,
        output: Output | None = None,
        log_dir: Path | None = None,
        leftovers: Leftovers | None = None,
        on_death: Callable[[Child], float] = _fatal,
    ) -> None:
        self.output = output or Output()
        self._log_dir = log_dir
        self._leftovers = leftovers
        self._on_death = on_death
        self._waves: list[list[Child]] = []
        self._steps: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._interrupt: signal.Signals | None = None
        self._ending = False
        self._handlers: dict[signal.Signals, Any] = {}
        self._wakeup: tuple[socket.socket, socket.socket] | None = None
        if log_dir:
            log_dir.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            self._selector.close()
            self._give_signals_back()

    # starting

    def start(self, *pieces: Piece) -> list[Child]:
        """Start pieces together. They are stopped together too, before those that were started earlier."""
        wave = [Child(piece, self._log_of(piece)) for piece in pieces]
        self._waves.append(wave)
        for child in wave:
            self._launch(child)
        return wave

    def wait_ready(self, *children: Child) -> None:
        """Wait until all can be used. Raises StackError when one cannot within a minute."""
        if not self.wait(lambda: all(child.ready for child in children), READY_WITHIN):
            late = next(child for child in children if not child.ready)
            said = "".join(f"\n    {line}" for line in late.last_lines)
            raise StackError(f"{late.name} did not become ready within {READY_WITHIN:.0f} s. Its last lines:{said}")

    def run(self, *chains: Sequence[Piece]) -> list[Child]:
        """Run steps to their end: chains side by side, a chain in order. A step that fails is a StackError."""
        ended: list[Child] = []
        todo = [list(chain) for chain in chains]
        now: dict[int, Child] = {}

        def advance() -> bool:
            for number, chain in enumerate(todo):
                if (child := now.get(number)) and not child.running:
                    self._drain()
                    self._steps.remove(now.pop(number))
                    if child.code:
                        raise StackError(child.obituary)
                    ended.append(child)
                if number not in now and chain:
                    child = now[number] = Child(chain[0], self._log_of(chain.pop(0)))
                    self._steps.append(child)
                    self._launch(child)
            return not now

        self.wait(advance)
        return ended

    def call(self, piece: Piece) -> int:
        """Run one command to its end and give its exit code. Ctrl-C is its own to answer when it has the terminal."""
        child = Child(piece, None)
        self._steps.append(child)
        self._launch(child)
        try:
            self.wait(lambda: not child.running)
        except Interrupted as stop:
            if not (stop.signum == signal.SIGINT and piece.terminal and _terminal_is_ours()):
                child.signal(stop.signum)
            self._finish([child])
            raise
        self._drain()
        self._steps.remove(child)
        return child.code

    # waiting

    def wait(self, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Keep the loop going until `until()`; False when `seconds` are over first. Raises Interrupted on a signal."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not until():
            if self._interrupt:
                raise self._interrupted(self._interrupt)
            if deadline is not None and time.monotonic() > deadline:
                return False
            self._pump(TICK)
        return True

    def watch(self) -> None:
        """Keep the loop going until a signal (Interrupted) or a child that dies for good (StackError)."""
        while not self._interrupt:
            self._pump(IDLE)
        raise self._interrupted(self._interrupt)

    def listen(self) -> None:
        """Take Ctrl-C, SIGTERM and SIGHUP: the first ends a wait, a second Ctrl-C kills every child."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        self._wakeup = (ours, theirs)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self._selector.register(ours, selectors.EVENT_READ)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[signum] = signal.signal(signum, self._on_signal)
        # a handler of our own makes a child's death wake the loop
        self._handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)

    # stopping

    def stop(self) -> None:
        """Stop every child, the newest wave first: its signal, its grace, then SIGKILL."""
        self._end()
        for child in self._everyone():
            child.stopping, child.restart_at = True, None
        for child in self._steps:
            child.signal(child.piece.stop_signal)
        self._finish(self._steps)
        self._steps = []
        while self._waves:
            for child in self._waves[-1]:
                child.signal(child.piece.stop_signal)
            self._finish(self._waves[-1])
            self._waves.pop()
        self._drain()
        self._note()

    def _finish(self, children: Sequence[Child]) -> None:
        begun = time.monotonic()
        while alive := [child for child in children if child.running]:
            for child in alive:
                if time.monotonic() - begun > child.piece.grace:
                    self.output.say(f"{child.name} did not end within {child.piece.grace:.0f} s and was killed.")
                    child.kill()
            self._pump(TICK)
        for child in children:
            child.sweep()

    # the loop

    def _pump(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, _Stream):
                self._read(key.data)
            elif self._wakeup:
                self._wakeup[0].recv(4096)
        for child in [child for wave in self._waves for child in wave]:
            if child.restart_at is not None and time.monotonic() >= child.restart_at:
                self._launch(child)
            elif child.restart_at is None and not child.running and not child.stopping:
                self._drain()
                child.sweep()
                child.restart_at = time.monotonic() + self._on_death(child)

    def _launch(self, child: Child) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("children are started from the main thread: they would die with any other")
        child.start()
        process = child.process
        if process and process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, _Stream(child, process))
        self._note()

    def _read(self, stream: "_Stream") -> bool:
        """Read what is there; False when there is nothing (more) to read."""
        chunk = stream.read()
        for line in stream.lines(chunk):
            stream.child.remember(line)
            if not stream.child.piece.quiet:
                self.output.line(stream.child.name, line)
        if chunk == b"":
            self._selector.unregister(stream.pipe)
            stream.pipe.close()
        return bool(chunk)

    def _drain(self) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, _Stream):
                while self._read(key.data):
                    pass

    def _note(self) -> None:
        if self._leftovers:
            running = {child.pid: child.piece.stop_signal for child in self._everyone() if child.running}
            self._leftovers.note(running, ending=self._ending)

    def _everyone(self) -> list[Child]:
        return [child for wave in [*self._waves, self._steps] for child in wave]

    def _interrupted(self, signum: signal.Signals) -> Interrupted:
        self._end()
        return Interrupted(signum)

    def _end(self) -> None:
        self._ending = True
        self._note()

    def _log_of(self, piece: Piece) -> Path | None:
        return self._log_dir / f"{piece.name}.log" if self._log_dir else None

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._interrupt and number == signal.SIGINT:
            for child in self._everyone():
                child.kill()
        self._interrupt = signal.Signals(number)

    def _give_signals_back(self) -> None:
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)
        if self._wakeup:
            signal.set_wakeup_fd(-1)
            for end in self._wakeup:
                end.close()


class _Stream:
    """The output pipe of one process, cut into lines."""

    def __init__(self, child: Child, process: Popen[bytes]) -> None:
        if process.stdout is None:
            raise ValueError("no pipe")
        self.child = child
        self.pipe = process.stdout
        self._rest = b""

    def read(self) -> bytes | None:
        """What the pipe holds; None when that is nothing for now, b"" at its end."""
        try:
            return os.read(self.pipe.fileno(), 65536)
        except BlockingIOError:
            return None

    def lines(self, chunk: bytes | None) -> list[str]:
        """The lines that `chunk` completes; at the end of the pipe also the one that never was."""
        if chunk is None:
            return []
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if chunk == b"" and self._rest:
            whole.append(self._rest)
        return [line.decode(errors="replace").rstrip() for line in whole]


def _terminal_is_ours() -> bool:
    """Whether Ctrl-C on our terminal reaches our children by itself."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
