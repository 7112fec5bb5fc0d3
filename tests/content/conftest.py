"""What the tests of the review desk share: people, items that wait, and the form an open page would send."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from content.models import Container
from dashboard.models import Staff
from orgs.tenant import seal
from tests import factories

HTMX = {"HX-Request": "true"}


class Desk:
    """One person's browser on the desk."""

    def __init__(self, client: Client, person: Staff) -> None:
        self.client, self.person = client, person

    def open(self, container: Container | None = None, **headers: str) -> Any:
        address = reverse("content:container", args=[container.id]) if container else reverse("content:desk")
        return self.client.get(address, headers=headers or None)

    def decide(self, container: Container, decision: str = "approve", *, htmx: bool = True, **fields: str) -> Any:
        """Sends the form that the page of this container holds; fields may replace what it would say."""
        form = {"seal": seal(self.person, container.owner_id, container.id), "decision": decision, **fields}
        address = reverse("content:decide", args=[container.id])
        return self.client.post(address, form, headers=HTMX if htmx else None)

    def undo(self, command: Any, *, htmx: bool = True) -> Any:
        return self.client.post(reverse("content:undo", args=[command.id]), headers=HTMX if htmx else None)


def desk_of(role: str, **values: Any) -> Desk:
    person, client = factories.staff(role, **values), Client()
    client.force_login(person)
    return Desk(client, person)


@pytest.fixture
def desk(db: None) -> Desk:
    return desk_of("Reviewer", name="Mara Lindqvist")


@pytest.fixture
def waiting(db: None) -> list[Container]:
    """Four items of two customers, the oldest first: 30, 15, 5 and 1 hours old."""
    projects = [factories.project(), factories.project()]
    ages = [30, 15, 5, 1]
    return [
        factories.container(projects[n % 2], hook=f"Hook number {n}", created_at=factories.ago(hours=age))
        for n, age in enumerate(ages)
    ]
