"""An allocation above the limit: it waits, two people agree at once in two browsers, one wins, the other is told."""

from threading import Barrier, Thread
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from dashboard.management.commands.demo_staff import PEOPLE
from layers.client import Layers
from tests.e2e.conftest import SignIn
from tests.running import Running, wait_for

ADMINS = [email for _, email, role in PEOPLE if role == "Admin"]


def allocate(page: Page, customer: str, amount: str) -> str:
    """Asks for an amount above the limit; the address of the request for a second person."""
    page.goto(f"/customers/?q={customer}")
    page.get_by_role("link", name=customer, exact=True).first.click()
    page.get_by_role("link", name="Allocate credits").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill(amount)
    dialog.locator("button[data-part=button]").click()
    expect(dialog.get_by_text("Waits for a second person")).to_be_visible()
    expect(dialog.get_by_text("Nothing is sent until a second person agrees")).to_be_visible()
    return str(dialog.get_by_role("link", name="The request").get_attribute("href"))


@pytest.fixture
def colleagues(sign_in: SignIn) -> list[Page]:
    """Both administrators, each in a browser of their own."""
    return [sign_in("Admin", email=email) for email in ADMINS]


def test_two_people_agree_at_once_one_wins_and_the_other_is_told(
    sign_in: SignIn, colleagues: list[Page], layers: Layers, product: Running
) -> None:
    asker = sign_in("Finance")
    address = allocate(asker, "Luma Language", "6,400")
    organization_id = asker.url.rstrip("/").rsplit("/", 1)[-1]
    before = layers.wallet(child=organization_id)["available"]

    forms = []
    for page in colleagues:
        page.goto("/approvals/")
        page.get_by_role("link", name="Allocate 6,400 credits to Luma Language", exact=True).click()
        expect(page.get_by_role("cell", name=f"{before + 6400:,}", exact=True)).to_be_visible()
        forms.append((page, form_of(page)))
    answers = post_at_once(product, forms)
    assert sorted(answers) == [302, 409]
    loser = colleagues[answers.index(409)]
    # The page they still have open tells it by itself, and so does the button.
    expect(loser.locator("#decision")).to_contain_text("agreed", timeout=15_000)

    done = wait_for(
        lambda: layers.wallet(child=organization_id)["available"] == before + 6400, seconds=20, why="one allocation"
    )
    assert done
    asker.goto(address)
    expect(asker.get_by_role("heading", name="Approved")).to_be_visible()


def form_of(page: Page) -> dict[str, str]:
    fields = page.locator("#decision form input[type=hidden]")
    return {str(one.get_attribute("name")): one.input_value() for one in fields.all()} | {"answer": "agree"}


def post_at_once(product: Running, forms: list[tuple[Page, dict[str, str]]]) -> list[int]:
    """The status each browser gets when both buttons are pressed in the same moment. Playwright speaks to one browser
    at a time, so the presses are made with each browser's own cookies, from two threads."""
    start, answers = Barrier(len(forms)), [0] * len(forms)

    def press(place: int, address: str, cookies: dict[str, str], form: dict[str, str]) -> None:
        start.wait()
        headers = {"Referer": address, "Origin": product.url}
        answers[place] = httpx.post(f"{address}decide/", data=form, cookies=cookies, headers=headers).status_code

    threads = []
    for place, (page, form) in enumerate(forms):
        cookies = {str(one["name"]): str(one["value"]) for one in page.context.cookies()}
        threads.append(Thread(target=press, args=(place, page.url, cookies, form)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_one_who_presses_too_late_reads_who_was_faster(sign_in: SignIn, colleagues: list[Page]) -> None:
    address = allocate(sign_in("Finance"), "Stride Club", "5,100")
    first, second = colleagues
    for page in colleagues:
        page.goto(address)
    second.get_by_label("Comment").fill("Not now.")
    first.get_by_role("button", name="Agree").click()
    expect(first.get_by_role("heading", name="Approved")).to_be_visible()
    second.get_by_role("button", name="Refuse").click()
    told: Any = second.get_by_role("alert")
    expect(told).to_contain_text("Your decision was not recorded.")
    expect(told).to_contain_text("Approved by Jonas Weber, before you decided.")


def test_whoever_asked_takes_it_back_without_scripts(sign_in: SignIn) -> None:
    address = allocate(sign_in("Finance"), "Stride Club", "5,200")
    page = sign_in("Finance", java_script_enabled=False)
    page.goto(address)
    assert page.get_by_role("button", name="Agree").count() == 0
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("heading", name="Withdrawn")).to_be_visible()
