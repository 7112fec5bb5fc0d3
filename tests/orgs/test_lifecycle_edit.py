"""Making a customer and changing it: only what changed is sent, limits hold before anything is, problems by field."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given as examples
from hypothesis import strategies as st

from layers.outbox.models import Command, State
from orgs import metadata
from orgs.lifecycle.create import CREATE
from orgs.lifecycle.edit import CHANGE
from orgs.models import Organization
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = reverse("orgs:create")


@pytest.fixture
def admin(signed_in: Any) -> Any:
    return signed_in("Admin")


@pytest.fixture
def tea(ours: Organization) -> Organization:
    return factories.customer(
        name="Northwind Tea",
        billing_email="ap@northwind.example",
        metadata={"crmId": "c-88", "plan": "gold", metadata.OURS: "our-own"},
    )


def form_of(browser: Client, address: str) -> dict[str, Any]:
    """What the page's form would post when nobody typed anything."""
    page = browser.get(address)
    filled = page.context["form"]
    rows = filled.pairs.shown
    fields = {name: filled[name].value() or "" for name in ("name", "billing_email")}
    hidden = {"seal": page.context["seal"], "shown": filled.shown.signed if hasattr(filled, "shown") else ""}
    return {**hidden, **fields, "key": [row.key for row in rows], "value": [row.value for row in rows]}


def edit_of(row: Organization) -> str:
    return reverse("orgs:edit", args=[row.id])


def changes() -> dict[str, Any]:
    (command,) = Command.objects.filter(kind=CHANGE)
    return dict(command.payload["changes"])


class TestChanging:
    def test_a_form_in_which_nothing_was_typed_sends_nothing(self, admin: Client, tea: Organization) -> None:
        response = admin.post(edit_of(tea), form_of(admin, edit_of(tea)))
        assert (response.status_code, Command.objects.count()) == (422, 0)
        assert b"Nothing was changed." in response.content

    def test_what_a_field_cannot_show_stays_as_it_is_until_somebody_types_over_it(
        self, admin: Client, ours: Organization
    ) -> None:
        odd = factories.customer(name=" Two\nlines ", metadata={"note": "one\r\ntwo", " plan": " gold ", "tier": "tin"})
        form = form_of(admin, edit_of(odd))
        for name in ("key", "value"):  # what a browser makes of it
            form[name] = [text.replace("\r", "").replace("\n", "") for text in form[name]]
        form["name"] = form["name"].replace("\n", "")
        assert b"Nothing was changed." in admin.post(edit_of(odd), form).content
        form["value"] = ["silver" if text == " gold " else text for text in form["value"]]
        admin.post(edit_of(odd), form)
        assert changes() == {"metadata": {" plan": "silver"}}

    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ({"name": "Northwind"}, {"name": "Northwind"}),
            ({"billing_email": ""}, {"billingEmail": None}),
            ({"billing_email": "x@y.example"}, {"billingEmail": "x@y.example"}),
            ({"key": ["crmId", "plan"], "value": ["c-88", "silver"]}, {"metadata": {"plan": "silver"}}),
            ({"key": ["crmId", "plan"], "value": ["c-88", ""]}, {"metadata": {"plan": ""}}),
            ({"key": ["crmId", ""], "value": ["c-88", ""]}, {"metadata": {"plan": ""}}),
            ({"key": ["crmId", "tier"], "value": ["c-88", "gold"]}, {"metadata": {"tier": "gold", "plan": ""}}),
            ({"clear": "on"}, {"metadata": None}),
        ],
    )
    def test_only_what_changed_is_sent(
        self, admin: Client, tea: Organization, typed: dict[str, Any], sent: dict[str, Any]
    ) -> None:
        admin.post(edit_of(tea), form_of(admin, edit_of(tea)) | typed)
        assert changes() == sent

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": ""}, "A customer needs a name."),
            ({"name": "x" * 129}, "At most 128 characters; this has 129."),
            ({"billing_email": "nobody"}, "This is no email address."),
            ({"key": ["k" * 41], "value": ["v"]}, "A key has at most 40 characters; this has 41."),
            ({"key": ["k"], "value": ["v" * 501]}, "A value has at most 500 characters; this has 501."),
            ({"key": ["a", "a"], "value": ["1", "2"]}, "This key is there twice."),
            ({"key": [""], "value": ["v"]}, "This value needs a key."),
            ({"key": ["new"], "value": [""]}, "A new key needs a value."),
            ({"key": ["a\x00"], "value": ["v"]}, "cannot be stored"),
            ({"key": [metadata.OURS], "value": ["v"]}, "This key is ours"),
            ({"key": [f"k{n}" for n in range(50)], "value": ["v"] * 50}, "at most 50 keys; these are 51"),
            ({"key": [f"k{n}" for n in range(34)], "value": ["é" * 250] * 34}, "at most 16 KB; these are 16."),
        ],
    )
    def test_what_layers_would_refuse_is_refused_before_it_is_recorded(
        self, admin: Client, tea: Organization, typed: dict[str, Any], words: str
    ) -> None:
        for headers in ({}, HTMX):
            response = admin.post(edit_of(tea), form_of(admin, edit_of(tea)) | typed, headers=headers)
            assert response.status_code == 422
            assert words in response.content.decode()
        assert Command.objects.count() == 0

    def test_our_own_key_is_neither_shown_nor_sent(self, admin: Client, tea: Organization) -> None:
        for address in (edit_of(tea), reverse("orgs:detail", args=[tea.id])):
            assert b"our-own" not in admin.get(address).content

    def test_without_scripts_a_button_adds_a_row_and_records_nothing(self, admin: Client, tea: Organization) -> None:
        form = form_of(admin, edit_of(tea)) | {"key": ["a", "b"], "value": ["1", "2"], "add": "1", "name": "Typed"}
        response = admin.post(edit_of(tea), form)
        assert [row.key for row in response.context["form"].pairs.shown] == ["a", "b", ""]
        assert b'value="Typed"' in response.content
        assert Command.objects.count() == 0

    def test_what_somebody_else_changed_since_is_not_overwritten_unseen(self, admin: Client, tea: Organization) -> None:
        form = form_of(admin, edit_of(tea)) | {"name": "Mine", "key": ["crmId", "plan"], "value": ["c-88", "silver"]}
        Organization.objects.filter(id=tea.id).update(name="Theirs", metadata={"crmId": "c-88", "plan": "tin"})
        response = admin.post(edit_of(tea), form)
        html = response.content.decode()
        assert "It was renamed to “Theirs” meanwhile." in html
        assert "Metadata was changed meanwhile: plan." in html
        assert Command.objects.count() == 0
        # Seen and saved again: now it is meant.
        admin.post(edit_of(tea), form | {"shown": response.context["form"].shown.signed})
        assert changes() == {"name": "Mine", "metadata": {"plan": "silver"}}

    def test_what_somebody_else_changed_and_this_person_did_not_stays(self, admin: Client, tea: Organization) -> None:
        form = form_of(admin, edit_of(tea)) | {"billing_email": "new@northwind.example"}
        Organization.objects.filter(id=tea.id).update(name="Theirs", metadata={"other": "1"})
        admin.post(edit_of(tea), form)
        assert changes() == {"billingEmail": "new@northwind.example"}

    def test_the_same_form_twice_is_one_change(self, admin: Client, tea: Organization) -> None:
        form = form_of(admin, edit_of(tea)) | {"name": "Northwind"}
        admin.post(edit_of(tea), form)
        assert b"Given already." in admin.post(edit_of(tea), form, follow=True).content
        assert len(changes()) == 1


class TestMaking:
    def test_it_is_recorded_about_ourselves_until_layers_gives_it_an_id(
        self, admin: Client, ours: Organization
    ) -> None:
        form = form_of(admin, NEW) | {"name": "Oat Street", "key": ["crmId"], "value": ["c-1"]}
        response = admin.post(NEW, form, follow=True)
        command = Command.objects.get()
        assert (command.kind, command.organization_id, command.state) == (CREATE, ours.id, State.QUEUED)
        assert command.target.startswith("new:")
        assert command.payload["body"] == {"name": "Oat Street", "metadata": {"crmId": "c-1"}}
        assert b"Create customer Oat Street" in response.content

    def test_the_page_leads_to_the_new_customer_once_layers_has_answered(
        self, admin: Client, customer: Organization
    ) -> None:
        admin.post(NEW, form_of(admin, NEW) | {"name": "Oat Street"})
        Command.objects.update(state=State.SUCCEEDED, answer={"id": customer.id})
        asked, there = {"command": Command.objects.get().id}, reverse("orgs:detail", args=[customer.id])
        assert admin.get(NEW, asked).headers["Location"] == there
        assert admin.get(NEW, asked, headers=HTMX).headers["HX-Redirect"] == there

    def test_the_form_sent_again_leads_there_too(self, admin: Client, customer: Organization) -> None:
        form = form_of(admin, NEW) | {"name": "Oat Street"}
        admin.post(NEW, form)
        Command.objects.update(state=State.SUCCEEDED, answer={"id": customer.id})
        there = reverse("orgs:detail", args=[customer.id])
        assert admin.post(NEW, form, headers=HTMX).headers["HX-Redirect"] == there
        assert admin.post(NEW, form, follow=True).redirect_chain[-1][0] == there

    def test_the_same_form_twice_is_one_customer(self, admin: Client, ours: Organization) -> None:
        form = form_of(admin, NEW) | {"name": "Oat Street"}
        for _ in range(2):
            admin.post(NEW, form)
        assert Command.objects.filter(kind=CREATE).count() == 1

    def test_a_second_one_of_a_name_is_asked_about_first(self, admin: Client, customer: Organization) -> None:
        form = form_of(admin, NEW) | {"name": customer.name}
        response = admin.post(NEW, form)
        assert response.status_code == 422
        assert b"There is a customer called Morrow Journal already." in response.content
        assert b"Make another one of this name" in response.content
        admin.post(NEW, form | {"same_name": "on"})
        assert Command.objects.filter(kind=CREATE).count() == 1

    def test_one_that_is_on_its_way_counts_as_there(self, admin: Client, ours: Organization) -> None:
        admin.post(NEW, form_of(admin, NEW) | {"name": "Oat Street"})
        assert admin.post(NEW, form_of(admin, NEW) | {"name": "Oat Street"}).status_code == 422

    def test_our_own_key_takes_one_of_the_fifty(self, admin: Client, ours: Organization) -> None:
        full = {"name": "Full", "key": [f"k{n}" for n in range(50)], "value": ["v"] * 50}
        assert b"these are 51" in admin.post(NEW, form_of(admin, NEW) | full).content
        assert Command.objects.count() == 0

    def test_before_the_first_sync_it_says_why_not(self, admin: Client) -> None:
        response = admin.post(NEW, form_of(admin, NEW) | {"name": "Early"})
        assert b"Wait for the first sync" in response.content

    @pytest.mark.parametrize("role", ["Finance", "Support"])
    def test_only_administrators_may(self, signed_in: Any, tea: Organization, role: str) -> None:
        browser = signed_in(role)
        for address in (NEW, edit_of(tea)):
            assert browser.get(address).status_code == 403
            assert browser.post(address, {"name": "x"}).status_code == 403


PAIRS = st.dictionaries(st.text("abc", min_size=1, max_size=2), st.text("xyz", min_size=1, max_size=2), max_size=6)


@examples(PAIRS, PAIRS)
def test_sending_the_difference_makes_of_any_pairs_any_others(before: dict[str, str], after: dict[str, str]) -> None:
    sent = metadata.difference(before, after)
    assert metadata.merged(before, sent) == after
    assert not sent or before != after


@examples(PAIRS, PAIRS, PAIRS)
def test_keys_that_nobody_touched_keep_what_somebody_else_gave_them(
    before: dict[str, str], after: dict[str, str], meanwhile: dict[str, str]
) -> None:
    untouched = {key for key in meanwhile if before.get(key) == after.get(key)}
    merged = metadata.merged(meanwhile, metadata.difference(before, after))
    assert {key: merged.get(key) for key in untouched} == {key: meanwhile[key] for key in untouched}
