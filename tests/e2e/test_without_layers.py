"""Layers is gone: pages open from the mirror and say how old they are; decisions wait; money never says it worked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from layers.client import Layers
from tests.e2e.conftest import SignIn
from tests.e2e.test_four_jobs import is_now
from tests.running import Running, wait_for

PAGES = [
    "/",
    "/review/",
    "/review/gallery/",
    "/ads/",
    "/customers/",
    "/customers/audit/",
    "/commands/",
    "/search/?q=luma",
]


@pytest.fixture
def silence(product: Running) -> Iterator[Running]:
    """The sandbox is stopped; it runs again afterwards, whatever the test did."""
    product.stop("sandbox")
    yield product
    if "sandbox" not in product.pieces:
        product.start_sandbox()


def test_every_page_opens_from_the_mirror_and_says_that_layers_is_silent(sign_in: SignIn, silence: Running) -> None:
    page = sign_in("Admin")

    def told() -> bool:
        page.goto("/")
        return page.get_by_text("Layers does not answer.").count() > 0

    wait_for(told, seconds=30, why="the silence to be noticed")
    for address in PAGES:
        response = page.goto(address)
        assert response and response.status == 200, address
        expect(page.locator(".freshness")).to_contain_text("ago")
        expect(page.get_by_text("Layers does not answer.").first).to_be_visible()


def test_a_decision_waits_and_is_sent_when_layers_returns(sign_in: SignIn, silence: Running, layers: Layers) -> None:
    page = sign_in("Reviewer")
    page.goto("/review/")
    item = page.locator("#item").get_attribute("data-container") or ""
    page.keyboard.press("a")
    expect(page.locator("#item")).not_to_have_attribute("data-container", item)

    def waits() -> bool:
        page.goto("/commands/")
        return page.get_by_text("Waits", exact=True).count() > 0

    wait_for(waits, why="the command to say that it waits")
    silence.start_sandbox()
    wait_for(lambda: is_now(layers, item, "approved"), seconds=60, why="the decision to be sent")


def test_an_allocation_says_that_it_waits_and_can_be_cancelled(sign_in: SignIn, silence: Running) -> None:
    page = sign_in("Finance")
    page.goto("/customers/?q=Stride")
    page.get_by_role("link", name="Stride Club").click()
    page.get_by_role("link", name="Allocate credits").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("777")
    dialog.get_by_role("button", name="Allocate 777").click()
    expect(dialog.get_by_text("Nothing has moved until it says done")).to_be_visible()
    expect(dialog.get_by_text("Waits", exact=True)).to_be_visible(timeout=15_000)
    expect(dialog.get_by_text("Done", exact=True)).to_have_count(0)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_text("Taken back")).to_be_visible()
