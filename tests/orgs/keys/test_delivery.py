"""Each kind against a real sandbox: what Layers has afterwards, what our copy says, what the records tell later."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone
from nacl.public import PrivateKey, SealedBox

from layers.client import Layers, Transport
from layers.client.errors import LayersError, Unauthenticated
from layers.mirror import scopes
from layers.outbox import delivery
from layers.outbox.kinds import KINDS, Trace
from layers.outbox.models import Command, Failure, State
from orgs.deciding import CannotChange
from orgs.keys import handover
from orgs.keys.mint import mint
from orgs.keys.models import ApiKey, Handover
from orgs.keys.revoke import revoke
from orgs.keys.rotate import rotate
from orgs.models import Organization
from orgs.tenant import Seal
from sandbox.world.keys import PARENT_KEY
from tests import factories
from tests.sandbox.api import MORROW, Api

pytestmark = pytest.mark.django_db
PRIVATE = PrivateKey.generate()
BROWSER = handover.Browser(bytes(PRIVATE.public_key), "session")


@pytest.fixture
def customer(db: None, layers: Layers) -> Organization:
    """One of the world, with the keys it has there."""
    scopes.follow("organizations", [""])
    scopes.fetch(layers, "organizations:")
    row = Organization.objects.get(name=MORROW)
    scopes.fetch(layers, f"keys:{row.id}")
    return row


@pytest.fixture
def admin(customer: Organization) -> Any:
    return factories.staff("Admin")


def seal(nonce: str) -> Seal:
    return Seal("", "", f"{nonce}-{timezone.now().timestamp()}")


def new_key(admin: Any, customer: Organization, name: str = "") -> Command:
    name = name or f"Feed {timezone.now():%H%M%S%f}"
    return mint(admin, customer, seal("mint"), BROWSER, name=name, scopes=["projects:read"], env="live")


def secret_of(command: Command) -> str:
    return SealedBox(PRIVATE).decrypt(bytes(Handover.objects.get(command=command).sealed)).decode()


def works(sandbox: Api, secret: str) -> bool:
    try:
        return Layers(Transport(sandbox.url, secret)).whoami()["organizationName"] == MORROW
    except Unauthenticated:
        return False


def again(command: Command, layers: Layers) -> Trace:
    """What the records tell of a command, as when its answer had been lost."""
    command = Command.objects.get(id=command.id)
    Command.objects.filter(id=command.id).update(state=State.UNKNOWN, answer=None)
    return KINDS[command.kind].trace(layers, command)


def test_a_minted_key_opens_the_customer_and_is_in_the_mirror(
    admin: Any, customer: Organization, sandbox: Api, send: Callable[[Command], Command]
) -> None:
    command = send(new_key(admin, customer, "Integration"))
    assert command.state == State.SUCCEEDED
    row = ApiKey.objects.get(id=command.handover.key_id)
    assert (row.name, row.organization_id, row.scopes, row.is_live) == (
        "Integration",
        customer.id,
        ["projects:read"],
        True,
    )
    assert works(sandbox, secret_of(command))
    assert secret_of(command) not in str(command.answer) + str(row.raw)


def test_two_sends_of_one_command_make_one_key(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    command = send(new_key(admin, customer))
    before = [row["id"] for page in layers.child_keys(customer.id) for row in page.items]
    first = secret_of(command)
    Command.objects.filter(id=command.id).update(state=State.UNKNOWN, not_before=timezone.now())
    assert secret_of(send(command)) == first
    assert [row["id"] for page in layers.child_keys(customer.id) for row in page.items] == before


def test_a_minted_key_whose_answer_was_lost_is_found_and_its_secret_is_gone(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    command = send(new_key(admin, customer))
    made = command.handover.key_id
    Handover.objects.filter(command=command).update(key_id="", sealed=None, deadline=None)
    told = again(command, layers)
    assert (told.took_effect, told.raw["apiKey"]["id"]) == (True, made)
    assert "its secret was in the answer that was lost" in told.facts


def test_a_mint_that_never_arrived_is_not_listed(admin: Any, customer: Organization, layers: Layers) -> None:
    command = new_key(admin, customer)
    Command.objects.filter(id=command.id).update(sent_at=timezone.now())
    assert again(command, layers).took_effect is False


def test_a_key_of_another_command_is_not_taken_for_ones_own(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    send(new_key(admin, customer, "Twin"))
    ApiKey.objects.filter(name="Twin").update(status="revoked")
    lost = new_key(admin, customer, "Twin")
    Command.objects.filter(id=lost.id).update(sent_at=timezone.now())
    assert again(lost, layers).took_effect is False


def test_a_rotated_key_and_its_replacement_work_for_a_day(
    admin: Any, customer: Organization, sandbox: Api, layers: Layers, send: Callable[[Command], Command]
) -> None:
    old = send(new_key(admin, customer))
    key = ApiKey.objects.get(id=old.handover.key_id)
    command = send(rotate(admin, customer, key, seal("rotate"), BROWSER, reason="Leaver"))
    key.refresh_from_db()
    new = ApiKey.objects.get(id=command.handover.key_id)
    assert (key.is_rotating, key.superseded_by, key.can_rotate) == (True, new.id, False)
    assert key.grace_until and abs(key.grace_until - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)
    assert new.scopes == key.scopes
    assert secret_of(command) != secret_of(old)
    assert works(sandbox, secret_of(command)) and works(sandbox, secret_of(old))
    told = again(command, layers)
    assert (told.took_effect, told.raw["apiKey"]["id"]) == (True, new.id)
    Command.objects.update(state=State.SUCCEEDED)
    with pytest.raises(CannotChange, match="was rotated before"):
        rotate(admin, customer, key, seal("rotate"), BROWSER, reason="Again")


def test_a_rotation_that_shows_no_effect_never_arrived(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    key = ApiKey.objects.get(id=send(new_key(admin, customer)).handover.key_id)
    command = rotate(admin, customer, key, seal("rotate"), BROWSER, reason="Leaver")
    assert again(command, layers).took_effect is False


def test_a_rotation_that_somebody_else_made_before_is_not_ours(
    admin: Any, customer: Organization, layers: Layers, send: Callable[[Command], Command]
) -> None:
    key = ApiKey.objects.get(id=send(new_key(admin, customer)).handover.key_id)
    layers.rotate_key(customer.id, key.id, "theirs")
    command = send(rotate(admin, customer, key, seal("rotate"), BROWSER, reason="Leaver"))
    assert (command.state, command.failure) == (State.FAILED, Failure.DECIDED_ELSEWHERE)
    Command.objects.filter(id=command.id).update(sent_at=timezone.now() + timedelta(minutes=10))
    assert again(command, layers).failure == Failure.DECIDED_ELSEWHERE


def test_a_revoked_key_opens_nothing_any_more(
    admin: Any, customer: Organization, sandbox: Api, layers: Layers, send: Callable[[Command], Command]
) -> None:
    minted = send(new_key(admin, customer))
    key = ApiKey.objects.get(id=minted.handover.key_id)
    command = send(revoke(admin, customer, key, seal("revoke"), reason="Leaked"))
    key.refresh_from_db()
    assert (command.state, key.is_live, key.status) == (State.SUCCEEDED, False, "revoked")
    assert not works(sandbox, secret_of(minted))
    assert again(command, layers).took_effect is True
    with pytest.raises(CannotChange, match="does not work any more"):
        revoke(admin, customer, key, seal("revoke"))


def test_revoking_the_old_key_ends_its_last_hours_and_leaves_the_new_one(
    admin: Any, customer: Organization, sandbox: Api, send: Callable[[Command], Command]
) -> None:
    old = send(new_key(admin, customer))
    key = ApiKey.objects.get(id=old.handover.key_id)
    new = send(rotate(admin, customer, key, seal("rotate"), BROWSER, reason="Leaked"))
    send(revoke(admin, customer, key, seal("revoke")))
    assert not works(sandbox, secret_of(old))
    assert works(sandbox, secret_of(new))


def test_the_seeded_keys_are_copied_without_a_secret(customer: Organization) -> None:
    keys = ApiKey.objects.filter(organization_id=customer.id)
    assert keys.exists()
    assert all("secret" not in key.raw and key.prefix.startswith("lp_") for key in keys)


def test_a_lost_answer_makes_one_key_and_its_secret_still_comes(
    admin: Any, customer: Organization, sandbox: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the effect, for the whole first delivery; the next one gets the same answer."""
    monkeypatch.setattr("layers.outbox.delivery.refresh.delay", lambda scope: None)
    broken = True

    def drop(response: httpx.Response) -> None:
        if broken and response.request.method == "POST":
            raise httpx.ReadError("lost")

    http = httpx.Client(base_url=sandbox.url, event_hooks={"response": [drop]})
    client = Layers(Transport(sandbox.url, PARENT_KEY, http=http, sleep=lambda seconds: None))
    command = new_key(admin, customer, "Lost and found")
    delivery.deliver(client, command.id)
    command.refresh_from_db()
    assert (command.state, command.failure) == (State.UNKNOWN, Failure.ANSWER_LOST)
    broken = False
    Command.objects.filter(id=command.id).update(not_before=timezone.now())
    delivery.deliver(client, command.id)
    command.refresh_from_db()
    assert command.state == State.SUCCEEDED
    assert works(sandbox, secret_of(command))
    listed = [row for page in client.child_keys(customer.id) for row in page.items if row["name"] == "Lost and found"]
    assert len(listed) == 1


def test_more_than_our_own_key_has_is_refused_by_layers_too(layers: Layers, customer: Organization) -> None:
    with pytest.raises(LayersError, match="FORBIDDEN_SCOPE"):
        layers.mint_key(customer.id, {"name": "Too much", "scopes": ["org:admin"]}, "too-much")
