"""A key's whole life in a browser: minted, its secret shown once, rotated, the old one revoked."""

from playwright.sync_api import expect

from layers.client import Layers, Transport
from tests.e2e.conftest import SignIn
from tests.running import Running


def test_a_key_is_minted_shown_once_rotated_and_revoked(sign_in: SignIn, layers: Layers, product: Running) -> None:
    page = sign_in("Admin")
    customer = next(row for row in next(layers.organizations()).items if row["status"] == "active")["id"]
    page.goto(f"/customers/{customer}/keys/new/")
    page.get_by_label("Name").fill("Feed importer")
    page.get_by_role("button", name="Reviewer").click()
    expect(page.get_by_text("4 of ")).to_be_visible()
    page.get_by_role("button", name="Mint key").last.click()
    page.get_by_role("button", name="Show the secret").click(timeout=20_000)
    secret = page.get_by_label("The secret", exact=True).inner_text()
    me = Layers(Transport(product.product.api_url, secret)).whoami()
    assert (me["organizationId"], me["scopes"]) == (
        customer,
        ["projects:read", "content:read", "content:approve", "jobs:read"],
    )

    page.get_by_role("link", name="I have stored it").click()
    page.wait_for_url("**/keys/")
    page.go_back()
    page.wait_for_load_state()
    assert secret not in page.content()
    expect(page.get_by_text("Its secret was shown")).to_be_visible()

    page.goto(f"/customers/{customer}/keys/")
    page.get_by_role("link", name="Rotate Feed importer").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Why").fill("Leaver")
    dialog.get_by_role("button", name="Rotate key").click()
    dialog.get_by_role("button", name="Show the secret").click(timeout=20_000)
    rotated = page.get_by_label("The secret", exact=True).inner_text()
    assert rotated != secret
    page.get_by_role("link", name="I have stored it").click()
    old = page.get_by_role("row").filter(has_text="Rotating")
    expect(old.get_by_text("23 h 59 min").first).to_be_visible()

    old.get_by_role("link", name="Revoke Feed importer").click()
    dialog.get_by_label("Type Feed importer or its prefix to confirm").fill("Feed importer")
    dialog.get_by_role("button", name="Revoke key").click()
    expect(dialog.get_by_text("Done", exact=True)).to_be_visible(timeout=20_000)
    dialog.get_by_role("link", name="To API keys").click()
    states = [row["status"] for row in next(layers.child_keys(customer)).items if row["name"] == "Feed importer"]
    assert sorted(states) == ["active", "revoked"]
    assert Layers(Transport(product.product.api_url, rotated)).whoami()["organizationId"] == customer
