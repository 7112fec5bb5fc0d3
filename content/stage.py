"""Everything the desk shows about the item on stage. Templates ask nothing; what they need is in this context."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from common.previews import shown
from content import queries
from content.brand import facts
from content.captions import captions
from content.commands import STATUS
from content.history import standing, steps
from content.models import Container, ReviewPolicy
from content.reasons import REASONS, label_of
from layers.mirror.models import Scope
from layers.mirror.resources import REGISTRY
from layers.mirror.scopes import scope_id
from layers.outbox.models import Command, State
from layers.outbox.queries import of_target
from orgs.tenant import seal

AHEAD = 2  # items whose pictures are fetched before they are asked for


@dataclass(frozen=True)
class Last:
    """This person's newest decision, while it can be taken back."""

    command: Command
    word: str
    about: str
    tone: str
    icon: str


def around_the_stage(staff: Any) -> dict[str, Any]:
    """What stands there whatever is on stage, also when nothing is."""
    waiting = queries.waiting_count()
    return {
        "waiting": waiting,
        "rail": {"icon": "review", "count": waiting, "tone": ""},
        "last": _last(queries.last_held(staff)),
        "today": queries.decided_since(staff, timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)),
    }


def on_stage(staff: Any, container: Container) -> dict[str, Any]:
    commands = list(of_target(container.id))
    open_command = next((command for command in commands if not command.is_final), None)
    waits = container.is_waiting and open_command is None
    may_decide = waits and staff.has_perm("dashboard.review_content")
    following = list(queries.later(container)[:AHEAD])
    scope = Scope.objects.filter(id=scope_id("content", container.project_id or "")).first()
    return {
        "container": container,
        "customer": container.organization.name if container.organization else container.owner_id,
        "captions": captions(container.raw),
        "facts": facts(container.project, ReviewPolicy.objects.filter(project_id=container.project_id).first()),
        "steps": steps(container, commands),
        "waits": waits,
        "standing": standing(container, commands),
        "open_command": open_command,
        "failed": commands[0] if waits and commands and commands[0].state == State.FAILED else None,
        "may_decide": may_decide,
        "seal": seal(staff, container.owner_id, container.id) if may_decide else "",
        "reasons": REASONS,
        "next": following[0] if following else None,
        "previous": queries.earlier(container).first(),
        "preload": " ".join(address for one in following for address in _pictures(one)),
        "checked_at": scope.synced_at if scope else None,
        "stale": _stale(scope),
    }


def _last(command: Command | None) -> Last | None:
    if command is None:
        return None
    approved = STATUS[command.kind] == "approved"
    label = label_of(command.reason)
    word = "Approved" if approved else f"Rejected, {label[:1].lower()}{label[1:]}".rstrip(".")
    about = str(command.payload.get("hook") or "")
    return Last(command, word, about, "ok" if approved else "stop", "check" if approved else "x")


def _pictures(container: Container) -> list[str]:
    part = shown(container.preview)
    return [address for address in (part.slides or [part.poster]) if address]


def _stale(scope: Scope | None) -> bool:
    if scope is None or scope.synced_at is None:
        return True
    return timezone.now() - scope.synced_at > REGISTRY["content"].limit
