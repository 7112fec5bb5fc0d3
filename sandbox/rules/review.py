"""The review gate: what a new container starts as, and the one decision on it (contract/content.md, 3 and 7)."""

import uuid
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import conflict
from sandbox.engine.source import Source
from sandbox.models import Container, Project
from sandbox.rules import audit, durations, posts
from sandbox.rules.events import emit

Approval = Container.Approval
#: Who approved when nobody did in time.
UNATTENDED: Final = "auto_approve_after"


def gated(project: Project, container: Container) -> Container:
    """A new container, unsaved, as the project's policy lets it start."""
    container.approval_status = _status_of_new(project)
    if container.approval_status == Approval.PENDING and project.auto_approve_after:
        container.auto_approves_at = container.created_at + durations.parse(project.auto_approve_after)
    return container


def _status_of_new(project: Project) -> Container.Approval:
    """Fixed at creation. First-N keeps no counter: it counts the project's containers that have left pending."""
    if project.review_policy == Project.Policy.AUTO_APPROVE:
        return Approval.NOT_REQUIRED
    if project.review_policy == Project.Policy.REVIEW_FIRST_N:
        decided = Container.objects.filter(project=project, approval_status__in=(Approval.APPROVED, Approval.REJECTED))
        if decided.count() >= (project.review_first_n or 0):
            return Approval.NOT_REQUIRED
    return Approval.PENDING


def approve(container: Container, organization_id: uuid.UUID, by: str, note: str | None) -> dict[str, Any] | None:
    """Approves a locked container, inside the caller's transaction. Gives what became of a parked schedule, if any."""
    moment = _decide(container, Approval.APPROVED, by, note)
    emit(
        organization_id,
        "content.approved",
        {**_subject(container), "approvedAt": stamp(moment), "approvedBy": by},
        container.project_id,
    )
    return posts.promote(container)


def reject(container: Container, organization_id: uuid.UUID, by: str, reason: str) -> None:
    """Rejects a locked container for good; a parked schedule is dropped."""
    moment = _decide(container, Approval.REJECTED, by, reason)
    emit(
        organization_id,
        "content.rejected",
        {**_subject(container), "rejectedAt": stamp(moment), "rejectedBy": by, "reason": reason},
        container.project_id,
    )
    posts.drop_parked(container)


def _waiting() -> QuerySet[Container]:
    return Container.objects.filter(approval_status=Approval.PENDING)


def _approve_due(until: datetime) -> None:
    due = Container.objects.filter(approval_status=Approval.PENDING, auto_approves_at__lte=until)
    for container_id in list(due.order_by("auto_approves_at", "id").values_list("id", flat=True)):
        with transaction.atomic():
            container = due.select_for_update(of=("self",)).select_related("project").filter(pk=container_id).first()
            if container is not None and container.auto_approves_at is not None:
                with clock.at(container.auto_approves_at):
                    _approve_unattended(container)


def _approve_unattended(container: Container) -> None:
    organization_id = container.project.organization_id
    approve(container, organization_id, UNATTENDED, None)
    audit.system_row(
        organization_id,
        "content.approved",
        {"containerId": ids.show("container", container.pk), "approvalStatus": Approval.APPROVED, "note": None},
        project_id=container.project_id,
    ).save()


UNATTENDING = Source("unattended approval", _waiting, "auto_approves_at", _approve_due)


def _decide(container: Container, decision: Container.Approval, by: str, note: str | None) -> datetime:
    """409 CONFLICT with `details.approvalStatus` unless the container is pending."""
    if container.approval_status != Approval.PENDING:
        raise conflict(
            f"This container is {container.approval_status}, not pending.",
            {"approvalStatus": container.approval_status},
        )
    moment = clock.now()
    container.approval_status = decision
    container.decided_at = container.updated_at = moment
    container.decided_by = by
    container.decision_note = note
    container.save(update_fields=["approval_status", "decided_at", "decided_by", "decision_note", "updated_at"])
    return moment


def _subject(container: Container) -> dict[str, str]:
    return {"id": ids.show("container", container.pk), "projectId": ids.show("project", container.project_id)}
