"""The pages of requests for a second person: two inboxes, one request, the decision, and what its readers may do."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox import approving
from layers.outbox.approving import Ask
from layers.outbox.models import Approval, Command, State, Verdict
from layers.outbox.verbs import give
from orgs.models import Organization, Wallet
from orgs.tenant import seal
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def tomas() -> Staff:
    return factories.staff("Finance", name="Tomás Ruiz")


@pytest.fixture
def nina() -> Staff:
    return factories.staff("Finance", name="Nina Fox")


@pytest.fixture
def customer() -> Organization:
    factories.parent(prepaid=100_000)
    row = factories.customer(name="Luma Language")
    factories.wallet(row, available=1_290)
    return row


def ask(staff: Staff, customer: Organization, credits: int = 9_000, **values: Any) -> Approval:
    """An allocation that waits for a second person."""
    command = give(
        "credits.allocate",
        staff=staff,
        target=customer.id,
        organization_id=customer.id,
        once=f"form-{next(factories.numbers)}",
        payload={"credits": credits, "description": "", "customer": customer.name},
        reason="Summer, invoice 4498",
        second=Ask("One allocation of more than 5,000 credits.", "dashboard.allocate_credits", credits),
    )
    assert command.approval
    Approval.objects.filter(id=command.approval.id).update(**values)
    return Approval.objects.get(id=command.approval.id)


@pytest.fixture
def request_(tomas: Staff, customer: Organization) -> Approval:
    return ask(tomas, customer)


def browser(person: Staff) -> Client:
    client = Client()
    client.force_login(person)
    return client


def listed(person: Staff, **asked: str) -> list[Approval]:
    return list(browser(person).get(reverse("approvals:list"), asked).context["page"].rows)


def page(person: Staff, approval: Approval) -> str:
    return browser(person).get(reverse("approvals:detail", args=[approval.id])).content.decode()


def decide(person: Staff, approval: Approval, answer: str = "agree", **values: str) -> Any:
    sealed = seal(person, approval.organization_id, str(approval.id))
    form = {"seal": sealed, "answer": answer, "comment": ""} | values
    return browser(person).post(reverse("approvals:decide", args=[approval.id]), form)


def state(approval: Approval) -> str:
    approval.refresh_from_db()
    return approval.state


class TestInboxes:
    def test_mine_holds_what_others_asked_and_all_holds_mine_too(
        self, tomas: Staff, nina: Staff, customer: Organization, request_: Approval
    ) -> None:
        hers = ask(nina, customer)
        assert listed(nina) == [request_]
        assert listed(tomas) == [hers]
        assert listed(nina, view="all") == listed(tomas, view="all") == [request_, hers]

    def test_what_is_over_is_not_for_me_any_more(self, nina: Staff, request_: Approval) -> None:
        Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert listed(nina) == []

    def test_decided_ones_say_who_and_how(self, nina: Staff, request_: Approval) -> None:
        approving.decide(request_.id, nina, agree=False, comment="wrong customer")
        assert listed(nina, view="all") == []
        html = browser(nina).get(reverse("approvals:list"), {"view": "decided"}).content.decode()
        for part in ("Allocate 9,000 credits to Luma Language", "Refused", "Nina Fox", "wrong customer"):
            assert part in html

    def test_the_oldest_comes_first_or_the_newest_page_by_page(
        self, tomas: Staff, nina: Staff, customer: Organization, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("dashboard.approvals.PAGE_SIZE", 2)
        rows = [ask(tomas, customer, 6_000 + n, created_at=factories.ago(hours=9 - n)) for n in range(3)]
        client, address = browser(nina), reverse("approvals:list")
        for order, wanted in (("", rows), ("newest", rows[::-1])):
            first = client.get(address, {"order": order}).context["page"]
            second = client.get(address + first.next_url).context["page"]
            assert first.rows + second.rows == wanted
            assert client.get(address + second.previous_url).context["page"].rows == first.rows

    def test_the_rail_and_home_count_what_waits_for_this_person(
        self, tomas: Staff, nina: Staff, request_: Approval
    ) -> None:
        for person, count in ((tomas, 0), (nina, 1)):
            context = browser(person).get(reverse("home")).context
            assert {tile.name: tile.count for tile in context["figures"]}["Approvals"] == count
            assert {item["name"]: item["count"] for item in context["shell"].nav}["Approvals"] == count

    def test_it_costs_the_same_with_few_and_with_many(
        self, tomas: Staff, nina: Staff, customer: Organization, request_: Approval, django_assert_num_queries: Any
    ) -> None:
        client, address = browser(nina), reverse("approvals:list")
        for view, cost in (("", 12), ("all", 12), ("decided", 12)):
            with django_assert_num_queries(cost):
                client.get(address, {"view": view})
        for n in range(12):
            row = ask(factories.staff("Finance"), customer)
            if n % 2:
                approving.decide(row.id, nina, agree=False)
        for view, cost in (("", 12), ("all", 12), ("decided", 12)):
            with django_assert_num_queries(cost):
                client.get(address, {"view": view})


class TestRequest:
    def test_it_shows_both_wallets_before_and_after_and_why(self, nina: Staff, request_: Approval) -> None:
        html = page(nina, request_)
        for part in ("100,000", "−9,000", "91,000", "1,290", "10,290", "One allocation of more than 5,000 credits."):
            assert part in html
        for part in ("Tomás Ruiz", "Summer, invoice 4498", "2 days left", "May decide: you."):
            assert part in html

    def test_other_allocations_on_their_way_are_taken_off_first(
        self, tomas: Staff, nina: Staff, customer: Organization, request_: Approval
    ) -> None:
        ask(tomas, customer, 20_000)
        html = page(nina, request_)
        assert "80,000" in html
        assert "71,000" in html

    def test_it_says_when_our_balance_does_not_cover_it_any_more(self, nina: Staff, request_: Approval) -> None:
        assert "does not cover this" not in page(nina, request_)
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=8_999)
        assert "does not cover this" in page(nina, request_)

    @pytest.mark.parametrize("lose", ["customer", "wallet", "command"])
    def test_what_our_copy_lost_breaks_nothing(
        self, nina: Staff, customer: Organization, request_: Approval, lose: str
    ) -> None:
        if lose == "command":
            Command.objects.all().delete()
        elif lose == "wallet":
            Wallet.objects.all().delete()
        else:
            Wallet.objects.all().delete()
            Organization.objects.filter(id=customer.id).delete()
        assert "Allocate 9,000 credits to Luma Language" in page(nina, request_)

    def test_while_it_waits_a_page_that_asks_again_is_left_alone_and_then_told(
        self, tomas: Staff, nina: Staff, request_: Approval
    ) -> None:
        address = reverse("approvals:detail", args=[request_.id])
        assert browser(tomas).get(address, headers=HTMX).status_code == 204
        approving.decide(request_.id, nina, agree=True, comment="as agreed")
        told = browser(tomas).get(address, headers=HTMX).content.decode()
        assert "Nina Fox" in told
        assert "as agreed" in told
        assert "<html" not in told

    def test_the_command_says_what_it_waits_for_and_what_was_said(
        self, tomas: Staff, nina: Staff, request_: Approval
    ) -> None:
        def told() -> str:
            address = reverse("commands:detail", args=[request_.subject])
            return browser(tomas).get(address).content.decode()

        for part in ("Waits for a second person", "One allocation of more than 5,000", "Since", "2 days left"):
            assert part in told()
        approving.decide(request_.id, nina, agree=False, comment="wrong customer")
        for part in ("Refused", "Nina Fox refused", "wrong customer", "Nothing moved."):
            assert part in told()


class TestDeciding:
    def test_agreed_it_is_queued(self, nina: Staff, request_: Approval) -> None:
        response = decide(nina, request_, comment="Checked with Ana.")
        assert response.headers["Location"] == reverse("approvals:detail", args=[request_.id])
        assert state(request_) == Verdict.APPROVED
        assert (request_.decided_by, request_.comment) == (nina, "Checked with Ana.")
        assert Command.objects.get().state == State.QUEUED

    def test_refusing_asks_for_a_reason(self, nina: Staff, request_: Approval) -> None:
        response = decide(nina, request_, "refuse")
        assert response.status_code == 422
        assert "Say why you refuse." in response.content.decode()
        assert state(request_) == Verdict.WAITING
        decide(nina, request_, "refuse", comment="wrong customer")
        assert state(request_) == Verdict.REFUSED
        assert Command.objects.get().state == State.CANCELLED

    def test_whoever_is_too_late_is_told_who_was_faster(self, nina: Staff, request_: Approval) -> None:
        jonas = factories.staff("Admin", name="Jonas Weber")
        decide(jonas, request_)
        response = decide(nina, request_, "refuse", comment="wrong customer")
        html = response.content.decode()
        assert response.status_code == 409
        for part in ("Your decision was not recorded.", "Approved by Jonas Weber, before you decided."):
            assert part in html
        assert state(request_) == Verdict.APPROVED

    def test_after_its_time_nobody_agrees(self, nina: Staff, request_: Approval) -> None:
        Approval.objects.update(expires_at=timezone.now())
        response = decide(nina, request_)
        assert response.status_code == 409
        assert "Its time is over" in response.content.decode()
        assert Command.objects.get().state == State.WAITING_APPROVAL

    def test_when_whoever_asked_lost_the_right_it_can_only_be_refused(
        self, tomas: Staff, nina: Staff, request_: Approval
    ) -> None:
        tomas.groups.clear()
        assert 'value="agree"' not in page(nina, request_)
        response = decide(nina, request_)
        assert response.status_code == 409
        assert "may not do this any more" in response.content.decode()
        decide(nina, request_, "refuse", comment="He left.")
        assert state(request_) == Verdict.REFUSED

    @pytest.mark.parametrize("values", [{"seal": ""}, {"seal": "nonsense"}, {"answer": ""}, {"answer": "maybe"}])
    def test_a_form_that_was_changed_decides_nothing(
        self, nina: Staff, request_: Approval, values: dict[str, str]
    ) -> None:
        assert decide(nina, request_, **({"answer": "agree"} | values)).status_code in (400, 422)
        assert state(request_) == Verdict.WAITING

    def test_a_form_made_for_another_request_decides_nothing(
        self, tomas: Staff, nina: Staff, customer: Organization, request_: Approval
    ) -> None:
        other = ask(tomas, customer)
        response = decide(nina, request_, seal=seal(nina, customer.id, str(other.id)))
        assert response.status_code == 400
        assert state(request_) == state(other) == Verdict.WAITING


class TestWho:
    """(role, sees it, may decide); nobody decides about their own."""

    ROLES = (
        ("Finance", 200, 302),
        ("Admin", 200, 302),
        ("Support", 200, 403),
        ("Ads manager", 200, 403),
        ("Reviewer", 403, 403),
        ("", 403, 403),
    )

    @pytest.mark.parametrize(("role", "sees", "decides"), ROLES)
    @pytest.mark.parametrize("answer", ["agree", "refuse"])
    def test_each_role(self, request_: Approval, role: str, sees: int, decides: int, answer: str) -> None:
        person = factories.staff(role)
        assert browser(person).get(reverse("approvals:detail", args=[request_.id])).status_code == sees
        assert decide(person, request_, answer, comment="x").status_code == decides
        assert (state(request_) == Verdict.WAITING) is (decides == 403)
        assert browser(person).post(reverse("approvals:withdraw", args=[request_.id])).status_code == 403

    def test_nobody_about_their_own_and_they_withdraw_instead(self, tomas: Staff, request_: Approval) -> None:
        html = page(tomas, request_)
        assert "Withdraw" in html
        assert 'value="agree"' not in html
        for answer in ("agree", "refuse"):
            assert decide(tomas, request_, answer, comment="x").status_code == 403
        browser(tomas).post(reverse("approvals:withdraw", args=[request_.id]))
        assert state(request_) == Verdict.WITHDRAWN
        assert Command.objects.get().state == State.CANCELLED

    def test_withdrawing_too_late_says_so(self, tomas: Staff, nina: Staff, request_: Approval) -> None:
        decide(nina, request_)
        response = browser(tomas).post(reverse("approvals:withdraw", args=[request_.id]), follow=True)
        assert "Approved by Nina Fox, before you decided." in response.content.decode()
        assert Command.objects.get().state == State.QUEUED

    def test_a_change_of_the_rules_is_for_administrators_alone(self, nina: Staff) -> None:
        jonas = factories.staff("Admin")
        asked = approving.ask("rules", "1", "Change", Ask("why", "dashboard.manage_staff"), requester=jonas)
        assert browser(nina).get(reverse("approvals:detail", args=[asked.id])).status_code == 404
        assert decide(nina, asked).status_code == 404
        assert listed(nina, view="all") == []
        assert listed(factories.staff("Admin"), view="all") == [asked]


class TestTimeline:
    """The page of the command tells who was asked and what they said."""

    def steps(self, tomas: Staff, request_: Approval) -> list[str]:
        context = browser(tomas).get(reverse("commands:detail", args=[request_.subject])).context
        return [step["words"] for step in context["timeline"]]

    def test_waiting_then_agreed(self, tomas: Staff, nina: Staff, request_: Approval) -> None:
        asked = ["Tomás Ruiz decided", "A second person was asked"]
        assert self.steps(tomas, request_) == [*asked, "Waiting for approval", "Layers answers"]
        approving.decide(request_.id, nina, agree=True)
        assert self.steps(tomas, request_) == [*asked, "Nina Fox agreed", "Queued", "Layers answers"]

    @pytest.mark.parametrize(
        ("end", "words"),
        [
            ("refuse", "Nina Fox refused"),
            ("expire", "Nobody decided in time"),
            ("withdraw", "Tomás Ruiz took the request back"),
        ],
    )
    def test_how_it_ended(self, tomas: Staff, nina: Staff, request_: Approval, end: str, words: str) -> None:
        if end == "refuse":
            approving.decide(request_.id, nina, agree=False, comment="no")
        elif end == "withdraw":
            approving.take_back(request_.id, tomas)
        else:
            Approval.objects.update(expires_at=timezone.now())
            approving.expire_due()
        assert self.steps(tomas, request_)[-1] == words
