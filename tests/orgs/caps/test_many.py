"""Caps and refill rules of many customers: what the form refuses, what the preview says of each, one command for each
that changes, and following and stopping them."""

import csv
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from layers.outbox import delivery, verbs
from layers.outbox.models import Command, State
from orgs.caps.forms import BulkForm
from orgs.caps.models import CapBatch
from orgs.caps.plan import SAME, Plan, ids_in
from orgs.caps.rules import CHANGE_CAPS
from orgs.models import CreditConfig, Organization, Wallet
from tests import factories
from tests.layers.api import Api, answer, refusal

pytestmark = pytest.mark.django_db
URL = "orgs:bulk_caps"
HTMX = {"HX-Request": "true"}


def customer(name: str, cap: int | None = None, line: int | None = None, amount: int | None = None) -> Organization:
    row = factories.customer(name=name)
    factories.wallet(row, 1_000)
    factories.credit_config(row, monthly_cap=cap, refill_threshold=line, refill_amount=amount)
    return row


@pytest.fixture
def four(ours: Organization) -> list[Organization]:
    """Without anything; with a cap of 5,000; with a whole rule; archived."""
    rows = [
        customer("Plain"),
        customer("Capped", 5_000),
        customer("Ruled", 9_000, 500, 1_000),
        customer("Gone", 9_000),
    ]
    Organization.objects.filter(id=rows[3].id).update(status="archived")
    return rows


def form(rows: list[Organization], **more: str) -> dict[str, str]:
    return {"ids": "\n".join(row.id for row in rows), **more}


def previewed(client: Client, asked: dict[str, str]) -> Any:
    response = client.post(reverse(URL), asked)
    assert response.status_code == 200, response.context["form"].errors
    return response.context


def given(client: Client, asked: dict[str, str]) -> Any:
    """Previews and gives."""
    context = previewed(client, asked)
    sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
    return client.post(reverse(URL), asked | sealed), asked | sealed


def test_ids_are_found_in_whatever_people_paste() -> None:
    assert ids_in(" org_1,org_2;\norg_3\torg_1\x00 ") == ["org_1", "org_2", "org_3"]
    assert ids_in("  ") == []


class TestForm:
    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"ids": " "}, "ids"),
            ({"cap_do": "set"}, "cap"),
            ({"cap_do": "set", "cap": "-4"}, "cap"),
            ({"amount_do": "set", "amount": "0"}, "amount"),
            ({"cap_do": "leave", "cap": "500"}, "cap_do"),
            ({"line_do": "clear", "line": "500"}, "line_do"),
            ({"cap_do": "twice"}, "cap_do"),
            ({"cap_do": "leave"}, "__all__"),
            ({"ids": "\n".join(f"org_{n}" for n in range(2_001)), "cap_do": "clear"}, "ids"),
        ],
    )
    def test_each_problem_stands_at_its_field(
        self, finance: Client, four: list[Organization], typed: dict[str, str], field: str
    ) -> None:
        response = finance.post(reverse(URL), form(four) | typed)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    def test_it_is_filled_with_what_was_selected_in_the_list(self, finance: Client, four: list[Organization]) -> None:
        chosen = {"select": "all", "match": "refill=off&status=active"}
        asked = finance.get(reverse(URL), chosen).context["form"]["ids"].value()
        assert asked.split() == [four[1].id, four[0].id]
        asked = finance.get(reverse(URL), {"id": [four[2].id, four[3].id]}).context["form"]["ids"].value()
        assert asked.split() == [four[2].id, four[3].id]
        assert finance.get(reverse(URL)).context["form"]["ids"].value() == ""

    def test_of_a_larger_selection_it_takes_the_first_and_says_so(
        self, finance: Client, four: list[Organization], monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("orgs.caps.batch_views.MOST_CUSTOMERS", 3)
        for count, is_said in ((3, False), (4, True)):
            response = finance.get(reverse(URL), {"id": [row.id for row in four[:count]]})
            assert response.context["form"]["ids"].value().split() == [row.id for row in four[:3]]
            assert ("of those selected are here" in response.content.decode()) == is_said


class TestPreview:
    def test_it_says_for_each_what_changes_or_why_nothing_does(self, four: list[Organization]) -> None:
        plan = Plan([*(row.id for row in four), "org_nobody", four[0].id], {"cap": 5_000})
        assert [(row.name, row.problem) for row in plan.rows] == [
            ("Plain", ""),
            ("Capped", SAME),
            ("Ruled", ""),
            ("Gone", "Archived customers stay as they are."),
            ("org_nobody", "We know no customer with this id."),
        ]
        assert [row.changes for row in plan.changing] == [{"cap": 5_000}, {"cap": 5_000}]
        assert (plan.rows[0].now.cap, plan.rows[0].after.cap) == (None, 5_000)

    def test_half_a_rule_is_refused_for_those_who_would_have_it_alone(self, four: list[Organization]) -> None:
        plan = Plan([row.id for row in four[:3]], {"line": 700})
        half = "It would have half a rule: no amount to add."
        assert [row.problem for row in plan.rows] == [half, half, ""]
        plan = Plan([row.id for row in four[:3]], {"amount": None})
        assert [row.problem for row in plan.rows] == [SAME, SAME, half]

    def test_both_halves_can_be_cleared_for_all(self, four: list[Organization]) -> None:
        plan = Plan([row.id for row in four[:3]], {"line": None, "amount": None})
        assert [dict(row.changes) for row in plan.rows] == [{}, {}, {"line": None, "amount": None}]

    def test_a_change_that_is_on_its_way_counts_as_done(self, finance: Client, four: list[Organization]) -> None:
        given(finance, form(four[:1], cap_do="set", cap="700"))
        assert Plan([four[0].id], {"cap": 700}).rows[0].problem == SAME

    def test_it_warns_of_caps_that_stop_and_of_refills_that_come_at_once(
        self, finance: Client, four: list[Organization]
    ) -> None:
        Wallet.objects.filter(organization=four[0]).update(used_this_period=800, available=100, balance=100)
        stopping = previewed(finance, form(four[:2], cap_do="set", cap="800"))["plan"]
        assert [row.name for row in stopping.stops] == ["Plain"]
        asked = form(four[:3], line_do="set", line="300", amount_do="set", amount="2,000")
        refilling = previewed(finance, asked)["plan"]
        assert refilling.refills_at_once == (1, 2_000)
        page = finance.post(reverse(URL), asked).content.decode()
        assert "1 would be refilled at once, 2,000 credits in all; our wallet can move 100,000." in page

    def test_it_can_be_had_as_a_file(self, finance: Client, four: list[Organization]) -> None:
        response = finance.post(reverse(URL), form(four, cap_do="set", cap="0", csv="1"))
        rows = list(csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))  # type: ignore[attr-defined]
        assert [(row["Name"], row["Cap now"], row["Cap then"]) for row in rows][:2] == [
            ("Plain", "", "0"),
            ("Capped", "5000", "0"),
        ]
        assert rows[3]["Left out"] == "Archived customers stay as they are."

    def test_it_records_nothing_and_costs_the_same_for_many(
        self, finance: Client, four: list[Organization], django_assert_max_num_queries: Any
    ) -> None:
        previewed(finance, form(four, cap_do="clear"))
        with django_assert_max_num_queries(25) as few:
            previewed(finance, form(four, cap_do="clear"))
        many = [*four, *(customer(f"Number {n}", 100) for n in range(20))]
        with django_assert_max_num_queries(len(few)):
            previewed(finance, form(many, cap_do="clear"))
        assert not Command.objects.exists()


class TestGiving:
    def test_each_that_changes_gets_one_command_of_the_batch(self, finance: Client, four: list[Organization]) -> None:
        response, _ = given(finance, form(four, cap_do="set", cap="5000", reason="Autumn plan"))
        batch = CapBatch.objects.get()
        assert response["Location"] == reverse("orgs:cap_batch", args=[batch.id])
        rows = Command.objects.filter(kind=CHANGE_CAPS, batch=batch.id).order_by("created_at")
        assert [(row.target, row.payload["set"], row.reason) for row in rows] == [
            (four[0].id, {"cap": 5_000}, "Autumn plan"),
            (four[2].id, {"cap": 5_000}, "Autumn plan"),
        ]
        assert (batch.size, [row["why"] for row in batch.left_out_rows]) == (
            2,
            ["Archived customers stay as they are.", SAME],
        )

    def test_many_cost_as_many_statements_as_few_and_start_at_once(
        self, finance: Client, four: list[Organization], monkeypatch: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        started: list[tuple[int, ...]] = []
        monkeypatch.setattr(
            "layers.outbox.tasks.work_batches.apply_async", lambda place, expires: started.append(place)
        )
        many = [*four, *(customer(f"Number {n}", 100) for n in range(20))]
        costs = []
        for rows, cap in ((four, "5000"), (many, "4000")):
            context = previewed(finance, form(rows, cap_do="set", cap=cap))
            sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
            with CaptureQueriesContext(connection) as cost, django_capture_on_commit_callbacks(execute=True):
                finance.post(reverse(URL), form(rows, cap_do="set", cap=cap) | sealed)
            costs.append(len(cost))
        assert Command.objects.count() == 2 + 23
        assert costs == [12, 12]
        assert started

    def test_a_form_that_is_sent_again_finds_its_batch(self, finance: Client, four: list[Organization]) -> None:
        first, posted = given(finance, form(four, cap_do="set", cap="5000"))
        again = finance.post(reverse(URL), posted)
        assert again["Location"] == first["Location"]
        assert Command.objects.count() == 2

    def test_what_changed_since_the_preview_is_shown_again_first(
        self, finance: Client, four: list[Organization]
    ) -> None:
        asked = form(four, cap_do="set", cap="5000")
        context = previewed(finance, asked)
        CreditConfig.objects.filter(organization=four[0]).update(monthly_cap=77)
        sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
        response = finance.post(reverse(URL), asked | sealed)
        assert response.status_code == 422
        assert "Something changed since you looked" in response.content.decode()
        assert not Command.objects.exists()
        context = response.context
        finance.post(reverse(URL), asked | {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"})
        assert Command.objects.count() == 2

    def test_another_wish_or_person_than_the_previewed_one_records_nothing(
        self, finance: Client, signed_in: Any, four: list[Organization]
    ) -> None:
        asked = form(four, cap_do="set", cap="5000")
        context = previewed(finance, asked)
        sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
        assert finance.post(reverse(URL), asked | sealed | {"cap": "6000"}).status_code == 422
        assert finance.post(reverse(URL), asked | sealed | {"shown": "x"}).status_code == 400
        assert finance.post(reverse(URL), asked | sealed | {"seal": ""}).status_code == 400
        assert signed_in("Finance").post(reverse(URL), asked | sealed).status_code == 400
        assert not Command.objects.exists()

    def test_nothing_to_change_is_said(self, finance: Client, four: list[Organization]) -> None:
        response, _ = given(finance, form([four[3]], cap_do="clear"))
        assert "Nothing would change." in response.content.decode()
        assert not CapBatch.objects.exists()


class TestFollowing:
    @pytest.fixture
    def batch(self, finance: Client, four: list[Organization]) -> CapBatch:
        given(finance, form(four[:3], cap_do="set", cap="7000"))
        return CapBatch.objects.get()

    def url(self, batch: CapBatch) -> str:
        return reverse("orgs:cap_batch", args=[batch.id])

    def test_it_survives_a_reload_and_stops_asking_when_it_is_over(self, finance: Client, batch: CapBatch) -> None:
        config = {"monthlyCreditCap": 7_000, "refillThreshold": None, "refillAmount": None}
        api = Api(answer({"config": config}), refusal(404, "NOT_FOUND"), answer({"config": config}))
        for number, identifier in enumerate(delivery.due(10, batches=True), 1):
            page = finance.get(self.url(batch), headers=HTMX)
            assert page.context["progress"].final == number - 1
            assert 'hx-trigger="every 2s"' in page.content.decode()
            assert delivery.deliver(api.layers, identifier)
        page = finance.get(self.url(batch), headers=HTMX)
        assert page.context["progress"].is_over
        assert "hx-trigger" not in page.content.decode()
        assert [name for name, _, _ in page.context["progress"].tabs] == ["succeeded", "failed"]
        failed = finance.get(self.url(batch), {"state": "failed"}).context["rows"]
        assert [command.failure for command, _ in failed] == ["gone"]

    def test_what_is_not_sent_is_taken_back_when_it_is_stopped(self, finance: Client, batch: CapBatch) -> None:
        first = Command.objects.order_by("created_at")[0]
        Command.objects.filter(id=first.id).update(state=State.SENDING, sent_at=timezone.now())
        page = finance.post(reverse("orgs:stop_cap_batch", args=[batch.id]), follow=True)
        assert "2 taken back" in page.content.decode()
        assert sorted(Command.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "sending"]
        assert "Stopped by" in page.content.decode()
        page = finance.post(reverse("orgs:stop_cap_batch", args=[batch.id]), follow=True)
        assert "Too late" in page.content.decode()

    def test_what_was_stopped_can_be_previewed_and_given_anew(self, finance: Client, batch: CapBatch) -> None:
        first = Command.objects.order_by("created_at")[0]
        Command.objects.filter(id=first.id).update(state=State.SUCCEEDED)
        assert finance.get(self.url(batch)).context["anew"] is None
        finance.post(reverse("orgs:stop_cap_batch", args=[batch.id]))
        page = finance.get(self.url(batch))
        assert "2 were stopped before they were sent." in page.content.decode()
        fields = dict(page.context["anew"]["fields"])
        assert fields.pop("ids").split() == [
            row.target for row in Command.objects.filter(state=State.CANCELLED).order_by("created_at")
        ]
        assert fields == {"cap_do": "set", "cap": "7000", "reason": ""}
        given(finance, dict(page.context["anew"]["fields"]))
        assert Command.objects.filter(state=State.QUEUED).count() == 2
        assert CapBatch.objects.count() == 2

    def test_a_number_that_was_cleared_is_cleared_anew(self) -> None:
        wish = {"cap": None, "line": 0}
        form = BulkForm(dict(BulkForm.fields_of(["org_1", "org_2"], wish)))
        assert form.is_valid()
        assert (form.cleaned_data["ids"], form.wish) == (["org_1", "org_2"], wish)

    def test_what_somebody_took_back_by_itself_is_not_offered_anew(
        self, finance: Client, batch: CapBatch, django_assert_max_num_queries: Any
    ) -> None:
        first = Command.objects.order_by("created_at")[0]
        assert verbs.cancel(first.id, first.staff)
        finance.post(reverse("orgs:stop_cap_batch", args=[batch.id]))
        with django_assert_max_num_queries(14):
            assert finance.get(self.url(batch)).context["anew"]["number"] == 2

    def test_the_results_of_all_go_into_a_file(self, finance: Client, four: list[Organization]) -> None:
        given(finance, form(four, cap_do="set", cap="5000"))
        response = finance.get(self.url(CapBatch.objects.get()), {"format": "csv"})
        rows = list(csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))  # type: ignore[attr-defined]
        assert [(row["Name"], row["State"]) for row in rows] == [
            ("Plain", "Queued"),
            ("Ruled", "Queued"),
            ("Gone", "Left out"),
            ("Capped", "Left out"),
        ]
        assert rows[1]["Change"] == "cap 9,000 → 5,000"

    def test_for_htmx_it_is_the_part_that_moves(self, finance: Client, batch: CapBatch) -> None:
        assert finance.get(self.url(batch), headers=HTMX).content.strip().startswith(b"<div")

    def test_its_pages_are_closed_to_readers(self, batch: CapBatch, signed_in: Any) -> None:
        support = signed_in("Support")
        assert support.get(self.url(batch)).status_code == 403
        assert support.post(reverse("orgs:stop_cap_batch", args=[batch.id])).status_code == 403
        assert support.get(reverse(URL)).status_code == 403

    def test_a_batch_that_nobody_gave_is_not_there(self, finance: Client) -> None:
        assert finance.get(reverse("orgs:cap_batch", args=[uuid4()])).status_code == 404
