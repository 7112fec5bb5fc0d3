"""How long a run is and how much goes wrong in it. The same course makes the same choices."""

from collections.abc import Mapping
from dataclasses import dataclass

from stack.errors import StackError

SEED = 20261122
SLOT = 4.0  # seconds a fault is on before the next one joins it
FASTEST = 6.0  # decisions a second that the staff give, on two busy cores


@dataclass(frozen=True)
class Course:
    """`seconds`: how long the staff give and faults rotate at least. `kill_every`: seconds between two SIGKILLs.
    `left`: the share of commands that may be on their way when faults end; the others have met them."""

    commands: int
    customers: int
    seed: int
    seconds: float
    slot: float = SLOT
    kill_every: float = 6.0
    settle: float = 900.0  # seconds; after that what is still open is a breach
    staff: int = 6
    left: float = 0.2
    kills: int | None = None  # of workers, at most

    @classmethod
    def read(cls, environ: Mapping[str, str], variants: int) -> "Course":
        """N, CHAOS_SEED and CUSTOMERS. Long enough for every one of `variants` faults. Raises StackError."""
        number = _whole(environ, "N", 200, least=20)
        customers = _whole(environ, "CUSTOMERS", 210, least=10)
        seed = _whole(environ, "CHAOS_SEED", SEED, least=0)
        return cls(number, customers, seed, max(number / FASTEST, (variants + 2) * SLOT))


def _whole(environ: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise StackError(f"Set {name} to a whole number of at least {least}, not {text!r}.", code=2)
    return int(text)
