"""What is asked about ads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils import timezone

from ads.commands import KINDS
from ads.models import PENDING, SETTLED, Campaign, Layer, PendingAction, QueueCount
from layers.client import read
from layers.mirror.models import Scope
from layers.mirror.scopes import freshness
from layers.outbox.models import OPEN, Command, State
from orgs.models import AuditEvent, Organization

SOON = timedelta(hours=24)
MOST_EVENTS = 1_000
MOST_COUNTED = 99  # past it a tab says 99+, so that no count reads more than a hundred rows


def decided_here() -> QuerySet[Command]:
    """Decisions of ours that Layers has not confirmed yet; their actions have left the queue already."""
    return Command.objects.filter(kind__in=KINDS, state__in=OPEN)


def queue() -> QuerySet[PendingAction]:
    """Actions that wait for a decision across all customers and platforms, first to expire first."""
    pending = PendingAction.objects.filter(PENDING, expires_at__gt=timezone.now())
    return pending.exclude(id__in=decided_here().values("target")).order_by("expires_at", "id")


def expiring() -> QuerySet[PendingAction]:
    return queue().filter(expires_at__lte=timezone.now() + SOON)


def settled(status: str = "") -> QuerySet[PendingAction]:
    """Actions that left the queue, by whoever's decision; with one status only when it is given."""
    rows = PendingAction.objects.filter(SETTLED)
    return rows.filter(status=status) if status else rows


def of_campaign(campaign: Campaign) -> Q:
    """Actions on the campaign itself, and those below it that the audit log ties to it.

    A row names its own entity only, never the campaign an ad set or ad belongs to (contract/ads.md, 4).
    """
    told = AuditEvent.objects.filter(organization_id=campaign.organization_id, raw__data__campaignId=campaign.id)
    return Q(entity_id=campaign.id) | Q(id__in=told.exclude(pending_id="").values("pending_id"))


def waiting_count() -> int:
    total = QueueCount.objects.aggregate(total=Sum("waiting"))["total"] or 0
    # A decision on its way may be about an action that the mirror already knows as decided.
    still = PendingAction.objects.filter(PENDING, id__in=decided_here().values("target")).count()
    return max(0, total - still)


def count_some(rows: QuerySet[Any]) -> str:
    """How many, in words that stay true and cheap: 7, 99+, or nothing for none."""
    found = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found or "")


def waiting_customers() -> QuerySet[Organization]:
    """Customers that have something to decide, by name; as many as a menu can hold."""
    return Organization.objects.filter(action_count__waiting__gt=0).order_by("name", "id")[:200]


def switched_off() -> QuerySet[Layer]:
    """Platforms of customers whose kill switch is on."""
    rows = Layer.objects.filter(kill_switch_active=True).select_related("organization", "project")
    return rows.defer("raw", "organization__raw", "project__raw").order_by("id")


def trips(layers: list[Layer]) -> dict[str, AuditEvent]:
    """When and why each kill switch was last switched on, by the layer's id, where the audit log tells."""
    events = AuditEvent.objects.filter(
        organization_id__in={layer.organization_id for layer in layers}, event_type="kill_switch.tripped"
    )
    newest = events.order_by("-occurred_at", "-id")[:MOST_EVENTS]
    return {f"{event.project_id}:{event.platform}": event for event in reversed(newest)}


def audited(actions: list[PendingAction]) -> dict[str, list[AuditEvent]]:
    """What the audit log says about each action, oldest first, by the action's id."""
    ids = [action.id for action in actions]
    events = AuditEvent.objects.filter(pending_id__in=ids).exclude(pending_id="").order_by("occurred_at", "id")
    found: dict[str, list[AuditEvent]] = {}
    for event in events[:MOST_EVENTS]:
        found.setdefault(event.pending_id, []).append(event)
    return found


def campaigns_of(actions: list[PendingAction], events: dict[str, list[AuditEvent]]) -> dict[str, Campaign]:
    """The campaign of each action where it is known, by the action's id."""
    named = {action.id: _campaign_id(action, events.get(action.id, [])) for action in actions}
    found = Campaign.objects.select_related("authority").in_bulk(list(set(named.values())))
    return {action: found[campaign] for action, campaign in named.items() if campaign in found}


def _campaign_id(action: PendingAction, events: list[AuditEvent]) -> str:
    told = [read.text(read.mapping(event.raw, "data"), "campaignId") for event in events]
    return next(filter(None, told), "") or read.text(action.raw, "campaignId") or action.entity_id


def entities_with_several(actions: list[PendingAction]) -> set[str]:
    """Entities for which more than one action waits. The two halves of a replaced creative look like this."""
    ids = {action.entity_id for action in actions if action.entity_id}
    rows = PendingAction.objects.filter(PENDING, entity_id__in=ids, expires_at__gt=timezone.now())
    return set(rows.values("entity_id").annotate(n=Count("id")).filter(n__gt=1).values_list("entity_id", flat=True))


def decisions(actions: list[PendingAction]) -> dict[str, Command]:
    """Our newest standing decision about each action, by the action's id."""
    rows = Command.objects.filter(kind__in=KINDS, target__in=[action.id for action in actions])
    rows = rows.exclude(state=State.CANCELLED).select_related("staff").order_by("created_at")
    return {row.target: row for row in rows}


def neighbours(event: AuditEvent, each: int = 5) -> list[AuditEvent]:
    """The row with those just before and after it in the same customer's log, newest first."""
    log = AuditEvent.objects.filter(organization_id=event.organization_id)
    key = (F("occurred_at"), F("id"))
    at = (event.occurred_at, event.id)
    after = log.filter(TupleGreaterThan(key, at)).order_by("occurred_at", "id")[:each]
    before = log.filter(TupleLessThan(key, at)).order_by("-occurred_at", "-id")[:each]
    return [*reversed(after), event, *before]


@dataclass(frozen=True)
class Reach:
    """How much of the audit logs our copy holds. `laggards` are the customers whose log was read longest ago."""

    oldest: datetime | None
    newest: datetime | None
    complete_until: datetime | None
    logs: int
    laggards: list[tuple[str, Scope]]


def reach() -> Reach:
    """For a verdict that is not in our copy: what was searched."""
    events = AuditEvent.objects.order_by("-occurred_at", "-id").values_list("occurred_at", flat=True)
    known = {row.resource: row for row in freshness()}.get("audit")
    scopes = Scope.objects.filter(resource="audit").order_by(F("synced_at").asc(nulls_first=True), "id")[:6]
    names = dict(Organization.objects.filter(id__in=[scope.key for scope in scopes]).values_list("id", "name"))
    return Reach(
        oldest=events.last(),
        newest=events.first(),
        complete_until=known.oldest_at if known else None,
        logs=known.scopes if known else 0,
        laggards=[(names.get(scope.key, scope.key), scope) for scope in scopes],
    )


def of_verdict(verdict_id: str) -> list[AuditEvent]:
    """Every audit row that carries a verdict id, oldest first. The id is opaque; a UUID is stored in lower case."""
    rows = AuditEvent.objects.filter(verdict_id__in={verdict_id, verdict_id.lower()}).exclude(verdict_id="")
    return list(rows.select_related("organization").order_by("occurred_at", "id")[:20])
