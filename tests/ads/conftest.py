"""What the tests of the ads desk share: people, actions that wait, and the form an open page would send."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ads.models import Campaign, PendingAction
from dashboard.models import Staff
from orgs.models import AuditEvent
from orgs.tenant import seal
from tests import factories

HTMX = {"HX-Request": "true"}


class Desk:
    """One person's browser on the ads desk."""

    def __init__(self, client: Client, person: Staff) -> None:
        self.client, self.person = client, person

    def open(self, **address: str) -> Any:
        return self.client.get(reverse("ads:queue"), address)

    def pick(self, action: PendingAction) -> str:
        return f"{action.id} {seal(self.person, str(action.organization_id), action.id)}"

    def decide(self, *actions: PendingAction, decision: str = "approve", htmx: bool = False, **fields: Any) -> Any:
        """Sends the form that the page holds for these actions; fields may replace what it would say."""
        form = {"pick": [self.pick(action) for action in actions], "decision": decision, **fields}
        return self.client.post(reverse("ads:decide"), form, headers=HTMX if htmx else None)

    def undo(self, action: PendingAction, *, htmx: bool = False) -> Any:
        return self.client.post(reverse("ads:undo", args=[action.id]), headers=HTMX if htmx else None)

    def said(self) -> list[str]:
        """The words the next page would show."""
        return [str(message) for message in self.open().context["messages"]]


def desk_of(role: str, **values: Any) -> Desk:
    person, client = factories.staff(role, **values), Client()
    client.force_login(person)
    return Desk(client, person)


def gate_event(campaign: Campaign, decision: str, **values: Any) -> AuditEvent:
    """An audit row of the gate about a campaign, with a verdict id. `data` are members of its raw data."""
    kind = {"allow": "executed", "deny": "denied"}.get(decision, "queued")
    data = {
        "campaignId": campaign.id,
        "campaignName": campaign.name,
        "change": {"from": {"dailyBudgetCents": 5000}, "to": {"dailyBudgetCents": 7500}},
        **values.pop("data", {}),
    }
    event_type = values.pop("event_type", f"ads.write.{kind}")
    defaults = {
        "project_id": campaign.project_id,
        "platform": campaign.platform,
        "decision": decision,
        "axis": "tactical",
        "verdict_id": "b41f0c9e-6d52-4f7a-9a3e-2c8d17e5f0a4",
        "api_key_id": "key_1",
        "actor": "partner",
        "raw": {"eventType": event_type, "data": data},
    }
    return factories.audit_event(campaign.organization, event_type, **defaults | values)


@pytest.fixture
def desk(db: None) -> Desk:
    return desk_of("Ads manager", name="Aiko Mori")


@pytest.fixture
def campaign(db: None) -> Campaign:
    """“Spring restock” of Fernway Plants on Meta, with its own authority: tactical is draft."""
    project = factories.project(factories.customer(name="Fernway Plants"), name="Fernway")
    found = factories.campaign(project, name="Spring restock")
    factories.authority(found)
    factories.layer(project)
    return found


@pytest.fixture
def action(campaign: Campaign) -> PendingAction:
    """A daily budget from $40.00 to $55.00 that has three days left."""
    return factories.action(campaign)
