"""The process log: every line of every piece on one stream, with the piece's name in front."""

import os
import signal
import sys
from collections import deque

WIDTH = 9
COLOURS = (36, 35, 33, 32, 34, 96, 95, 93)
HELD = 5000  # lines; older ones are dropped


class Output:
    """Writes the process log to stdout. `terminal` says whether a person looks at it; by default it is found out."""

    def __init__(self, terminal: bool | None = None) -> None:
        self.terminal = sys.stdout.isatty() if terminal is None else terminal
        self._colour = self.terminal and "NO_COLOR" not in os.environ
        self._names: list[str] = []
        self._held: deque[str] | None = None

    def line(self, name: str, text: str) -> None:
        """One line that the piece `name` wrote."""
        prefix = f"{name:<{WIDTH}} | "
        if self._colour:
            if name not in self._names:
                self._names.append(name)
            prefix = f"\x1b[{COLOURS[self._names.index(name) % len(COLOURS)]}m{prefix}\x1b[0m"
        if self._held is None:
            self.say(prefix + text)
        else:
            self._held.append(prefix + text)

    def say(self, text: str) -> None:
        """A sentence of the supervisor itself; it never waits for `release`."""
        try:
            print(text, flush=True)
        except BrokenPipeError:
            # nobody reads any more (`make run | head`): write to nowhere and end as if we had been asked to
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os.kill(os.getpid(), signal.SIGTERM)

    def hold(self) -> None:
        """Keep lines back until `release`, so that a progress bar has the terminal to itself."""
        if self.terminal:
            self._held = deque(maxlen=HELD)

    def release(self) -> None:
        """Write what was kept back, in order, and stop keeping."""
        held, self._held = self._held, None
        for line in held or ():
            self.say(line)
