"""What a list or a page shows of an action besides its own columns, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2s
from typing import Any

from django.utils import timezone

from ads import queries
from ads.authority import Standing, axis_of, standing
from ads.commands import APPROVE
from ads.models import Campaign, Layer, PendingAction
from ads.rulings import Ruling
from ads.values import Change, changes, headline, per_day
from common.wording import platform_name
from layers.outbox.models import Command
from orgs.models import AuditEvent
from orgs.tenant import seal

LIFETIME = timedelta(days=7)  # expiresAt is createdAt plus seven days (contract/ads.md, 4)
TICK = timedelta(hours=6)  # the optimizer dispatches what was approved (contract/ads.md, 10)


@dataclass(frozen=True)
class Step:
    """One station of a decision's journey. `icon` and `tone` are empty for what is still to come."""

    words: str
    tone: str = ""
    icon: str = ""


@dataclass
class Row:
    """One action as people see it. `command` is our newest standing decision about it; `seal` is for the form."""

    action: PendingAction
    campaign: Campaign | None
    layer: Layer | None
    command: Command | None
    events: list[AuditEvent]
    has_sibling: bool
    seal: str

    @property
    def pick(self) -> str:
        """What its form posts: the action and its seal. An id may hold spaces, a seal never does."""
        return f"{self.action.id} {self.seal}"

    @property
    def dom_id(self) -> str:
        """Its element on the page; an id of the API may hold anything, an element's name may not."""
        return f"action-{blake2s(self.action.id.encode(), digest_size=8).hexdigest()}"

    @property
    def hold_left(self) -> int:
        """Seconds until a held decision is sent."""
        held = self.command.not_before if self.command else timezone.now()
        return max(0, round((held - timezone.now()).total_seconds()))

    @cached_property
    def changes(self) -> list[Change]:
        return changes(self.action.current_value, self.action.new_value)

    @property
    def shown(self) -> list[Change]:
        """What changes; without any change, everything, so that a row is never empty for want of a difference."""
        return [change for change in self.changes if change.kind == "changed"] or self.changes

    @property
    def kept(self) -> list[Change]:
        """What the proposal does not speak of but helps to know what it is about."""
        return [change for change in self.changes if change.kind == "kept"] if self.shown != self.changes else []

    @property
    def named(self) -> bool:
        """Whether the one change must say its member's name, because the title does not."""
        first = self.shown[0] if self.shown else None
        return first is not None and first.name != "Status" and first.name.lower() not in self.title.lower()

    @cached_property
    def title(self) -> str:
        return headline(self.action.action_type, self.changes)

    @property
    def entity(self) -> str:
        return self.action.entity_name or self.action.entity_id

    @property
    def customer(self) -> str:
        owner = self.action.organization
        return owner.name if owner else self.action.organization_id or "Unknown customer"

    @property
    def per_day(self) -> int | None:
        return per_day(self.action.current_value, self.action.new_value)

    @cached_property
    def standing(self) -> Standing:
        return standing(self.campaign, self.layer)

    @property
    def axis(self) -> str:
        return axis_of(self.action.action_type)

    @property
    def mode(self) -> str:
        return self.standing.mode(self.axis)

    @property
    def is_open(self) -> bool:
        """It waits for a decision and nobody here has made one."""
        undecided = self.command is None or self.command.state == "failed"
        return self.action.status == "pending" and not self.action.is_expired and undecided

    @property
    def blocked(self) -> str:
        """Why nobody may decide it now; empty when somebody may."""
        if self.layer and self.layer.kill_switch_active:
            return (
                f"The customer's kill switch for {platform_name(self.action.platform)} is on. Only they can release it."
            )
        return ""

    @property
    def is_held(self) -> bool:
        return self.command is not None and self.command.state == "held"

    @property
    def verb(self) -> str:
        """Approved or Rejected, by the decision of ours that stands."""
        if self.command is None:
            return ""
        return "Approved" if self.command.kind == APPROVE else "Rejected"

    @property
    def percent_left(self) -> int:
        left = (self.action.expires_at - timezone.now()) / LIFETIME
        return max(0, min(100, round(left * 100)))

    @property
    def decided_at(self) -> datetime | None:
        """By the audit log where it tells, else when our copy first knew."""
        told = [event.occurred_at for event in self.events if event.event_type.startswith("ads.pending.")]
        return told[0] if told else self.action.settled_at

    @property
    def overdue(self) -> bool:
        """Approved longer ago than the optimizer takes from one run to the next, and not dispatched."""
        decided = self.decided_at
        return self.action.status == "approved" and decided is not None and timezone.now() - decided > TICK

    @property
    def steps(self) -> list[Step]:
        """Approved is not dispatched: where the action is on its way."""
        status, platform = self.action.status, platform_name(self.action.platform)
        approved = Step("Approved", "ok", "check")
        if status == "approved":
            waits = "Still not dispatched after 6 h" if self.overdue else "Waits for the optimizer, every 6 h"
            return [
                approved,
                Step(waits, "wait" if self.overdue else "info", "clock"),
                Step(f"Dispatched to {platform}"),
            ]
        if status == "dispatched":
            return [approved, Step(f"Dispatched to {platform}", "ok", "check")]
        if status == "dispatch_failed":
            return [approved, Step("Dispatch failed", "stop", "x")]
        if status == "rejected":
            words = self.ending
            return [Step(words, "stop" if words == "Rejected" else "wait", "x" if words == "Rejected" else "clock")]
        return [Step(status.replace("_", " ").capitalize() or "Unknown", "quiet", "unknown")]

    @property
    def last_step(self) -> Step:
        """Where it is now: the last station that is not still to come."""
        return next(step for step in reversed(self.steps) if step.tone)

    @property
    def ending(self) -> str:
        """Why a rejected action is: Layers has no status of its own for one that ran out (contract/ads.md, 4)."""
        told = next((event.actor for event in self.events if event.event_type == "ads.pending.rejected"), "")
        settled = self.action.settled_at
        if told == "system":
            return "Expired undecided"
        seen_in_time = settled is not None and settled < self.action.expires_at
        ours = self.command is not None and self.command.state == "succeeded"
        return "Rejected" if told or ours or seen_in_time else "Rejected or expired"

    @property
    def decider(self) -> str:
        """Who decided, as far as it is known."""
        if self.command is not None and self.command.state == "succeeded":
            return self.command.staff.name
        decision = next((event for event in self.events if event.event_type.startswith("ads.pending.")), None)
        return "" if decision is None else Ruling(decision).actor


def rows(actions: list[PendingAction], staff: Any) -> list[Row]:
    """The actions with all that is shown beside them. Give them with organization and project selected."""
    layers = Layer.objects.in_bulk({action.layer_id for action in actions})
    events = queries.audited(actions)
    campaigns = queries.campaigns_of(actions, events)
    several = queries.entities_with_several(actions)
    given = queries.decisions(actions)
    return [
        Row(
            action=action,
            campaign=campaigns.get(action.id),
            layer=layers.get(action.layer_id),
            command=given.get(action.id),
            events=events.get(action.id, []),
            has_sibling=action.status == "pending" and action.entity_id in several,
            seal=seal(staff, str(action.organization_id), action.id),
        )
        for action in actions
    ]


def row(action: PendingAction, staff: Any) -> Row:
    return rows([action], staff)[0]
