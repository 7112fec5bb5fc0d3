"""Commands of a batch go out in rounds, after what single people wait for."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from layers.mirror.models import Scope
from layers.mirror.scopes import follow
from layers.outbox import delivery, tasks
from layers.outbox.many import Wanted, give_many, take_back_many
from layers.outbox.models import Command, State
from tests import factories
from tests.layers.api import Api, answer

pytestmark = pytest.mark.django_db
TRANSFER = {"id": "txn_1", "allocated": 500, "balance": 5500, "available": 5500, "replayed": False}


@pytest.fixture
def batch() -> list[Command]:
    """Two allocations to one customer, which must keep their order, and one to another."""
    factories.parent()
    number, finance, customer, other = (
        uuid.uuid4(),
        factories.staff("Finance"),
        factories.customer(),
        factories.customer(),
    )
    wanted = [
        Wanted(to.id, f"batch:{position}", {"credits": 5, "description": "", "customer": to.name})
        for position, to in enumerate([customer, customer, other])
    ]
    return give_many("credits.allocate", wanted, staff=finance, batch=number)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api(answer(TRANSFER, 201))
    monkeypatch.setattr(tasks, "layers", lambda lane: api.layers)
    return api


def test_they_are_no_single_commands(batch: list[Command]) -> None:
    single = factories.allocation(factories.customer(), 1)
    assert delivery.due(10) == [str(single.id)]
    assert delivery.due(10, batches=True) == [str(batch[0].id), str(batch[2].id)], "the first of each target"


def test_one_shift_sends_them_all_in_the_order_of_their_targets(batch: list[Command], api: Api) -> None:
    tasks.work_batches(0)
    assert Command.objects.filter(batch__isnull=False, state=State.SUCCEEDED).count() == 3
    keys = api.keys()
    assert keys.index(str(batch[0].idempotency_key)) < keys.index(str(batch[1].idempotency_key))


def test_the_shift_ends_when_what_is_due_cannot_go_yet(batch: list[Command], api: Api) -> None:
    Command.objects.filter(id=batch[0].id).update(not_before=timezone.now() + timedelta(hours=1))
    tasks.work_batches(0)
    assert len(api.calls) == 1


def test_what_they_changed_comes_up_in_the_next_sweep(batch: list[Command], api: Api) -> None:
    follow("wallet", [batch[0].target])
    Scope.objects.update(due_at=timezone.now() + timedelta(hours=1))
    tasks.work_batches(0)
    assert Scope.objects.get(key=batch[0].target).due_at <= timezone.now()


def test_workers_for_them_are_asked_once_they_are_recorded(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[tuple[Any, Any]] = []
    monkeypatch.setattr(tasks.work_batches, "apply_async", lambda args, expires: asked.append((args, expires)))
    customer = factories.customer()
    with django_capture_on_commit_callbacks(execute=True):
        payload = {"credits": 5, "description": "", "customer": customer.name}
        wanted = [Wanted(customer.id, "once", payload)]
        give_many("credits.allocate", wanted, staff=factories.staff("Finance"), batch=uuid.uuid4())
    assert asked == [((place,), tasks.EXPIRES) for place in range(tasks.BATCH_WORKERS)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("state", "waits"), [(State.QUEUED, False), (State.WAITING_APPROVAL, True)])
def test_stopping_passes_over_what_a_worker_claims_and_no_other(state: State, waits: bool) -> None:
    """One that waits for a second person can only be held by a person, for a moment: it must not be left behind."""
    number = uuid.uuid4()
    one = factories.allocation(factories.customer(), 5, batch=number, state=state)
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT 1 FROM outbox_command WHERE id = %s FOR UPDATE", [one.id])
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
            if waits:
                with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                    take_back_many(number, one.staff, "Stopped.")
            else:
                assert take_back_many(number, one.staff, "Stopped.") == 0
    finally:
        holder.rollback()
        holder.close()
    assert take_back_many(number, one.staff, "Stopped.") == 1
