"""One kind of thing that falls due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Source:
    """`next_at`: the earliest moment at which something of this kind falls due, or None.

    `run(moment)`: carries out everything due at or before `moment`, each in a transaction of its own and inside
    `clock.at(<the moment it was due>)`, so that rows and events carry that time. It must clear or move what made
    `next_at` answer, or time would stand still.
    """

    name: str
    next_at: Callable[[], datetime | None]
    run: Callable[[datetime], None]
