"""The kept counts of the work lists, whatever happens to customers, and that no list reads them all."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.client.shapes import Organization as Shape
from layers.mirror.upsert import upsert
from orgs import queries
from orgs.customers.filters import CustomerFilters
from orgs.customers.models import CustomerCount
from orgs.customers.sorting import SORTS
from orgs.customers.worklists import WORK_LISTS, counts
from orgs.models import CreditConfig, Organization, Outlook, Wallet
from orgs.outlook import weigh
from tests import factories

pytestmark = pytest.mark.django_db
STATUS = st.sampled_from(["active", "suspended", "archived", "a_state_of_tomorrow"])
CHANGE = st.tuples(
    st.sampled_from(["status", "wallet", "rules", "weigh", "delete"]),
    st.integers(0, 3),
    STATUS,
    st.integers(0, 3),
)


def counted() -> dict[str, int]:
    """What the lists hold, counted one by one."""
    rows = queries.customers_listed()
    return {name: rows.filter(one.condition()).count() for name, one in WORK_LISTS.items()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGE, max_size=12))
def test_kept_counts_are_what_the_lists_hold_after_any_changes(changes: list[tuple[str, int, str, int]]) -> None:
    for model in (Outlook, Wallet, CreditConfig, Organization):
        model.objects.all().delete()
    factories.parent(prepaid=1)
    rows = [factories.customer(id=f"org_c{number}") for number in range(4)]
    for row in rows:
        factories.wallet(row, 50, used_this_period=90)
        factories.credit_config(row, monthly_cap=100)
    weigh()
    for what, which, status, amount in changes:
        found = Organization.objects.filter(id=f"org_c{which}")
        if what == "status":
            found.update(status=status)
        elif what == "wallet":
            Wallet.objects.filter(organization_id=f"org_c{which}").update(
                available=amount, used_this_period=40 * amount
            )
        elif what == "rules":
            CreditConfig.objects.filter(organization_id=f"org_c{which}").update(
                refill_threshold=2, refill_amount=amount, monthly_cap=100 * amount or None
            )
        elif what == "weigh":
            weigh([f"org_c{which}"])
        else:
            Outlook.objects.filter(organization_id=f"org_c{which}").delete()
            found.delete()
        assert {name: count for name, count in counts().items() if name != "active"} == counted()
    assert counts()["active"] == queries.customers().filter(status="active").count()


def test_a_sync_of_many_costs_one_change_of_each_count() -> None:
    raws = [
        {"id": f"org_{n}", "parentOrganizationId": "org_parent", "name": "A", "status": "active"} for n in range(50)
    ]
    upsert(Organization, [Shape.of(raw) for raw in raws])
    assert dict(CustomerCount.objects.values_list("name", "customers")) == {"all": 50, "active": 50}


def plan(rows: Any) -> str:
    return json.dumps(json.loads(rows.explain(format="json")))


@pytest.fixture
def thousands(ours: Organization) -> None:
    """3,000 customers, few of them in any work list, as the planner would find them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orgs_organization (id, parent_id, name, status, metadata, billing_email, created_at, raw, "
            "remote_updated_at, synced_at) SELECT 'org_' || n, 'org_parent', 'Customer ' || n, CASE WHEN n % 50 = 0 "
            "THEN 'suspended' ELSE 'active' END, jsonb_build_object('crm', 'A-' || n), '', "
            "now() - n * interval '1 hour', "
            "'{}', now(), now() FROM generate_series(1, 3000) n"
        )
        cursor.execute(
            "INSERT INTO orgs_wallet (organization_id, available, balance, reserved, used_this_period, raw, "
            "remote_updated_at, synced_at) SELECT 'org_' || n, n % 300 * 100, 9, 0, n % 100, '{}', now(), now() "
            "FROM generate_series(1, 3000) n"
        )
        cursor.execute(
            "INSERT INTO orgs_creditconfig (organization_id, monthly_cap, raw, remote_updated_at, synced_at) "
            "SELECT 'org_' || n, 101, '{}', now(), now() FROM generate_series(1, 3000) n"
        )
        weigh()
        # As autovacuum would: the planner shuns a GIN index whose rows still wait to be sorted in.
        cursor.execute("SELECT gin_clean_pending_list('organization_metadata')")
        cursor.execute("ANALYZE orgs_organization, orgs_wallet, orgs_creditconfig, orgs_outlook")


@pytest.mark.usefixtures("thousands")
class TestIndexes:
    @pytest.mark.parametrize("name", [name for name in SORTS if name != "burn"])
    def test_every_order_is_a_walk_along_one_index(self, name: str) -> None:
        sort = SORTS[name]
        rows = queries.customers_listed().order_by(*sort.key)
        found = plan((rows.exclude(sort.unplaced) if sort.unplaced else rows)[:51])
        assert '"Sort"' not in found, found
        assert "Index" in found

    @pytest.mark.parametrize("pair", ["crm=A-77", "absent"])
    def test_metadata_is_found_by_its_index(self, pair: str) -> None:
        assert "organization_metadata" in plan(_asked(meta=pair).apply(queries.customers_listed()))

    @pytest.mark.parametrize(("tab", "index"), [("dry", "outlook_dry_soon"), ("stale", "outlook_read")])
    def test_a_short_work_list_is_found_by_its_index(self, tab: str, index: str) -> None:
        Outlook.objects.exclude(organization_id__in=["org_1", "org_2"]).update(runs_dry_soon=False)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE orgs_outlook")
        assert index in plan(_asked(tab=tab).apply(queries.customers_listed()))


def _asked(**words: str) -> CustomerFilters:
    address = QueryDict(mutable=True)
    for name, value in words.items():
        address[name] = value
    return CustomerFilters(address)
