"""Schedule and publish a container (contract/content.md, 6 Scheduling, publishing, the gate)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import approval_required, conflict, content_rejected, invalid
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import CONTAINER_LOCKED, container_of
from sandbox.models import Container, SocialAccount
from sandbox.rules import posts
from sandbox.rules.generation import refuse_archived
from sandbox.rules.targets import Target, Targets, checked

#: How far in the past a time may lie: clocks differ.
SKEW = timedelta(seconds=30)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class ScheduleBody(msgspec.Struct, rename="camel"):
    """`scheduledFor` is an instant: UTC with Z, or an explicit offset."""

    scheduled_for: str
    targets: Targets


class PublishBody(msgspec.Struct, rename="camel"):
    targets: Targets


def instant_to_come(text: str) -> datetime:
    """A `scheduledFor` in UTC. 422 for a time without an offset, because no time zone is assumed, and for the past."""
    if not _INSTANT.fullmatch(text):
        raise invalid("scheduledFor", "scheduledFor must be an ISO 8601 time with Z or an offset.")
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid("scheduledFor", "There is no such time.") from None
    if moment < clock.now() - SKEW:
        raise invalid("scheduledFor", "scheduledFor must be in the future.")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@write(scope="publish:write")
def schedule(call: Call) -> Answer:
    asked = call.body(ScheduleBody)
    scheduled_for = instant_to_come(asked.scheduled_for)
    container = container_of(call, CONTAINER_LOCKED)
    accounts = checked(container, asked.targets)
    _check_ready(container)
    if container.approval_status == Container.Approval.PENDING:
        posts.park(container, scheduled_for, asked.targets)
        call.record("content.schedule_parked", _subject(container, scheduled_for), project_id=container.project_id)
        return _answer([], "blocked_on_approval", scheduled_for)
    return _post(call, container, scheduled_for, asked.targets, accounts)


@write(scope="publish:write", spends=True)
def publish(call: Call) -> Answer:
    """Posts that are due now. What waits for review is refused, and nothing is parked."""
    asked = call.body(PublishBody)
    container = container_of(call, CONTAINER_LOCKED)
    accounts = checked(container, asked.targets)
    _check_ready(container)
    if container.approval_status == Container.Approval.PENDING:
        raise approval_required(_gate_details(container))
    return _post(call, container, clock.now(), asked.targets, accounts)


def _post(
    call: Call, container: Container, scheduled_for: datetime, targets: list[Target], accounts: list[SocialAccount]
) -> Answer:
    post_ids = posts.create(container, scheduled_for, targets, accounts)
    call.record(
        "scheduled_post.created",
        {**_subject(container, scheduled_for), "scheduledPostIds": post_ids},
        project_id=container.project_id,
    )
    return _answer(post_ids, "queued", scheduled_for)


def _check_ready(container: Container) -> None:
    """409 for what is rejected, unfinished or in an archived project."""
    refuse_archived(container.project)
    if container.approval_status == Container.Approval.REJECTED:
        raise content_rejected(_gate_details(container))
    if container.status != Container.Status.COMPLETED:
        raise conflict("This container is not completed.", {"status": container.status})


def _gate_details(container: Container) -> dict[str, Any]:
    return {"containerId": ids.show("container", container.pk), "approvalStatus": container.approval_status}


def _subject(container: Container, scheduled_for: datetime) -> dict[str, Any]:
    return {"containerId": ids.show("container", container.pk), "scheduledFor": stamp(scheduled_for)}


def _answer(post_ids: list[str], gate_status: str, scheduled_for: datetime) -> Answer:
    return Answer({"scheduledPostIds": post_ids, "gateStatus": gate_status, "scheduledFor": stamp(scheduled_for)}, 202)
