"""What staff can do to a container: approve or reject it, once and for good (contract/content.md, 7)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from content.models import Container
from layers.client import Answer, Layers, read
from layers.client.errors import Conflict, Missing
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.outbox.kinds import Kind, NotNow, Trace, register
from layers.outbox.models import Command, Failure
from layers.outbox.proof import word
from layers.outbox.verbs import give
from orgs.models import Organization

APPROVE, REJECT = "content.approve", "content.reject"
KINDS = (APPROVE, REJECT)
STATUS = {APPROVE: "approved", REJECT: "rejected"}


class NotWaiting(NotNow):
    """The container does not wait for review any more, or never did."""

    def __init__(self) -> None:
        super().__init__("This item does not wait for review any more.")


def approve(staff: Any, container: Container, note: str = "") -> Command:
    """Held for the undo window, then sent. Raises NotWaiting, and AlreadyGiven when somebody decided before."""
    return _decide(APPROVE, staff, container, note)


def reject(staff: Any, container: Container, reason: str) -> Command:
    """Like approve; the reason (1 to 1,024 characters) is required by the API and shown to the customer."""
    return _decide(REJECT, staff, container, reason)


@transaction.atomic
def _decide(kind: str, staff: Any, container: Container, reason: str) -> Command:
    if not container.is_waiting:
        raise NotWaiting
    return give(
        kind,
        staff=staff,
        target=container.id,
        organization_id=container.owner_id,
        once=f"decide:{container.id}",
        payload={"hook": container.hook, "act_as": _act_as(container), "project": container.project_id},
        reason=reason,
        hold=settings.UNDO_SECONDS,
    )


def _act_as(container: Container) -> str:
    """The header for this container's owner. An owner that is not mirrored yet can only be a child."""
    try:
        owner = container.organization
    except Organization.DoesNotExist:
        owner = None
    return str(owner.act_as if owner else container.owner_id)


def _words(command: Command) -> str:
    verb = "Approve" if command.kind == APPROVE else "Reject"
    hook = str(command.payload.get("hook") or "a container").replace("\\n", " ").replace("\n", " ")
    return f"{verb} “{hook}”"


def _send(client: Layers, command: Command) -> Answer:
    act = client.approve_container if command.kind == APPROVE else client.reject_container
    return act(command.target, command.reason, str(command.idempotency_key), act_as=command.payload["act_as"])


def _apply(command: Command, raw: Raw) -> None:
    """The answer is a small receipt; its members join what we know of the container."""
    container = Container.objects.select_for_update().get(id=command.target)
    decided_at = read.moment(raw, "approvedAt") or read.moment(raw, "rejectedAt") or timezone.now()
    container.approval_status = read.text(raw, "approvalStatus", default=STATUS[command.kind])
    told = {name: value for name, value in raw.items() if name != "id"}
    container.raw = {**container.raw, **told, "approvalStatus": container.approval_status}
    container.remote_updated_at = max(container.remote_updated_at, decided_at)
    container.save(update_fields=["approval_status", "raw", "remote_updated_at"])


def _agrees(command: Command, conflict: Conflict) -> bool:
    return conflict.details.get("approvalStatus") == STATUS[command.kind]


def _scopes(command: Command) -> list[str]:
    return [scope_id("content", command.payload["project"])]


def _trace(client: Layers, command: Command) -> Trace:
    try:
        raw = client.container(command.target, act_as=command.payload["act_as"])
    except Missing:
        return Trace(False, "Layers does not know this item any more.", failure=Failure.GONE)
    status = word(raw, "approvalStatus")
    if status == STATUS[command.kind]:
        return Trace(True, f"Layers shows the item as {status}.", raw)
    if status == "pending":
        return Trace(False, "Layers shows the item as still waiting for review.")
    return Trace(False, f"Layers shows the item as {status}.", failure=Failure.DECIDED_ELSEWHERE)


def _again(command: Command, staff: Any) -> Command:
    container = Container.objects.select_related("organization").filter(id=command.target).first()
    if container is None:
        raise NotWaiting
    return _decide(command.kind, staff, container, command.reason)


for name in KINDS:
    register(Kind(name, "dashboard.review_content", _words, _send, _apply, _again, _trace, _agrees, _scopes))
