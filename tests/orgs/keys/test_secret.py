"""The secret of a new key: shown once, to the person and browser that asked, and nowhere else ever."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter
from redis import Redis

from layers.client import Answer
from layers.outbox.models import Command, State
from orgs.keys import handover
from orgs.keys.models import Handover
from orgs.models import Organization
from orgs.tasks import erase_secrets
from tests import factories
from tests.orgs.keys.conftest import SECRET, fill, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def minted(admin: Client, customer: Organization, deliver: Callable[[Command], Command]) -> Command:
    """A key that Layers has made, asked for by `admin`."""
    assert fill(admin, customer).status_code == 302
    return deliver(Command.objects.get())


def address(command: Command) -> str:
    return url("key_secret", command.organization_id, command.id)


def show(browser: Client, command: Command) -> Any:
    return browser.post(address(command))


def everything_stored() -> Iterator[str]:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608  our own tables
            yield from (row[0] for row in cursor.fetchall())


def test_it_is_shown_to_whoever_asked(admin: Client, minted: Command) -> None:
    assert "Show the secret" in admin.get(address(minted)).content.decode()
    answer = show(admin, minted)
    assert answer.content.decode().count(SECRET) == 1
    assert Handover.objects.get().sealed is None


def test_the_page_is_kept_by_nobody(admin: Client, minted: Command) -> None:
    for answer in (admin.get(address(minted)), show(admin, minted)):
        assert {"no-store", "private"} <= set(answer["Cache-Control"].replace(" ", "").split(","))
        assert answer["Referrer-Policy"] == "no-referrer"
    assert admin.cookies[handover.COOKIE].value == ""  # the key of the browser goes with it


def test_a_second_visit_does_not_get_it(admin: Client, minted: Command) -> None:
    show(admin, minted)
    for answer in (show(admin, minted), admin.get(address(minted))):
        assert SECRET not in answer.content.decode()
    assert show(admin, minted).status_code == 410
    assert "shown" in admin.get(address(minted)).content.decode()


def test_reading_the_page_does_not_use_it_up(admin: Client, minted: Command) -> None:
    for _ in range(3):
        assert SECRET not in admin.get(address(minted)).content.decode()
    assert SECRET in show(admin, minted).content.decode()


def test_another_person_does_not_get_it(admin: Client, minted: Command) -> None:
    other = Client()
    other.force_login(factories.staff("Admin"))
    other.cookies[handover.COOKIE] = admin.cookies[handover.COOKIE].value
    assert show(other, minted).status_code == 404
    assert SECRET in show(admin, minted).content.decode()


def test_another_browser_of_the_same_person_does_not_get_it_and_does_not_use_it_up(
    admin: Client, minted: Command, person: Any
) -> None:
    other = Client()
    other.force_login(person)
    other.get(url("mint_key", minted.organization_id))  # it has a key of its own
    assert show(other, minted).status_code == 410
    other.cookies[handover.COOKIE] = admin.cookies[handover.COOKIE].value  # a stolen cookie lacks the session
    assert show(other, minted).status_code == 410
    assert SECRET in show(admin, minted).content.decode()


def test_a_browser_that_lost_its_cookie_does_not_get_it(admin: Client, minted: Command) -> None:
    kept = admin.cookies.pop(handover.COOKIE).value
    assert show(admin, minted).status_code == 410
    admin.cookies[handover.COOKIE] = "not a key"
    assert show(admin, minted).status_code == 410
    admin.cookies[handover.COOKIE] = kept
    assert show(admin, minted).status_code == 200


def test_the_browsers_key_is_out_of_reach_of_scripts_and_other_sites(
    admin: Client, customer: Organization, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    cookie = admin.get(url("mint_key", customer.id)).cookies[handover.COOKIE]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert cookie["max-age"] == handover.COOKIE_AGE


def test_two_forms_of_one_browser_share_its_key(admin: Client, customer: Organization) -> None:
    """A second tab must not take away what the first one is waiting for."""
    before = admin.get(url("mint_key", customer.id)).cookies[handover.COOKIE].value
    assert admin.get(url("mint_key", customer.id)).cookies[handover.COOKIE].value == before


def test_it_is_erased_when_its_time_is_over(admin: Client, minted: Command) -> None:
    Handover.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    assert show(admin, minted).status_code == 410
    erase_secrets()
    row = Handover.objects.get()
    assert (row.sealed, bytes(row.public_key), row.session) == (None, b"", "")
    assert "nobody has its secret" in admin.get(address(minted)).content.decode()


def test_one_that_still_has_time_is_not_erased(minted: Command) -> None:
    erase_secrets()
    assert Handover.objects.get().sealed is not None


def test_a_replayed_answer_is_sealed_again_but_never_after_it_was_shown(
    admin: Client, minted: Command, deliver: Callable[[Command], Command]
) -> None:
    Command.objects.update(state=State.UNKNOWN)  # as if the worker had died before it could close the row
    deliver(minted)
    assert SECRET in show(admin, minted).content.decode()
    Command.objects.update(state=State.UNKNOWN)
    deliver(minted)
    assert Handover.objects.get().sealed is None


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_rotation_sent_again_still_offers_the_secret_that_waits(
    admin: Client, customer: Organization, deliver: Callable[[Command], Command], headers: dict[str, str]
) -> None:
    there = url("rotate_key", customer.id, factories.api_key(customer).id)
    form = {"seal": admin.get(there).context["seal"], "reason": "Leaver"}
    admin.post(there, form)
    deliver(Command.objects.get())
    html = admin.post(there, form, headers=headers, follow=True).content.decode()
    assert "Given already." in html
    assert "Show the secret" in html
    assert "nobody has its secret" not in html


def test_a_colleague_is_told_whose_browser_it_waits_in(admin: Client, minted: Command, person: Any) -> None:
    admin.force_login(factories.staff("Admin"))
    html = admin.get(f"{url('mint_key', minted.organization_id)}?command={minted.id}").content.decode()
    assert f"Its secret waits in the browser of {person.name}" in html
    assert "Show the secret" not in html


def test_a_key_whose_secret_never_came_says_what_to_do(admin: Client, minted: Command) -> None:
    Handover.objects.update(sealed=None, deadline=None)
    html = admin.get(f"{url('mint_key', minted.organization_id)}?command={minted.id}").content.decode()
    assert "The key exists at Layers, but nobody has its secret." in html
    assert show(admin, minted).status_code == 410


@pytest.mark.parametrize(
    "body",
    [
        {"id": "key_flat", "name": "Feed", "secret": SECRET},
        {"apiKey": {"id": "key_in", "secret": SECRET}},
        {"apiKey": {"id": "key_text"}, "note": f"Your key is {SECRET}, keep it."},
    ],
)
def test_wherever_an_answer_prints_it_it_is_taken_out(
    admin: Client, customer: Organization, fake: Any, deliver: Any, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake, "mint_key", lambda *given: Answer(201, body, "req_1", 0.0))
    fill(admin, customer)
    command = deliver(Command.objects.get())
    assert SECRET not in str(command.answer)
    assert command.handover.key_id == body.get("apiKey", body)["id"]
    assert SECRET in show(admin, command).content.decode()


def test_it_is_in_no_table_no_log_line_no_broker_key_and_no_later_page(
    admin: Client,
    customer: Organization,
    deliver: Callable[[Command], Command],
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    caplog.set_level(logging.DEBUG)
    hidden = SECRET.rsplit("_", 1)[1]  # the prefix is public

    def is_nowhere() -> None:
        assert not any(hidden in row for row in everything_stored())
        assert hidden not in caplog.text
        broker = Redis.from_url(settings.REDIS_URL)
        for name in broker.scan_iter(count=1000):
            assert hidden.encode() not in (broker.dump(name) or b"")

    with django_capture_on_commit_callbacks(execute=True):
        fill(admin, customer)
    command = deliver(Command.objects.get())
    is_nowhere()
    assert show(admin, command).content.decode().count(hidden) == 1
    is_nowhere()
    for page in (
        url("keys", customer.id),
        url("detail", customer.id),
        f"{url('mint_key', customer.id)}?command={command.id}",
        f"/commands/{command.id}/",
        "/commands/",
        "/",
        address(command),
    ):
        answer = admin.get(page)
        assert answer.status_code == 200
        assert hidden not in answer.content.decode()


def test_an_error_report_does_not_tell_it(admin: Client, minted: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be mailed or logged of a page that breaks while it holds the secret, with all local variables."""

    def breaks(*given: Any, **more: Any) -> None:
        raise RuntimeError("the template broke")

    monkeypatch.setattr("orgs.keys.secret.render", breaks)
    with pytest.raises(RuntimeError) as broken:
        show(admin, minted)
    report = ExceptionReporter(RequestFactory().post("/"), broken.type, broken.value, broken.tb)
    told = report.get_traceback_text() + report.get_traceback_html()
    assert "the template broke" in told
    assert SECRET.rsplit("_", 1)[1] not in told
