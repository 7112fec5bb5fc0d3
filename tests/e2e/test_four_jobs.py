"""Every role signs in and does its job; what they decided is looked up at Layers itself."""

from typing import Any

from playwright.sync_api import expect

from layers.client import Layers
from layers.client.errors import Missing
from tests.e2e.conftest import SignIn
from tests.running import wait_for


def approval_of(layers: Layers, container_id: str) -> Any:
    """What Layers says of a container, whichever customer it belongs to."""
    for page in layers.organizations():
        for child in page.items:
            try:
                return layers.container(container_id, act_as=child["id"])
            except Missing:
                continue
    raise AssertionError(f"Layers does not know {container_id}")


def test_a_reviewer_approves_and_rejects_by_keys_and_the_next_item_follows_by_itself(
    sign_in: SignIn, layers: Layers
) -> None:
    page = sign_in("Reviewer")
    page.goto("/review/")
    first = page.locator("#item").get_attribute("data-container") or ""
    page.keyboard.press("a")
    expect(page.locator("#item")).not_to_have_attribute("data-container", first)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    second = page.locator("#item").get_attribute("data-container") or ""
    page.keyboard.press("r")
    page.keyboard.press("2")
    expect(page.locator("#item")).not_to_have_attribute("data-container", second)

    approved = wait_for(lambda: is_now(layers, first, "approved"), why="the approval to arrive")
    assert approved["approvedBy"]
    rejected = wait_for(lambda: is_now(layers, second, "rejected"), why="the rejection to arrive")
    assert rejected["rejectionReason"]

    page.goto(f"/review/{first}/")
    expect(page.locator("#decision")).to_contain_text("Approved")


def is_now(layers: Layers, container_id: str, status: str) -> Any:
    raw = approval_of(layers, container_id)
    return raw if raw["approvalStatus"] == status else None


def test_a_reviewer_takes_a_decision_back_before_it_is_sent(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Reviewer")
    page.goto("/review/")
    item = page.locator("#item").get_attribute("data-container") or ""
    page.keyboard.press("a")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#item")).to_have_attribute("data-container", item)
    page.wait_for_timeout(3000)  # the undo window is 2 s: nothing may leave after it
    assert approval_of(layers, item)["approvalStatus"] == "pending"


def test_finance_allocates_credits_and_sees_the_transfer(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Finance")
    page.goto("/customers/?q=Luma")
    page.get_by_role("link", name="Luma Language").click()
    organization_id = page.url.rstrip("/").rsplit("/", 1)[-1]
    before = layers.wallet(child=organization_id)["available"]
    page.get_by_role("link", name="Allocate credits").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("1,250")
    expect(dialog.locator("[data-part=available-after]")).to_have_text(f"{before + 1250:,}")
    dialog.get_by_label("Reason").fill("Summer, invoice 4498")
    dialog.get_by_role("button", name="Allocate 1,250").click()
    expect(dialog.get_by_text("Done", exact=True)).to_be_visible(timeout=15_000)
    expect(dialog.locator("code", has_text="txn_")).to_be_visible()
    assert layers.wallet(child=organization_id)["available"] == before + 1250

    page.goto(f"/customers/{organization_id}/ledger/")

    def arrived() -> bool:
        page.reload()
        return page.get_by_text("Summer, invoice 4498").count() > 0

    wait_for(arrived, why="the ledger to be read again")


def test_an_ads_manager_approves_one_action_and_rejects_another(sign_in: SignIn) -> None:
    page = sign_in("Ads manager")
    page.goto("/ads/")
    rows = page.locator(".actions-list > li[data-open]:has(button[value=approve])")
    first_id, second_id = rows.nth(0).get_attribute("id"), rows.nth(1).get_attribute("id")
    rows.nth(0).get_by_role("button", name="Approve").click()
    expect(page.locator(f"#{first_id}")).to_contain_text("Approved")
    page.locator(f"#{second_id}").get_by_role("link", name="Reject").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("Too fast for this budget.")
    dialog.get_by_role("button", name="Reject").click()
    expect(page.locator(f"#{second_id}")).to_contain_text("Rejected")

    def sent(row: str | None, word: str) -> bool:
        page.goto("/commands/")
        return page.get_by_text("Done", exact=True).count() >= 2

    wait_for(lambda: sent(first_id, "Approve"), seconds=25, why="both decisions to be done")


def a_verdict(layers: Layers) -> str:
    """The id of some gate decision that the sandbox's audit logs hold."""
    for page in layers.organizations():
        for child in page.items:
            for log in layers.audit_log(act_as=child["id"]):
                for row in log.items:
                    if row["data"].get("verdictId") and row["data"].get("decision") == "deny":
                        return str(row["data"]["verdictId"])
    raise AssertionError("the seeded world has no denied write")


def test_support_pastes_a_verdict_id_and_lands_on_its_story(sign_in: SignIn, layers: Layers) -> None:
    verdict = a_verdict(layers)
    page = sign_in("Support")
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill(verdict)
    expect(page.locator(f"dialog.palette a[href*='/verdicts/{verdict}']")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/verdicts/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Denied")
    expect(page.get_by_text(verdict).first).to_be_visible()


def test_any_other_id_lands_on_its_object(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Support")
    child = next(layers.organizations()).items[0]
    (project, *_) = next(layers.projects(act_as=child["id"])).items
    (container, *_) = next(layers.containers(project["id"], act_as=child["id"])).items
    (event, *_) = next(layers.ledger(child=child["id"])).items
    for identifier, place in [
        (child["id"], "/customers/org_"),
        (project["id"], "/projects/"),
        (container["id"], "/review/cnt_"),
        (event["eventId"], "/ledger/"),
    ]:
        page.goto(f"/search/?q={identifier}")
        assert place in page.url, identifier


def test_an_administrator_opens_every_desk(sign_in: SignIn) -> None:
    page = sign_in("Admin")
    for place in ["Review", "Ads", "Customers", "Commands", "Audit log", "Home"]:
        page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=place == "Home").click()
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
