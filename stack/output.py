"""The process log: every line of every piece on one stream, with the piece's name in front."""

import os
import sys

WIDTH = 9
COLOURS = (36, 35, 33, 32, 34, 96, 95, 93)


class Output:
    """Writes the process log to stdout. `hold` keeps the lines back while a progress bar owns the terminal."""

    def __init__(self) -> None:
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._names: list[str] = []
        self._held: list[str] | None = None

    def line(self, name: str, text: str) -> None:
        """One line that the piece `name` wrote."""
        prefix = f"{name:<{WIDTH}} | "
        if self._colour:
            if name not in self._names:
                self._names.append(name)
            prefix = f"\x1b[{COLOURS[self._names.index(name) % len(COLOURS)]}m{prefix}\x1b[0m"
        if self._held is None:
            print(prefix + text, flush=True)
        else:
            self._held.append(prefix + text)

    def say(self, text: str) -> None:
        """A sentence of the supervisor itself; it never waits for `release`."""
        print(text, flush=True)

    def hold(self) -> None:
        """Keep lines back until `release`."""
        self._held = []

    def release(self) -> None:
        """Write what was kept back, in order, and stop keeping."""
        held, self._held = self._held, None
        for line in held or ():
            print(line)
        sys.stdout.flush()
