"""Transfers for tests: commands that were sent, rows on both ledgers, ledgers that were read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from layers.mirror.models import Scope
from layers.outbox.models import Command, State
from orgs.commands import ALLOCATE, COMMAND_ID
from orgs.models import CreditConfig, LedgerEvent, Organization
from tests import factories

HOUR_AGO = timedelta(hours=1)


def sent(customer: Organization, credits: int = 500, state: str = State.SUCCEEDED, **values: Any) -> Command:
    """An allocation that was sent an hour ago."""
    at = timezone.now() - HOUR_AGO
    defaults = {
        "kind": ALLOCATE,
        "target": customer.id,
        "organization_id": customer.id,
        "payload": {"credits": credits, "customer": customer.name, "description": ""},
        "once": str(uuid4()),
        "state": state,
        "sent_at": at,
        "finished_at": at if state == State.SUCCEEDED else None,
    }
    if "staff" not in values:
        values["staff"] = factories.staff("Finance")
    return Command.objects.create(**defaults | values)


def line(
    owner: Organization,
    other: Organization,
    credits: int,
    *,
    transfer: str = "txn_1",
    command: Command | str | None = None,
    at: datetime | None = None,
    **values: Any,
) -> LedgerEvent:
    """A row of a transfer on one ledger, with its sign there."""
    named = {COMMAND_ID: str(command.id if isinstance(command, Command) else command)} if command else {}
    values = {"direction": "allocate", "event_type": "allocation"} | values
    return factories.ledger_event(
        owner,
        credits,
        transfer_id=transfer,
        counterparty_id=other.id,
        created_at=at or timezone.now() - HOUR_AGO,
        raw={"metadata": named | values.pop("metadata", {})},
        **values,
    )


def moved(ours: Organization, customer: Organization, credits: int = 500, **values: Any) -> None:
    """A transfer that both ledgers show."""
    line(ours, customer, -credits, **values)
    line(customer, ours, credits, **values)


def read(*organizations: Organization, at: datetime | None = None, resource: str = "ledger") -> None:
    for organization in organizations:
        Scope.objects.update_or_create(
            id=f"{resource}:{organization.id}",
            defaults={"resource": resource, "key": organization.id, "synced_at": at or timezone.now()},
        )


def with_rule(customer: Organization, amount: int | None) -> None:
    """Refilled by this much below 100 credits; never, with None."""
    threshold = None if amount is None else 100
    CreditConfig.objects.filter(organization=customer).update(refill_threshold=threshold, refill_amount=amount)
