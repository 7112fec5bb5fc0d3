"""Lists in a browser: rows by keyboard, and a selection that spans pages."""

from playwright.sync_api import expect

from tests.e2e.conftest import SignIn


def test_rows_are_walked_selected_and_opened_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("Admin")
    page.goto("/customers/?tab=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".table tbody tr").nth(1)
    expect(second.locator("th a")).to_be_focused()
    page.keyboard.press("x")
    expect(second.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/org_*/")

    page.goto(f"{page.url}edit/")
    page.get_by_label("Billing email").fill("keys@example.com")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=20_000)
    page.goto("/commands/?view=all")
    page.keyboard.press("j")
    first = page.locator("#command-list [data-rows] > li").first
    expect(first).to_be_focused()
    expect(first).to_have_attribute("data-current", "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/commands/*-*/")

    page.goto("/ads/")
    open_rows = page.locator("[data-rows] > li[data-open]")
    # Those that a kill switch blocks cannot be selected.
    place = open_rows.evaluate_all("rows => rows.findIndex((row) => row.querySelector('input:enabled'))")
    for _ in range(place + 2):
        page.keyboard.press("j")
    page.keyboard.press("k")
    expect(open_rows.nth(place)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_contain_text("1 selected")


def test_more_than_a_thousand_customers_of_other_pages_go_with_the_one_ticked_here(sign_in: SignIn) -> None:
    page = sign_in("Finance")
    page.goto("/customers/?q=Pagewick")
    page.evaluate("""() => {
        const away = Array.from({ length: 1200 }, (_, number) => `org_away${number}`);
        sessionStorage.setItem("customers-selected", JSON.stringify(away));
    }""")
    page.reload()
    page.get_by_role("checkbox", name="Select Pagewick").check()
    expect(page.get_by_text("1,200 of them are not on this page.")).to_be_visible()
    page.get_by_role("button", name="Change caps").click()
    ids = page.get_by_label("Customers").input_value().split()
    assert (len(ids), ids[:2]) == (1_201, ["org_away0", "org_away1"])
