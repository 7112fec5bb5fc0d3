from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.models import Container, QueueCount
from layers.client.shapes import Container as ContainerShape
from layers.client.shapes import Organization as OrganizationShape
from layers.mirror.upsert import upsert
from orgs.models import Organization

START = datetime(2026, 6, 1, tzinfo=UTC)


def version(n: int, **more: object) -> OrganizationShape:
    at = (START + timedelta(minutes=n)).isoformat()
    return OrganizationShape.of({"id": "org_1", "name": f"v{n}", "updatedAt": at, **more})


def container(n: int, status: str, approval: str, minute: int = 0, organization: str = "org_1") -> ContainerShape:
    at = (START + timedelta(minutes=minute)).isoformat()
    raw = {"id": f"cnt_{n}", "status": status, "approvalStatus": approval, "createdAt": at, "updatedAt": at}
    return ContainerShape.of(organization, "prj_1", raw)


@pytest.mark.django_db
def test_a_row_is_inserted_then_replaced_by_a_newer_version() -> None:
    assert upsert(Organization, [version(1)]) == 1
    assert upsert(Organization, [version(2)]) == 1
    assert Organization.objects.get().name == "v2"


@pytest.mark.django_db
def test_an_older_version_that_comes_late_changes_nothing() -> None:
    upsert(Organization, [version(2)])
    assert upsert(Organization, [version(1)]) == 0
    assert Organization.objects.get().name == "v2"


@pytest.mark.django_db
def test_the_same_version_again_is_not_written_again() -> None:
    upsert(Organization, [version(1)])
    assert upsert(Organization, [version(1)]) == 0


@pytest.mark.django_db
def test_members_that_a_slim_row_lacks_are_kept() -> None:
    upsert(Organization, [version(1, billingEmail="a@b.c", summary={"projectCount": 3})])
    upsert(Organization, [version(2)])
    assert Organization.objects.get().raw["summary"] == {"projectCount": 3}


@pytest.mark.django_db
def test_a_row_that_moved_to_another_owner_is_written_though_nothing_else_changed() -> None:
    upsert(Container, [container(1, "completed", "pending")])
    assert upsert(Container, [container(1, "completed", "pending")]) == 0
    assert upsert(Container, [container(1, "completed", "pending", organization="org_2")]) == 1
    assert Container.objects.get().organization_id == "org_2"


@pytest.mark.django_db
def test_a_slim_row_changes_only_the_columns_it_knows() -> None:
    upsert(Organization, [version(1, billingEmail="a@b.c")])
    upsert(Organization, [version(2)], only=["name"])
    row = Organization.objects.get()
    assert (row.name, row.billing_email) == ("v2", "a@b.c")


@pytest.mark.django_db
def test_two_versions_in_one_batch_leave_the_newer() -> None:
    upsert(Organization, [version(2), version(1)])
    assert Organization.objects.get().name == "v2"


@pytest.mark.django_db
def test_a_row_without_an_id_is_left_out() -> None:
    assert upsert(Organization, [OrganizationShape.of({"name": "nobody"})]) == 0


@pytest.mark.django_db
def test_a_child_row_may_arrive_before_its_parent() -> None:
    upsert(Container, [container(1, "completed", "pending")])
    assert Container.objects.get().organization_id == "org_1"


@pytest.mark.django_db
@given(order=st.permutations(range(6)), sizes=st.lists(st.integers(1, 3), min_size=6, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_order_and_the_batches_the_newest_version_stands(order: list[int], sizes: list[int]) -> None:
    Organization.objects.all().delete()
    rest = list(order)
    for size in sizes:
        upsert(Organization, [version(n) for n in rest[:size]])
        rest = rest[size:]
    assert Organization.objects.get().name == "v5"


states = st.tuples(
    st.integers(1, 5), st.sampled_from(["completed", "processing"]), st.sampled_from(["pending", "approved"])
)


@pytest.mark.django_db
@given(batches=st.lists(st.lists(states, min_size=1, max_size=6), min_size=1, max_size=5), deleted=st.integers(1, 5))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kept_count_is_the_counted_count_after_any_upserts(batches: list, deleted: int) -> None:
    Container.objects.all().delete()
    for minute, batch in enumerate(batches):
        upsert(Container, [container(n, status, approval, minute, f"org_{n % 2}") for n, status, approval in batch])
    Container.objects.filter(id=f"cnt_{deleted}").delete()
    kept = {row.organization_id: row.waiting for row in QueueCount.objects.exclude(waiting=0)}
    counted: dict[str, int] = {}
    for row in Container.objects.filter(status="completed", approval_status="pending"):
        counted[row.organization_id] = counted.get(row.organization_id, 0) + 1
    assert kept == counted
