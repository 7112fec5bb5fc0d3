"""The page at /_sandbox/: what it shows, its forms, and one look through a browser."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.running import chromium, wait_for
from tests.sandbox.api import MORROW, Api

PAGE = "/_sandbox/"


@pytest.fixture
def visitor(time_travel: Api) -> Iterator[httpx.Client]:
    """Somebody with a browser that keeps cookies; afterwards the clock runs and nothing is faulty."""
    with httpx.Client(base_url=time_travel.url, timeout=20, follow_redirects=True) as client:
        yield client
    time_travel.client.delete("/_sandbox/faults")
    time_travel.control("clock", action="resume")


def post(visitor: httpx.Client, form: str, **fields: str) -> str:
    """The page after a form was sent."""
    answer = visitor.post(f"{PAGE}page/{form}", data=fields)
    assert (answer.status_code, answer.history[0].status_code) == (200, 303)
    return answer.text


def test_the_root_points_to_it(visitor: httpx.Client) -> None:
    assert PAGE in visitor.get("/").text


def test_nothing_inline_and_nothing_from_elsewhere(visitor: httpx.Client) -> None:
    answer = visitor.get(PAGE)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)|https?://(?!127)", answer.text)
    for address in re.findall(r'(?:href|src)="(/_sandbox/static/[^"]+)"', answer.text):
        assert visitor.get(address).status_code == 200
    assert visitor.get(f"{PAGE}static/../settings.py").status_code == 404


def test_it_says_once_what_a_form_has_done(visitor: httpx.Client) -> None:
    assert "The clock stands still." in post(visitor, "clock", action="freeze")
    page = visitor.get(PAGE).text
    assert "The clock stands still." not in page
    assert "stands still</span>" in page
    assert "1 h have passed" in post(visitor, "clock", action="advance", seconds="3600")
    assert "The clock runs on" in post(visitor, "clock", action="resume")


def test_faults_are_switched_on_and_off(visitor: httpx.Client, time_travel: Api) -> None:
    wish = {"kind": "status", "pattern": "GET /v1/whoami", "options": "status=503 when=after", "count": "1"}
    assert "status is switched on for GET /v1/whoami." in post(visitor, "fault", **wish, percent="100")
    assert time_travel.get("/v1/whoami", checked=False).status_code == 503
    assert "1 fault switched off" in post(visitor, "fault/remove", id="all")
    assert time_travel.client.get("/_sandbox/faults").json()["items"] == []


@pytest.mark.parametrize(
    ("form", "fields", "told"),
    [
        ("fault", {"kind": "status", "pattern": "whoami"}, "a method and a path"),
        ("fault", {"kind": "status", "pattern": "* /v1/*", "options": "status"}, "name=value"),
        ("fault", {"kind": "status", "pattern": "* /v1/*", "percent": "often"}, "1 to 100"),
        ("clock", {"action": "advance", "seconds": "-5"}, "Expected"),
        ("world", {"name": "narnia"}, "must be one of"),
        ("do/customer/dance", {}, "No such deed"),
        ("do/nobody/dance", {}, "No such deed"),
    ],
)
def test_a_form_that_cannot_be_done_says_why(
    visitor: httpx.Client, form: str, fields: dict[str, str], told: str
) -> None:
    page = post(visitor, form, **fields)
    assert re.search(rf'role="alert">[^<]*{told}', page)


def test_a_form_leads_back_to_this_page_only(visitor: httpx.Client) -> None:
    sent = {"action": "resume", "back": "https://elsewhere.example/", "at": "clock"}
    answer = visitor.post(f"{PAGE}page/clock", data=sent, follow_redirects=False)
    assert answer.headers["Location"] == f"{PAGE}#clock"


def test_another_sites_form_does_nothing(visitor: httpx.Client) -> None:
    page = visitor.post(f"{PAGE}page/clock", data={"action": "freeze"}, headers={"Origin": "https://elsewhere.example"})
    assert "Only this page itself" in page.text
    assert visitor.get("/_sandbox/clock").json()["frozen"] is False


def test_the_last_calls_are_shown_with_key_and_fault(visitor: httpx.Client, time_travel: Api) -> None:
    time_travel.control("faults", kind="drop", pattern="GET /v1/whoami", count=1)
    with pytest.raises(httpx.TransportError):
        time_travel.get("/v1/whoami?marked=here")

    def shown() -> re.Match[str] | None:
        return re.search(r"whoami\?marked=here</code>.*?>(\w+)</span> .*?>(\w+)</span>.*?Partner desk", page(), re.S)

    def page() -> str:
        return visitor.get(PAGE).text

    seen = wait_for(shown, seconds=5, why="the call to be shown")
    assert seen.groups() == ("dropped", "drop")


def test_a_customers_side_has_their_things_and_buttons(visitor: httpx.Client, time_travel: Api) -> None:
    morrow = time_travel.org(MORROW)
    page = visitor.get(PAGE, params={"customer": morrow}).text
    for words in ("Ad layers", "Stop all writes", "Make a slideshow", "API keys", "Rarer things"):
        assert words in page
    done = post(visitor, "do/staff/credits", organizationId=morrow, type="grant", credits="25")
    assert "balanceAfterPrepaid" in done
    assert visitor.get(PAGE, params={"customer": "org_nobody"}).status_code == 200


def test_the_world_is_replaced_and_the_page_says_so(visitor: httpx.Client) -> None:
    assert "The world is small now" in post(visitor, "world", name="small")


# --- a browser


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium())
    yield started
    started.close()


@pytest.mark.e2e
def test_a_person_plays_with_it(browser: Browser, time_travel: Api) -> None:
    """The clock by buttons, a call that appears by itself, a new world with its progress; and no complaint."""
    complaints: list[str] = []
    page = browser.new_page(base_url=time_travel.url)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(PAGE)
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("status").first).to_have_text("The clock stands still.")
    page.get_by_role("button", name="+6 h").click()
    expect(page.locator("#reading")).to_contain_text("6 h skipped")
    time_travel.get("/v1/whoami?seen=live")
    expect(page.locator("#requests-rows")).to_contain_text("seen=live")
    page.locator("#worlds summary", has_text="small").click()
    page.get_by_role("button", name="with small").click()
    expect(page.locator("#clock-state")).to_have_text("runs")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
