"""The audit logs of all organizations as one list, and one event."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import AuditEvent, Organization
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def logs(customer: Organization) -> dict[str, AuditEvent]:
    other = factories.customer(name="Stride Club")
    return {
        "denied": factories.audit_event(
            customer,
            "ads.write.denied",
            decision="deny",
            verdict_id="b41f0c9e-6d52-4f7a-9a3e-2c8d17e5f0a4",
            reason="authority_axis_off",
            axis="tactical",
            platform="meta",
            project_id="prj_1",
            api_key_id="key_1",
            request_id="req_same",
            occurred_at=factories.ago(minutes=1),
        ),
        "request": factories.audit_event(
            customer, "api.request", api_key_id="key_1", request_id="req_same", occurred_at=factories.ago(minutes=2)
        ),
        "other": factories.audit_event(other, "never.seen.before", occurred_at=factories.ago(minutes=3)),
    }


def shown(browser: Client, **asked: str) -> list[str]:
    return [row.event_type for row in browser.get(reverse("orgs:audit"), asked).context["page"].rows]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["ads.write.denied", "api.request", "never.seen.before"]),
        ({"customer": "stride"}, ["never.seen.before"]),
        ({"type": "api.request"}, ["api.request"]),
        ({"key": "key_1"}, ["ads.write.denied", "api.request"]),
        ({"project": "prj_1"}, ["ads.write.denied"]),
        ({"decision": "deny"}, ["ads.write.denied"]),
        ({"decision": "perhaps"}, []),
    ],
)
def test_the_address_says_which_events_are_shown(
    support: Client, logs: dict[str, AuditEvent], asked: dict[str, str], expected: list[str]
) -> None:
    assert shown(support, **asked) == expected


def test_a_customer_is_found_by_its_id(support: Client, logs: dict[str, AuditEvent]) -> None:
    assert shown(support, customer=logs["other"].organization_id) == ["never.seen.before"]


def test_an_empty_log_says_which_filter_to_drop(support: Client, logs: dict[str, AuditEvent]) -> None:
    response = support.get(reverse("orgs:audit"), {"customer": "stride", "decision": "deny"})
    assert [one.name for one in response.context["to_drop"]] == ["customer", "decision"]


def test_verdicts_lead_on_and_unknown_events_read_well(support: Client, logs: dict[str, AuditEvent]) -> None:
    html = support.get(reverse("orgs:audit")).content.decode()
    assert 'href="/go/b41f0c9e-6d52-4f7a-9a3e-2c8d17e5f0a4"' in html
    assert "Never seen before" in html


def test_it_costs_the_same_with_few_and_with_many(
    support: Client, logs: dict[str, AuditEvent], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(14) as few:
        support.get(reverse("orgs:audit"))
    for _ in range(60):
        factories.audit_event(factories.customer())
    with django_assert_num_queries(len(few)):
        assert len(shown(support)) == 50


def test_an_event_of_a_customer_still_to_come_is_listed_and_has_a_page(support: Client) -> None:
    row = AuditEvent.objects.create(
        id="early",
        organization_id="org_later",
        event_type="",
        occurred_at=timezone.now(),
        remote_updated_at=timezone.now(),
    )
    assert len(shown(support)) == 1
    response = support.get(reverse("orgs:event", args=[row.id]))
    assert response.status_code == 200
    assert b"org_later" in response.content


def test_an_event_shows_all_facts_the_raw_record_and_its_request(support: Client, logs: dict[str, AuditEvent]) -> None:
    AuditEvent.objects.filter(id=logs["denied"].id).update(raw={"data": {"note": "<script>ü"}})
    response = support.get(reverse("orgs:event", args=[logs["denied"].id]))
    html = response.content.decode()
    for words in ("Authority axis off", "Tactical", "Meta", "&quot;note&quot;: &quot;&lt;script&gt;ü&quot;"):
        assert words in html
    assert [row.event_type for row in response.context["related"]] == ["api.request"]


def test_finance_does_not_read_the_audit_log(finance: Client, logs: dict[str, AuditEvent]) -> None:
    assert finance.get(reverse("orgs:audit")).status_code == 403
    assert finance.get(reverse("orgs:event", args=[logs["denied"].id])).status_code == 403
