"""What the tests of batches share: customers, and a function that previews and gives."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.four_eyes_models import FourEyesRules
from orgs.models import Organization
from tests import factories

URL = "orgs:give"
ROWS = "Acme,500,June\nBirch,700\nnobody,5\nCedar,900"


def customer(name: str, available: int | None = 1_000) -> Organization:
    row = factories.customer(name=name)
    if available is not None:
        factories.wallet(row, available)
    factories.credit_config(row)
    return row


def text_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(response))))


def limits(**values: Any) -> None:
    """The rules that hold from now on."""
    person = factories.staff("Admin")
    FourEyesRules.objects.create(
        state=FourEyesRules.State.ACTIVE, active_from=timezone.now(), proposed_by=person, **values
    )


@pytest.fixture
def three(ours: Organization) -> list[Organization]:
    """Three customers with 1,000, 400 and 0 credits available."""
    return [customer("Acme", 1_000), customer("Birch", 400), customer("Cedar", 0)]


@pytest.fixture
def previewed(finance: Client) -> Callable[..., Any]:
    """A function: the context of the preview of these rows."""

    def preview(rows: str, **asked: Any) -> Any:
        response = finance.post(reverse(URL), {"way": "rows", "rows": rows} | asked)
        assert response.status_code == 200, response.context["form"].errors
        return response.context

    return preview


@pytest.fixture
def given(finance: Client, previewed: Callable[..., Any]) -> Callable[..., Any]:
    """A function: previews these rows, gives them and returns the answer and what was posted."""

    def give(rows: str, **asked: Any) -> tuple[Any, dict[str, Any]]:
        context = previewed(rows, **asked)
        posted = {"way": "rows", "rows": rows, "seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
        return finance.post(reverse(URL), posted | asked), posted | asked

    return give
