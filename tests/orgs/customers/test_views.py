"""What a person arranges in the list: saved views, on what it opens, columns, pins; and the file of it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from orgs.customers.models import ListSettings, Pin, SavedView
from orgs.models import Organization
from orgs.outlook import weigh
from tests import factories

URL = "/customers/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return factories.staff("Finance", name="Mara Lind")


@pytest.fixture
def mara(signed_in: Any, person: Any, ours: Organization) -> Client:
    browser: Client = signed_in(person=person)
    return browser


def view(owner: Any, name: str = "Gold", **values: Any) -> SavedView:
    return SavedView.objects.create(owner=owner, name=name, **{"asks": "meta=plan%3Dgold&sort=-available"} | values)


def names(response: Any) -> list[str]:
    return [row.customer.name for row in response.context["rows"]]


class TestSaving:
    def test_a_view_keeps_filters_and_order_and_opens_at_once(self, mara: Client, person: Any) -> None:
        sent = {"name": "  Gold  first ", "asks": "sort=-available&meta=plan%3Dgold&nonsense=1&q="}
        response = mara.post("/customers/views/", sent, follow=True)
        kept = SavedView.objects.get()
        assert (kept.owner, kept.name, kept.shared, kept.asks) == (
            person,
            "Gold first",
            False,
            "meta=plan%3Dgold&sort=-available",
        )
        assert response.context["view"] == kept
        assert not response.context["view_changed"]

    def test_two_views_of_one_person_cannot_share_a_name(self, mara: Client, person: Any) -> None:
        view(person)
        response = mara.post("/customers/views/", {"name": "Gold", "asks": ""})
        assert response.status_code == 422
        assert "Update that one" in response.content.decode()
        assert SavedView.objects.count() == 1

    def test_a_changed_list_offers_to_update_its_view(self, mara: Client, person: Any) -> None:
        kept = view(person)
        changed = mara.get(URL, {"view": str(kept.pk), "q": "luma"})
        assert changed.context["view_changed"]
        mara.post(f"/customers/views/{kept.pk}/update/", {"asks": "q=luma"})
        kept.refresh_from_db()
        assert kept.asks == "q=luma"
        assert not mara.get(URL, {"view": str(kept.pk), "q": "luma"}).context["view_changed"]

    def test_a_view_is_renamed_shared_and_removed(self, mara: Client, person: Any) -> None:
        kept = view(person)
        mara.post(f"/customers/views/{kept.pk}/", {"name": "Large", "shared": "on"})
        kept.refresh_from_db()
        assert (kept.name, kept.shared) == ("Large", True)
        mara.post(f"/customers/views/{kept.pk}/remove/")
        assert not SavedView.objects.exists()

    def test_a_view_whose_filter_is_gone_says_so_and_selects_nobody(self, mara: Client, person: Any) -> None:
        factories.wallet(factories.customer(name="Morrow"))
        kept = view(person, asks="wallet=low&status=active")
        response = mara.get(f"{URL}?view={kept.pk}&{kept.asks}")
        assert names(response) == ["Morrow"]
        assert "wallet=low" in response.content.decode()
        assert 'name="select"' not in response.content.decode()

    def test_an_address_of_a_view_that_is_gone_still_filters(self, mara: Client) -> None:
        response = mara.get(f"{URL}?view=8f2d3a10-0000-4000-8000-000000000000&status=active")
        assert response.context["view_gone"]
        assert mara.get(f"{URL}?view=nonsense&status=active").context["view_gone"]


class TestWhoSees:
    def test_ones_own_and_the_shared(self, mara: Client, person: Any) -> None:
        other = factories.staff("Finance")
        mine, shared = view(person), view(other, "Theirs", shared=True)
        view(other, "Secret")
        assert [one for one, _ in mara.get(f"{URL}?tab=all").context["views"]] == [mine, shared]

    @pytest.mark.parametrize("deed", ["", "update/", "remove/"])
    def test_a_colleagues_shared_view_is_not_mine_to_change(self, mara: Client, deed: str) -> None:
        shared = view(factories.staff("Finance"), shared=True)
        assert mara.post(f"/customers/views/{shared.pk}/{deed}", {"name": "Mine"}).status_code == 403
        shared.refresh_from_db()
        assert shared.name == "Gold"

    @pytest.mark.parametrize("deed", ["", "update/", "remove/", "open/"])
    def test_a_colleagues_own_view_does_not_exist_for_me(self, mara: Client, deed: str) -> None:
        secret = view(factories.staff("Finance"))
        assert mara.post(f"/customers/views/{secret.pk}/{deed}", {"name": "Mine"}).status_code == 404

    def test_an_administrator_changes_shared_ones(self, signed_in: Any, ours: Organization) -> None:
        shared = view(factories.staff("Finance"), shared=True)
        signed_in("Admin").post(f"/customers/views/{shared.pk}/", {"name": "Ours", "shared": "on"})
        shared.refresh_from_db()
        assert shared.name == "Ours"


class TestOpening:
    def test_finance_opens_on_who_runs_dry_soon(self, mara: Client) -> None:
        assert mara.get(URL).headers["Location"] == "/customers/?tab=dry"

    def test_support_opens_on_all(self, support: Client, ours: Organization) -> None:
        assert support.get(URL).status_code == 200

    def test_an_administrator_gives_a_role_its_view(self, signed_in: Any, person: Any, ours: Organization) -> None:
        shared = view(person, shared=True)
        finance = Group.objects.get(name="Finance")
        sent = {"name": "Gold", "shared": "on", "roles": [finance.pk]}
        assert signed_in("Admin").post(f"/customers/views/{shared.pk}/", sent).status_code == 302
        assert str(shared.pk) in signed_in(person=person).get(URL).headers["Location"]

    def test_nobody_else_gives_roles_a_view(self, mara: Client, person: Any) -> None:
        mine = view(person, shared=True)
        mara.post(
            f"/customers/views/{mine.pk}/",
            {"name": "Gold", "shared": "on", "roles": [Group.objects.get(name="Finance").pk]},
        )
        assert not mine.opens_for.exists()

    def test_ones_own_choice_goes_before_the_roles_until_it_is_taken_back(self, mara: Client, person: Any) -> None:
        mine = view(person)
        mara.post(f"/customers/views/{mine.pk}/open/")
        assert mara.get(URL).headers["Location"] == f"/customers/?view={mine.pk}&{mine.asks}"
        mara.post(f"/customers/views/{mine.pk}/open/", {"off": "1"})
        assert mara.get(URL).headers["Location"] == "/customers/?tab=dry"

    def test_a_view_that_is_not_shared_any_more_opens_for_nobody_else(self, mara: Client, person: Any) -> None:
        theirs = view(factories.staff("Finance"), shared=True)
        mara.post(f"/customers/views/{theirs.pk}/open/")
        SavedView.objects.update(shared=False)
        assert mara.get(URL).headers["Location"] == "/customers/?tab=dry"


class TestColumns:
    def test_a_choice_is_kept_for_the_person(self, mara: Client, person: Any) -> None:
        sent = {"column": ["tags", "burn", "nonsense"], "back": "/customers/?tab=all"}
        response = mara.post("/customers/columns/", sent)
        assert response.headers["Location"] == "/customers/?tab=all"
        assert [one.name for one in mara.get(f"{URL}?tab=all").context["columns"]] == ["burn", "tags"]
        mara.post("/customers/columns/", {"usual": "1"})
        assert [one.name for one in mara.get(f"{URL}?tab=all").context["columns"]][:2] == ["status", "available"]

    def test_columns_that_do_not_exist_any_more_leave_the_usual_ones(self, mara: Client, person: Any) -> None:
        ListSettings.objects.create(staff=person, columns=["of_old"])
        assert len(mara.get(f"{URL}?tab=all").context["columns"]) == 5

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/customers/", "/logout/"])
    def test_it_leads_back_to_the_list_and_nowhere_else(self, mara: Client, back: str) -> None:
        assert mara.post("/customers/columns/", {"back": back}).headers["Location"] == URL

    def test_every_column_can_be_drawn_and_sent(self, mara: Client, person: Any) -> None:
        from orgs.customers.columns import COLUMNS

        ListSettings.objects.create(staff=person, columns=list(COLUMNS))
        row = factories.customer(name="Whole", metadata={"plan": "gold", "a": "1", "b": "2", "c": "3"})
        factories.wallet(row, 10)
        factories.credit_config(row, monthly_cap=100, refill_threshold=20, refill_amount=200)
        factories.ledger_event(row, -30)
        factories.customer(name="Bare", created_at=None)
        weigh()
        page = mara.get(f"{URL}?tab=all").content.decode()
        assert "1 more" in page
        assert "<b>Blocked:</b> our wallet cannot cover it" not in page
        assert len(b"".join(mara.get(f"{URL}?tab=all&format=csv")).splitlines()) == 3


class TestPins:
    def test_a_pinned_customer_stands_on_top_once_and_only_where_it_matches(self, mara: Client, person: Any) -> None:
        rows = {name: factories.customer(name=name) for name in ("Ash", "Birch", "Cedar")}
        factories.customer(name="Dogwood", status="suspended")
        assert mara.post(f"/customers/{rows['Cedar'].id}/pin/", headers={"HX-Request": "true"}).status_code == 204
        mara.post(f"/customers/{rows['Cedar'].id}/pin/")
        assert names(mara.get(f"{URL}?tab=all")) == ["Cedar", "Ash", "Birch", "Dogwood"]
        assert names(mara.get(f"{URL}?status=suspended")) == ["Dogwood"]
        mara.post(f"/customers/{rows['Cedar'].id}/pin/", {"off": "1"})
        assert names(mara.get(f"{URL}?tab=all")) == ["Ash", "Birch", "Cedar", "Dogwood"]

    def test_pins_are_ones_own(self, mara: Client, signed_in: Any) -> None:
        row = factories.customer()
        Pin.objects.create(staff=factories.staff("Finance"), organization=row)
        assert not mara.get(f"{URL}?tab=all").context["rows"][0].pinned

    def test_there_is_an_end_of_them(self, mara: Client, person: Any) -> None:
        Pin.objects.bulk_create(Pin(staff=person, organization=factories.customer()) for _ in range(20))
        response = mara.post(f"/customers/{factories.customer().id}/pin/", headers={"HX-Request": "true"})
        assert response.status_code == 400

    def test_later_pages_do_not_repeat_them(self, mara: Client, person: Any) -> None:
        rows = [factories.customer(name=f"C{number:03}") for number in range(60)]
        Pin.objects.create(staff=person, organization=rows[55])
        first = mara.get(f"{URL}?tab=all")
        second = mara.get(URL + first.context["page"].next_url)
        seen = names(first) + names(second)
        assert seen[0] == "C055"
        assert sorted(seen) == sorted(row.name for row in rows)


class TestCsv:
    def test_it_holds_what_is_filtered_in_its_order_with_the_chosen_columns(self, mara: Client, person: Any) -> None:
        ListSettings.objects.create(staff=person, columns=["available", "read"])
        for name, available in (("Little", 5), ("Much", 900), ("Held", 70)):
            row = factories.customer(name=name, status="suspended" if name == "Held" else "active")
            factories.wallet(row, available, synced_at=timezone.now())
        factories.customer(name="New", id="org_new")
        response = mara.get(f"{URL}?status=active&sort=-available&format=csv")
        lines = [line.split(",") for line in b"".join(response).decode().splitlines()]
        assert lines[0] == ["\ufeffName", "Organization id", "Available", "Balance", "Wallet as of"]
        assert [line[0] for line in lines[1:]] == ["Much", "Little", "New"]
        assert lines[3] == ["New", "org_new", "", "", ""]
        assert 'attachment; filename="customers-' in response.headers["Content-Disposition"]

    def test_it_is_one_query_and_more_than_a_page(self, mara: Client, django_assert_max_num_queries: Any) -> None:
        for _ in range(70):
            factories.wallet(factories.customer())
        with django_assert_max_num_queries(6):
            assert len(b"".join(mara.get(f"{URL}?tab=all&format=csv")).splitlines()) == 71

    def test_a_name_that_is_a_formula_is_defused(self, mara: Client) -> None:
        factories.customer(name="=HYPERLINK(1)")
        assert b"\r\n'=HYPERLINK(1)," in b"".join(mara.get(f"{URL}?tab=all&format=csv"))
