"""Ads and the audit log, as typed values; see layers/client/shapes.py for the rules."""

from dataclasses import dataclass
from datetime import UTC, datetime

from layers.client import read
from layers.client.shapes import EPOCH, Raw

NEVER = datetime(read.LAST_YEAR, 12, 31, tzinfo=UTC)


def short_platform(name: str) -> str:
    """Filters and campaign rows say meta_ads, paths and queue rows say meta (contract/ads.md, 8)."""
    return name.removesuffix("_ads")


@dataclass(frozen=True, slots=True)
class Campaign:
    """Budgets are cents on every platform (contract/ads.md, 7 Money)."""

    id: str
    organization_id: str
    project_id: str
    platform: str
    name: str
    status: str
    objective: str
    daily_budget_cents: int | None
    lifetime_budget_cents: int | None
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, project_id: str, raw: Raw) -> "Campaign":
        return cls(
            id=read.text(raw, "campaignId"),
            organization_id=organization_id,
            project_id=project_id,
            platform=short_platform(read.text(raw, "platform", default="unknown")),
            name=read.text(raw, "name", default="Unnamed campaign"),
            status=read.text(raw, "status", default="unknown"),
            objective=read.text(raw, "objective"),
            daily_budget_cents=read.number(raw, "dailyBudgetCents"),
            lifetime_budget_cents=read.number(raw, "lifetimeBudgetCents"),
            remote_updated_at=read.moment(raw, "updatedAt") or read.moment(raw, "createdAt") or EPOCH,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may act alone, by axis: off, draft or auto (contract/ads.md, 1 and 3).

    Answers both a campaign's own block (`source` per_campaign or layer_defaults) and a layer's defaults.
    """

    creative: str
    tactical: str
    structural: str
    source: str
    kill_switch_active: bool
    raw: Raw

    @classmethod
    def of(cls, raw: Raw) -> "Authority":
        axes = read.mapping(raw, "authority") or read.mapping(raw, "defaults")
        return cls(
            creative=read.text(axes, "creative", default="unknown"),
            tactical=read.text(axes, "tactical", default="unknown"),
            structural=read.text(axes, "structural", default="unknown"),
            source=read.text(raw, "source"),
            kill_switch_active=read.flag(raw, "kill_switch_active", "killSwitchActive"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class PendingAction:
    """A change that waits for a person (contract/ads.md, 4). Values are free objects; action types are an open set."""

    id: str
    organization_id: str
    project_id: str
    platform: str
    action_type: str
    entity_type: str
    entity_id: str
    entity_name: str
    current_value: Raw
    new_value: Raw
    rationale: str
    status: str
    created_at: datetime
    expires_at: datetime
    dispatched_at: datetime | None
    dispatch_failure_reason: str
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, project_id: str, platform: str, raw: Raw, at: datetime) -> "PendingAction":
        created = read.moment(raw, "createdAt") or EPOCH
        return cls(
            id=read.text(raw, "pendingId"),
            organization_id=organization_id,
            project_id=project_id,
            platform=short_platform(read.text(raw, "platform", default=platform)),
            action_type=read.text(raw, "actionType", default="unknown"),
            entity_type=read.text(raw, "entityType"),
            entity_id=read.text(raw, "entityId"),
            entity_name=read.text(raw, "entityName"),
            current_value=read.mapping(raw, "currentValue"),
            new_value=read.mapping(raw, "newValue"),
            rationale=read.text(raw, "rationale"),
            status=read.text(raw, "status", default="unknown"),
            created_at=created,
            # A row without a readable expiry must stay visible, so it sorts last instead of vanishing as expired.
            expires_at=read.moment(raw, "expiresAt") or NEVER,
            dispatched_at=read.moment(raw, "dispatchedAt"),
            dispatch_failure_reason=read.text(raw, "dispatchFailureReason"),
            remote_updated_at=at,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One row of an organization's audit log (contract/control-plane.md, 7). Rows never change.

    Gate decisions carry a verdict id; the contract leaves its place in the row open, so both are read.
    """

    id: str
    organization_id: str
    project_id: str
    event_type: str
    occurred_at: datetime
    request_id: str
    api_key_id: str
    actor: str
    verdict_id: str
    pending_id: str
    decision: str
    reason: str
    axis: str
    platform: str
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, raw: Raw) -> "AuditEvent":
        data = read.mapping(raw, "data")
        occurred = read.moment(raw, "occurredAt") or EPOCH
        return cls(
            id=read.text(raw, "eventId"),
            organization_id=organization_id,
            project_id=read.text(raw, "projectId"),
            event_type=read.text(raw, "eventType", default="unknown"),
            occurred_at=occurred,
            request_id=read.text(raw, "requestId"),
            api_key_id=read.text(raw, "apiKeyId", "actorApiKeyId", "actor_api_key_id"),
            actor=read.text(raw, "actorType", "actor_type", "actor"),
            verdict_id=read.text(data, "verdictId") or read.text(raw, "verdictId"),
            pending_id=read.text(data, "pendingId"),
            decision=read.text(data, "decision"),
            reason=read.text(data, "reason"),
            axis=read.text(data, "axis"),
            platform=short_platform(read.text(data, "platform")),
            remote_updated_at=occurred,
            raw=raw,
        )
