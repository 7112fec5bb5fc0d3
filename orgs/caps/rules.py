"""The three numbers that rule a customer's spending: its cap, its refill line, what a refill adds; and changes of them.

contract/control-plane.md, 2 Credits: a number sets, null clears, what is left out keeps. Line and amount are both set
or neither, judged after the merge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from common.figures import credits
from layers.client.shapes import CreditConfig as ConfigShape
from layers.outbox.models import OPEN, Command, Failure, State
from orgs.models import CreditConfig

CHANGE_CAPS = "credits.configure"
FIELDS = {"cap": "monthlyCreditCap", "line": "refillThreshold", "amount": "refillAmount"}
LABELS = {"cap": "Monthly cap", "line": "Refill when below", "amount": "A refill adds"}
SAID = {"cap": "cap", "line": "refill below", "amount": "refill adds"}
MISSING = {"line": "line to refill below", "amount": "amount to add"}
LEAST = {"cap": 0, "line": 0, "amount": 1}

Changes = Mapping[str, int | None]  # the changed of FIELDS; None clears


@dataclass(frozen=True)
class Rules:
    """Credits; None is not set. A cap of 0 lets nothing be spent."""

    cap: int | None = None
    line: int | None = None
    amount: int | None = None

    @classmethod
    def of(cls, config: CreditConfig | ConfigShape | None) -> "Rules":
        return cls(config.monthly_cap, config.refill_threshold, config.refill_amount) if config else cls()

    @classmethod
    def read(cls, text: str) -> "Rules | None":
        """What `key` gave; None when it was changed by hand."""
        parts = text.split("/")
        if len(parts) != len(FIELDS) or any(part and not (part.isascii() and part.isdigit()) for part in parts):
            return None
        return cls(*(int(part) if part else None for part in parts))

    @property
    def key(self) -> str:
        """As text that a form can carry: 8000/500/1000, empty for what is not set."""
        return "/".join("" if value is None else str(value) for value in (self.cap, self.line, self.amount))

    @property
    def refills(self) -> bool:
        return self.line is not None and self.amount is not None

    @property
    def missing(self) -> str:
        """The field of MISSING that half a rule lacks; empty for a whole one and for none."""
        if (self.line is None) == (self.amount is None):
            return ""
        return "line" if self.line is None else "amount"

    @property
    def fills(self) -> int:
        """Credits that refills add to an empty wallet, one after the other until the line is reached; 0 without a rule.
        The line counts as the amount does: below 1,000,000 even small refills move a million.
        """
        return max(1, -(-self.line // self.amount)) * self.amount if self.line is not None and self.amount else 0

    def adds_beyond(self, before: "Rules") -> int:
        """What these fill, where they let refills move more than `before`: by a new rule, or by a higher line, amount
        or cap; 0 where they do not.
        """
        lifted = before.cap is not None and (self.cap is None or self.cap > before.cap)
        higher = (self.line or 0) > (before.line or 0) or (self.amount or 0) > (before.amount or 0)
        return self.fills if lifted or higher or self.fills > before.fills else 0

    def after(self, changes: Changes) -> "Rules":
        return replace(self, **changes)

    def changes_to(self, wanted: "Rules") -> dict[str, int | None]:
        return {name: new for name in FIELDS if (new := getattr(wanted, name)) != getattr(self, name)}


def half_problem(rules: Rules) -> tuple[str, str] | None:
    """The field that is missing, and what to say at it; None when the rule is whole."""
    said = {
        "line": "Say below how much it refills, or clear the amount: a rule needs both.",
        "amount": "Say how much a refill adds, or clear the line: a rule needs both.",
    }
    return (rules.missing, said[rules.missing]) if rules.missing else None


def moves(before: Rules, changes: Changes) -> list[tuple[str, str, str]]:
    """Each change as its label, from and to, in words."""
    return [(LABELS[name], _said(getattr(before, name)), _said(changes[name])) for name in FIELDS if name in changes]


def _said(value: int | None) -> str:
    return "none" if value is None else credits(value)


def in_words(before: Rules, changes: Changes) -> str:
    """cap 5,000 → 8,000, refill below none → 500"""
    said = [(SAID[name], getattr(before, name), changes[name]) for name in FIELDS if name in changes]
    return ", ".join(f"{words} {_said(old)} → {_said(new)}" for words, old, new in said)


def wish_in_words(wish: Changes) -> str:
    """cap 8,000, refill below none"""
    return ", ".join(f"{SAID[name]} {_said(wish[name])}" for name in FIELDS if name in wish)


def coming(rules: dict[str, Rules]) -> dict[str, list[Rules]]:
    """The rules of these customers (by id), as they are and after each change that is on its way: the last is what
    holds once all have arrived. One query.

    One that waits for a second person is not on its way: it may be refused. One that nobody can tell about is not any
    more: what was read of Layers since is what holds.
    """
    rows = Command.objects.filter(kind=CHANGE_CAPS, target__in=list(rules), state__in=OPEN)
    rows = rows.exclude(Q(failure=Failure.KEY_EXPIRED) | Q(state=State.WAITING_APPROVAL)).order_by("created_at")
    found = {identifier: [one] for identifier, one in rules.items()}
    for target, payload in rows.values_list("target", "payload"):
        found[target].append(found[target][-1].after(payload["set"]))
    return found


def let_move(steps: Iterable[Rules], changes: Changes) -> int:
    """Credits that refills add to an empty wallet, where a change lets them move more. `steps` as of `coming`: any of
    them may be what it meets, because what is on its way can be taken back.
    """
    return max(step.after(changes).adds_beyond(step) for step in steps)
