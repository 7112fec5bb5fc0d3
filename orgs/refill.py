"""Why a refill does not come, in one sentence; and what refills may still move (contract/control-plane.md, 2 Credits).

Layers refills when less than the line is available, moves the rule's amount out of our wallet, and never lifts a capped
customer past its cap: what it has spent in the period and what its wallet holds count against it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from common.figures import credits
from common.moments import age
from orgs.caps.rules import MISSING, Rules
from orgs.giving.claims import OurWallet
from orgs.standing import Standing


class Code(StrEnum):
    UNKNOWN = "unknown"
    NO_RULE = "no_rule"
    HALF = "half"
    ARCHIVED = "archived"
    SUSPENDED = "suspended"
    ABOVE = "above"
    CAP = "cap"
    PARENT = "parent"
    DUE = "due"


BLOCKED = (Code.CAP, Code.PARENT)
TONES = {Code.CAP: "stop", Code.PARENT: "stop", Code.DUE: "info", Code.HALF: "wait", Code.SUSPENDED: "wait"}


@dataclass(frozen=True)
class Why:
    """`words` is a whole sentence; `tone` says how much it matters."""

    code: Code
    words: str

    @property
    def tone(self) -> str:
        return TONES.get(self.code, "quiet")

    @property
    def is_blocked(self) -> bool:
        return self.code in BLOCKED


class Refills:
    """What the rules of one customer do, as its wallet stands. `rules` other than its own say what they would do."""

    def __init__(self, standing: Standing, ours: OurWallet, rules: Rules | None = None) -> None:
        self.standing = standing
        self.rules = rules or Rules.of(standing.config)
        self.ours = ours

    @property
    def used(self) -> int:
        wallet = self.standing.wallet
        return (wallet.used_this_period or 0) if wallet else 0

    @property
    def balance(self) -> int:
        wallet = self.standing.wallet
        return (wallet.balance or 0) if wallet else 0

    @property
    def room(self) -> int | None:
        """What refills may still move in this period; None without a cap."""
        return None if self.rules.cap is None else max(0, self.rules.cap - self.used - self.balance)

    @property
    def next(self) -> int:
        """What the next refill moves."""
        if not self.rules.refills or self.rules.amount is None:
            return 0
        return self.rules.amount if self.room is None else min(self.rules.amount, self.room)

    @cached_property
    def why(self) -> Why:
        rules, available, status = self.rules, self.standing.available, self.standing.customer.status
        if status == "archived":
            return Why(Code.ARCHIVED, "It is archived, so it is never refilled again.")
        if available is None or self.standing.config is None:
            return Why(Code.UNKNOWN, "Nobody can tell yet: its wallet or its rules are not known.")
        if rules.missing:
            return Why(Code.HALF, f"Its rule has no {MISSING[rules.missing]}, so nothing refills it.")
        if rules.line is None:
            return Why(Code.NO_RULE, "It has no refill rule.")
        if available >= rules.line:
            return Why(
                Code.ABOVE,
                f"It is not due: {credits(available)} are available, and it refills below {credits(rules.line)}.",
            )
        return self._why_due(status)

    def _why_due(self, status: str) -> Why:
        """Below its line: what keeps the refill from coming, most final first."""
        if status != "active":
            return Why(Code.SUSPENDED, f"It is {status}: it is refilled when it is resumed.{self._age}")
        if not self.next:
            spent = f"{credits(self.used)} spent and {credits(self.balance)} in its wallet"
            return Why(Code.CAP, f"Its cap of {credits(self.rules.cap)} leaves no room: {spent}.{self._age}")
        if (movable := self.ours.movable) is not None and self.next > movable:
            has = f"it needs {credits(self.next)}, ours can move {credits(movable)}"
            return Why(Code.PARENT, f"Our wallet cannot cover it: {has}.{self._age}")
        amount = credits(self.next)
        if self.next != self.rules.amount:
            amount = f"{amount} instead of {credits(self.rules.amount)}, all its cap leaves room for"
        return Why(Code.DUE, f"It is due now, and Layers checks within minutes: it adds {amount}.{self._age}")

    @property
    def _age(self) -> str:
        """Said with what may have changed already."""
        wallet = self.standing.wallet
        return f" Our copy is {age(wallet.synced_at)} old." if wallet and self.standing.is_stale else ""


def why(standing: Standing, ours: OurWallet) -> Why:
    """Why no refill comes to this customer, or that one is due."""
    return Refills(standing, ours).why
