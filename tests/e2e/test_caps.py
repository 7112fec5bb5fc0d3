"""Caps and refill rules in a browser, and what Layers has of them afterwards."""

from playwright.sync_api import Page, expect

from layers.client import Layers
from tests.e2e.conftest import SignIn


def rules(layers: Layers, customer: str) -> dict[str, object]:
    found: dict[str, object] = layers.credit_config(customer)["config"]
    return found


def open_customer(page: Page, name: str) -> str:
    page.goto(f"/customers/?q={name}")
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/customers/org_*/")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def test_one_customer_by_keyboard_with_the_preview_following_what_is_typed(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Finance")
    customer = open_customer(page, "Quiet Hours")
    before = rules(layers, customer)
    page.get_by_role("link", name="Change cap and refill").first.click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Monthly cap").fill("40,000")
    dialog.get_by_label("Refill when below").fill("600")
    effect = dialog.get_by_label("What it means")
    expect(effect.get_by_text("Say how much a refill adds")).to_be_visible()
    dialog.get_by_label("A refill adds").fill("2000")
    expect(effect.get_by_role("row", name="A refill adds none 2,000")).to_be_visible()
    assert rules(layers, customer) == before
    dialog.get_by_label("A refill adds").press("Enter")
    expect(dialog.get_by_text("Done", exact=True)).to_be_visible(timeout=20_000)
    assert rules(layers, customer) == {
        "monthlyCreditCap": 40_000,
        "refillThreshold": 600,
        "refillAmount": 2_000,
        "autoRefillEnabled": True,
    }


def test_many_customers_from_the_list_to_the_end_of_the_batch(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Finance")
    page.goto("/customers/?q=Pagewick")
    page.get_by_role("checkbox", name="Select Pagewick").check()
    page.get_by_role("button", name="Change caps").click()
    ids = page.get_by_label("Customers").input_value().split()
    assert len(ids) == 1
    page.get_by_label("Customers").fill("\n".join([*ids, "org_nobody"]))
    page.get_by_label("Monthly cap").select_option(label="Set to")
    page.get_by_label("Cap to set").fill("12,345")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="1 of 2 customers changes")).to_be_visible()
    expect(page.get_by_text("We know no customer with this id.")).to_be_visible()
    page.get_by_role("button", name="Change 1 customer").click()
    page.wait_for_url("**/customers/caps/*/**")  # with the fragment of the form behind it
    expect(page.get_by_text("1 of 1 finished.")).to_be_visible(timeout=30_000)
    assert rules(layers, ids[0])["monthlyCreditCap"] == 12_345
