"""The guided page that moves our own projects: choosing, the preview, what is recorded, what is told afterwards."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from layers.client.errors import Conflict
from layers.outbox.models import Command, Failure, State
from orgs.lifecycle import migrate, moving, plan
from orgs.models import Organization, Project
from orgs.tenant import seal
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGE = reverse("orgs:migrate")


@pytest.fixture
def admin(signed_in: Any) -> Any:
    return signed_in("Admin")


@pytest.fixture
def flat(ours: Organization) -> list[Project]:
    """Three projects that we hold ourselves; two of them name the same customer of old."""
    return [
        factories.project(ours, name="Apple", customer_external_id="acme"),
        factories.project(ours, name="Solo"),
        factories.project(ours, name="Web", customer_external_id="acme"),
    ]


def choose(browser: Client, names: dict[str, str], **more: str) -> Any:
    return browser.post(PAGE, {"project": list(names), "customer": list(names.values()), **more})


def move(browser: Client, names: dict[str, str]) -> Any:
    shown = choose(browser, names).context
    return browser.post(PAGE, {"seal": shown["seal"], "plan": shown["plan"].signed}, follow=True)


def test_it_lists_our_own_projects_alone(admin: Client, flat: list[Project]) -> None:
    factories.project(factories.customer(), name="Somebody’s")
    assert [line.project.name for line in admin.get(PAGE).context["lines"]] == ["Apple", "Solo", "Web"]
    assert [line.project.name for line in admin.get(PAGE, {"q": "so"}).context["lines"]] == ["Solo"]


@pytest.mark.parametrize(
    ("fill", "names"), [("", ["", "", ""]), ("each", ["Apple", "Solo", "Web"]), ("external", ["acme", "", "acme"])]
)
def test_one_press_suggests_names(admin: Client, flat: list[Project], fill: str, names: list[str]) -> None:
    assert [line.name for line in admin.get(PAGE, {"fill": fill}).context["lines"]] == names


def test_the_preview_says_what_moves_what_stays_and_what_follows(admin: Client, flat: list[Project]) -> None:
    factories.customer(name="Acme")
    ios, solo, web = flat
    response = choose(admin, {ios.id: "Acme", solo.id: "", web.id: " Acme "})
    (group,) = response.context["plan"].groups
    assert (group.name, group.projects, response.context["plan"].stay) == ("Acme", [ios, web], 1)
    html = response.content.decode()
    for words in ("stays on our own ledger", "30 days", "running job", "0 credits", "A customer of this name exists"):
        assert words in html
    assert Command.objects.count() == 0


def test_names_can_be_changed_after_the_preview(admin: Client, flat: list[Project]) -> None:
    response = choose(admin, {flat[0].id: "Acme"}, back="1")
    assert [(line.project, line.name) for line in response.context["lines"]] == [(flat[0], "Acme")]


@pytest.mark.parametrize(
    ("name", "words"), [("", "Write the name of a customer"), ("x" * 129, "at most 128"), ("a\x00", "cannot be stored")]
)
def test_names_that_cannot_be_are_said_before_anything_is_recorded(
    admin: Client, flat: list[Project], name: str, words: str
) -> None:
    response = choose(admin, {flat[0].id: name})
    assert (response.status_code, Command.objects.count()) == (422, 0)
    assert words in response.content.decode()


def test_it_is_recorded_as_previewed_and_once(admin: Client, flat: list[Project]) -> None:
    ios, _, web = flat
    shown = choose(admin, {ios.id: "Acme", web.id: "Acme"}).context
    for _ in range(2):
        response = admin.post(PAGE, {"seal": shown["seal"], "plan": shown["plan"].signed}, follow=True)
    command = Command.objects.get()
    assert command.payload["mapping"] == {ios.id: "Acme", web.id: "Acme"}
    assert command.words == "Move 2 projects to 1 new customer"
    assert b"Given already." in response.content


def test_a_plan_that_was_changed_on_the_way_records_nothing(admin: Client, flat: list[Project]) -> None:
    shown = choose(admin, {flat[0].id: "Acme"}).context
    response = admin.post(PAGE, {"seal": shown["seal"], "plan": shown["plan"].signed + "x"})
    assert (response.status_code, Command.objects.count()) == (422, 0)


def test_a_seal_of_another_person_records_nothing(admin: Client, ours: Organization, flat: list[Project]) -> None:
    plan = choose(admin, {flat[0].id: "Acme"}).context["plan"].signed
    sealed = seal(factories.staff("Admin"), ours.id, migrate.MIGRATE)
    assert admin.post(PAGE, {"seal": sealed, "plan": plan}).status_code == 400
    assert Command.objects.count() == 0


def test_a_project_of_a_customer_cannot_be_moved(admin: Client, flat: list[Project]) -> None:
    theirs = factories.project(factories.customer())
    assert choose(admin, {theirs.id: "Mine"}).status_code == 422
    shown = choose(admin, {flat[0].id: "Acme"}).context
    Project.objects.filter(id=flat[0].id).update(organization_id=theirs.organization_id)
    response = admin.post(PAGE, {"seal": shown["seal"], "plan": shown["plan"].signed})
    assert (response.status_code, Command.objects.count()) == (422, 0)


def test_fewer_projects_than_the_button_said_are_not_moved(admin: Client, flat: list[Project]) -> None:
    ios, solo, web = flat
    shown = choose(admin, {ios.id: "Acme", solo.id: "Solo", web.id: "Acme"}).context
    Project.objects.filter(id=web.id).update(organization_id=factories.customer().id)
    response = admin.post(PAGE, {"seal": shown["seal"], "plan": shown["plan"].signed})
    assert (response.status_code, Command.objects.count()) == (422, 0)
    html = response.content.decode()
    assert "Not our own any more: Web." in html
    assert "Move 2 projects" in html
    # Seen and pressed again: now it is meant.
    admin.post(PAGE, {"seal": shown["seal"], "plan": response.context["plan"].signed})
    assert Command.objects.get().payload["mapping"] == {ios.id: "Acme", solo.id: "Solo"}


def test_the_preview_names_what_cannot_move_any_more(admin: Client, flat: list[Project]) -> None:
    theirs = [factories.project(factories.customer(), name=f"Theirs {number}") for number in range(6)]
    html = choose(admin, {row.id: "Acme" for row in [flat[0], *theirs]}).content.decode()
    assert "Not our own any more: Theirs 0, Theirs 1, Theirs 2, Theirs 3, Theirs 4 and 1 more." in html


class TestOneCustomerForEachExternalId:
    def named(self, browser: Client, **asked: str) -> dict[str, str]:
        lines = browser.get(PAGE, {"fill": "external", **asked}).context["lines"]
        return {line.project.name: line.name for line in lines}

    def test_its_projects_of_other_pages_come_along(
        self, admin: Client, flat: list[Project], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moving, "PAGE_SIZE", 1)
        assert self.named(admin) == {"Apple": "acme", "Web": "acme"}
        assert self.named(admin, q="Web") == {"Web": "acme", "Apple": "acme"}
        assert self.named(admin, q="Solo") == {"Solo": ""}

    def test_one_with_more_than_a_page_can_move_gets_no_name_and_says_so(
        self, admin: Client, flat: list[Project], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moving, "PAGE_SIZE", 1)
        monkeypatch.setattr(plan, "MOST_LINES", 1)
        assert self.named(admin) == {"Apple": ""}
        html = admin.get(PAGE, {"fill": "external"}).content.decode()
        assert "acme has 2 projects, too many for this page." in html


def test_two_moves_do_not_run_at_once(admin: Client, flat: list[Project]) -> None:
    move(admin, {flat[0].id: "One"})
    assert b"Another move is on its way." in move(admin, {flat[1].id: "Two"}).content


def test_the_result_leads_to_the_new_customers(admin: Client, flat: list[Project]) -> None:
    move(admin, {flat[0].id: "Acme"})
    new = factories.customer(name="Acme")
    answer = {"children": [{"id": new.id, "name": "Acme", "projectIds": [flat[0].id]}]}
    Command.objects.update(state=State.SUCCEEDED, answer=answer)
    asked = {"command": Command.objects.get().id}
    for headers in ({}, HTMX):
        html = admin.get(PAGE, asked, headers=headers).content.decode()
        assert reverse("orgs:detail", args=[new.id]) in html
        assert "Apple" in html


def test_running_jobs_are_named_and_it_may_be_tried_again(admin: Client, flat: list[Project]) -> None:
    move(admin, {flat[0].id: "Acme"})
    answer = {"code": "CONFLICT", "details": {"projectIds": [flat[0].id]}}
    Command.objects.update(state=State.FAILED, failure=Failure.REFUSED, answer=answer)
    command = Command.objects.get()
    html = admin.get(PAGE, {"command": command.id}).content.decode()
    assert "These have running jobs:" in html
    assert command.can_retry


def test_a_running_job_is_no_decision_of_somebody_else(flat: list[Project]) -> None:
    class Busy:
        def migrate_projects(self, mapping: dict[str, str], key: str) -> None:
            raise Conflict(409, "CONFLICT", "A project has work in flight.")

    command = Command(kind=migrate.MIGRATE, payload={"mapping": {flat[0].id: "Acme"}})
    with pytest.raises(Exception, match="work in flight") as raised:
        migrate._send(Busy(), command)
    assert not isinstance(raised.value, Conflict)


@pytest.mark.parametrize("role", ["Finance", "Support"])
def test_only_administrators_may(signed_in: Any, flat: list[Project], role: str) -> None:
    assert signed_in(role).get(PAGE).status_code == 403
    assert signed_in(role).post(PAGE, {}).status_code == 403


def test_it_costs_the_same_with_little_and_with_much(
    admin: Client, ours: Organization, flat: list[Project], django_assert_num_queries: Any
) -> None:
    names = {row.id: "Acme" for row in flat}
    with django_assert_num_queries(17) as little:
        choose(admin, names)
    more = [factories.project(ours) for _ in range(30)]
    with django_assert_num_queries(len(little)):
        choose(admin, names | {row.id: row.name for row in more})
