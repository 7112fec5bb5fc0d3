"""Four eyes against any sequence of changed caps and refill rules: alone nobody lets a refill add more than the limit,
nor lets it come sooner or go on longer, beyond what was there or what two have agreed on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dashboard.models import Staff
from layers.outbox import approving, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import FINAL, Approval, Command, Failure, State, Verdict
from orgs.caps.batch import give_batch
from orgs.caps.commands import rules_of, set_caps
from orgs.caps.plan import Plan
from orgs.caps.rules import CHANGE_CAPS, Changes, Rules
from orgs.four_eyes_models import FourEyesRules
from orgs.models import CreditConfig, Organization
from orgs.tenant import Seal
from tests import factories

LIMIT, DAILY = 5_000, 12_000
PEOPLE = some.integers(0, 1)
ANY = some.integers(0, 50)
#: What customers have had since before anybody looked.
RULES = some.builds(
    Rules,
    cap=some.sampled_from([None, 0]),
    line=some.just(500),
    amount=some.sampled_from([LIMIT, 90_000]),
)
#: What people want of them.
WISH: some.SearchStrategy[Changes] = some.sampled_from(
    [
        {"cap": 0},
        {"cap": None},
        {"line": 500},
        {"line": 1_000_000},
        {"amount": LIMIT},
        {"amount": LIMIT + 1},
        {"amount": 90_000},
        {"line": None, "amount": None},
        {"line": 500, "amount": LIMIT},
    ]
)
WISHES = some.lists(WISH, min_size=1, max_size=4)
ENDS = some.lists(some.sampled_from(["succeed", "fail", "lost", "lost, but done"]), min_size=1, max_size=4)


def reaches(one: Rules, other: Rules) -> bool:
    """Whether refills by `one` are as large, come as soon and go on as long as by `other`."""
    endless = one.cap is None or (other.cap is not None and one.cap >= other.cap)
    return endless and (one.line or 0) >= (other.line or 0) and (one.amount or 0) >= (other.amount or 0)


class RefillRules(RuleBasedStateMachine):
    """Two from finance do what they like to two customers. `layers` is what Layers holds of each, `stood` what was
    there or was agreed on by two."""

    people: ClassVar[list[Staff]]
    customers: ClassVar[list[Organization]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        self.point = transaction.savepoint()
        self.layers: dict[str, Rules] = {}
        self.stood: dict[str, list[Rules]] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)
        self.clock.stop()

    @initialize(first=RULES, second=RULES)
    def some_have_rules(self, first: Rules, second: Rules) -> None:
        for row, rules in zip(self.customers, (first, second), strict=True):
            self.hold(row.id, rules)
            self.stood[row.id] = [rules]

    def hold(self, identifier: str, rules: Rules) -> None:
        """Layers holds these rules, and we have read them."""
        self.layers[identifier] = rules
        CreditConfig.objects.filter(organization=identifier).update(
            monthly_cap=rules.cap, refill_threshold=rules.line, refill_amount=rules.amount
        )

    def one(self, rows: Any, which: int) -> Any:
        found = list(rows.order_by("created_at", "id"))
        return found[which % len(found)] if found else None

    def seal(self) -> Seal:
        """Of the next form, a second later."""
        self.now.shift(timedelta(seconds=1))
        return Seal("", "", f"form-{next(factories.numbers)}")

    def went_alone(self, commands: list[Command]) -> None:
        """What did not ask stays within both limits, all of one form together."""
        if any(one.state == State.WAITING_APPROVAL for one in commands):
            assert all(one.approval for one in commands)
            return
        added = sum(one.payload["credits"] for one in commands)
        assert added <= LIMIT
        given = Command.objects.filter(staff=commands[0].staff, created_at__gt=timezone.now() - timedelta(hours=24))
        counted = [one for one in given if one.state not in (State.CANCELLED, State.FAILED)]
        assert not added or sum(one.payload["credits"] for one in counted) <= DAILY

    @rule(which=PEOPLE, customer=PEOPLE, wishes=WISHES)
    def change(self, which: int, customer: int, wishes: list[Changes]) -> None:
        """Several in a row, each from a form of its own."""
        for wish in wishes:
            row = Organization.objects.get(id=self.customers[customer].id)
            shown = rules_of(row) or Rules()
            try:
                command = set_caps(self.people[which], row, self.seal(), shown=shown, wanted=shown.after(wish))
            except NotNow:
                continue
            self.went_alone([command])

    @rule(which=PEOPLE, wish=WISH)
    def change_both(self, which: int, wish: Changes) -> None:
        ids, seal = [row.id for row in self.customers], self.seal()
        try:
            batch, _ = give_batch(self.people[which], ids, wish, seal, shown=Plan(ids, wish).digest, reason="")
        except NotNow:
            return
        self.went_alone(list(Command.objects.filter(batch=batch.id)))

    @rule(which=PEOPLE, command=ANY)
    def give_again(self, which: int, command: int) -> None:
        failed = self.one(Command.objects.filter(state=State.FAILED, settled=False), command)
        try:
            again = failed and verbs.give_again(failed.id, self.people[which])
        except NotNow:
            return
        if again:
            self.went_alone([again])

    @rule(which=PEOPLE, request=ANY, agree=some.booleans())
    def decide(self, which: int, request: int, agree: bool) -> None:
        approval = self.one(Approval.objects.filter(state=Verdict.WAITING), request)
        if approval is None:
            return
        asked = list(Command.objects.filter(approval=approval, state=State.WAITING_APPROVAL))
        shown = {one.id: rules_of(Organization.objects.get(id=one.target)) or Rules() for one in asked}
        try:
            approving.decide(approval.id, self.people[which], agree=agree)
        except NotNow:
            return
        assert self.people[which].pk != approval.requester_id
        for one in asked if agree else []:
            # Nothing is written over that the second person has not seen.
            assert all(getattr(shown[one.id], name) == old for name, old in one.payload["before"].items())
            self.stood[one.target].append(shown[one.id].after(one.payload["set"]))

    @rule(which=PEOPLE, command=ANY)
    def cancel(self, which: int, command: int) -> None:
        found = self.one(Command.objects.exclude(state__in=FINAL), command)
        if found:
            verbs.cancel(found.id, self.people[which])

    @rule(customer=PEOPLE, ends=ENDS)
    def layers_answers(self, customer: int, ends: list[str]) -> None:
        for end in ends:
            self.answer(self.customers[customer].id, end)

    def answer(self, identifier: str, end: str) -> None:
        """To the oldest of a customer: they keep their order."""
        command = self.one(Command.objects.filter(target=identifier, state=State.QUEUED), 0)
        if command is None:
            return
        row, after = Command.objects.filter(id=command.id), self.layers[identifier].after(command.payload["set"])
        if end == "fail" or after.missing:
            row.update(state=State.FAILED, failure=Failure.REFUSED, sent_at=timezone.now())
            return
        if end != "lost":
            self.takes_effect(command, after)
        lost = {"state": State.UNKNOWN, "failure": Failure.KEY_EXPIRED}
        row.update(**({"state": State.SUCCEEDED} if end == "succeed" else lost), sent_at=timezone.now())

    def takes_effect(self, command: Command, after: Rules) -> None:
        if command.approval_id:
            self.stood[command.target].append(after)
        elif after.refills and (after.amount or 0) > LIMIT:
            assert any(reaches(stood, after) for stood in self.stood[command.target])
        self.hold(command.target, after)

    @rule(hours=some.sampled_from([1, 13, 24, 80]))
    def time_passes(self, hours: int) -> None:
        self.now.shift(timedelta(hours=hours))
        approving.expire_due()

    @invariant()
    def what_was_asked_about_goes_out_only_when_the_other_agreed(self) -> None:
        for command in Command.objects.filter(kind=CHANGE_CAPS, approval__isnull=False).select_related("approval"):
            request = command.approval
            assert request
            if command.state == State.WAITING_APPROVAL:
                assert request.state == Verdict.WAITING
            elif command.state != State.CANCELLED:
                assert request.state == Verdict.APPROVED
                assert request.decided_by_id not in (None, command.staff_id)


@pytest.fixture
def world(ours: Organization) -> Iterator[None]:
    RefillRules.people = [factories.staff("Finance") for _ in range(2)]
    RefillRules.customers = [factories.customer() for _ in range(2)]
    for row in RefillRules.customers:
        factories.credit_config(row)
    limits = {"scheduled_above": LIMIT, "daily_above": DAILY}
    FourEyesRules.objects.create(state=FourEyesRules.State.ACTIVE, active_from=timezone.now(), **limits)
    yield


@pytest.mark.usefixtures("world")
@pytest.mark.django_db
def test_no_sequence_of_changes_lets_one_person_have_refills_add_more_than_the_limit() -> None:
    run_state_machine_as_test(
        RefillRules,
        settings=settings(
            max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
