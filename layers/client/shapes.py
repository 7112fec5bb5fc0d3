"""What the API sends, as typed values. Field names are those of our mirror; `raw` keeps the whole object.

Every `of(raw)` reads tolerantly (layers/client/read.py): a surprise costs us a field, never the page.
`remote_updated_at` orders two versions of one object. Where the API prints no `updatedAt` it is the time we asked,
which the caller gives.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from layers.client import read

Raw = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `next_cursor` is "" on the last one (null and absent mean the same)."""

    items: list[Raw]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Organization:
    """contract/control-plane.md, 1 Organizations."""

    id: str
    parent_id: str
    name: str
    status: str
    metadata: Raw
    billing_email: str
    created_at: datetime | None
    archived_at: datetime | None
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, raw: Raw) -> "Organization":
        return cls(
            id=read.text(raw, "id"),
            parent_id=read.text(raw, "parentOrganizationId"),
            name=read.text(raw, "name", default="Unnamed customer"),
            status=read.text(raw, "status", default="unknown"),
            metadata=read.mapping(raw, "metadata"),
            billing_email=read.text(raw, "billingEmail"),
            created_at=read.moment(raw, "createdAt"),
            archived_at=read.moment(raw, "archivedAt"),
            remote_updated_at=read.moment(raw, "updatedAt") or EPOCH,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Wallet:
    """Whole credits. `available` is the number that counts (contract/control-plane.md, 2 Credits)."""

    organization_id: str
    balance: int | None
    available: int | None
    reserved: int | None
    included_remaining: int | None
    prepaid: int | None
    used_this_period: int | None
    period_start: datetime | None
    period_end: datetime | None
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, raw: Raw, at: datetime) -> "Wallet":
        period = read.mapping(raw, "currentPeriod")
        balance, reserved = read.number(raw, "balance"), read.number(raw, "reservedCredits")
        available = read.number(raw, "available")
        if available is None and balance is not None:
            # The oldest generation of this answer has neither `available` nor `reservedCredits`.
            available = max(0, balance - (reserved or 0))
        return cls(
            organization_id=organization_id,
            balance=balance,
            available=available,
            reserved=reserved,
            included_remaining=read.number(raw, "includedRemaining"),
            prepaid=read.number(raw, "prepaidBalance"),
            used_this_period=read.number(raw, "usedThisPeriod"),
            period_start=read.moment(period, "start"),
            period_end=read.moment(period, "end"),
            remote_updated_at=at,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class CreditConfig:
    """Cap and refill rule of a child, in credits; None means not set. The pair is both-or-neither."""

    organization_id: str
    monthly_cap: int | None
    refill_threshold: int | None
    refill_amount: int | None
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, raw: Raw, at: datetime) -> "CreditConfig":
        config = read.mapping(raw, "config") or raw
        return cls(
            organization_id=organization_id,
            monthly_cap=read.number(config, "monthlyCreditCap"),
            refill_threshold=read.number(config, "refillThreshold"),
            refill_amount=read.number(config, "refillAmount"),
            remote_updated_at=at,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One row of a wallet's ledger. `credits` is signed: negative left the wallet. Rows never change."""

    id: str
    organization_id: str
    project_id: str
    credits: int
    event_type: str
    format: str
    container_id: str
    workflow_id: str
    balance_after: int | None
    description: str
    transfer_id: str
    counterparty_id: str
    direction: str
    created_at: datetime
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, raw: Raw) -> "LedgerEvent":
        metadata = read.mapping(raw, "metadata")
        created = read.moment(raw, "createdAt") or EPOCH
        return cls(
            id=read.text(raw, "eventId"),
            organization_id=organization_id,
            project_id=read.text(raw, "projectId"),
            credits=read.number(raw, "credits") or 0,
            event_type=read.text(raw, "eventType", default="unknown"),
            format=read.text(raw, "format"),
            container_id=read.text(raw, "containerId"),
            workflow_id=read.text(raw, "workflowId"),
            balance_after=read.number(raw, "balanceAfterPrepaid"),
            description=read.text(raw, "description"),
            transfer_id=read.text(metadata, "transferId"),
            counterparty_id=read.text(metadata, "counterpartyOrgId"),
            direction=read.text(metadata, "direction"),
            created_at=created,
            remote_updated_at=created,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Transfer:
    """Answer of an allocation. `replayed`: it had been done already, nothing moved twice."""

    id: str
    organization_id: str
    allocated: int | None
    balance: int | None
    available: int | None
    replayed: bool

    @classmethod
    def of(cls, raw: Raw) -> "Transfer":
        return cls(
            id=read.text(raw, "id"),
            organization_id=read.text(raw, "organizationId"),
            allocated=read.number(raw, "allocated"),
            balance=read.number(raw, "balance"),
            available=read.number(raw, "available"),
            replayed=read.flag(raw, "replayed"),
        )


@dataclass(frozen=True, slots=True)
class Project:
    """One product of a customer, with its brand fields (contract/content.md, 2 Projects). List rows lack most."""

    id: str
    organization_id: str
    name: str
    status: str
    customer_external_id: str
    app_name: str
    app_description: str
    tagline: str
    brand_voice: str
    audience: str
    language: str
    time_zone: str
    created_at: datetime | None
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, raw: Raw) -> "Project":
        return cls(
            id=read.text(raw, "id"),
            organization_id=organization_id,
            name=read.text(raw, "name", default="Unnamed project"),
            status=read.text(raw, "status", default="unknown"),
            customer_external_id=read.text(raw, "customerExternalId"),
            app_name=read.text(raw, "appName"),
            app_description=read.text(raw, "appDescription"),
            tagline=read.text(raw, "tagline"),
            brand_voice=read.text(raw, "brandVoice"),
            audience=read.text(raw, "targetGender"),
            language=read.text(raw, "primaryLanguage"),
            time_zone=read.text(raw, "timezone"),
            created_at=read.moment(raw, "createdAt"),
            remote_updated_at=read.moment(raw, "updatedAt") or EPOCH,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """contract/content.md, 3. `first_n` only with review_first_n."""

    project_id: str
    policy: str
    first_n: int | None
    pending_count: int | None
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, project_id: str, raw: Raw, at: datetime) -> "ReviewPolicy":
        return cls(
            project_id=project_id,
            policy=read.text(raw, "policy", default="unknown"),
            first_n=read.number(raw, "firstN"),
            pending_count=read.number(raw, "pendingCount"),
            remote_updated_at=at,
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class Container:
    """One creative. `waiting_since` is when it could first be reviewed (contract/content.md, 4 and 5)."""

    id: str
    organization_id: str
    project_id: str
    status: str
    approval_status: str
    format: str
    creative_type: str
    hook: str
    kind: str
    thumbnail_url: str
    created_at: datetime
    waiting_since: datetime
    remote_updated_at: datetime
    raw: Raw

    @classmethod
    def of(cls, organization_id: str, project_id: str, raw: Raw) -> "Container":
        preview = read.mapping(raw, "preview")
        created = read.moment(raw, "createdAt") or EPOCH
        return cls(
            id=read.text(raw, "id"),
            organization_id=organization_id,
            project_id=read.text(raw, "projectId", default=project_id),
            status=read.text(raw, "status", default="unknown"),
            approval_status=read.text(raw, "approvalStatus", default="unknown"),
            format=read.text(raw, "format"),
            creative_type=read.text(raw, "creativeType"),
            hook=read.text(raw, "hook"),
            kind=read.text(preview, "kind"),
            thumbnail_url=read.text(preview, "thumbnailUrl"),
            created_at=created,
            waiting_since=read.moment(raw, "completedAt") or created,
            remote_updated_at=read.moment(raw, "updatedAt") or created,
            raw=raw,
        )
