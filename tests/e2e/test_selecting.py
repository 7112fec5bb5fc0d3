"""A selection that spans pages leaves the list of customers whole."""

from tests.e2e.conftest import SignIn


def test_more_than_a_thousand_customers_of_other_pages_go_with_the_one_ticked_here(sign_in: SignIn) -> None:
    page = sign_in("Finance")
    page.goto("/customers/?q=Pagewick")
    page.evaluate("""() => {
        const away = Array.from({ length: 1200 }, (_, number) => `org_away${number}`);
        sessionStorage.setItem("customers-selected", JSON.stringify(away));
    }""")
    page.reload()
    page.get_by_role("checkbox", name="Select Pagewick").check()
    page.get_by_text("1,200 of them are not on this page.").wait_for()
    page.get_by_role("button", name="Change caps").click()
    ids = page.get_by_label("Customers").input_value().split()
    assert (len(ids), ids[:2]) == (1_201, ["org_away0", "org_away1"])
