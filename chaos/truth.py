"""What Layers really did: the sandbox's own tables, read by SQL. The mirror and the API have no say here."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import psycopg

COMMAND_ID = "partner_desk_command"
MOVED = """
select metadata ->> 'partner_desk_command', organization_id::text, credits, metadata ->> 'transferId'
from sandbox_creditevent where metadata ? 'partner_desk_command' order by seq
"""
CAPS = """
select organization_id::text, data -> 'from', data -> 'to'
from sandbox_auditevent where event_type = 'credit_config.updated' order by occurred_at, event_id
"""
WALLETS = """
select w.organization_id::text, o.parent_id is null, w.included_remaining + w.prepaid_balance,
       w.monthly_credit_cap, w.refill_threshold, w.refill_amount,
       coalesce(e.booked, 0)::bigint, coalesce(e.moved, 0)::bigint
from sandbox_wallet w join sandbox_organization o on o.id = w.organization_id
left join (select organization_id, sum(credits) booked, sum(credits) filter (where event_type = 'allocation') moved
           from sandbox_creditevent group by 1) e on e.organization_id = w.organization_id
"""


@dataclass(frozen=True)
class Side:
    """A ledger row of a transfer. `credits` are negative for who gives."""

    organization: str
    credits: int
    transfer: str


@dataclass(frozen=True)
class Wallet:
    """Credits in it; cap, refill line and refill amount; the sum of its ledger, and of the transfers in it."""

    organization: str
    ours: bool
    balance: int
    rules: tuple[int | None, int | None, int | None]
    booked: int
    moved: int


@dataclass
class Truth:
    """`sides` by command id; `caps` how often each (organization, cap) was put in place of another cap."""

    wallets: dict[str, Wallet]
    sides: dict[str, list[Side]] = field(default_factory=lambda: defaultdict(list))
    caps: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))


def read(database_url: str) -> Truth:
    """One consistent look."""
    with psycopg.connect(database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        truth = Truth({row[0]: _wallet(row) for row in connection.execute(WALLETS)})
        for command, organization, credits, transfer in connection.execute(MOVED):
            truth.sides[command].append(Side(organization, credits, transfer))
        for organization, before, after in connection.execute(CAPS):
            cap = after["monthlyCreditCap"]
            if cap is not None and cap != before["monthlyCreditCap"]:
                truth.caps[organization, cap] += 1
    return truth


def _wallet(row: tuple[Any, ...]) -> Wallet:
    return Wallet(row[0], row[1], row[2], (row[3], row[4], row[5]), row[6], row[7])


def bare(identifier: str) -> str:
    """org_<uuid> as the tables of the sandbox have it."""
    return identifier.partition("_")[2]
