"""A real browser in front of the whole product: sandbox, database, workers and web as separate processes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, StorageState

from dashboard.management.commands.demo_staff import PASSWORD, PEOPLE
from layers.client import Layers, Transport
from tests.running import Running, chromium, running

EMAIL = {role: email for _, email, role in reversed(PEOPLE)}  # of two, the first
SignIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("product"), "e2e", UNDO_SECONDS="2") as started:
        yield started


@pytest.fixture
def layers(product: Running) -> Layers:
    """The Partner API itself, to see what arrived there."""
    return Layers(Transport(product.product.api_url, product.product.api_key))


@pytest.fixture(scope="session")
def browser_of_tests(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=chromium(), args=["--disable-quic", "--disable-background-networking", "--disable-sync"]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """The cookies of those who have signed in once, by e-mail: the form and the slow hash need no second time."""
    return {}


@pytest.fixture
def sign_in(product: Running, browser_of_tests: Browser, sessions: dict[str, StorageState]) -> Iterator[SignIn]:
    """A function: a page of a new browser, signed in with a role, or as one person of it by `email`. What the console
    complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_page(role: str, *, email: str = "", **options: Any) -> Page:
        who = email or EMAIL[role]
        context = browser_of_tests.new_context(
            base_url=product.url, viewport={"width": 1440, "height": 900}, storage_state=sessions.get(who), **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        if page.url != f"{product.url}/":
            page.get_by_label("Work email").fill(who)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{product.url}/")
            sessions[who] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
