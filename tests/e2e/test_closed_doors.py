"""A reviewer cannot reach an allocation: not by address, not by form, not by htmx."""

import psycopg
import pytest
from playwright.sync_api import Page, expect

from layers.client import Layers
from tests.e2e.conftest import SignIn
from tests.running import Running


@pytest.fixture
def customer_id(layers: Layers) -> str:
    return str(next(layers.organizations()).items[0]["id"])


def allocations(product: Running) -> int:
    with psycopg.connect(product.product.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM outbox_command WHERE kind = 'credits.allocate'").fetchone()
    return int(row[0]) if row else 0


def post_from_the_page(page: Page, address: str, headers: dict[str, str]) -> int:
    """Posts what the form would post, with the token of the page one is on."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    response = page.request.post(
        address,
        form={"csrfmiddlewaretoken": token, "credits": "1000", "description": "mine", "seal": "x"},
        headers={"Referer": page.url, "X-CSRFToken": token} | headers,
        max_redirects=0,
    )
    return response.status


def test_not_by_address(sign_in: SignIn, customer_id: str) -> None:
    page = sign_in("Reviewer")
    for address in (f"/customers/{customer_id}/allocate/", f"/customers/{customer_id}/", "/customers/"):
        response = page.goto(address)
        assert response and response.status == 403
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_not_by_form_nor_htmx_and_nothing_is_recorded(sign_in: SignIn, customer_id: str, product: Running) -> None:
    page = sign_in("Reviewer")
    page.goto("/review/")
    before = allocations(product)
    address = f"/customers/{customer_id}/allocate/"
    assert post_from_the_page(page, address, {}) == 403
    assert post_from_the_page(page, address, {"HX-Request": "true"}) == 403
    assert allocations(product) == before


def test_and_no_page_of_theirs_leads_there(sign_in: SignIn) -> None:
    page = sign_in("Reviewer")
    for address in ("/", "/review/", "/review/gallery/", "/commands/"):
        page.goto(address)
        assert page.locator("a[href*='allocate'], a[href^='/customers/']").count() == 0


def test_finance_with_the_same_request_but_a_broken_seal_records_nothing(
    sign_in: SignIn, customer_id: str, product: Running
) -> None:
    page = sign_in("Finance")
    page.goto("/customers/")
    before = allocations(product)
    assert post_from_the_page(page, f"/customers/{customer_id}/allocate/", {}) == 400
    assert allocations(product) == before
