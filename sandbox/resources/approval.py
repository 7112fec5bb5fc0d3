"""Approve and reject a container: one decision, for good (contract/content.md, 7 Approve and reject)."""

from typing import Annotated, Any

import msgspec

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import conflict, invalid
from sandbox.api.operations import Call, write
from sandbox.api.paths import CONTAINER_LOCKED, container_of
from sandbox.models import Container

Note = Annotated[str, msgspec.Meta(max_length=1024)]


class ApproveBody(msgspec.Struct):
    note: Note | None = None


class RejectBody(msgspec.Struct):
    reason: Note


@write(scope="content:approve")
def approve(call: Call) -> dict[str, Any]:
    note = call.body(ApproveBody).note
    container = _decide(call, Container.Approval.APPROVED, note)
    return {
        "id": ids.show("container", container.pk),
        "approvalStatus": container.approval_status,
        "approvedAt": stamp(container.updated_at),
        "approvedBy": container.decided_by,
    }


@write(scope="content:approve")
def reject(call: Call) -> dict[str, Any]:
    reason = call.body(RejectBody).reason
    if not reason.strip():
        raise invalid("reason", "reason is empty.")
    container = _decide(call, Container.Approval.REJECTED, reason)
    return {
        "id": ids.show("container", container.pk),
        "approvalStatus": container.approval_status,
        "rejectedAt": stamp(container.updated_at),
        "rejectedBy": container.decided_by,
        "reason": reason,
    }


def _decide(call: Call, decision: Container.Approval, note: str | None) -> Container:
    """409 CONFLICT with `details.approvalStatus` unless the container is pending. The row lock settles a race."""
    container = container_of(call, CONTAINER_LOCKED)
    if container.approval_status != Container.Approval.PENDING:
        raise conflict(
            f"This container is {container.approval_status}, not pending.",
            {"approvalStatus": container.approval_status},
        )
    moment = clock.now()
    container.approval_status = decision
    container.decided_at = container.updated_at = moment
    container.decided_by = call.actor
    container.decision_note = note
    container.save(update_fields=["approval_status", "decided_at", "decided_by", "decision_note", "updated_at"])
    call.record(
        f"content.{decision}",
        {
            "containerId": ids.show("container", container.pk),
            "approvalStatus": decision.value,
            ("reason" if decision == Container.Approval.REJECTED else "note"): note,
        },
        project_id=container.project_id,
    )
    return container
