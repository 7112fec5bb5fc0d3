"""Rows for tests, each with sensible values for all that a test does not care about. Times are relative to now."""

import itertools
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from ads.models import Campaign, CampaignAuthority, Layer, PendingAction
from content.models import Container, ReviewPolicy
from dashboard.models import Staff
from layers.outbox.models import Command
from orgs.models import ApiKey, AuditEvent, CreditConfig, LedgerEvent, Organization, Project, Wallet

PASSWORD = "a-long-enough-password"
numbers = itertools.count(1)


def ago(**parts: float) -> Any:
    return timezone.now() - timedelta(**parts)


def staff(role: str = "", **values: Any) -> Staff:
    """A person with one role of dashboard/roles.py, or with none."""
    n = next(numbers)
    person = Staff.objects.add(
        values.pop("email", f"person{n}@example.com"), values.pop("name", f"Person {n}"), PASSWORD
    )
    if values:
        Staff.objects.filter(pk=person.pk).update(**values)
        person.refresh_from_db()
    if role:
        person.groups.add(Group.objects.get(name=role))
    return person


def parent(**values: Any) -> Organization:
    """Our own organization, with 100,000 prepaid credits unless said otherwise."""
    prepaid = values.pop("prepaid", 100_000)
    row = Organization.objects.create(
        **{"id": "org_parent", "name": "Larkspur", "status": "active", "remote_updated_at": ago(days=1)} | values
    )
    wallet(row, available=prepaid, prepaid=prepaid)
    return row


def customer(**values: Any) -> Organization:
    n = next(numbers)
    defaults = {
        "id": f"org_{n:08d}",
        "parent_id": "org_parent",
        "name": f"Customer {n}",
        "status": "active",
        "created_at": ago(days=90),
        "remote_updated_at": ago(days=1),
    }
    return Organization.objects.create(**defaults | values)


def wallet(organization: Organization, available: int | None = 5_000, **values: Any) -> Wallet:
    defaults = {
        "organization": organization,
        "available": available,
        "balance": (available or 0) + (values.get("reserved") or 0),
        "reserved": 0,
        "prepaid": available,
        "used_this_period": 0,
        "period_start": ago(days=10),
        "period_end": timezone.now() + timedelta(days=20),
        "remote_updated_at": ago(minutes=1),
    }
    return Wallet.objects.create(**defaults | values)


def allocation(organization: Organization, credits: int, **values: Any) -> Command:
    """A command that is queued, unless said otherwise."""
    person = values.pop("staff", None) or staff("Finance")
    defaults = {
        "kind": "credits.allocate",
        "staff": person,
        "minder": person,
        "target": organization.id,
        "organization_id": organization.id,
        "once": f"credits.allocate:test-{next(numbers)}",
        "payload": {"credits": credits, "description": "", "customer": organization.name},
    }
    return Command.objects.create(**defaults | values)


def credit_config(organization: Organization, **values: Any) -> CreditConfig:
    """No cap and no refill rule unless said otherwise."""
    return CreditConfig.objects.create(**{"organization": organization, "remote_updated_at": ago(minutes=1)} | values)


def project(organization: Organization | None = None, **values: Any) -> Project:
    n = next(numbers)
    defaults = {
        "id": f"prj_{n:08d}",
        "organization": organization or customer(),
        "name": f"Project {n}",
        "status": "active",
        "app_name": f"App {n}",
        "tagline": "One line a day.",
        "brand_voice": "warm",
        "audience": "all",
        "language": "en",
        "remote_updated_at": ago(days=1),
    }
    return Project.objects.create(**defaults | values)


def ledger_event(organization: Organization, credits: int = -50, **values: Any) -> LedgerEvent:
    n = next(numbers)
    created = values.pop("created_at", ago(hours=1))
    defaults = {
        "id": f"00000000-0000-4000-8000-{n:012d}",
        "organization": organization,
        "credits": credits,
        "event_type": "usage",
        "created_at": created,
        "remote_updated_at": created,
    }
    return LedgerEvent.objects.create(**defaults | values)


def api_key(organization: Organization, **values: Any) -> ApiKey:
    """An active live key that sees projects and everything of content."""
    n = next(numbers)
    defaults = {
        "id": f"key_{n:08d}",
        "organization": organization,
        "name": f"Key {n}",
        "prefix": f"lp_live_{n:016d}",
        "env": "live",
        "scopes": ["projects:read", "content:*"],
        "tier": "standard",
        "status": "active",
        "created_at": ago(days=30),
        "remote_updated_at": ago(minutes=1),
    }
    return ApiKey.objects.create(**defaults | values)


def audit_event(organization: Organization, event_type: str = "api.request", **values: Any) -> AuditEvent:
    n = next(numbers)
    occurred = values.pop("occurred_at", ago(hours=1))
    defaults = {
        "id": f"10000000-0000-4000-8000-{n:012d}",
        "organization": organization,
        "event_type": event_type,
        "occurred_at": occurred,
        "remote_updated_at": occurred,
        "request_id": f"req_{n:026d}",
        "actor": "partner",
        "raw": {"eventType": event_type, "data": {}},
    }
    return AuditEvent.objects.create(**defaults | values)


def slideshow(slides: int = 3, base: str = "https://media.example/a") -> dict[str, Any]:
    urls = [f"{base}/slide-{n + 1}.jpg" for n in range(slides)]
    return {
        "kind": "slideshow",
        "primaryUrl": urls[0],
        "thumbnailUrl": urls[0],
        "imageUrls": urls,
        "videoUrl": None,
        "hlsUrl": None,
        "durationMs": None,
        "aspectRatio": "9:16",
    }


def container(of: Project | None = None, **values: Any) -> Container:
    """A completed slideshow that waits for review, unless said otherwise."""
    n = next(numbers)
    of = of or project()
    preview = values.pop("preview", slideshow())
    created = values.pop("created_at", ago(hours=5))
    defaults = {
        "id": f"cnt_{n:08d}",
        "organization": of.organization,
        "project": of,
        "status": "completed",
        "approval_status": "pending",
        "format": "slideshow-builder",
        "creative_type": "generated",
        "hook": f"I wrote one line a day, part {n}",
        "kind": (preview or {}).get("kind", ""),
        "thumbnail_url": (preview or {}).get("thumbnailUrl") or "",
        "created_at": created,
        "waiting_since": created,
        "remote_updated_at": created,
        "raw": {"preview": preview, "captions": [{"platform": "tiktok", "text": "One line. #daily"}]},
    }
    return Container.objects.create(**defaults | values)


def review_policy(of: Project, policy: str = "review_all", **values: Any) -> ReviewPolicy:
    return ReviewPolicy.objects.create(
        **{"project": of, "policy": policy, "remote_updated_at": ago(minutes=1)} | values
    )


def layer(of: Project, platform: str = "meta", **values: Any) -> Layer:
    defaults = {
        "id": f"{of.id}:{platform}",
        "organization": of.organization,
        "project": of,
        "platform": platform,
        "creative": "auto",
        "tactical": "draft",
        "structural": "off",
        "kill_switch_active": False,
        "remote_updated_at": ago(minutes=1),
    }
    return Layer.objects.create(**defaults | values)


def campaign(of: Project | None = None, platform: str = "meta", **values: Any) -> Campaign:
    n = next(numbers)
    of = of or project()
    defaults = {
        "id": f"cmp_{n:08d}",
        "organization": of.organization,
        "project": of,
        "platform": platform,
        "name": f"Campaign {n}",
        "status": "active",
        "daily_budget_cents": 4000,
        "remote_updated_at": ago(days=1),
    }
    return Campaign.objects.create(**defaults | values)


def authority(of: Campaign, **values: Any) -> CampaignAuthority:
    defaults = {
        "campaign": of,
        "creative": "auto",
        "tactical": "draft",
        "structural": "off",
        "source": "per_campaign",
        "remote_updated_at": ago(minutes=1),
    }
    return CampaignAuthority.objects.create(**defaults | values)


def action(of: Campaign | None = None, **values: Any) -> PendingAction:
    """A budget change that waits for a decision and has three days left, unless said otherwise."""
    n = next(numbers)
    of = of or campaign()
    defaults = {
        "id": f"pa_{n:08d}",
        "organization": of.organization,
        "project": of.project,
        "platform": of.platform,
        "action_type": "update_budget",
        "entity_type": "campaign",
        "entity_id": of.id,
        "entity_name": of.name,
        "current_value": {"dailyBudgetCents": 4000},
        "new_value": {"dailyBudgetCents": 5500},
        "rationale": "Cost per order is under target.",
        "status": "pending",
        "created_at": ago(days=4),
        "expires_at": timezone.now() + timedelta(days=3),
        "remote_updated_at": ago(minutes=1),
    }
    return PendingAction.objects.create(**defaults | values)
