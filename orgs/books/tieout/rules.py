"""Whether the sides of a transfer agree. Nothing here reads a clock or a database: the same facts, the same verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from layers.mirror.scopes import scope_id
from layers.outbox.models import Failure, State
from orgs.books.tieout.models import Oddity, Origin, TieState
from orgs.deciding import CLOCKS_APART

PATIENCE = timedelta(days=1)  # with a ledger that is due to be read
COMMAND_KEY, ROW_KEY = "command:", "row:"  # of a transfer whose id is not known, or that has none


@dataclass(frozen=True)
class Line:
    """One ledger row of a transfer. `into` is what it says went into the customer's wallet."""

    id: str
    organization_id: str
    is_ours: bool
    into: int
    at: datetime
    counterparty_id: str = ""
    command_id: str = ""
    is_refill: bool = False
    is_reclaim: bool = False

    @property
    def customer_id(self) -> str:
        return self.counterparty_id if self.is_ours else self.organization_id


@dataclass(frozen=True)
class Order:
    """One command of ours that may have moved credits. `into`: None where it is not known. `at`: when it was sent,
    `over_at`: when it was over. `transfers`: those that it made, the first first.
    """

    id: UUID
    organization_id: str
    into: int | None
    state: str
    failure: str
    at: datetime
    over_at: datetime
    transfers: Sequence[str] = ()

    @property
    def is_lost(self) -> bool:
        return self.state == State.UNKNOWN and self.failure == Failure.KEY_EXPIRED

    @property
    def is_undone(self) -> bool:
        return self.state in (State.FAILED, State.CANCELLED)

    @property
    def is_idle(self) -> bool:
        """It moved nothing, as far as it knows."""
        return self.is_undone or (self.state == State.SUCCEEDED and not self.into)

    @property
    def is_open(self) -> bool:
        return self.state != State.SUCCEEDED and not self.is_undone and not self.is_lost


@dataclass(frozen=True)
class Facts:
    """All that is known of one transfer. `read`: when ledgers and wallets were last read, by the id of their scope.
    `refill_limit`: the most that a refill of this customer may move, 0 without a rule.
    """

    key: str
    lines: Sequence[Line]
    orders: Sequence[Order]
    our_id: str
    now: datetime
    read: Mapping[str, datetime | None] = field(default_factory=dict)
    opened_at: datetime | None = None
    refill_limit: int = 0
    accepted: frozenset[str] = frozenset()

    @property
    def ours(self) -> list[Line]:
        return [line for line in self.lines if line.is_ours]

    @property
    def theirs(self) -> list[Line]:
        return [line for line in self.lines if not line.is_ours]

    @property
    def at(self) -> datetime:
        return min((line.at for line in self.lines), default=None) or min(order.at for order in self.orders)

    @property
    def customer_id(self) -> str:
        told = [line.customer_id for line in [*self.theirs, *self.ours]]
        return next(filter(None, [*told, *(order.organization_id for order in self.orders)]), "")

    @property
    def says_refill(self) -> bool:
        """Whoever moves credits by the API can mark them so."""
        return any(line.is_refill for line in self.lines)

    @property
    def is_refill(self) -> bool:
        """Whether a rule of the customer can have made it. Of rules from before the books nothing is known."""
        return self.says_refill and (self.is_earlier or max(line.into for line in self.lines) <= self.refill_limit)

    @property
    def is_earlier(self) -> bool:
        return self.opened_at is not None and self.at < self.opened_at


@dataclass(frozen=True)
class Verdict:
    """Column values of a Transfer."""

    state: TieState
    kind: str = ""
    off: int = 0
    awaits: str = ""
    awaits_read: datetime | None = None


@dataclass(frozen=True)
class Judged:
    """A Transfer to keep: its sides and the verdict on them."""

    origin: Origin
    ordered: int | None
    ours: int | None
    theirs: int | None
    verdict: Verdict


def judge(facts: Facts) -> Judged | None:
    """None: there is no such transfer, for example because the command had no effect and no ledger shows one."""
    if not facts.lines and all(order.is_idle for order in facts.orders):
        return None
    ordered, ours, theirs = _ordered(facts), _sum(facts.ours), _sum(facts.theirs)
    judged = Judged(_origin(facts), ordered, ours, theirs, Verdict(TieState.MATCHED))
    found = _look(facts)
    verdict = Verdict(TieState.EXCEPTION, found) if isinstance(found, Oddity) else found
    if verdict.state == TieState.EXCEPTION:
        off = _off(verdict.kind, judged, facts)
        is_accepted = facts_of(verdict.kind, off, ordered, ours, theirs) in facts.accepted
        verdict = replace(verdict, off=off, state=TieState.ACCEPTED if is_accepted else TieState.EXCEPTION)
    return replace(judged, verdict=verdict)


def facts_of(kind: str, off: int, *amounts: int | None) -> str:
    """What an acceptance is bound to: when any of it changes, somebody must look again."""
    return ":".join([kind, str(off), *("" if amount is None else str(amount) for amount in amounts)])


def _look(facts: Facts) -> Verdict | Oddity:
    """The first of these that is so, the worst first."""
    if any(len(order.transfers) > 1 for order in facts.orders):
        return Oddity.DOUBLED
    if len(facts.orders) > 1:
        return Oddity.TWO_COMMANDS
    if len(facts.ours) > 1 or len(facts.theirs) > 1:
        return Oddity.TWICE
    if facts.key.startswith(ROW_KEY):
        return Oddity.NO_TRANSFER_ID
    order = facts.orders[0] if facts.orders else None
    if not facts.lines and order:
        return _without_lines(facts, order)
    if not facts.ours:
        return _unread(facts, facts.our_id) or Oddity.NO_PARENT_ROW
    if not facts.theirs:
        return _unread(facts, facts.customer_id) or Oddity.NO_CHILD_ROW
    (mine,), (other,) = facts.ours, facts.theirs
    if mine.into != other.into:
        return Oddity.AMOUNTS
    if mine.counterparty_id not in ("", other.organization_id):
        return Oddity.OTHER_CUSTOMER
    return _with_lines(order, other) if order else _without_order(facts)


def _without_lines(facts: Facts, order: Order) -> Verdict | Oddity:
    if order.is_open:
        return Verdict(TieState.WAITING)
    unread = _unread(facts, facts.our_id) or _unread(facts, order.organization_id)
    return unread or (Oddity.UNANSWERED if order.is_lost else Oddity.NO_ROWS)


def _with_lines(order: Order, line: Line) -> Verdict | Oddity:
    if order.is_open:
        return Verdict(TieState.WAITING)
    if order.is_lost:
        return Oddity.UNKNOWN_MOVED
    if order.is_undone:
        return Oddity.FAILED_MOVED
    if order.organization_id != line.organization_id:
        return Oddity.OTHER_CUSTOMER
    if order.into is not None and order.into != line.into:
        return Oddity.AMOUNTS
    return Verdict(TieState.MATCHED)


def _without_order(facts: Facts) -> Verdict | Oddity:
    if any(line.command_id for line in facts.lines):
        return Oddity.FOREIGN
    if _origin(facts) != Origin.ELSEWHERE:
        return Verdict(TieState.MATCHED)
    rule = _unread(facts, facts.customer_id, "wallet") if facts.says_refill else None
    return rule if rule and rule.state == TieState.WAITING else Oddity.OFF_DESK


def _unread(facts: Facts, organization_id: str, resource: str = "ledger") -> Verdict | None:
    """Waiting, while that was not read since the transfer; odd, where it never will be or is long overdue."""
    # A ledger read sooner after a transfer may not show it yet.
    needed = max([line.at for line in facts.lines] + [order.over_at for order in facts.orders]) + CLOCKS_APART
    scope = scope_id(resource, organization_id)
    read = facts.read.get(scope)
    if read is not None and read > needed:
        return None
    if organization_id and abs(facts.now - needed) <= PATIENCE:
        return Verdict(TieState.WAITING, awaits=scope, awaits_read=needed)
    return Verdict(TieState.EXCEPTION, Oddity.UNREAD, awaits=scope, awaits_read=needed)


def _origin(facts: Facts) -> Origin:
    if facts.orders or any(line.command_id for line in facts.lines):
        return Origin.DESK if facts.orders else Origin.ELSEWHERE
    if facts.is_refill:
        return Origin.REFILL
    return Origin.EARLIER if facts.is_earlier else Origin.ELSEWHERE


def _ordered(facts: Facts) -> int | None:
    amounts = [order.into for order in facts.orders if order.into is not None]
    return sum(amounts) if amounts else None


def _sum(lines: Sequence[Line]) -> int | None:
    return sum(line.into for line in lines) if lines else None


def _off(kind: str, judged: Judged, facts: Facts) -> int:
    """Credits that one side says moved and another does not. Of a doubled command the first transfer was wanted."""
    moved = max((abs(one) for one in (judged.ours, judged.theirs, judged.ordered) if one is not None), default=0)
    if kind == Oddity.DOUBLED:
        is_first = any(order.transfers and order.transfers[0] == facts.key for order in facts.orders)
        return 0 if is_first else moved
    if kind in (Oddity.OTHER_CUSTOMER, Oddity.NO_TRANSFER_ID):
        return moved
    sides = [judged.ours or 0, judged.theirs or 0]
    wanted_by_us = _wanted(judged, facts)
    if wanted_by_us is not None:
        sides.append(wanted_by_us)
    return max(sides) - min(sides)


def _wanted(judged: Judged, facts: Facts) -> int | None:
    """What our commands say went in; None where none is asked for, or it does not say."""
    if judged.origin in (Origin.REFILL, Origin.EARLIER):
        return None
    if all(order.is_undone for order in facts.orders):
        return 0
    return judged.ordered
