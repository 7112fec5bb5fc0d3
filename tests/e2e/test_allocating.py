"""Allocating in a browser: pressed twice, from two tabs, with the back button; and a batch from a file to its end."""

from playwright.sync_api import expect

from layers.client import Layers
from tests.e2e.conftest import SignIn

FIELDS = """() => Object.fromEntries(
    [...new FormData(document.querySelector("form.giving"))].filter(([, value]) => typeof value === "string"))"""


def customer_of(layers: Layers, name: str) -> str:
    return next(str(row["id"]) for page in layers.organizations() for row in page.items if row["name"] == name)


def balance(layers: Layers, customer: str) -> int:
    found = layers.wallet(child=customer)["balance"]
    assert isinstance(found, int)
    return found


def test_however_it_is_pressed_credits_move_once(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Finance")
    customer = customer_of(layers, "Quiet Hours")
    before = balance(layers, customer)
    form = f"/customers/{customer}/allocate/?amount=137"
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(form)
    page.get_by_role("button", name="Allocate 137").dblclick()
    expect(page.get_by_text("txn_")).to_be_visible(timeout=30_000)
    # The other tab has a form of its own: it is told of the first one.
    other.get_by_role("button", name="Allocate 137").click()
    expect(other.get_by_text("gave it 137 credits less than").first).to_be_visible()
    # The back button brings the used form, also when it comes from the browser's own copy.
    page.goto("/customers/")
    page.go_back()
    page.goto(form)
    page.get_by_label("Amount").fill("137")
    page.get_by_role("button", name="Allocate 137").click()
    expect(page.get_by_label("Give the same once more")).to_be_visible()
    assert balance(layers, customer) == before + 137


def test_a_batch_from_a_file_to_its_results(sign_in: SignIn, layers: Layers) -> None:
    page = sign_in("Finance")
    customer = customer_of(layers, "Quiet Hours")
    before = balance(layers, customer)
    page.goto("/customers/allocate/batch/")
    rows = f"Organization id;Amount;Reason\r\n{customer};1 211;June\r\nnobody;5;\r\n"
    file = {"name": "june.csv", "mimeType": "text/csv", "buffer": f"\ufeff{rows}".encode()}
    page.get_by_label("CSV file").set_input_files([file])
    page.get_by_role("button", name="Preview", exact=True).last.click()
    expect(page.get_by_role("heading", name="1 row with problems")).to_be_visible()
    expect(page.get_by_role("row", name="3 nobody Organization id We know no customer with this id.")).to_be_visible()
    fields = page.evaluate(FIELDS)
    page.get_by_role("button", name="Allocate 1,211 to 1").click()
    expect(page.get_by_text("1 of 1 finished. 1,211 of 1,211 credits moved.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("txn_")).to_be_visible()
    assert balance(layers, customer) == before + 1_211
    again = page.request.post("/customers/allocate/batch/", multipart={**fields, "give": "1"})
    assert "Nothing was recorded a second time." in again.text()
    assert balance(layers, customer) == before + 1_211
