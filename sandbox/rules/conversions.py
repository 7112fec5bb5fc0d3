"""The rollup of an app's events over a window (contract/content.md, 11). Counted when asked; nothing is prepared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, Min, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncHour

from sandbox import ids
from sandbox.api.envelope import stamp
from sandbox.models import Project, SdkEvent

#: The rollup counts no more than this, the newest ones.
MOST_ROWS: Final = 50_000
#: How a group is named in the API -> the expression it is counted by.
GROUPS: Final[dict[str, Any]] = {
    "platform": F("app__platform"),
    "appId": F("app_id"),
    "eventName": F("name"),
    "day": TruncDay("occurred_at"),
    "hour": TruncHour("occurred_at"),
}


@dataclass(frozen=True)
class Window:
    """Both ends belong to it."""

    since: datetime
    until: datetime


def events_in(project: Project, window: Window, names: list[str], app_id: str | None) -> QuerySet[SdkEvent]:
    """`names` empty: events of every name. Probes are no conversions."""
    rows = SdkEvent.objects.filter(
        project=project, occurred_at__gte=window.since, occurred_at__lte=window.until, is_probe=False
    )
    if names:
        rows = rows.filter(name__in=names)
    return rows if app_id is None else rows.filter(app_id=app_id)


def rollup(rows: QuerySet[SdkEvent], groups: list[str]) -> dict[str, Any]:
    """`totals`, and `groups` when some are asked for: only those in which something happened."""
    truncated = rows.count() > MOST_ROWS
    counted = rows.filter(pk__in=rows.order_by("-occurred_at", "-id").values("pk")[:MOST_ROWS]) if truncated else rows
    body: dict[str, Any] = {"totals": _figures(counted.aggregate(**_sums())), "truncated": truncated}
    if groups:
        body["groups"] = _grouped(counted, groups)
    return body


def _sums() -> dict[str, Any]:
    return {
        "count": Count("id"),
        "worth": Sum("value"),
        "currencies": Count("currency", distinct=True),
        "a_currency": Min("currency"),
    }


def _grouped(rows: QuerySet[SdkEvent], groups: list[str]) -> list[dict[str, Any]]:
    keys = {f"by_{name}": GROUPS[name] for name in groups}
    found = rows.annotate(**keys).order_by(*keys).values(*keys).annotate(**_sums())
    return [{**{name: _shown(name, row[f"by_{name}"]) for name in groups}, **_figures(row)} for row in found]


def _shown(group: str, value: Any) -> Any:
    if group == "appId":
        return ids.show("sdk_app", value)
    if group == "day":
        return value.date().isoformat()
    return stamp(value) if group == "hour" else value


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    """`value` is the plain sum; `currency` is null when there is none or more than one."""
    return {
        "count": row["count"],
        "value": None if row["worth"] is None else round(row["worth"], 2),
        "currency": row["a_currency"] if row["currencies"] == 1 else None,
    }
