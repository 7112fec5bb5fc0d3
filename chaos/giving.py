"""The staff: several people who give decisions, ask again, take back and agree, whatever happens around them.

`python -m chaos.enter chaos.giving`, in the desk's environment; CHAOS_COURSE is the course, CHAOS_JOURNAL the file
that gets a line for each decision with what the person was told (told.py reads it). They use the desk's own
verbs, as its views do.
"""

import json
import os
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from psycopg_pool import PoolTimeout

from chaos.course import Course
from chaos.wishes import Wish, wishes
from dashboard.models import Staff
from layers.outbox import approving, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Command, Verdict
from layers.outbox.verbs import AlreadyGiven
from orgs import queries
from orgs.batches.giving import PlanChanged
from orgs.caps.batch import give_batch
from orgs.caps.commands import ChangedMeanwhile, rules_of, set_caps
from orgs.caps.plan import Plan
from orgs.caps.rules import Rules
from orgs.commands import allocate
from orgs.four_eyes_rules import propose
from orgs.giving import plan as giving
from orgs.giving.batch import give_batch as allocate_many
from orgs.giving.models import AllocationBatch
from orgs.giving.sheet import read
from orgs.models import Organization
from orgs.tenant import Seal

T = TypeVar("T")
BROKEN = (OperationalError, InterfaceError, PoolTimeout)
PAUSE = 0.5  # seconds before somebody presses the button again after an error page
PATIENCE = 120.0  # seconds after which they give up, and the run fails
LIMITS: Any = {"single_above": 5_000, "daily_above": None, "batch_above": 10_000, "scheduled_above": None}


class Desk:
    """What all of the staff share: the course, the customers in the order of their names, the journal."""

    def __init__(self, course: Course, journal: Path) -> None:
        self.course = course
        rows = Organization.objects.exclude(parent_id="").exclude(status="archived").order_by("name", "id")
        self.customers = list(rows.values_list("id", flat=True))
        self._file = journal.open("a", buffering=1)
        self._lock = threading.Lock()
        self.began = time.monotonic()

    def note(self, **line: Any) -> None:
        with self._lock:
            self._file.write(json.dumps(line) + "\n")


def insist(deed: Callable[[], T]) -> T:
    """Presses the button until there is an answer: with the same form, so that nothing can be recorded twice."""
    begun = time.monotonic()
    while True:
        close_old_connections()
        try:
            return deed()
        except BROKEN:
            if time.monotonic() - begun > PATIENCE:
                raise
            time.sleep(PAUSE)


def together(command: Command) -> list[str]:
    """What one form gave: a command, or all of a batch."""
    batch = command.batch
    return insist(lambda: ids_of(batch)) if batch else [str(command.id)]


def ids_of(batch: UUID) -> list[str]:
    return [str(one) for one in Command.objects.filter(batch=batch).values_list("id", flat=True)]


class Person(threading.Thread):
    """One of the staff, with their share of the wishes."""

    def __init__(self, desk: Desk, staff: Staff, wishes: list[Wish]) -> None:
        super().__init__(name=staff.username)
        self.desk, self.staff, self.wishes = desk, staff, wishes
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for wish in self.wishes:
                time.sleep(max(0.0, self.desk.began + wish.at - time.monotonic()))
                self.give(wish)
        except BaseException as failure:
            self.failure = failure
            raise

    def give(self, wish: Wish) -> None:
        verb = {
            "allocate": self.allocate,
            "allocate batch": self.allocate_batch,
            "caps": self.caps,
            "caps batch": self.caps_batch,
        }[wish.kind]
        line: dict[str, Any] = {"number": wish.number, "kind": wish.kind, "staff": self.staff.username}
        for _ in range(2 if wish.twice else 1):
            try:
                found = insist(lambda: verb(wish))
                line |= {"told": "recorded", "commands": found}
            except AlreadyGiven as given:
                line |= {"told": line.get("told", "given already"), "commands": together(given.command)}
            except NotNow as refusal:
                line |= {"told": "refused", "why": str(refusal), "commands": line.get("commands", [])}
        if wish.cancelled and line["commands"]:
            line["cancelled"] = insist(lambda: verbs.cancel(line["commands"][0], self.staff))
        self.desk.note(**line)

    def allocate(self, wish: Wish) -> list[str]:
        customer = queries.customers_with_money().get(id=self.customer(wish))
        words = wish.reason
        given = allocate(self.staff, customer, self.seal(wish, customer.id), credits=wish.credits, description=words)
        return [str(given.id)]

    def allocate_batch(self, wish: Wish) -> list[str]:
        sheet = read("\n".join(f"{identifier};{wish.credits}" for identifier in self.several(wish)))
        given = giving.Wish(AllocationBatch.Way.ROWS, reason=wish.reason, anew=True)
        while True:
            shown = giving.Plan(sheet, given).digest
            try:
                batch, _ = allocate_many(self.staff, sheet, given, self.seal(wish, "batch"), shown=shown)
            except PlanChanged:
                continue
            return ids_of(batch.id)

    def caps(self, wish: Wish) -> list[str]:
        """Looks at what holds, and again when somebody else was faster."""
        while True:
            customer = queries.customers_with_money().get(id=self.customer(wish))
            shown = rules_of(customer)
            wanted = (shown or Rules()).after(wish.changes)
            seal = self.seal(wish, customer.id)
            try:
                given = set_caps(self.staff, customer, seal, shown=shown or Rules(), wanted=wanted, reason=wish.reason)
            except ChangedMeanwhile:
                continue
            return [str(given.id)]

    def caps_batch(self, wish: Wish) -> list[str]:
        ids = self.several(wish)
        while True:
            plan = Plan(ids, wish.changes)
            seal = self.seal(wish, "batch")
            try:
                batch, _ = give_batch(self.staff, ids, wish.changes, seal, shown=plan.digest, reason=wish.reason)
            except PlanChanged:
                continue
            return ids_of(batch.id)

    def several(self, wish: Wish) -> list[str]:
        count = len(self.desk.customers)
        return [self.desk.customers[(wish.customer + step) % count] for step in range(wish.size)]

    def customer(self, wish: Wish) -> str:
        return self.desk.customers[wish.customer % len(self.desk.customers)]

    def seal(self, wish: Wish, target: str) -> Seal:
        return Seal(target, target, f"chaos-{self.desk.course.seed}-{wish.number}")


class Approver(threading.Thread):
    """A second person who answers every request, most of them with yes."""

    def __init__(self, staff: Staff, seed: int) -> None:
        super().__init__(name=staff.username)
        self.staff, self.seed = staff, seed
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set() or insist(self.waiting):
            for identifier in insist(self.waiting):
                insist(partial(self.decide, identifier))
            time.sleep(0.5)

    def waiting(self) -> list[Any]:
        return list(Approval.objects.filter(state=Verdict.WAITING).order_by("created_at").values_list("id", flat=True))

    def decide(self, identifier: Any) -> None:
        words = Approval.objects.get(id=identifier).words
        agree = random.Random(f"{self.seed}:{words}").random() < 0.7  # noqa: S311  the same choice on every run
        try:
            approving.decide(identifier, self.staff, agree=agree, comment="chaos")
        except NotNow:
            return  # taken back meanwhile


def hire(course: Course) -> tuple[list[Staff], Staff]:
    """People of finance, and an administrator who agrees; two administrators agree on the rules."""
    with transaction.atomic():
        finance, admin = (Group.objects.get(name=name) for name in ("Finance", "Admin"))
        people = [Staff.objects.add(f"finance{n}@chaos.example", f"Finance {n}", None) for n in range(course.staff)]
        for person in people:
            person.groups.add(finance)
        one, other = (Staff.objects.add(f"admin{n}@chaos.example", f"Admin {n}", None) for n in range(2))
        for person in (one, other):
            person.groups.add(admin)
        approving.decide(propose(one, LIMITS).id, other, agree=True)
    return people, one


def main() -> None:
    course = Course(**json.loads(os.environ["CHAOS_COURSE"]))
    people, second = insist(lambda: hire(course))
    desk = Desk(course, Path(os.environ["CHAOS_JOURNAL"]))
    all_wishes = wishes(course)
    approver = Approver(second, course.seed)
    approver.start()
    staff = [Person(desk, person, all_wishes[place :: len(people)]) for place, person in enumerate(people)]
    for person in staff:
        person.start()
    for person in staff:
        person.join()
    approver.over.set()
    approver.join()
    if failures := [person.failure for person in staff if person.failure]:
        raise SystemExit(f"{len(failures)} of the staff could not go on: {failures[0]!r}")


if __name__ == "__main__":
    main()
