"""A customer's whole life in a browser, and what Layers has of it after each step."""

from playwright.sync_api import Page, expect

from layers.client import Layers
from tests.e2e.conftest import SignIn


def dialog_of(page: Page, action: str) -> None:
    page.get_by_role("button", name="More for").click()
    page.get_by_role("link", name=action).click()
    expect(page.locator("dialog[open]")).to_be_visible()


def give(page: Page, button: str) -> None:
    """Presses it, waits until Layers did it and the page behind the dialog has looked again, and goes back there."""
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "standing", timeout=20_000):
        page.locator("dialog[open]").get_by_role("button", name=button).last.click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_text("Done", exact=True)).to_be_visible()
    dialog.get_by_role("link", name="To ").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_customer_is_made_changed_suspended_resumed_and_archived(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Admin")
    page.goto("/customers/")
    page.get_by_role("link", name="New customer").click()
    page.get_by_label("Name").fill("Night Owl Tea")
    page.get_by_label("Key 1").fill("crmId")
    page.get_by_label("Value 1").fill("c-77")
    page.get_by_label("Key 2").fill("plan")
    page.get_by_label("Value 2").fill("gold")
    page.get_by_role("button", name="Create customer").last.click()
    page.wait_for_url("**/customers/org_*/", timeout=20_000)
    expect(page.get_by_role("heading", name="Night Owl Tea")).to_be_visible()
    customer = page.url.rstrip("/").rsplit("/", 1)[-1]
    stored = layers.organization(customer)
    assert (stored["status"], stored["metadata"]["crmId"], stored["metadata"]["plan"]) == ("active", "c-77", "gold")

    dialog_of(page, "Edit name, email, metadata")
    page.get_by_label("Name", exact=True).fill("Night Owl")
    page.get_by_label("Value 2").fill("")
    give(page, "Save")
    stored = layers.organization(customer)
    assert (stored["name"], stored["metadata"].get("plan")) == ("Night Owl", None)

    dialog_of(page, "Suspend")
    give(page, "Suspend Night Owl")
    assert layers.organization(customer)["status"] == "suspended"

    page.get_by_role("link", name="Resume").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    give(page, "Resume Night Owl")
    assert layers.organization(customer)["status"] == "active"

    page.get_by_label("New note").fill("Left for a competitor.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.get_by_text("Left for a competitor.", exact=True)).to_be_visible()

    dialog_of(page, "Archive for good")
    page.get_by_role("button", name="Archive for good").click()
    expect(page.get_by_text("Type the name to confirm.").first).to_be_visible()
    page.get_by_label("Type Night Owl to confirm").fill("Night Owl")
    page.get_by_role("button", name="Archive for good").click()
    expect(page.get_by_text("API keys revoked")).to_be_visible(timeout=20_000)
    assert layers.organization(customer)["status"] == "archived"
