"""The keys of a customer as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from layers.client import read
from orgs.keys.common import GRACE
from orgs.keys.models import ApiKey, Handover
from orgs.keys.scopes import Meaning
from orgs.models import AuditEvent, Organization
from orgs.queries import CopyAge, copy_age

KILLED = ("api_key.killed", "kill_switch.tripped")  # the list shows a killed key as revoked; the audit log tells
NEWEST = 6  # on the customer's page
MOST_COUNTED = 500


@dataclass(frozen=True)
class KeyRow:
    """A key with who made it here. `killed`: stopped in an emergency, which only Layers' staff can undo."""

    key: ApiKey
    handover: Handover | None
    killed: bool
    meaning: Meaning

    @property
    def maker(self) -> Any:
        """Whose command made it; None for a key that was not made here."""
        return self.handover.command.staff if self.handover else None

    @property
    def is_unseen(self) -> bool:
        """Made here, and nobody ever saw its secret: it opens nothing for anybody."""
        seen = self.handover is None or self.handover.shown_at is not None
        return self.key.can_rotate and not seen and not self.waits

    @property
    def waits(self) -> bool:
        """Its secret is still to be shown."""
        return self.handover is not None and self.handover.waits

    @property
    def state(self) -> tuple[str, str, str]:
        """(tone, word, icon)"""
        key = self.key
        if self.killed:
            return "stop", "Killed", "power"
        if key.status == "revoked" and not key.superseded_by:
            return "quiet", "Revoked", "x"
        if not key.is_live:
            return "quiet", "Rotated out", "x"
        if key.is_rotating:
            return "wait", "Rotating", "refresh"
        return ("ok", "Active", "check") if key.status == "active" else ("wait", key.status, "unknown")

    @property
    def ended_at(self) -> datetime | None:
        return None if self.key.is_live else self.key.revoked_at or self.key.grace_until

    @property
    def grace_seconds(self) -> int:
        until = self.key.grace_until
        return max(0, int((until - timezone.now()).total_seconds())) if until else 0

    @property
    def grace_left(self) -> str:
        """17 h 5 min; the last hour in minutes and seconds. static/js/key-grace.js goes on from here."""
        minutes, seconds = divmod(self.grace_seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"

    @property
    def grace_whole(self) -> int:
        return int(GRACE.total_seconds())


def keys_of(customer_id: str) -> QuerySet[ApiKey]:
    """Newest first."""
    return ApiKey.objects.filter(organization_id=customer_id).defer("raw").order_by("-created_at", "-id")


def live(keys: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    in_time = Q(grace_until__isnull=True) | Q(grace_until__gt=timezone.now())
    return keys.exclude(status="revoked").filter(in_time)


def rows(customer_id: str, keys: Iterable[ApiKey]) -> list[KeyRow]:
    """Two queries, however many keys."""
    keys = list(keys)
    made = Handover.objects.filter(key_id__in=[key.id for key in keys]).select_related("command__staff")
    by_key = {row.key_id: row for row in made}
    killed: set[str] = set()
    if any(not key.is_live for key in keys):
        events = AuditEvent.objects.filter(organization_id=customer_id, event_type__in=KILLED)
        raws = events.order_by("-occurred_at").values_list("raw", flat=True)[:MOST_COUNTED]
        killed = {read.text(read.mapping(raw, "data"), "apiKeyId") for raw in raws}
    return [KeyRow(key, by_key.get(key.id), key.id in killed, Meaning.of(key.scopes)) for key in keys]


@dataclass(frozen=True)
class KeyCard:
    """What the customer's page shows: the newest live keys."""

    rows: list[KeyRow] = field(default_factory=list)
    more: bool = False
    age: CopyAge | None = None

    @classmethod
    def of(cls, customer: Organization) -> "KeyCard":
        found = list(live(keys_of(customer.id))[: NEWEST + 1])
        return cls(rows(customer.id, found[:NEWEST]), len(found) > NEWEST, copy_age("keys", customer.id))


@dataclass(frozen=True)
class LiveKeys:
    """How many keys of a customer open something, by our copy; None as long as there is none."""

    count: int | None
    names: list[str]
    age: CopyAge

    @classmethod
    def of(cls, customer: Organization) -> "LiveKeys":
        age = copy_age("keys", customer.id)
        names = list(live(keys_of(customer.id)).values_list("name", flat=True)[:MOST_COUNTED])
        return cls(len(names) if names or age.at else None, list(dict.fromkeys(names)), age)

    @property
    def some(self) -> str:
        """Feed, Staging and 2 more."""
        shown, more = self.names[:3], len(self.names) - 3
        return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
