"""Batches: given once, followed, stopped, resumed; the second person; and their pages."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.outbox import approving, delivery, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Command, Failure, State, Verdict
from orgs.four_eyes import given_in_a_day
from orgs.four_eyes_models import FourEyesRules
from orgs.giving.models import AllocationBatch
from orgs.models import Organization, Wallet
from tests import factories
from tests.layers.api import Api, answer, refusal
from tests.orgs.giving.conftest import ROWS, URL, customer, limits, rows_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
Give = Callable[..., tuple[Any, dict[str, Any]]]


def done(number: int = 1) -> Any:
    return answer({"id": f"txn_{number}", "allocated": 1, "balance": 5, "available": 5})


class TestGiving:
    def test_each_row_that_gets_something_gets_one_command(self, given: Give, three: list[Organization]) -> None:
        response, _ = given(ROWS, reason="Invoice 4471")
        batch = AllocationBatch.objects.get()
        assert response["Location"] == reverse("orgs:allocation_batch", args=[batch.id])
        assert (batch.size, batch.credits, [row["row"] for row in batch.left_out_rows]) == (3, 2_100, [3])
        found = Command.objects.filter(batch=batch.id).order_by("created_at")
        assert [(row.target, row.payload["credits"], row.reason, row.payload["row"]) for row in found] == [
            (three[0].id, 500, "June", 1),
            (three[1].id, 700, "Invoice 4471", 2),
            (three[2].id, 900, "Invoice 4471", 4),
        ]
        assert {row.state for row in found} == {State.QUEUED}

    def test_a_form_that_is_sent_again_finds_its_batch(self, finance: Client, given: Give, three: Any) -> None:
        first, posted = given(ROWS)
        again = finance.post(reverse(URL), posted, follow=True)
        assert again.redirect_chain[0][0] == first["Location"]
        assert "Given already. Nothing was recorded a second time." in again.content.decode()
        assert (Command.objects.count(), AllocationBatch.objects.count()) == (3, 1)

    def test_the_same_list_again_is_recognised_and_a_corrected_one_adds_what_was_missing(
        self, finance: Client, given: Give, previewed: Callable[..., Any], three: Any
    ) -> None:
        given(ROWS)
        again = previewed(ROWS)["plan"]
        assert not again.giving
        assert [row.number for row in again.given_before] == [1, 2, 4]
        assert again.given_before[0].skipped.startswith("Given already: 500 credits")
        customer("Dogwood")
        given(ROWS.replace("nobody", "Dogwood"))
        assert sorted(row.payload["credits"] for row in Command.objects.all()) == [5, 500, 700, 900]
        assert previewed(ROWS, anew="on")["plan"].total == 2_100

    def test_what_failed_or_was_stopped_is_not_taken_for_given(
        self, given: Give, previewed: Callable[..., Any], three: Any
    ) -> None:
        given(ROWS)
        Command.objects.filter(payload__credits=500).update(state=State.FAILED)
        Command.objects.filter(payload__credits=700).update(state=State.CANCELLED)
        assert previewed(ROWS)["plan"].total == 1_200

    def test_a_level_that_changed_since_the_preview_is_shown_again_first(
        self, finance: Client, previewed: Callable[..., Any], three: list[Organization]
    ) -> None:
        asked = {"way": "level", "level": "1,000", "rows": "Birch\nCedar"}
        context = previewed(**asked)
        Wallet.objects.filter(organization=three[1]).update(available=450)
        sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
        response = finance.post(reverse(URL), asked | sealed)
        assert response.status_code == 422
        assert "Something changed since you looked." in response.content.decode()
        assert not Command.objects.exists()
        context = response.context
        finance.post(reverse(URL), asked | {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"})
        assert sorted(row.payload["credits"] for row in Command.objects.all()) == [550, 1_000]

    def test_other_rows_or_another_person_than_previewed_record_nothing(
        self, finance: Client, signed_in: Any, previewed: Callable[..., Any], three: Any
    ) -> None:
        context = previewed(ROWS)
        sealed = {"way": "rows", "seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
        assert finance.post(reverse(URL), sealed | {"rows": ROWS.replace("500", "600")}).status_code == 422
        assert finance.post(reverse(URL), sealed | {"rows": ROWS, "shown": "x"}).status_code == 400
        assert signed_in("Finance").post(reverse(URL), sealed | {"rows": ROWS}).status_code == 400
        assert not Command.objects.exists()

    def test_more_than_our_wallet_covers_is_refused_before_the_first_row(
        self, finance: Client, previewed: Callable[..., Any], three: list[Organization]
    ) -> None:
        context = previewed("Acme,60000\nBirch,40000")
        factories.allocation(three[2], 1)
        posted = {"way": "rows", "rows": "Acme,60000\nBirch,40000", "give": "1"}
        sealed = {"seal": context["seal"], "shown": context["plan"].digest}
        response = finance.post(reverse(URL), posted | sealed)
        assert response.status_code == 422
        assert "covers 99,999 credits; these are 100,000, 1 more" in response.content.decode()
        assert Command.objects.count() == 1


class TestFollowing:
    @pytest.fixture
    def batch(self, given: Give, three: Any) -> AllocationBatch:
        given(ROWS)
        return AllocationBatch.objects.get()

    def url(self, batch: AllocationBatch) -> str:
        return reverse("orgs:allocation_batch", args=[batch.id])

    def stop(self, finance: Client, batch: AllocationBatch) -> Any:
        return finance.post(reverse("orgs:stop_allocation_batch", args=[batch.id]), follow=True)

    def resume(self, finance: Client, batch: AllocationBatch, page: Any) -> Any:
        posted = {"seal": page.context["seal"]}
        return finance.post(reverse("orgs:resume_allocation_batch", args=[batch.id]), posted, follow=True)

    def test_its_page_follows_every_row_to_its_end(self, finance: Client, batch: AllocationBatch) -> None:
        api = Api(done(1), refusal(404, "NOT_FOUND"), done(3))
        for number, identifier in enumerate(delivery.due(10, batches=True)):
            page = finance.get(self.url(batch), headers=HTMX)
            assert page.context["progress"].final == number
            assert 'hx-trigger="every 2s"' in page.content.decode()
            delivery.deliver(api.layers, identifier)
        html = finance.get(self.url(batch), headers=HTMX).content.decode()
        assert "hx-trigger" not in html
        assert "txn_1" in html
        assert "1 failed and had no effect." in html
        rows = rows_of(finance.get(self.url(batch), {"format": "csv"}))
        assert sorted(row["State"] for row in rows) == ["Done", "Done", "Failed", "Left out"]
        assert sorted(row["Transfer id"] for row in rows) == ["", "", "txn_1", "txn_3"]

    def test_a_stop_takes_back_what_was_not_sent_and_what_is_on_its_way_ends(
        self, finance: Client, batch: AllocationBatch
    ) -> None:
        first = Command.objects.order_by("created_at")[0]
        Command.objects.filter(id=first.id).update(state=State.SENDING, sent_at=timezone.now())
        assert "2 taken back" in self.stop(finance, batch).content.decode()
        assert sorted(Command.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "sending"]
        assert "Too late" in self.stop(finance, batch).content.decode()

    def test_resuming_sends_only_what_never_left_us(self, finance: Client, batch: AllocationBatch) -> None:
        delivery.deliver(Api(done()).layers, delivery.due(1, batches=True)[0])
        alone = Command.objects.filter(state=State.QUEUED).first()
        assert alone
        verbs.cancel(alone.id, alone.staff)
        page = self.stop(finance, batch)
        assert "Resume 1" in page.content.decode()
        resumed = self.resume(finance, batch, page)
        assert "1 go on." in resumed.content.decode()
        again = self.resume(finance, batch, page)  # the back button, or a second press
        assert again.status_code == 400
        states = Command.objects.filter(replaced=False).values_list("state", flat=True)
        assert sorted(states) == ["cancelled", "queued", "succeeded"]
        assert Command.objects.filter(replaced=True).count() == 1
        assert finance.get(self.url(batch)).context["progress"].states.total() == 3

    def test_resuming_is_refused_when_our_wallet_does_not_cover_it_any_more(
        self, finance: Client, batch: AllocationBatch
    ) -> None:
        page = self.stop(finance, batch)
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=2_099)
        assert "covers 2,099 credits; these are 2,100" in self.resume(finance, batch, page).content.decode()
        assert not Command.objects.filter(state=State.QUEUED).exists()

    def test_one_that_failed_and_is_tried_again_takes_its_place_in_the_batch(
        self, finance: Client, batch: AllocationBatch
    ) -> None:
        first = delivery.due(1, batches=True)[0]
        delivery.deliver(Api(refusal(402, "INSUFFICIENT_CREDITS")).layers, first)
        failed = Command.objects.get(id=first)
        again = verbs.give_again(failed.id, failed.staff)
        progress = finance.get(self.url(batch)).context["progress"]
        assert progress.states == {State.QUEUED: 3}
        assert Command.objects.get(id=again.id).once == failed.once
        assert Command.objects.get(id=again.id).payload == failed.payload
        assert rows_of(finance.get(self.url(batch), {"format": "csv"}))[-2]["Row"] == "1"

    def test_what_a_person_closed_without_knowing_is_not_said_to_have_had_no_effect(
        self, finance: Client, batch: AllocationBatch
    ) -> None:
        lost, failed, _ = Command.objects.order_by("created_at")
        Command.objects.filter(id=lost.id).update(state=State.UNKNOWN, failure=Failure.KEY_EXPIRED)
        Command.objects.filter(id=failed.id).update(state=State.FAILED, failure=Failure.REFUSED)
        verbs.settle(lost.id, lost.staff)
        page = finance.get(self.url(batch)).content.decode()
        assert "1 was looked at by a person; nobody knows whether it took effect." in page
        assert "1 failed and had no effect." in page

    def test_the_list_of_batches_says_how_each_stands(
        self, finance: Client, batch: AllocationBatch, given: Give, django_assert_max_num_queries: Any
    ) -> None:
        address = reverse("orgs:allocation_batches")
        assert "Running" in finance.get(address).content.decode()
        Command.objects.update(state=State.SUCCEEDED)
        with django_assert_max_num_queries(20) as few:
            assert "Done" in finance.get(address).content.decode()
            asked = len(few)
        for n in range(5):
            given(f"Acme,{n + 1}")
        with django_assert_max_num_queries(asked):
            assert len(finance.get(address, {"mine": "1"}).context["page"].rows) == 6

    def test_readers_may_look_and_do_nothing(self, signed_in: Any, batch: AllocationBatch) -> None:
        support = signed_in("Support")
        page = support.get(self.url(batch))
        assert page.status_code == 200
        assert "stop/" not in page.content.decode()
        assert support.get(reverse("orgs:allocation_batches")).status_code == 200
        assert support.get(reverse(URL)).status_code == 403
        for route in ("orgs:stop_allocation_batch", "orgs:resume_allocation_batch"):
            assert support.post(reverse(route, args=[batch.id])).status_code == 403
        reviewer = signed_in("Reviewer")
        assert reviewer.get(self.url(batch)).status_code == 403

    def test_a_batch_that_nobody_gave_is_not_there(self, finance: Client) -> None:
        assert finance.get(reverse("orgs:allocation_batch", args=[uuid4()])).status_code == 404


class TestSecondPerson:
    @pytest.fixture
    def waiting(self, given: Give, three: Any) -> AllocationBatch:
        limits(batch_above=2_000)
        given(ROWS)
        return AllocationBatch.objects.get()

    def test_the_preview_says_it_before_anybody_asks(self, previewed: Callable[..., Any], three: Any) -> None:
        limits(batch_above=2_000)
        assert previewed(ROWS)["second"].why == "A batch of more than 2,000 credits."
        assert previewed("Acme,5")["second"] is None

    def test_a_row_above_the_limit_of_one_allocation_needs_a_second_person_too(
        self, previewed: Callable[..., Any], given: Give, three: Any
    ) -> None:
        limits(single_above=5_000, batch_above=10_000)
        assert previewed("Acme,5000\nBirch,5000")["second"] is None
        assert previewed("Acme,5001\nBirch,1")["second"].why == "One allocation of more than 5,000 credits."
        given("Acme,5001\nBirch,1")
        assert set(Command.objects.values_list("state", flat=True)) == {State.WAITING_APPROVAL}
        assert Approval.objects.get().credits == 5_002

    def test_nothing_of_it_is_sent_until_somebody_else_agrees(
        self, finance: Client, signed_in: Any, waiting: AllocationBatch
    ) -> None:
        assert not delivery.due(10, batches=True)
        approval = Approval.objects.get()
        assert (approval.credits, approval.words) == (2_100, "Allocate 2,100 credits to 3 customers")
        colleague = factories.staff("Finance")
        page = signed_in(person=colleague).get(reverse("approvals:detail", args=[approval.id])).content.decode()
        assert "97,900" in page
        assert "Cedar" in page
        approving.decide(approval.id, colleague, agree=True)
        in_order = Command.objects.order_by("created_at").values_list("id", flat=True)
        assert delivery.due(10, batches=True) == [str(one) for one in in_order]
        assert len(in_order) == 3

    def test_what_waits_counts_for_the_day_and_for_our_wallet(
        self, finance: Client, waiting: AllocationBatch, previewed: Callable[..., Any]
    ) -> None:
        assert given_in_a_day(waiting.staff) == 2_100
        assert previewed("Acme,5")["plan"].ours.claims.waiting == 2_100
        FourEyesRules.objects.update(batch_above=None, daily_above=2_104)
        assert previewed("Acme,5")["second"].why.endswith("2,100 before this.")

    @pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.EXPIRED, Verdict.WITHDRAWN])
    def test_without_a_yes_nothing_moves(self, finance: Client, waiting: AllocationBatch, verdict: str) -> None:
        approval = Approval.objects.get()
        if verdict == Verdict.REFUSED:
            approving.decide(approval.id, factories.staff("Finance"), agree=False, comment="Not now")
        elif verdict == Verdict.WITHDRAWN:
            finance.post(reverse("orgs:stop_allocation_batch", args=[waiting.id]))
        else:
            Approval.objects.update(expires_at=factories.ago(minutes=1))
            approving.expire_due()
        assert Approval.objects.get().state == verdict
        assert set(Command.objects.values_list("state", flat=True)) == {State.CANCELLED}
        assert given_in_a_day(waiting.staff) == 0

    def test_every_row_says_that_it_was_refused_and_by_whom(
        self, finance: Client, waiting: AllocationBatch, django_assert_max_num_queries: Any
    ) -> None:
        approving.decide(Approval.objects.get().id, factories.staff("Finance", name="Ben"), agree=False, comment="No")
        address = reverse("orgs:allocation_batch", args=[waiting.id])
        finance.get(address)
        with django_assert_max_num_queries(8):
            page = finance.get(address, headers=HTMX).content.decode()
        assert (page.count("</svg>Refused</span>"), page.count("Refused by Ben. No")) == (3, 3)

    def test_agreeing_is_refused_when_our_wallet_does_not_cover_it_any_more(self, waiting: AllocationBatch) -> None:
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=2_099)
        with pytest.raises(NotNow, match="does not cover it any more"):
            approving.decide(Approval.objects.get().id, factories.staff("Finance"), agree=True)
        assert Approval.objects.get().state == Verdict.WAITING

    def test_stopping_and_resuming_is_no_way_around_it(self, finance: Client, given: Give, three: Any) -> None:
        limits(daily_above=2_500)
        given(ROWS)
        batch = AllocationBatch.objects.get()
        finance.post(reverse("orgs:stop_allocation_batch", args=[batch.id]))
        customer("Dogwood")
        given("Dogwood,501")
        page = finance.get(reverse("orgs:allocation_batch", args=[batch.id]))
        assert "Resuming waits for a second person." in page.content.decode()
        finance.post(reverse("orgs:resume_allocation_batch", args=[batch.id]), {"seal": page.context["seal"]})
        waiting = Command.objects.filter(batch=batch.id, replaced=False)
        assert set(waiting.values_list("state", flat=True)) == {State.WAITING_APPROVAL}
        approving.decide(Approval.objects.get().id, factories.staff("Finance"), agree=True)
        assert set(waiting.values_list("state", flat=True)) == {State.QUEUED}
