"""Whatever order rows and answers come in, once or twice, right or wrong: what is kept is what all of them say."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from layers.client.shapes import LedgerEvent as LedgerShape
from layers.mirror.models import Scope
from layers.mirror.upsert import upsert
from layers.outbox.models import Command, Failure, State
from orgs.books.tieout import judging
from orgs.books.tieout.accepting import facts_shown
from orgs.books.tieout.models import Acceptance, Books, TieState, Transfer, TransferCount
from orgs.books.tieout.rules import Facts, Line, Order, judge
from orgs.commands import ALLOCATE, COMMAND_ID
from orgs.models import LedgerEvent, Organization
from tests import factories
from tests.orgs.books.making import with_rule

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPENED = START + timedelta(minutes=30)
NOW = START + timedelta(days=1, minutes=47)  # what was due before its 47th minute is overdue
OURS, CUSTOMERS = "org_parent", ("org_one", "org_two")
WALLETS = (OURS, *CUSTOMERS)
COMMANDS = [UUID(int=n) for n in (1, 2, 3)]
TRANSFERS = ["txn_a", "txn_b", "txn_c", "txn_d"]
MINUTES = st.integers(0, 90)
AMOUNTS = st.sampled_from([500, 500, 500, 499])

SENDS = st.tuples(st.just("command"), st.integers(0, 2), st.sampled_from(["sending", "queued", "unknown", "lost"]))
ENDS = st.tuples(
    st.just("command"),
    st.integers(0, 2),
    st.sampled_from(["succeeded", "failed", "never sent"]),
    st.none() | st.sampled_from(TRANSFERS),
)
ROWS = st.tuples(
    st.just("row"),
    st.sampled_from(TRANSFERS),
    st.sampled_from(WALLETS),
    AMOUNTS,
    st.none() | st.sampled_from([*map(str, COMMANDS), str(UUID(int=99)), "nonsense"]),
    st.booleans(),  # a second row of the same side
    st.booleans(),  # a refill
)
READS = st.tuples(st.just("read"), st.sampled_from(["ledger", "wallet"]), st.sampled_from(WALLETS), MINUTES)
RULES = st.tuples(st.just("rule"), st.sampled_from(CUSTOMERS), st.sampled_from([None, 499, 500]))
OTHERS = st.tuples(st.sampled_from(["catch up", "rebuild", "accept"]), st.sampled_from(TRANSFERS))
STEPS = st.lists(st.one_of(ROWS, ROWS, ROWS, SENDS, ENDS, READS, READS, RULES, OTHERS), max_size=18)

#: A row was judged by a command, which then turns out not to have been sent.
NEVER_SENT_AFTER_ALL: list[tuple[Any, ...]] = [
    ("row", "txn_a", OURS, 500, str(COMMANDS[2]), False, False),
    ("command", 2, "sending"),
    ("catch up", "txn_a"),
    ("command", 2, "never sent", None),
]
#: A refill waits for its rule to be read; the rule becomes known before that.
RULE_WHILE_IT_WAITS: list[tuple[Any, ...]] = [
    ("row", "txn_d", OURS, 500, None, False, True),
    ("row", "txn_d", CUSTOMERS[1], 500, None, False, True),
    ("catch up", "txn_d"),
    ("rule", CUSTOMERS[1], 500),
]


class World:
    """What has arrived, in plain dictionaries, and in the database."""

    def __init__(self) -> None:
        Books.objects.update_or_create(defaults={"opened_at": OPENED})
        factories.parent(id=OURS)
        for customer in CUSTOMERS:
            factories.credit_config(factories.customer(id=customer))
        self.staff = factories.staff("Finance")
        self.lines: dict[str, tuple[str, Line]] = {}
        self.orders: dict[UUID, tuple[Order, str]] = {}
        self.read: dict[str, datetime] = {}
        self.limits: dict[str, int] = {}

    def command(self, number: int, state: str, told: str | None = None) -> None:
        identifier, at = COMMANDS[number], START + timedelta(minutes=10 * number)
        customer = CUSTOMERS[number % 2]
        failure = Failure.KEY_EXPIRED if state == "lost" else ""
        stored = {"lost": State.UNKNOWN, "never sent": State.FAILED}.get(state, state)
        over = at + timedelta(minutes=1) if stored in (State.SUCCEEDED, State.FAILED) else None
        values = {
            "kind": ALLOCATE,
            "target": customer,
            "organization_id": customer,
            "payload": {"credits": 500},
            "staff": self.staff,
            "once": str(identifier),
            "state": stored,
            "failure": failure,
            "sent_at": None if state == "never sent" else at,
            "finished_at": over,
            "answer": {"id": told} if told else None,
        }
        Command.objects.update_or_create(id=identifier, defaults=values)
        self.orders.pop(identifier, None)
        if state != "never sent":
            order = Order(identifier, customer, 500, stored, failure, at, over or at)
            self.orders[identifier] = (order, told or "")

    def row(self, transfer: str, wallet: str, amount: int, named: str | None, second: bool, refill: bool) -> None:
        is_ours = wallet == OURS
        identifier = f"{transfer}:{wallet}:{second}"
        if identifier in self.lines:
            raw = LedgerEvent.objects.get(id=identifier).raw  # it comes again, as it was
        else:
            at = START + timedelta(minutes=20 * TRANSFERS.index(transfer))
            other = CUSTOMERS[TRANSFERS.index(transfer) % 2] if is_ours else OURS
            metadata = {"transferId": transfer, "counterpartyOrgId": other, "direction": "allocate"}
            metadata |= {COMMAND_ID: named} if named else {}
            metadata |= {"trigger": "auto_refill"} if refill else {}
            raw = {
                "eventId": identifier,
                "credits": -amount if is_ours else amount,
                "eventType": "allocation",
                "metadata": metadata,
                "createdAt": at.isoformat(),
            }
            line = Line(identifier, wallet, is_ours, amount, at, other, named or "", refill and not named)
            self.lines[identifier] = (transfer, line)
        upsert(LedgerEvent, [LedgerShape.of(wallet, raw)])

    def read_scope(self, resource: str, wallet: str, minutes: int) -> None:
        scope = f"{resource}:{wallet}"
        self.read[scope] = max(START + timedelta(minutes=minutes), self.read.get(scope, START))
        values = {"resource": resource, "key": wallet, "synced_at": self.read[scope]}
        Scope.objects.update_or_create(id=scope, defaults=values)

    def rule(self, customer: str, amount: int | None) -> None:
        with_rule(Organization(id=customer), amount)
        self.limits[customer] = max(amount or 0, self.limits.get(customer, 0))

    def accept(self, transfer: str) -> None:
        row = Transfer.objects.filter(key=transfer, state=TieState.EXCEPTION).first()
        if row:
            Acceptance.objects.get_or_create(
                key=transfer, facts=facts_shown(row), defaults={"note": "Fine", "staff": self.staff}
            )
            judging.mark([transfer])
            judging.catch_up()

    def step(self, name: str, *rest: Any) -> None:
        if name in ("catch up", "rebuild"):
            (judging.catch_up if name == "catch up" else judging.rebuild)()
        else:
            steps = {"command": self.command, "row": self.row, "accept": self.accept}
            (steps | {"read": self.read_scope, "rule": self.rule})[name](*rest)

    def expected(self) -> dict[str, tuple[Any, ...]]:
        """The verdict on each transfer from everything that has arrived, by looking at all of it."""
        of_order: dict[UUID, list[str]] = {}
        for identifier, (_, told) in self.orders.items():
            named = {transfer for transfer, line in self.lines.values() if line.command_id == str(identifier)}
            of_order[identifier] = sorted(named | ({told} if told else set()), key=self.first)
        keys = {transfer for transfer, _ in self.lines.values()}
        keys |= {key for identifier, found in of_order.items() for key in (found or [f"command:{identifier}"])}
        found = {}
        for key in keys:
            orders = [
                Order(**{**vars(order), "transfers": tuple(of_order[identifier])})
                for identifier, (order, _) in sorted(self.orders.items())
                if key in (of_order[identifier] or [f"command:{identifier}"])
            ]
            lines = sorted((line for of, line in self.lines.values() if of == key), key=lambda line: (line.at, line.id))
            accepted = frozenset(Acceptance.objects.filter(key=key).values_list("facts", flat=True))
            facts = Facts(key, lines, orders, OURS, NOW, self.read, OPENED, accepted=accepted)
            judged = judge(replace(facts, refill_limit=self.limits.get(facts.customer_id, 0)))
            if judged:
                verdict = judged.verdict
                sides = (judged.origin, judged.ordered, judged.ours, judged.theirs)
                found[key] = (*sides, verdict.state, verdict.kind, verdict.off, verdict.awaits, verdict.awaits_read)
        return found

    def first(self, transfer: str) -> tuple[bool, datetime, str]:
        at = [line.at for of, line in self.lines.values() if of == transfer]
        return (not at, min(at, default=START), transfer)


COLUMNS = ("origin", "ordered", "ours", "theirs", "state", "kind", "off", "awaits", "awaits_read")


def kept() -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in Transfer.objects.values_list("key", *COLUMNS)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=NEVER_SENT_AFTER_ALL)
@example(steps=RULE_WHILE_IT_WAITS)
def test_what_is_kept_is_what_everything_together_says(steps: list[tuple[Any, ...]]) -> None:
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        world = World()
        for step in steps:
            world.step(*step)
        standing = judging.standing()
        assert kept() == world.expected()
        rows = list(Transfer.objects.all())
        by_state = Counter(row.state for row in rows)
        off = sum(row.off for row in rows if row.state == "exception")
        counted = [by_state[state] for state in ("matched", "waiting", "exception", "accepted")]
        assert standing == judging.TieOut(counted[0], counted[1], counted[2], counted[3], off)
        assert sum(TransferCount.objects.values_list("transfers", flat=True)) == len(rows)
        for row in rows:
            if row.state == "matched":
                assert row.ours == row.theirs
                assert row.origin != "desk" or row.ordered == row.theirs
        before = kept()
        judging.rebuild()
        assert kept() == before
        Transfer.objects.all().delete()
        judging.rebuild()
        assert kept() == before
        transaction.set_rollback(True)
