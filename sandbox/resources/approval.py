"""Approve and reject a container: one decision, for good (contract/content.md, 7 Approve and reject)."""

from typing import Annotated, Any

import msgspec

from sandbox import ids
from sandbox.api.envelope import stamp_or_none
from sandbox.api.errors import invalid
from sandbox.api.operations import Call, write
from sandbox.api.paths import CONTAINER_LOCKED, container_of
from sandbox.models import Container
from sandbox.rules import review

Note = Annotated[str, msgspec.Meta(max_length=1024)]


class ApproveBody(msgspec.Struct):
    note: Note = ""


class RejectBody(msgspec.Struct):
    reason: Note


@write(scope="content:approve")
def approve(call: Call) -> dict[str, Any]:
    """`pendingSchedulePromotion` only when a schedule had been parked."""
    note = call.body(ApproveBody).note or None
    # The row lock settles a race between two who decide.
    container = container_of(call, CONTAINER_LOCKED)
    promotion = review.approve(container, call.organization.pk, call.actor, note)
    _record(call, container, "note")
    receipt = {
        "id": ids.show("container", container.pk),
        "approvalStatus": container.approval_status,
        "approvedAt": stamp_or_none(container.decided_at),
        "approvedBy": container.decided_by,
    }
    return receipt if promotion is None else {**receipt, "pendingSchedulePromotion": promotion}


@write(scope="content:approve")
def reject(call: Call) -> dict[str, Any]:
    reason = call.body(RejectBody).reason
    if not reason.strip():
        raise invalid("reason", "reason is empty.")
    container = container_of(call, CONTAINER_LOCKED)
    review.reject(container, call.organization.pk, call.actor, reason)
    _record(call, container, "reason")
    return {
        "id": ids.show("container", container.pk),
        "approvalStatus": container.approval_status,
        "rejectedAt": stamp_or_none(container.decided_at),
        "rejectedBy": container.decided_by,
        "reason": reason,
    }


def _record(call: Call, container: Container, words: str) -> None:
    call.record(
        f"content.{container.approval_status}",
        {
            "containerId": ids.show("container", container.pk),
            "approvalStatus": container.approval_status,
            words: container.decision_note,
        },
        project_id=container.project_id,
    )
