"""Each kind against a real sandbox: what Layers has afterwards, what our copy says, and what is read when the answer
was lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from layers.client import Layers
from layers.mirror import scopes
from layers.mirror.models import Scope
from layers.outbox.kinds import KINDS, Trace
from layers.outbox.models import Command, Failure, State
from orgs import metadata, queries
from orgs.lifecycle import archive, create, edit, migrate, status
from orgs.models import Organization, Project, Wallet
from orgs.sync import PER_CUSTOMER
from orgs.tenant import Seal
from tests import factories
from tests.sandbox.api import Api
from tests.sandbox.making import new_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(layers: Layers) -> Any:
    """Somebody who may, and a mirror that knows the customers."""
    scopes.follow("organizations", [""])
    scopes.fetch(layers, "organizations:")
    return factories.staff("Admin")


@pytest.fixture
def customer(admin: Any, send: Callable[[Command], Command]) -> Organization:
    """A new one, made the way it is tested."""
    made = send(create.create(admin, seal("make"), name=f"Customer {timezone.now():%f}", pairs={"crmId": "c-1"}))
    return Organization.objects.get(id=made.organization_id)


def seal(nonce: str) -> Seal:
    return Seal("", "", f"{nonce}-{timezone.now().timestamp()}")


def again(command: Command, layers: Layers) -> Trace:
    """What the records tell of a command, as when its answer had been lost."""
    command = Command.objects.get(id=command.id)
    Command.objects.filter(id=command.id).update(state=State.UNKNOWN, answer=None)
    return KINDS[command.kind].trace(layers, command)


def test_a_new_customer_is_in_the_mirror_with_all_that_is_copied_of_it(
    admin: Any, layers: Layers, send: Callable[[Command], Command]
) -> None:
    command = create.create(
        admin, seal("new"), name="Oat Street", billing_email="ap@oat.example", pairs={"crmId": "c-9"}
    )
    command = send(command)
    row = Organization.objects.get(id=create.made(command))
    assert (row.name, row.status, row.billing_email) == ("Oat Street", "active", "ap@oat.example")
    assert row.metadata == {"crmId": "c-9", metadata.OURS: str(command.id)}
    assert Wallet.objects.get(organization=row).available == 0
    followed = Scope.objects.filter(organization_id=row.id).values_list("resource", flat=True)
    assert set(PER_CUSTOMER) <= set(followed)
    assert list(queries.commands_about(row.id)) == [command]
    told = again(command, layers)
    assert (told.took_effect, told.raw["id"]) == (True, row.id)


def test_a_new_customer_whose_command_never_arrived_is_not_in_the_list(admin: Any, layers: Layers) -> None:
    command = create.create(admin, seal("lost"), name="Never Arrived")
    Command.objects.filter(id=command.id).update(sent_at=timezone.now())
    assert again(command, layers).took_effect is False


def test_it_is_suspended_and_resumed(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    for verb, wanted in ((status.suspend, "suspended"), (status.resume, "active")):
        command = send(verb(admin, customer, seal(wanted)))
        customer.refresh_from_db()
        assert (command.state, customer.status) == (State.SUCCEEDED, wanted)
        assert layers.organization(customer.id)["status"] == wanted
        assert again(command, layers).took_effect is True
        Command.objects.update(state=State.SUCCEEDED)


def test_a_suspension_that_does_not_show_never_arrived_only_if_nothing_was_changed_since(
    admin: Any, customer: Organization, layers: Layers
) -> None:
    command = status.suspend(admin, customer, seal("lost"))
    Command.objects.filter(id=command.id).update(sent_at=timezone.now() + timedelta(minutes=10))
    assert again(command, layers).took_effect is False
    Command.objects.filter(id=command.id).update(sent_at=timezone.now() - timedelta(minutes=10))
    assert again(command, layers).took_effect is None


def test_only_what_changed_is_changed(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    wish = {"name": "Renamed", "billingEmail": "x@y.example", "metadata": {"crmId": "", "plan": "gold"}}
    command = send(edit.change(admin, customer, seal("edit"), wish))
    customer.refresh_from_db()
    assert (customer.name, customer.billing_email) == ("Renamed", "x@y.example")
    assert metadata.shown(customer.metadata) == {"plan": "gold"}
    assert layers.organization(customer.id)["metadata"] == customer.metadata
    assert again(command, layers).took_effect is True
    Command.objects.update(state=State.SUCCEEDED)
    command = send(edit.change(admin, customer, seal("clear"), {"billingEmail": None, "metadata": None}))
    customer.refresh_from_db()
    assert (customer.billing_email, customer.metadata) == ("", {})
    assert again(command, layers).took_effect is True


def test_what_layers_refuses_is_said_and_changes_nothing(
    admin: Any, customer: Organization, send: Callable[[Command], Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = send(edit.change(admin, customer, seal("bad"), {"name": "x" * 200}))
    customer.refresh_from_db()
    assert (command.state, command.failure) == (State.FAILED, Failure.REFUSED)
    assert customer.name.startswith("Customer")


def test_an_archive_gives_the_free_credits_back_and_says_how_many(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    layers.allocate(customer.id, 740, "", {}, "key-740")
    ours = queries.parent()
    assert ours
    before = layers.wallet()["prepaidBalance"]
    command = send(archive.archive(admin, customer, seal("end")))
    customer.refresh_from_db()
    assert archive.Result.of(command.answer) == archive.Result(credits=740, keys=0)
    assert (customer.status, customer.archived_at is not None) == ("archived", True)
    assert customer.name.startswith("Customer")
    assert Wallet.objects.get(organization=customer).available == 0
    assert layers.wallet()["prepaidBalance"] == before + 740
    assert Wallet.objects.get(organization=ours).prepaid == before + 740
    told = again(command, layers)
    assert (told.took_effect, told.raw["reclaimedCredits"]) == (True, 740)


def test_projects_move_to_new_customers_one_for_each_name(
    admin: Any, sandbox: Api, layers: Layers, send: Callable[[Command], Command]
) -> None:
    ids = [new_project(sandbox, name=name, appDescription=None) for name in ("iOS", "Web", "Solo")]
    ours = queries.parent()
    assert ours
    scopes.fetch(layers, f"projects:{ours.id}")
    mapping = dict(zip(ids, ["Pair", "Pair", "Alone"], strict=True))
    command = send(migrate.migrate(admin, seal("move"), mapping))
    made = {child.name: child for child in migrate.NewCustomer.all_of(command.answer)}
    assert {name: len(child.projects) for name, child in made.items()} == {"Pair": 2, "Alone": 1}
    owners = dict(Project.objects.filter(id__in=ids).values_list("id", "organization_id"))
    assert owners == {ids[0]: made["Pair"].id, ids[1]: made["Pair"].id, ids[2]: made["Alone"].id}
    assert Organization.objects.get(id=made["Pair"].id).created_at is not None
    told = again(command, layers)
    assert (told.took_effect, len(told.raw["children"])) == (True, 2)


def test_a_move_that_never_arrived_left_everything_with_us(admin: Any, sandbox: Api, layers: Layers) -> None:
    project_id = new_project(sandbox, name="Stays", appDescription=None)
    ours = queries.parent()
    assert ours
    scopes.fetch(layers, f"projects:{ours.id}")
    command = migrate.migrate(admin, seal("lost"), {project_id: "Nobody"})
    Command.objects.filter(id=command.id).update(sent_at=timezone.now())
    assert again(command, layers).took_effect is False


def test_a_running_job_stops_the_move_and_is_named(
    admin: Any, sandbox: Api, layers: Layers, send: Callable[[Command], Command]
) -> None:
    project_id = new_project(sandbox, name="Busy")  # a description starts a run
    ours = queries.parent()
    assert ours
    scopes.fetch(layers, f"projects:{ours.id}")
    command = send(migrate.migrate(admin, seal("busy"), {project_id: "Nobody"}))
    assert (command.state, command.failure, command.can_retry) == (State.FAILED, Failure.REFUSED, True)
    assert migrate.busy_projects(command) == [project_id]
    assert Project.objects.get(id=project_id).organization_id == ours.id
