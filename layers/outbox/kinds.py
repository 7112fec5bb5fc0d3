"""What a command can be. Each desk registers its kinds in its `commands.py`; delivery knows none of them by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from layers.client import Answer, Layers
from layers.client.errors import Conflict
from layers.client.shapes import Raw
from layers.outbox.models import Command, Failure


def _no_agreement(command: Command, conflict: Conflict) -> bool:
    return False


def _no_check(command: Command) -> None:
    pass


def _no_scopes(command: Command) -> list[str]:
    return []


@dataclass(frozen=True)
class Trace:
    """What Layers' records say of a command whose answer was lost.

    `took_effect`: yes, no, or None where they do not tell. `facts` is for the person, `raw` what `apply` gets after a
    yes, `failure` the kind of a no.
    """

    took_effect: bool | None
    facts: str
    raw: Raw = field(default_factory=dict)
    failure: Failure = Failure.NEVER_ARRIVED


class NotNow(Exception):
    """A desk refuses to record a decision as things stand. The message is what the person reads."""


@dataclass(frozen=True)
class Kind:
    """How one kind of command is said, sent and applied. All kinds carry the command's idempotency key."""

    name: str
    needs: str  # the permission to give it, and so to give it again or to take it back
    words: Callable[[Command], str]
    send: Callable[[Layers, Command], Answer]
    apply: Callable[[Command, Raw], None]  # writes the answer to the mirror, in the transaction that closes the row
    #: The same decision once more, through the desk's own checks (NotNow). None: only its form can give it anew.
    again: Callable[[Command, Any], Command] | None
    trace: Callable[[Layers, Command], Trace]  # reads what became of one whose key is too old to be asked again
    agrees: Callable[[Command, Conflict], bool] = _no_agreement  # a 409 that says it already is as we want it
    scopes: Callable[[Command], list[str]] = _no_scopes  # what to fetch again, because it changed with this
    patience: timedelta | None = None  # so long after it was given it is not sent any more; None: delivery.PATIENCE
    check: Callable[[Command], None] = _no_check  # when a second person agrees: NotNow where it must not go any more


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> Kind:
    """The registered kind. Raises KeyError for a name that no desk knows (any more)."""
    return KINDS[name]


def words_of(command: Command) -> str:
    """What a command does, in a sentence. A row of a kind that a release has removed is still told, by its name."""
    kind = KINDS.get(command.kind)
    return kind.words(command) if kind else f"{command.kind} {command.target}"
