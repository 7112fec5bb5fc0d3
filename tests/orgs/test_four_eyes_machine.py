"""Four eyes against anything people may do in any order: nobody moves credits alone above the limits."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from dashboard.models import Staff
from layers.outbox import approving, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import FINAL, Approval, Command, Failure, State, Verdict
from orgs.batches.progress import stop
from orgs.commands import allocate
from orgs.four_eyes_rules import RULES, Limits, propose
from orgs.giving.batch import give_batch
from orgs.giving.models import AllocationBatch
from orgs.giving.plan import Plan, Way, Wish
from orgs.giving.resuming import resume
from orgs.giving.sheet import read
from orgs.models import Organization, Wallet
from orgs.tenant import Seal
from tests import factories

DAY = timedelta(hours=24)
OUT = (State.QUEUED, State.SENDING, State.UNKNOWN, State.SUCCEEDED)
#: Whether it moved credits nobody knows: a person closed it after its key was too old.
LOST = {"state": State.FAILED, "failure": Failure.KEY_EXPIRED}

PEOPLE = some.integers(0, 3)
ANY = some.integers(0, 50)
CREDITS = some.lists(some.sampled_from([400, 501, 900, 1, 500, 1_001]), min_size=1, max_size=4)
LIMITS = some.fixed_dictionaries(
    {
        "single_above": some.sampled_from([500, 1_000, 0, None]),
        "daily_above": some.sampled_from([2_000, 1_400, 5_000, None]),
        "batch_above": some.sampled_from([1_500, 900, None]),
    }
)
numbers = count()


def no_effect(command: Command) -> bool:
    lost = command.failure == Failure.KEY_EXPIRED
    return command.state == State.CANCELLED or (command.state == State.FAILED and not lost)


class FourEyes(RuleBasedStateMachine):
    """Two from finance and two administrators do what they like. `limits` is what two of them have agreed on."""

    people: ClassVar[list[Staff]]
    customer: ClassVar[Organization]
    listed: ClassVar[list[Organization]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        self.point = transaction.savepoint()
        self.limits: Limits = {}
        self.proposed: dict[str, Limits] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)
        self.clock.stop()

    def person(self, which: int) -> Staff:
        """Fresh, because permissions are kept on the object."""
        return Staff.objects.get(pk=self.people[which].pk)

    def one(self, rows: Any, which: int) -> Any:
        """One of the rows, or None when there are none."""
        found = list(rows.order_by("created_at", "id"))
        return found[which % len(found)] if found else None

    def went_alone(self, command: Command) -> None:
        """The rules again, in other words than orgs/four_eyes.py, over all rows there are."""
        assert command.approval is None
        single, daily = self.limits.get("single_above"), self.limits.get("daily_above")
        assert single is None or command.payload["credits"] <= single
        given = Command.objects.filter(staff=command.staff)
        recent = [one for one in given if timezone.now() - one.created_at < DAY and not no_effect(one)]
        assert daily is None or sum(one.payload["credits"] for one in recent) <= daily

    def look_at_what_was_given(self, command: Command) -> None:
        command.refresh_from_db()
        if command.state == State.WAITING_APPROVAL:
            assert command.approval
        else:
            self.went_alone(command)

    def look_at_a_batch(self, batch: AllocationBatch, new: Iterable[Command]) -> None:
        """What went out together is one batch, and each of its rows one allocation."""
        limit, credits = self.limits.get("batch_above"), 0
        for command in new:
            self.look_at_what_was_given(command)
            credits += command.payload["credits"]
        waits = Command.objects.filter(batch=batch.id, state=State.WAITING_APPROVAL).exists()
        assert waits or limit is None or credits <= limit

    @initialize(limits=LIMITS)
    def agree_on_rules(self, limits: dict[str, Any]) -> None:
        self.propose(2, limits)
        self.decide(3, 0, agree=True)

    @rule(which=PEOPLE, credits=CREDITS)
    def give(self, which: int, credits: list[int]) -> None:
        """Several in a row, each from a form of its own."""
        for amount in credits:
            seal = Seal(self.customer.id, self.customer.id, f"form-{next(numbers)}")
            command = allocate(self.person(which), self.customer, seal, credits=amount, description="")
            self.look_at_what_was_given(command)

    @rule(which=PEOPLE, credits=CREDITS)
    def give_a_batch(self, which: int, credits: list[int]) -> None:
        rows = "\n".join(f"{row.id},{amount}" for row, amount in zip(self.listed, credits, strict=False))
        seal, wish = Seal("", "", f"form-{next(numbers)}"), Wish(Way.ROWS, anew=True)
        shown = Plan(read(rows), wish).digest
        batch, _ = give_batch(self.person(which), read(rows), wish, seal, shown=shown)
        self.look_at_a_batch(batch, Command.objects.filter(batch=batch.id))

    @rule(which=PEOPLE, batch=ANY)
    def stop(self, which: int, batch: int) -> None:
        found = self.one(AllocationBatch.objects.all(), batch)
        if found:
            stop(found, self.person(which))

    @rule(which=PEOPLE, batch=ANY)
    def resume(self, which: int, batch: int) -> None:
        found = self.one(AllocationBatch.objects.filter(stopped_at__isnull=False), batch)
        if found is None:
            return
        known = list(Command.objects.values_list("id", flat=True))
        resume(found, self.person(which))
        new = list(Command.objects.exclude(id__in=known))
        assert all(one.staff_id == self.people[which].pk for one in new)
        self.look_at_a_batch(found, new)

    @rule(which=PEOPLE, command=ANY)
    def give_again(self, which: int, command: int) -> None:
        failed = self.one(Command.objects.filter(state=State.FAILED, settled=False), command)
        try:
            again = failed and verbs.give_again(failed.id, self.person(which))
        except NotNow:
            return
        if again:
            assert again.staff.pk == self.people[which].pk
            self.look_at_what_was_given(again)

    @rule(which=PEOPLE, request=ANY, agree=some.booleans())
    def decide(self, which: int, request: int, agree: bool) -> None:
        # What waits, else what is over: nobody can decide that any more.
        approval = self.one(Approval.objects.filter(state=Verdict.WAITING), request)
        approval = approval or self.one(Approval.objects.all(), request)
        if approval is None:
            return
        staff, was, asker = self.person(which), approval.state, Staff.objects.get(pk=approval.requester_id)
        try:
            approving.decide(approval.id, staff, agree=agree)
        except NotNow:
            approval.refresh_from_db()
            assert approval.state == was
            return
        assert was == Verdict.WAITING
        assert approval.expires_at > timezone.now()
        assert staff.pk != asker.pk
        assert staff.has_perm(approval.needs)
        assert not agree or asker.has_perm(approval.needs)
        if agree and approval.kind == RULES:
            self.limits = self.proposed[str(approval.id)]

    @rule(which=PEOPLE, request=ANY)
    def take_back(self, which: int, request: int) -> None:
        approval = self.one(Approval.objects.filter(state=Verdict.WAITING), request)
        try:
            if approval:
                approving.take_back(approval.id, self.person(which))
        except NotNow:
            return

    @rule(which=PEOPLE, command=ANY)
    def cancel(self, which: int, command: int) -> None:
        found = self.one(Command.objects.exclude(state__in=FINAL), command)
        if found:
            verbs.cancel(found.id, self.person(which))

    @rule(command=ANY, end=some.sampled_from(["lose", "fail", "succeed"]))
    def layers_answers(self, command: int, end: str) -> None:
        found = self.one(Command.objects.filter(state__in=[State.QUEUED, State.UNKNOWN]), command)
        if found is None:
            return
        row = Command.objects.filter(id=found.id)
        if end == "lose":
            row.update(state=State.UNKNOWN, failure=Failure.KEY_EXPIRED, sent_at=timezone.now())
            verbs.settle(found.id, self.person(0))
        else:
            failed = {"state": State.FAILED, "failure": Failure.NOT_ENOUGH_CREDITS}
            row.update(**(failed if end == "fail" else {"state": State.SUCCEEDED}), sent_at=timezone.now())

    @rule(which=PEOPLE, limits=LIMITS)
    def propose(self, which: int, limits: dict[str, Any]) -> None:
        try:
            approval = propose(self.person(which), limits | {"scheduled_above": None})
        except NotNow:
            return
        self.proposed[str(approval.id)] = limits

    @rule(which=PEOPLE)
    def leave_or_return(self, which: int) -> None:
        person = self.person(which)
        Staff.objects.filter(pk=person.pk).update(is_active=not person.is_active)

    @rule(hours=some.sampled_from([1, 11, 13, 23, 24, 80, 200]), sweeps=some.booleans())
    def time_passes(self, hours: int, sweeps: bool) -> None:
        self.now.shift(timedelta(hours=hours))
        if not sweeps:
            return
        approving.expire_due()
        assert not Approval.objects.filter(state=Verdict.WAITING, expires_at__lte=timezone.now()).exists()

    @invariant()
    def what_was_asked_about_goes_out_only_when_another_person_agreed(self) -> None:
        for command in Command.objects.filter(approval__isnull=False).select_related("approval"):
            request = command.approval
            assert request
            if command.state in OUT or (command.state, command.failure) == tuple(LOST.values()):
                assert request.state == Verdict.APPROVED
                assert request.decided_by_id not in (None, command.staff_id)
            if command.state == State.WAITING_APPROVAL:
                assert request.state == Verdict.WAITING

    @invariant()
    def what_waits_for_a_second_person_is_about_something(self) -> None:
        about = Command.objects.filter(state=State.WAITING_APPROVAL).values("approval")
        assert not Approval.objects.filter(state=Verdict.WAITING).exclude(kind=RULES).exclude(id__in=about).exists()


@pytest.fixture
def world(customer: Organization) -> Iterator[None]:
    FourEyes.people = [factories.staff(role) for role in ("Finance", "Finance", "Admin", "Admin")]
    FourEyes.customer = customer
    FourEyes.listed = [factories.customer() for _ in range(4)]
    Wallet.objects.filter(organization_id="org_parent").update(prepaid=10**12)  # only the rules refuse
    yield


@pytest.mark.usefixtures("world")
@pytest.mark.django_db
def test_no_sequence_of_actions_lets_one_person_move_credits_alone_above_the_limits() -> None:
    run_state_machine_as_test(
        FourEyes,
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
