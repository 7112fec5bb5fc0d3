"""The finance desk's day: a statement, a file, an exception that one sees and a colleague accepts, a signed day."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from layers.client import Layers
from orgs.commands import COMMAND_ID
from tests.e2e.conftest import SignIn
from tests.e2e.test_allocating import customer_of
from tests.running import wait_for


def rows_of(page: Page) -> list[list[str]]:
    """The file behind the button, as cells."""
    with page.expect_download() as coming:
        page.get_by_text("Export CSV").click()
    return list(csv.reader(Path(coming.value.path()).read_text("utf-8-sig").splitlines()))


def last_command(layers: Layers, customer: str) -> str:
    """The command that the newest row of its ledger names."""
    newest = next(iter(layers.ledger(child=customer))).items[0]
    return str(newest["metadata"][COMMAND_ID])


def test_a_day_of_finance_from_a_statement_to_its_signature(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Finance")
    customer = customer_of(layers, "Quiet Hours")
    page.goto(f"/customers/{customer}/allocate/?amount=61")
    page.get_by_role("button", name="Allocate 61").click()
    expect(page.get_by_text("txn_")).to_be_visible(timeout=20_000)
    # Somebody with our key moves them once more, in the name of the same command.
    layers.allocate(customer, 61, "", {COMMAND_ID: last_command(layers, customer)}, str(uuid4()))
    page.goto(f"/customers/{customer}/")
    page.get_by_role("button", name="Refresh").first.click()

    # Until both are read and judged:
    page.goto(f"/customers/{customer}/statement/")
    expect(page.get_by_role("row", name="Closing balance")).to_be_visible()
    *lines, closing = [int(row[-1]) for row in rows_of(page)[1:]]
    assert sum(lines) == closing

    page.goto("/customers/rebilling/")
    ends = {row[0]: int(row[-1]) for row in rows_of(page)[1:]}
    assert ends["Total"] > 0
    assert ends["Difference"] == 0

    def shown() -> bool:
        page.goto("/books/tie-out/?kind=doubled")
        return page.get_by_role("link", name="Quiet Hours").count() == 2

    wait_for(shown, why="both transfers of the command")
    page.get_by_role("link", name="Quiet Hours").first.click()
    expect(page.locator("dialog[open]").get_by_text("a colleague accepts it")).to_be_visible()

    colleague = sign_in("Admin")
    colleague.goto("/books/tie-out/?kind=doubled")
    for box in colleague.get_by_role("checkbox").all():
        box.check()
    colleague.get_by_label("Why they are all right").fill("Layers gives the second one back")
    colleague.get_by_role("button", name="Accept with this note").click()
    expect(colleague.get_by_text("2 transfers accepted.")).to_be_visible()

    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    page.goto(f"/books/days/{yesterday}/")
    page.get_by_label("Note").fill("All ledgers were read at the start.")
    page.get_by_role("button", name="Sign ").click()
    expect(page.get_by_text("Signed", exact=True)).to_be_visible()
