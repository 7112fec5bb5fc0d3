"""Wallets and ninety days of ledger, consistent to the credit.

Every wallet's balance is the sum of its rows; every allocation has its two sides, joined by the transfer's id; the
parent's purchases come in time, so no running balance is ever below zero.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.models import Container, CreditEvent, Organization, Wallet
from sandbox.rules import refill
from sandbox.rules.costs import COST_OF_FORMAT
from sandbox.rules.ledger import allocation_metadata
from sandbox.rules.periods import month_of
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.people import People, Tenant
from sandbox.world.plan import Plan, Status

Type = CreditEvent.Type
#: Services that leave no container, and what they cost.
SERVICES = (("Trend scan", 2), ("Keyword research", 5), ("App media analysis", 3), ("Comment triage", 1))


@dataclass
class Books:
    wallets: list[Wallet] = field(default_factory=list)
    events: list[CreditEvent] = field(default_factory=list)
    #: (moment, child, amount, transfer id) of every allocation, for the audit log.
    transfers: list[tuple[datetime, Organization, int, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """One future ledger row of a child, before balances are known."""

    moment: datetime
    amount: int
    type: Type
    container: Container | None = None
    description: str | None = None
    pairs: dict[str, str] | None = None


def build(chance: Chance, plan: Plan, people: People, made: Creations) -> Books:
    books = Books()
    containers: dict[Any, list[Container]] = {}
    for container in made.containers:
        containers.setdefault(container.project.organization_id, []).append(container)
    weights = sum(tenant.customer.weight for tenant in people.tenants)
    for tenant in people.tenants:
        mine = containers.get(tenant.organization.pk, [])
        services = round(plan.services * tenant.customer.weight / weights)
        _keep_child_books(chance, books, people.parent, tenant, mine, services)
    _keep_parent_books(chance, plan, books, people.parent)
    books.events.sort(key=lambda event: event.created_at)
    return books


# --- a child


def _keep_child_books(
    chance: Chance, books: Books, parent: Organization, tenant: Tenant, containers: list[Container], services: int
) -> None:
    wallet = _wallet(chance, tenant.organization)
    wallet.monthly_credit_cap = tenant.customer.cap
    if tenant.customer.refill:
        wallet.refill_threshold, wallet.refill_amount = tenant.customer.refill
    wallet.reserved_credits = sum(
        COST_OF_FORMAT[container.format or ""]
        for container in containers
        if container.status in {Container.Status.QUEUED, Container.Status.PROCESSING}
    )
    spent = _spending(chance, containers, services)
    if tenant.customer.refill and tenant.customer.status == Status.ACTIVE:
        moves = _refilled(chance, tenant, spent)
    else:
        moves = _topped_up(chance, tenant, spent, tenant.customer.left + wallet.reserved_credits)
    for move in moves:
        _book(chance, books, wallet, move, parent)
    _cover_reservations(chance, books, wallet, parent, moves)
    if wallet.monthly_credit_cap is not None:
        # A cap that was passed would have stopped the work: lift it to the next 500 above what was used.
        used = wallet.used_this_period + wallet.reserved_credits
        wallet.monthly_credit_cap = max(wallet.monthly_credit_cap, -(-used // 500) * 500)
    books.wallets.append(wallet)


def _cover_reservations(chance: Chance, books: Books, wallet: Wallet, parent: Organization, moves: list[Move]) -> None:
    """Running jobs have reserved what they may cost, so the refill rule has fired for them too."""
    moment = max([chance.ago(minutes=15), *(move.moment for move in moves)])
    threshold, amount = wallet.refill_threshold, wallet.refill_amount
    if threshold is not None and amount is not None and wallet.organization.status == Status.ACTIVE:
        while wallet.prepaid_balance - wallet.reserved_credits < threshold:
            _book(chance, books, wallet, _refill(moment, amount, threshold), parent)


def _spending(chance: Chance, containers: list[Container], services: int) -> list[Move]:
    """What work cost, oldest first. A few failures were charged and given back; the others never were."""
    moves: list[Move] = []
    for container in containers:
        if container.job is None or container.format is None:
            continue
        cost = COST_OF_FORMAT[container.format]
        if container.status == Container.Status.COMPLETED and container.completed_at:
            moves.append(Move(container.completed_at, -cost, Type.USAGE, container))
        elif container.status == Container.Status.FAILED and chance.happens(0.4):
            charged = container.updated_at
            moves.append(Move(charged, -cost, Type.USAGE, container))
            moves.append(
                Move(chance.soon_after(charged, 1, 12), cost, Type.REFUND, container, "Job failed, credits given back.")
            )
    if containers:
        first = min(container.created_at for container in containers)
        last = max(container.created_at for container in containers)
        for _ in range(services):
            words, cost = chance.pick(SERVICES)
            moves.append(Move(chance.between(first, last), -cost, Type.USAGE, None, words))
    return sorted((move for move in moves if move.moment < chance.now), key=lambda move: move.moment)


def _topped_up(chance: Chance, tenant: Tenant, spent: list[Move], left: int) -> list[Move]:
    """Funded by hand: each top-up pays the next stretch of work, the last one leaves `left`."""
    if not spent:
        return [_top_up(chance, chance.ago(days=60), left)] if left else []
    stretches = max(1, min(6, len(spent) // 8))
    size = -(-len(spent) // stretches)
    moves: list[Move] = []
    carried = 0
    for start in range(0, len(spent), size):
        stretch = spent[start : start + size]
        needed = -sum(move.amount for move in stretch if move.amount < 0) - carried
        last = start + size >= len(spent)
        # A refund inside the stretch comes back later, so the stretch is funded as if it did not.
        amount = needed + left if last else -(-max(needed, 10) // 250) * 250
        before = stretch[0].moment - timedelta(hours=chance.random.uniform(1, 20))
        if moves:
            before = max(before, moves[-1].moment)
        if amount > 0:
            moves.append(_top_up(chance, Chance.cut(before), amount))
            carried += amount
        moves.extend(stretch)
        carried += sum(move.amount for move in stretch)
    return _close(chance, tenant, moves)


def _close(chance: Chance, tenant: Tenant, moves: list[Move]) -> list[Move]:
    """An archived customer's rest went back to the parent; others keep what is left."""
    left = sum(move.amount for move in moves)
    if tenant.customer.status == Status.ARCHIVED and left > 0 and tenant.organization.archived_at:
        moves.append(Move(Chance.cut(tenant.organization.archived_at), -left, Type.ALLOCATION, None, "Reclaimed."))
    return moves


def _refilled(chance: Chance, tenant: Tenant, spent: list[Move]) -> list[Move]:
    """Funded once by hand, then by the rule: each time the wallet falls below the threshold."""
    threshold, amount = tenant.customer.refill or (0, 0)
    first = spent[0].moment if spent else chance.ago(days=60)
    moves = [_top_up(chance, Chance.cut(first - timedelta(hours=6)), amount + threshold)]
    balance = amount + threshold
    for move in spent:
        moves.append(move)
        balance += move.amount
        if move.amount < 0 and balance < threshold:
            moment = move.moment + timedelta(milliseconds=chance.whole(300, 4_000))
            moves.append(_refill(Chance.cut(moment), amount, threshold))
            balance += amount
    # A refill lands a moment after the row that set it off, maybe after the next one: sort again.
    return sorted(moves, key=lambda move: move.moment)


def _refill(moment: datetime, amount: int, threshold: int) -> Move:
    return Move(
        moment,
        amount,
        Type.ALLOCATION,
        description=refill.describe(threshold),
        pairs=refill.PAIRS,
    )


def _top_up(chance: Chance, moment: datetime, amount: int) -> Move:
    number = chance.whole(4_200, 4_999)
    return Move(
        moment,
        amount,
        Type.ALLOCATION,
        description=f"{moment:%B} top-up, invoice {number}",
        pairs={"po": f"PO-{number}", "source": "desk"},
    )


# --- rows and balances


def _wallet(chance: Chance, organization: Organization) -> Wallet:
    start, end = month_of(chance.now)
    return Wallet(
        organization=organization,
        period_start=start,
        period_end=end,
        billing_status="active" if organization.parent_id is None else None,
        subscription_tier="scale" if organization.parent_id is None else None,
    )


def _book(chance: Chance, books: Books, wallet: Wallet, move: Move, parent: Organization) -> None:
    """Appends the row with its running balances; an allocation's other side is remembered for the parent."""
    wallet.prepaid_balance += move.amount
    if move.type in {Type.USAGE, Type.REFUND} and move.moment >= wallet.period_start:
        wallet.used_this_period -= move.amount
    container = move.container
    metadata = None
    if move.type == Type.ALLOCATION:
        transfer_id = chance.uuid()
        metadata = allocation_metadata(parent.pk, transfer_id, move.pairs)
        if move.amount < 0:
            metadata["direction"] = "reclaim"
        books.transfers.append((move.moment, wallet.organization, move.amount, transfer_id))
        books.events.append(
            _row(chance, wallet, move, metadata, project=None, description=move.description, container=None)
        )
        return
    project = None if container is None else container.project
    books.events.append(_row(chance, wallet, move, metadata, project, move.description, container))


def _row(
    chance: Chance,
    wallet: Wallet,
    move: Move,
    metadata: dict[str, str] | None,
    project: Any,
    description: str | None,
    container: Container | None,
) -> CreditEvent:
    return CreditEvent(
        event_id=chance.uuid(),
        organization=wallet.organization,
        project=project,
        credits=move.amount,
        event_type=move.type,
        format=None if container is None else container.format,
        container_id=None if container is None else container.pk,
        job_id=None if container is None else container.job_id,
        balance_after_prepaid=wallet.prepaid_balance,
        usage_after_period=wallet.used_this_period if move.moment >= wallet.period_start else 0,
        description=description,
        metadata=metadata,
        created_at=move.moment,
    )


# --- the parent


def _keep_parent_books(chance: Chance, plan: Plan, books: Books, parent: Organization) -> None:
    """Purchases big enough that every allocation of the ninety days was covered when it happened."""
    wallet = _wallet(chance, parent)
    # Included credits of the plan: part of the balance, but never allocated (only prepaid ones move).
    wallet.included_this_period = wallet.included_remaining = 10_000
    outgoing = sorted(books.transfers, key=lambda transfer: transfer[0])
    total = sum(amount for _, _, amount, _ in outgoing)
    opening = min([chance.ago(days=92), *(moment - timedelta(days=1) for moment, *_ in outgoing)])
    granted = 5_000
    bought = -(-(total + plan.parent_prepaid - granted) // 1_000) * 1_000
    funding = [
        Move(Chance.cut(opening), granted, Type.GRANT, description="Welcome credits."),
        Move(Chance.cut(opening + timedelta(minutes=9)), bought * 6 // 10, Type.PURCHASE, description="Invoice 2291"),
        Move(chance.ago(days=45), bought - bought * 6 // 10, Type.PURCHASE, description="Invoice 2406"),
    ]
    steps: list[tuple[datetime, Move, tuple[Organization, Any] | None]] = [
        (move.moment, move, None) for move in funding
    ]
    steps += [
        (moment, Move(moment, -amount, Type.ALLOCATION), (child, transfer_id))
        for moment, child, amount, transfer_id in outgoing
    ]
    child_rows = {
        (event.metadata or {}).get("transferId"): event for event in books.events if event.event_type == Type.ALLOCATION
    }
    for _, move, other in sorted(steps, key=lambda step: step[0]):
        wallet.prepaid_balance += move.amount
        row = _row(chance, wallet, move, None, None, move.description, None)
        if other is not None:
            child, transfer_id = other
            # The parent's row is the transfer: same uuid.
            row.event_id = transfer_id
            mirror = child_rows[f"txn_{transfer_id}"]
            row.description = mirror.description
            row.metadata = {**(mirror.metadata or {}), "counterpartyOrgId": f"org_{child.pk}"}
        books.events.append(row)
    books.wallets.append(wallet)
