"""Wallets and ledgers, a key's own and a child's (contract/control-plane.md, 2 Credits)."""

from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp
from sandbox.api.operations import Call, read
from sandbox.api.paths import child_of, uuid_of
from sandbox.api.scopes import ORG_ADMIN
from sandbox.models import CreditEvent, Organization, Wallet
from sandbox.rules.costs import ESTIMATES

#: Named tuples instead of instances, as in the content list.
ROW_COLUMNS = (
    "seq",
    "event_id",
    "project_id",
    "credits",
    "event_type",
    "format",
    "container_id",
    "job_id",
    "balance_after_prepaid",
    "usage_after_period",
    "description",
    "metadata",
    "created_at",
)
BY_AGE = cursors.NewestFirst("credit-events", tie="seq", tie_type=int)


def show_wallet(wallet: Wallet) -> dict[str, Any]:
    return {
        "organizationId": ids.show("organization", wallet.pk),
        "balance": wallet.balance,
        "available": wallet.available,
        "includedRemaining": wallet.included_remaining,
        "prepaidBalance": wallet.prepaid_balance,
        "reservedCredits": wallet.reserved_credits,
        "includedThisPeriod": wallet.included_this_period,
        "usedThisPeriod": wallet.used_this_period,
        "currentPeriod": {
            "start": stamp(wallet.period_start),
            "end": stamp(wallet.period_end),
            "usedCredits": wallet.used_this_period,
        },
        "subscriptionTier": wallet.subscription_tier,
        "billingStatus": wallet.billing_status,
        "estimatedCreditsPerFormat": ESTIMATES,
        "ingestCostsBilled": {"github": False, "website": False, "appstore": False},
    }


def show_event(event: CreditEvent) -> dict[str, Any]:
    return {
        "eventId": str(event.event_id),
        "projectId": ids.show_or_none("project", event.project_id),
        "credits": event.credits,
        "eventType": event.event_type,
        "format": event.format,
        "containerId": ids.show_or_none("container", event.container_id),
        "workflowId": ids.show_or_none("job", event.job_id),
        "balanceAfterPrepaid": event.balance_after_prepaid,
        "usageAfterPeriod": event.usage_after_period,
        "description": event.description,
        "metadata": event.metadata,
        "createdAt": stamp(event.created_at),
    }


@read(scope=None)
def own_wallet(call: Call) -> dict[str, Any]:
    return show_wallet(Wallet.objects.get(pk=call.organization.pk))


@read(scope=None)
def own_events(call: Call) -> dict[str, Any]:
    return _events(call, call.organization)


@read(scope=ORG_ADMIN, control_plane=True)
def child_wallet(call: Call) -> dict[str, Any]:
    return show_wallet(Wallet.objects.get(pk=child_of(call).pk))


@read(scope=ORG_ADMIN, control_plane=True)
def child_events(call: Call) -> dict[str, Any]:
    return _events(call, child_of(call))


def _events(call: Call, organization: Organization) -> dict[str, Any]:
    """Newest first; `since` and `until` inclusive; `projectId` drops rows without a project."""
    events: QuerySet[Any, Any] = CreditEvent.objects.filter(organization=organization)
    limit = query.limit(call.query, 25, 100)
    if project := query.text(call.query, "projectId"):
        events = events.filter(project_id=uuid_of("project", "projectId", project))
    if event_type := query.choice(call.query, "eventType", CreditEvent.Type.values):
        events = events.filter(event_type=event_type)
    if since := query.instant(call.query, "since"):
        events = events.filter(created_at__gte=since)
    if until := query.instant(call.query, "until"):
        events = events.filter(created_at__lte=until)
    return cursors.page(
        events.values_list(*ROW_COLUMNS, named=True),
        BY_AGE,
        show_event,
        limit=limit,
        cursor=query.text(call.query, "cursor"),
    )
