from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import Resolver404, resolve, reverse

from tests import factories

STRANGE = [
    "org_5f0c2d7b-8a41-4e9c-a6d8-13b7e2f49c50",
    "audit",
    "projects",
    "ledger/../..",
    "a/ledger",
    "..",
    ".",
    "100%",
    "%2F",
    "a b?c=d#e&f",
    "Ünï\u2028\nçødé",
    "'\"<script>",
    "x" * 300,
]


@pytest.mark.parametrize("identifier", STRANGE)
@pytest.mark.parametrize("route", ["detail", "ledger", "allocate", "project", "event"])
def test_an_id_of_any_form_comes_back_whole_from_its_address(identifier: str, route: str) -> None:
    address = reverse(f"orgs:{route}", args=[identifier])
    assert "/../" not in address
    found = resolve(unquote(address))  # what a server hands over has one layer undone
    assert found.view_name == f"orgs:{route}"
    assert list(found.kwargs.values()) == [identifier]


def test_an_id_that_no_row_can_have_is_not_found() -> None:
    for address in ("/customers/a\x00b/", "/customers/a%00b/"):
        with pytest.raises(Resolver404):
            resolve(address)


@pytest.mark.django_db
@pytest.mark.parametrize("identifier", ["a/ledger", "..", "100%", "audit", "a b?c#d"])
def test_a_customer_with_a_strange_id_has_all_its_pages(identifier: str, signed_in: Any) -> None:
    row = factories.customer(id=identifier, name="Strange")
    browser = signed_in("Admin")
    for route in ("detail", "ledger", "allocate"):
        response = browser.get(reverse(f"orgs:{route}", args=[row.id]))
        assert response.status_code == 200
        assert b"Strange" in response.content
