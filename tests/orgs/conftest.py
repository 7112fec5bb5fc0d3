"""What the tests of the customer pages share: somebody from finance, our own organization, one customer."""

from typing import Any

import pytest

from orgs.models import Organization
from tests import factories


@pytest.fixture
def ours(db: None) -> Organization:
    return factories.parent(prepaid=100_000)


@pytest.fixture
def customer(ours: Organization) -> Organization:
    """Active, with 5,000 credits available, no cap and no refill rule."""
    row = factories.customer(name="Morrow Journal")
    factories.wallet(row, available=5_000)
    factories.credit_config(row)
    return row


@pytest.fixture
def finance(signed_in: Any) -> Any:
    return signed_in("Finance")


@pytest.fixture
def support(signed_in: Any) -> Any:
    return signed_in("Support")
