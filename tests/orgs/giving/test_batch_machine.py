"""A batch through anything that may happen to it: whatever answers are lost, whoever stops, resumes and tries again,
each row moves its credits once or not at all, and says which."""

import json
from collections import Counter
from contextlib import suppress
from itertools import count
from typing import Any, ClassVar

import httpx
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dashboard.models import Staff
from layers.client import Layers, Transport
from layers.mirror import link
from layers.outbox import delivery, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import FINAL, OPEN, Command, State
from orgs.batches.progress import Progress, commands, stop
from orgs.commands import CannotAllocate, on_their_way
from orgs.giving.batch import give_batch, moved
from orgs.giving.models import AllocationBatch
from orgs.giving.plan import Plan, Way, Wish
from orgs.giving.resuming import resume
from orgs.giving.sheet import read
from orgs.models import Organization, Wallet
from orgs.tenant import Seal
from tests import factories
from tests.layers.api import answer, refusal

PREPAID = 100_000
FATES = ["done", "lost before", "lost after", "fault after", "refused", "no connection"]
numbers = count()


class Edge:
    """What Layers does with allocations: one effect a key, then the same answer; and the fates of single calls."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.effects: Counter[str] = Counter()  # allocations by customer
        self.credits = 0
        self.fate = "done"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.fate == "no connection":
            raise httpx.ConnectError("nobody there")
        if self.fate == "lost before":
            raise httpx.ReadTimeout("no answer")
        key = request.headers["Idempotency-Key"]
        again = key in self.answers
        if not again:
            self.answers[key] = self._decide(request)
        if self.fate == "lost after":
            raise httpx.ReadTimeout("no answer")
        status, body = self.answers[key]
        if self.fate == "fault after" or status != 200:
            return refusal(500 if status == 200 else status, body.get("code", "INTERNAL"))
        return answer(body | {"replayed": again})

    def _decide(self, request: httpx.Request) -> tuple[int, Any]:
        if self.fate == "refused":
            return 402, {"code": "INSUFFICIENT_CREDITS"}
        customer, credits = request.url.path.split("/")[3], json.loads(request.content)["credits"]
        self.effects[customer] += 1
        self.credits += credits
        return 200, {"id": f"txn_{len(self.answers)}", "allocated": credits, "balance": credits, "available": credits}

    @property
    def layers(self) -> Layers:
        http = httpx.Client(transport=httpx.MockTransport(self), base_url="https://layers.test")
        return Layers(Transport("https://layers.test", "lp_test_KEY", http=http, sleep=lambda seconds: None))


class OneBatch(RuleBasedStateMachine):
    customers: ClassVar[list[Organization]]
    people: ClassVar[list[Staff]]

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.edge = Edge()

    def teardown(self) -> None:
        if hasattr(self, "batch"):
            self.finish()
        transaction.savepoint_rollback(self.point)

    @initialize(amounts=some.lists(some.integers(1, 9_000), min_size=1, max_size=5))
    def give(self, amounts: list[int]) -> None:
        rows = "\n".join(f"{row.id},{credits}" for row, credits in zip(self.customers, amounts, strict=False))
        seal, shown = Seal("", "", f"form-{next(numbers)}"), Plan(read(rows), Wish(Way.ROWS)).digest
        found = [give_batch(self.people[0], read(rows), Wish(Way.ROWS), seal, shown=shown) for _ in range(2)]
        assert [is_new for _, is_new in found] == [True, False]
        self.batch, self.amounts = found[0][0], amounts
        assert self.batch.credits == sum(amounts)

    def one(self, which: int, **wanted: Any) -> Command | None:
        found = list(commands(self.batch).filter(**wanted).order_by("created_at", "id"))
        return found[which % len(found)] if found else None

    @rule(which=some.integers(0, 9), fate=some.sampled_from(FATES))
    def deliver(self, which: int, fate: str) -> None:
        command = self.one(which, state__in=OPEN)
        if command:
            self.edge.fate = fate
            Command.objects.filter(id=command.id).update(not_before=timezone.now())
            delivery.deliver(self.edge.layers, command.id)

    @rule(which=some.integers(0, 9), arrives=some.booleans())
    def lose_a_worker(self, which: int, arrives: bool) -> None:
        """It dies after the claim; its call may still have arrived."""
        command = self.one(which, state__in=[State.QUEUED, State.UNKNOWN])
        if command is None:
            return
        if arrives:
            self.edge.fate = "lost after"
            delivery.deliver(self.edge.layers, command.id)
        long_ago = factories.ago(hours=1)
        claimed = {"claimed_at": long_ago, "sent_at": long_ago, "sent_with": link.key_mark()}
        Command.objects.filter(id=command.id, state__in=OPEN).update(state=State.SENDING, **claimed)
        delivery.release_abandoned()

    @rule()
    def stop(self) -> None:
        stop(self.batch, self.people[0])

    @rule(person=some.integers(0, 1), twice=some.booleans())
    def resume(self, person: int, twice: bool) -> None:
        seen = AllocationBatch.objects.get(id=self.batch.id)
        if resume(seen, self.people[person]) and twice:
            assert resume(seen, self.people[person]) == 0

    @rule(which=some.integers(0, 9), person=some.integers(0, 1))
    def try_again(self, which: int, person: int) -> None:
        command = self.one(which, state=State.FAILED)
        try:
            _ = command and verbs.give_again(command.id, self.people[person])
        except NotNow:
            return

    @rule(credits=some.integers(0, PREPAID))
    def spend_elsewhere(self, credits: int) -> None:
        """Our wallet gets smaller; what it does not cover any more is not resumed."""
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=PREPAID - credits)
        with suppress(CannotAllocate):
            resume(AllocationBatch.objects.get(id=self.batch.id), self.people[0])
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=PREPAID)

    @invariant()
    def no_row_moves_twice(self) -> None:
        if not hasattr(self, "batch"):
            return
        assert all(times == 1 for times in self.edge.effects.values())
        assert self.edge.credits <= sum(self.amounts)
        assert moved(self.batch) <= self.edge.credits
        assert Progress.of(AllocationBatch.objects.get(id=self.batch.id)).states.total() == len(self.amounts)

    def finish(self) -> None:
        """Layers answers from now on: every row ends, and says what became of it."""
        while commands(self.batch).filter(state__in=OPEN).exists():
            self.deliver(0, "done")
        for command in commands(self.batch):
            assert command.state in FINAL
            assert self.edge.effects[command.target] == (1 if command.state == State.SUCCEEDED else 0)
        assert moved(self.batch) == self.edge.credits
        ours = Wallet.objects.get(organization_id="org_parent")
        assert on_their_way(ours) == self.edge.credits  # our copy is older than all of it


@pytest.mark.django_db
def test_each_row_of_a_batch_has_one_effect_or_none_whatever_happens(ours: Organization) -> None:
    OneBatch.people = [factories.staff("Finance"), factories.staff("Finance")]
    OneBatch.customers = [factories.customer() for _ in range(5)]
    for row in OneBatch.customers:
        factories.wallet(row)
    run_state_machine_as_test(
        OneBatch,
        settings=settings(
            max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
