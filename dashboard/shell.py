"""What the frame around every page shows: where one can go, what waits there, and how old our copy is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

import ads.queries
import content.queries
import orgs.queries
from dashboard.queries import rail_counts
from layers.mirror import link
from layers.mirror.resources import REGISTRY
from layers.mirror.scopes import freshness


@dataclass(frozen=True)
class Place:
    """One entry of the rail. `needs` is the permission that shows it; `namespace` the pages it stands for."""

    name: str
    icon: str
    route: str
    namespace: str
    needs: str = ""
    count: "Callable[[Shell], int] | None" = None
    tone: str = ""
    wide_only: bool = False


def _to_review(shell: "Shell") -> int:
    return content.queries.waiting_count()


def _to_decide(shell: "Shell") -> int:
    return ads.queries.waiting_count()


def _to_approve(shell: "Shell") -> int:
    return shell.counts.get("approvals", 0)


def _to_settle(shell: "Shell") -> int:
    return shell.counts.get("settle", 0)


def _unmatched(shell: "Shell") -> int:
    return shell.counts.get("unmatched", 0)


PLACES = [
    Place("Home", "home", "home", "home"),
    Place(
        "Review",
        "review",
        "content:desk",
        "content",
        "dashboard.view_content",
        _to_review,
    ),
    Place("Ads", "ads", "ads:queue", "ads", "dashboard.view_ads", _to_decide),
    Place("Customers", "customers", "orgs:list", "orgs", "dashboard.view_customers"),
    Place(
        "Books",
        "bookmark",
        "books:tie_out",
        "books",
        "dashboard.close_books",
        _unmatched,
        tone="stop",
        wide_only=True,
    ),
    Place(
        "Approvals",
        "shield",
        "approvals:list",
        "approvals",
        "dashboard.allocate_credits",
        _to_approve,
        wide_only=True,
    ),
    Place(
        "Commands",
        "commands",
        "commands:list",
        "commands",
        count=_to_settle,
        tone="stop",
        wide_only=True,
    ),
    Place("Audit log", "audit", "orgs:audit", "orgs:audit", "dashboard.view_ads", wide_only=True),
]


@dataclass(frozen=True)
class Part:
    """How old one resource is. `at` is None before its first complete fetch."""

    name: str
    at: datetime | None
    tone: str
    note: str


@dataclass(frozen=True)
class Age:
    tone: str
    label: str
    at: datetime | None
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class LinkState:
    down: bool
    since: datetime | None
    words: str


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context `shell`. Lazy: a page that does not draw the frame pays nothing."""
    return {"shell": Shell(request)}


class Shell:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._staff: Any = getattr(request, "user", None)

    @cached_property
    def partner(self) -> str:
        ours = orgs.queries.parent()
        return ours.name if ours else ""

    @cached_property
    def roles(self) -> list[str]:
        return [group.name for group in self._staff.groups.order_by("name")] if self._staff else []

    @cached_property
    def theme(self) -> str:
        return getattr(self._staff, "theme", "")

    @cached_property
    def shortcuts(self) -> bool:
        return bool(getattr(self._staff, "shortcuts", False))

    @cached_property
    def undo_seconds(self) -> int:
        return settings.UNDO_SECONDS

    @cached_property
    def counts(self) -> dict[str, int]:
        return rail_counts(self._staff)

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        match = self._request.resolver_match
        here = match.view_name if match else ""
        current = {here, here.split(":")[0]}
        if here in ("orgs:audit", "orgs:event", "ads:verdict"):
            current = {"orgs:audit"}
        return [
            {
                "name": place.name,
                "url": reverse(place.route),
                "icon": place.icon,
                "count": place.count(self) if place.count else 0,
                "tone": place.tone,
                "current": place.namespace in current,
                "wide_only": place.wide_only,
            }
            for place in PLACES
            if not place.needs or self._staff.has_perm(place.needs)
        ]

    @cached_property
    def link(self) -> LinkState:
        state = link.state()
        return LinkState(state.down_since is not None, state.down_since, state.problem)

    @cached_property
    def freshness(self) -> Age:
        """What the pill says. Live shows the newest part; what lags is in the panel and beside what it covers."""
        known = {row.resource: row for row in freshness()}
        parts = [_part(name, known.get(name)) for name in REGISTRY]
        times = [part.at for part in parts if part.at]
        lagging = [part for part in parts if part.tone != "ok"]
        if self.link.down and times:
            return Age("stop", "Layers is silent, copy from", max(times), parts)
        if any(part.at is None and not part.note for part in parts):
            return Age("wait", "First sync runs", None, parts)
        if lagging:
            return Age("wait", f"{len(lagging)} stale", min(times, default=None), parts)
        return Age("ok", "Live", max(times, default=None), parts)


def _part(name: str, row: Any) -> Part:
    resource = REGISTRY[name]
    if row is None and name != "organizations":
        return Part(resource.label, None, "ok", "nothing to read yet")
    at = row.oldest_at if row else None
    note = f"{row.failing} of {row.scopes} cannot be read" if row and row.failing else ""
    fresh = at is not None and timezone.now() - at <= resource.limit and not note
    return Part(resource.label, at, "ok" if fresh else "wait", note)
