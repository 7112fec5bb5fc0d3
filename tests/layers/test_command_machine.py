"""Commands against anything people, clocks, workers and Layers do in any order: one effect for a decision, or none.

What our rows say is held against what took effect at Layers (tests/layers/ledgers.py).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dashboard.models import Staff
from layers.client import Answer
from layers.client.errors import LayersError
from layers.outbox import approving, delivery, verbs
from layers.outbox.approving import Ask
from layers.outbox.kinds import NotNow, kind_of
from layers.outbox.models import DUE, FINAL, Approval, Command, Failure, State, Step, Verdict, What
from orgs.models import Organization
from tests import factories
from tests.layers.api import Api
from tests.layers.ledgers import FATES, Ledgers

LONGEST_WAIT = timedelta(hours=1)  # of a row that nobody has asked to wait longer
TO = {
    State.HELD: {State.HELD, State.SENDING, State.QUEUED, State.UNKNOWN, *FINAL},
    State.WAITING_APPROVAL: {State.WAITING_APPROVAL, State.QUEUED, State.CANCELLED},
    State.QUEUED: {State.QUEUED, State.SENDING, State.UNKNOWN, *FINAL},
    State.SENDING: {State.SENDING, State.QUEUED, State.UNKNOWN, State.SUCCEEDED, State.FAILED},
    State.UNKNOWN: {State.UNKNOWN, State.SENDING, State.SUCCEEDED, State.FAILED},
    **{state: {state} for state in FINAL},
}
KEPT_AS_GIVEN = ("idempotency_key", "payload", "staff_id", "target", "once", "created_at")
UNTOUCHED = (State.HELD, State.WAITING_APPROVAL, State.QUEUED, State.CANCELLED)
ANY = some.integers(0, 20)
PEOPLE = some.integers(0, 2)
FORMS = some.integers(0, 5)
#: Of the calls of one send: one after the other, or all the same, which is how a send ends badly.
SOME_FATES = some.lists(some.sampled_from(FATES), max_size=3) | some.sampled_from(FATES).map(lambda fate: [fate] * 3)
#: Of the calls of a sweep, a send ending badly at each second or so.
MANY_FATES = some.lists(SOME_FATES, max_size=5).map(lambda sends: [fate for send in sends for fate in send])
MINUTES = some.sampled_from([0.2, 1, 1, 3, 3, 11, 60, 13 * 60, 25 * 60])
READABLE = some.sampled_from(["yes", "yes", "no", "half", "gap"])
API_KEYS = ["lp_live_ONE_secret", "lp_live_TWO_secret"]


class Commands(RuleBasedStateMachine):
    """Three from finance, two customers, workers that may die at any line."""

    people: ClassVar[list[Staff]]
    customers: ClassVar[list[Organization]]
    settings: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        self.point = transaction.savepoint()
        self.layers = Ledgers()
        self.api = Api(self.layers)
        self.use_key(0)
        self.gapped = False
        self.before: dict[str, Command] = {}  # all rows as they were after the last step
        self.roots: dict[str, str] = {}  # a command -> the first of the decision that it repeats
        self.late: list[tuple[delivery.Claim, Answer | LayersError]] = []

    def teardown(self) -> None:
        try:
            self.in_the_end_everything_is_decided()
        finally:
            transaction.savepoint_rollback(self.point)
            self.clock.stop()

    # People

    @initialize(forms=some.lists(FORMS, min_size=2, max_size=5, unique=True))
    def begin_with_some(self, forms: list[int]) -> None:
        for form in forms:
            self.give(form % 3, form % 2, form, hold=0, asks=False)

    @rule(who=PEOPLE, to=some.integers(0, 1), form=FORMS, hold=some.sampled_from([0, 8]), asks=some.booleans())
    def give(self, who: int, to: int, form: int, hold: int, asks: bool) -> None:
        self.now.shift(timedelta(milliseconds=1))
        customer, once = self.customers[to], f"credits.allocate:form-{form}"
        standing = Command.objects.exclude(state__in=[State.FAILED, State.CANCELLED]).filter(once=once).first()
        try:
            command = verbs.give(
                "credits.allocate",
                staff=self.people[who],
                target=customer.id,
                organization_id=customer.id,
                once=once,
                payload={"credits": 5 + form, "description": "", "customer": customer.name},
                hold=hold,
                second=Ask("It is a lot.", "dashboard.allocate_credits") if asks else None,
            )
        except verbs.AlreadyGiven as given:
            assert given.command == standing
            return
        assert standing is None
        assert command.state == (State.WAITING_APPROVAL if asks else State.HELD if hold else State.QUEUED)
        self.roots[str(command.id)] = str(command.id)

    @rule(who=PEOPLE, which=ANY, agree=some.booleans())
    def decide(self, who: int, which: int, agree: bool) -> None:
        request = self.one(Approval.objects.filter(state=Verdict.WAITING), which)
        if request is None:
            return
        try:
            approving.decide(request.id, self.people[who], agree=agree)
        except NotNow:
            assert self.state_of(request.subject) == State.WAITING_APPROVAL
            return
        assert self.state_of(request.subject) == (State.QUEUED if agree else State.CANCELLED)

    @rule(who=PEOPLE, which=ANY)
    def cancel(self, who: int, which: int) -> None:
        command = self.one(Command.objects.all(), which)
        if command:
            could, done = command.can_cancel, verbs.cancel(command.id, self.people[who])
            assert could == done == (done and self.state_of(command.id) == State.CANCELLED)

    @rule(who=PEOPLE, which=ANY)
    def have_it_tried_now(self, who: int, which: int) -> None:
        command = self.one(Command.objects.all(), which)
        if command:
            could = command.can_hurry
            assert verbs.hurry(command.id, self.people[who]) == could
            command.refresh_from_db()
            assert not could or command.not_before <= timezone.now()

    @rule(who=PEOPLE, to=PEOPLE, which=ANY)
    def hand_over(self, who: int, to: int, which: int) -> None:
        command = self.one(Command.objects.all(), which)
        if command is None:
            return
        can = command.is_unfinished and command.minder_id != self.people[to].pk
        try:
            verbs.hand_over(command.id, self.people[who], self.people[to], "You know them.")
        except NotNow:
            assert not can
            return
        assert can
        command.refresh_from_db()
        assert command.minder == self.people[to]
        assert command.staff_id == self.before.get(str(command.id), command).staff_id

    @rule(who=PEOPLE, which=ANY)
    def look_at_it(self, who: int, which: int) -> None:
        command = self.one(Command.objects.all(), which)
        if command:
            assert verbs.settle(command.id, self.people[who]) == command.can_settle

    @rule(who=PEOPLE, which=ANY)
    def give_again(self, who: int, which: int) -> None:
        failed = self.one(Command.objects.filter(state=State.FAILED), which)
        if failed is None:
            return
        self.now.shift(timedelta(milliseconds=1))
        try:
            again = verbs.give_again(failed.id, self.people[who])
        except NotNow:
            return
        assert failed.can_retry
        assert again.idempotency_key != failed.idempotency_key
        self.roots[str(again.id)] = self.roots[str(failed.id)]

    # Workers

    @rule(which=ANY, sends=some.lists(SOME_FATES, min_size=1, max_size=3), readable=READABLE)
    def deliver(self, which: int, sends: list[list[str]], readable: str) -> None:
        """One command, a few times in a row, each when the pause after the one before is over. Layers leaves a page out
        once at most: two readings after each other are believed."""
        self.layers.readable = "yes" if self.gapped and readable == "gap" else readable
        self.gapped |= readable == "gap"
        command = self.one(Command.objects.exclude(state__in=FINAL), which)
        for fates in sends if command else []:
            self.layers.fates = list(fates)
            delivery.deliver(self.api.layers, command.id)
            self.what_holds_after_each()
            self.now.shift(timedelta(seconds=31))
        self.layers.fates = []

    @rule(number=some.integers(0, 1))
    def use_key(self, number: int) -> None:
        """Every process has been started anew with that API key."""
        self.settings.LAYERS_API_KEY = self.api.key = API_KEYS[number]

    @rule(which=ANY, fate=some.sampled_from(["none", *FATES]))
    def a_worker_dies(self, which: int, fate: str) -> None:
        """After its claim, before or after its call. One that was only slow comes back later."""
        command = self.one(Command.objects.filter(state__in=DUE), which)
        claim = delivery._claim(command.id) if command else None
        if claim is None or claim.traces or fate == "none":
            return
        self.layers.fates = [fate] * 3
        try:
            self.late.append((claim, kind_of(claim.command.kind).send(self.api.layers, claim.command)))
        except LayersError as error:
            self.late.append((claim, error))
        self.layers.fates = []

    @precondition(lambda self: self.late)
    @rule(which=ANY)
    def a_slow_worker_comes_back(self, which: int) -> None:
        claim, said = self.late.pop(which % len(self.late))
        if isinstance(said, Answer):
            delivery._succeed(claim.command, said)
        else:
            delivery._settle_error(claim, said)

    @rule(minutes=MINUTES, fates=MANY_FATES, works=some.booleans())
    def time_passes(self, minutes: float, fates: list[str], works: bool) -> None:
        """And the sweep runs; where Layers `works`, so do the workers that it calls."""
        self.now.shift(timedelta(minutes=minutes))
        if minutes > 60:
            self.late.clear()  # nobody is that slow
        delivery.release_abandoned()
        approving.expire_due()
        self.layers.fates, self.layers.readable = list(fates), "yes"
        for identifier in delivery.due(10) if works else []:
            delivery.deliver(self.api.layers, identifier)
        self.layers.fates = []

    @invariant()
    def what_holds_after_each(self) -> None:
        self.every_row_went_where_it_may()  # first: it reads the rows anew
        self.no_decision_takes_effect_twice()
        self.a_row_tells_the_truth()
        self.whatever_is_open_will_be_looked_at()
        self.the_history_ends_where_the_row_stands()

    def every_row_went_where_it_may(self) -> None:
        found = Command.objects.select_related("approval").prefetch_related(
            Prefetch("steps", Step.objects.order_by("id"))
        )
        rows = {str(row.id): row for row in found}
        assert rows.keys() == self.roots.keys(), "a command is never lost, and none comes from nowhere"
        for identifier, row in rows.items():
            was = self.before.get(identifier)
            if was:
                assert State(row.state) in TO[State(was.state)]
                assert all(getattr(row, kept) == getattr(was, kept) for kept in KEPT_AS_GIVEN)
                assert not (was.is_final and (row.finished_at, row.failure) != (was.finished_at, was.failure))
                assert row.settled or not was.settled
        self.before = rows

    def no_decision_takes_effect_twice(self) -> None:
        roots = [self.roots[one] for one in self.layers.effects]
        assert len(roots) == len(set(roots))

    def a_row_tells_the_truth(self) -> None:
        for identifier, row in self.before.items():
            took_effect = identifier in self.layers.effects
            if row.state == State.SUCCEEDED:
                assert took_effect
            if row.state in UNTOUCHED or (row.state == State.FAILED and row.failure != Failure.KEY_EXPIRED):
                assert not took_effect
            assert row.is_final == (row.finished_at is not None)
            assert not row.settled or row.state == State.FAILED

    def whatever_is_open_will_be_looked_at(self) -> None:
        for row in self.before.values():
            if row.state == State.SENDING:
                assert row.claimed_at
            if row.state == State.WAITING_APPROVAL:
                assert row.approval and row.approval.state == Verdict.WAITING
            if row.state in DUE and row.failure != Failure.KEY_EXPIRED:
                assert row.not_before <= timezone.now() + LONGEST_WAIT

    def the_history_ends_where_the_row_stands(self) -> None:
        for row in self.before.values():
            ends = [step for step in row.steps.all() if step.what not in (What.HANDED_OVER, What.HURRIED)]
            last = ends[-1] if ends else None
            if row.is_final and not (row.approval and row.approval.state in (Verdict.REFUSED, Verdict.EXPIRED)):
                assert last and last.state == row.state
            if last and last.state == State.UNKNOWN:
                assert row.state in (State.UNKNOWN, State.SENDING)

    def in_the_end_everything_is_decided(self) -> None:
        """Layers is well again and the sweeps go on: nothing stays open but what waits for a person."""
        self.late.clear()
        self.layers.readable = "yes"
        for _ in range(30):
            self.now.shift(timedelta(minutes=11))
            delivery.release_abandoned()
            due = delivery.due(100)
            for identifier in due:
                delivery.deliver(self.api.layers, identifier)
            self.every_row_went_where_it_may()
            if not due:
                break
        self.no_decision_takes_effect_twice()
        self.a_row_tells_the_truth()
        left = [row for row in self.before.values() if not row.is_final]
        assert all(row.state == State.WAITING_APPROVAL or row.failure == Failure.KEY_EXPIRED for row in left)

    def one(self, rows: Any, which: int) -> Any:
        """One of the rows, or None when there are none."""
        found = list(rows.order_by("created_at", "id"))
        return found[which % len(found)] if found else None

    def state_of(self, command_id: Any) -> str:
        return str(Command.objects.values_list("state", flat=True).get(id=command_id))


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    monkeypatch.setattr(delivery.refresh, "delay", lambda scope: None)
    Commands.settings = settings
    Commands.people = [Staff.objects.get(pk=factories.staff("Finance").pk) for _ in range(3)]
    Commands.customers = [factories.customer(), factories.customer()]
    yield


@pytest.mark.usefixtures("world")
def test_whatever_happens_a_decision_takes_effect_once_or_not_at_all_and_its_row_says_which() -> None:
    run_state_machine_as_test(
        Commands,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
