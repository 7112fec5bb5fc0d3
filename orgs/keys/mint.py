"""Minting a key (contract/control-plane.md, 5 Child API keys)."""

from typing import Any

from django.db import transaction
from django.db.models.fields.json import KT

from layers.client import Answer, Layers, read
from layers.client.errors import Unreadable
from layers.client.shapes import Raw
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import OPEN, Command
from layers.outbox.verbs import give
from orgs.deciding import CLOCKS_APART, CannotChange, hold, once
from orgs.keys import common, handover
from orgs.keys.models import ApiKey, Handover
from orgs.keys.scopes import MOST, beyond, ours
from orgs.models import Organization
from orgs.tenant import Seal

MINT = "keys.mint"
LONGEST_NAME = 120
TOLD_BY = {"name": str, "env": str, "scopes": list}


class NameTaken(CannotChange):
    """Another live key has it. Layers allows that, but nobody could tell the two apart."""

    field = "name"


@transaction.atomic
def mint(
    staff: Any, customer: Organization, seal: Seal, browser: handover.Browser, *, name: str, scopes: list[str], env: str
) -> Command:
    """Records a new key, whose secret only `browser` will see. Raises AlreadyGiven, NameTaken, CannotChange."""
    wish = once(MINT, seal)
    row = hold(customer.id, wish)
    held = ours()
    if held is None:
        raise CannotChange("We do not know yet what our own key may do. Wait for the next sync.")
    if too_much := beyond(held, scopes):
        raise CannotChange(f"Our own key cannot hand on {', '.join(too_much)}.")
    if not scopes or len(scopes) > MOST:
        raise CannotChange(f"A key has 1 to {MOST} scopes.")
    if _taken(row.id, name):
        raise NameTaken(f"A live key of {row.name} is called {name} already.")
    command = give(
        MINT,
        staff=staff,
        target=row.id,
        organization_id=row.id,
        once=wish,
        payload={"customer": row.name, "name": name, "scopes": scopes, "env": env},
    )
    handover.begin(command, browser)
    return command


def _taken(customer_id: str, name: str) -> bool:
    coming = Command.objects.filter(kind=MINT, target=customer_id, state__in=OPEN).annotate(said=KT("payload__name"))
    named = ApiKey.objects.filter(organization_id=customer_id, name=name)
    return any(key.is_live and not key.is_rotating for key in named) or coming.filter(said=name).exists()


def _words(command: Command) -> str:
    return f"Mint key {common.named(command)}"


def _send(client: Layers, command: Command) -> Answer:
    body = {name: command.payload[name] for name in ("name", "scopes", "env")}
    return handover.take(command, client.mint_key(command.target, body, str(command.idempotency_key)))


def _trace(client: Layers, command: Command) -> Trace:
    """A mint carries no metadata, so it is told by what was asked for. No other command of ours made the same. Raises
    Unreadable when no key is the one, and one comes without what would tell."""
    since = (command.sent_at or command.created_at) - CLOCKS_APART
    claimed = set(Handover.objects.exclude(key_id="").exclude(command=command).values_list("key_id", flat=True)
                  .filter(command__organization_id=command.organization_id))  # fmt: skip
    found, doubtful = [], False
    for row in common.listed(client, command.target):
        created_at = read.moment(row, "createdAt")
        if created_at and created_at < since:
            break
        if _is_wished(command, row) and read.text(row, "id") not in claimed:
            found.append(row)
        doubtful |= not all(isinstance(row.get(name), kind) for name, kind in TOLD_BY.items())
    if doubtful and not found:
        raise Unreadable("Layers did not say what a key is called, or what it may do.")
    if not found:
        return Trace(False, "Layers lists no such key made since then.")
    if len(found) > 1:
        return Trace(None, f"Layers lists {len(found)} such keys made since then. Revoke those nobody uses.")
    facts = "Layers lists it, but its secret was in the answer that was lost. Rotate it for a new one, or revoke it."
    return Trace(True, facts, {"apiKey": found[0]})


def _is_wished(command: Command, row: Raw) -> bool:
    wish = command.payload
    scopes = row.get("scopes")
    same = isinstance(scopes, list) and sorted(map(str, scopes)) == sorted(wish["scopes"])
    return same and read.text(row, "name") == wish["name"] and read.text(row, "env") == wish["env"]


register(
    Kind(
        MINT,
        common.NEEDS,
        _words,
        _send,
        common.take_in_new,
        None,  # its secret goes to the browser that asks
        _trace,
        scopes=common.scopes,
        patience=common.PATIENCE,
    )
)
