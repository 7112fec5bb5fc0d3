"""The customer's part of the page: one customer, and what only they, the platforms or Layers' staff could do."""

from typing import Any, Final

from sandbox import clock, ids
from sandbox.control.doing import DEEDS
from sandbox.control.words import distance, figure
from sandbox.models import (
    AdAccount,
    AdLayer,
    AdReview,
    ApiKey,
    LeaseRequest,
    OauthState,
    Organization,
    PendingAction,
    Project,
    SocialAccount,
    Wallet,
)

#: Rows of a list on the page; the API lists the rest.
SHOWN: Final = 8
#: Deeds that have no button of their own: the page makes a form of their fields.
RARE: Final = (
    "set-authority",
    "give-consent",
    "connect-account",
    "flag-creative",
    "unlock-creative",
    "report-violation",
    "report-budget-cap",
)


def choices(chosen: str) -> list[dict[str, Any]]:
    """Every organization, the partner first: id, words, whether it is the chosen one."""
    rows = Organization.objects.order_by("name").values_list("pk", "name", "status", "parent_id")
    found = [
        {
            "id": ids.show("organization", pk),
            "words": name + ("" if status == Organization.Status.ACTIVE else f" ({status})"),
            "first": parent_id is None,
        }
        for pk, name, status, parent_id in rows
    ]
    return [
        {**row, "chosen": row["id"] == chosen}
        for row in sorted(found, key=lambda row: (not row["first"], row["words"]))
    ]


def side(chosen: str) -> dict[str, Any] | None:
    """Everything about one organization that a person could act on; None when none is chosen."""
    key = ids.parse_uuid("organization", chosen)
    organization = None if key is None else Organization.objects.filter(pk=key).first()
    if organization is None:
        return None
    wallet = Wallet.objects.filter(pk=organization.pk).first()
    return {
        "id": ids.show("organization", organization.pk),
        "name": organization.name,
        "status": organization.status,
        "available": figure(wallet.available if wallet else 0),
        "reserved": figure(wallet.reserved_credits if wallet else 0),
        "layers": _layers(organization),
        "accounts": _accounts(organization),
        "actions": _actions(organization),
        "reviews": _reviews(organization),
        "social": _social(organization),
        "consents": _consents(organization),
        "leases": _leases(organization),
        "projects": _projects(organization),
        "keys": _keys(organization),
        "rare": [DEEDS["customer"][name] for name in RARE],
    }


def _layers(organization: Organization) -> list[dict[str, Any]]:
    rows = AdLayer.objects.filter(project__organization=organization).select_related("project")
    return [
        {
            "id": ids.show("layer", row.pk),
            "project": row.project.name,
            "project_id": ids.show("project", row.project_id),
            "platform": row.get_platform_display(),
            "axes": f"creative {row.creative}, tactical {row.tactical}, structural {row.structural}",
            "row": row,
        }
        for row in rows.order_by("project__name", "platform")
    ]


def _accounts(organization: Organization) -> list[dict[str, Any]]:
    rows = AdAccount.objects.filter(layer__project__organization=organization, disconnected_at=None)
    return [
        {"id": str(row.pk), "name": row.name, "platform": row.layer.get_platform_display(), "token": row.token_status}
        for row in rows.select_related("layer").order_by("name")
    ]


def _actions(organization: Organization) -> dict[str, Any]:
    rows = PendingAction.objects.filter(
        layer__project__organization=organization, status=PendingAction.Status.PENDING
    ).select_related("layer__project", "campaign")
    now = clock.now()
    return _some(
        rows.order_by("expires_at"),
        lambda row: {
            "id": ids.show("pending", row.pk),
            "what": row.action_type.replace("_", " "),
            "entity": row.entity_name or row.entity_id,
            "where": f"{row.layer.project.name}, {row.layer.get_platform_display()}",
            "expires": distance(row.expires_at, now),
        },
    )


def _reviews(organization: Organization) -> dict[str, Any]:
    rows = AdReview.objects.filter(
        layer__project__organization=organization, status=AdReview.Status.PENDING
    ).select_related("layer__project", "ad")
    now = clock.now()
    return _some(
        rows.order_by("decides_at"),
        lambda row: {
            "id": ids.show("review", row.pk),
            "what": row.ad.name if row.ad is not None else "Ad",
            "where": f"{row.layer.project.name}, {row.layer.get_platform_display()}",
            "decides": distance(row.decides_at, now),
        },
    )


def _social(organization: Organization) -> list[dict[str, Any]]:
    rows = SocialAccount.objects.filter(project__organization=organization).exclude(
        status=SocialAccount.Status.DISCONNECTED
    )
    return [
        {
            "id": ids.show("social_account", row.pk),
            "handle": row.handle,
            "platform": row.get_platform_display(),
            "status": row.status.replace("_", " "),
            "connected": row.status == SocialAccount.Status.CONNECTED,
        }
        for row in rows.order_by("handle", "pk")
    ]


def _consents(organization: Organization) -> list[dict[str, Any]]:
    now = clock.now()
    rows = OauthState.objects.filter(
        project__organization=organization, status=OauthState.Status.PENDING, expires_at__gt=now
    ).select_related("project")
    return [
        {
            "state": row.state,
            "platform": row.get_platform_display(),
            "project": row.project.name,
            "expires": distance(row.expires_at, now),
        }
        for row in rows.order_by("expires_at")
    ]


def _leases(organization: Organization) -> list[dict[str, Any]]:
    rows = LeaseRequest.objects.filter(
        project__organization=organization, status=LeaseRequest.Status.REQUESTED
    ).select_related("project")
    return [
        {"id": ids.show("lease_request", row.pk), "count": row.count, "project": row.project.name}
        for row in rows.order_by("submitted_at")
    ]


def _projects(organization: Organization) -> list[dict[str, str]]:
    rows = Project.objects.filter(organization=organization, status=Project.Status.ACTIVE)
    return [{"id": ids.show("project", row.pk), "name": row.name} for row in rows.order_by("name")]


def _keys(organization: Organization) -> list[dict[str, Any]]:
    rows = ApiKey.objects.filter(organization=organization)
    return [
        {
            "id": ids.show("api_key", row.pk),
            "name": row.name,
            "prefix": row.prefix,
            "killed": row.killed_at is not None,
            "revoked": row.revoked_at is not None,
        }
        for row in rows.order_by("-created_at", "-pk")
    ]


def _some(rows: Any, shown: Any) -> dict[str, Any]:
    """The first few as `rows`, and how many `more` there are."""
    found = [shown(row) for row in rows[:SHOWN]]
    return {"rows": found, "more": rows.count() - len(found) if len(found) == SHOWN else 0}
