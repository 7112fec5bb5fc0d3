"""The older face of the review policy: a switch and a number (contract/content.md, 3 Approval policy)."""

from typing import Any, Final

import msgspec

from sandbox import clock, ids
from sandbox.api.envelope import stamp_or_none
from sandbox.api.errors import ApiError, invalid
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import Project
from sandbox.rules import durations

MOST: Final = 50
Unset = msgspec.UnsetType
UNSET = msgspec.UNSET
Policy = Project.Policy


class LegacyPatch(msgspec.Struct, rename="camel"):
    requires_approval: bool | Unset = UNSET
    first_n_posts_blocked: int | Unset | None = UNSET
    auto_approve_after: str | Unset | None = UNSET


def show(project: Project) -> dict[str, Any]:
    return {
        "projectId": ids.show("project", project.pk),
        "requiresApproval": project.review_policy != Policy.AUTO_APPROVE,
        "firstNPostsBlocked": project.review_first_n,
        "autoApproveAfter": project.auto_approve_after,
        "updatedAt": stamp_or_none(project.review_policy_updated_at),
    }


@read(scope="content:read")
def get_policy(call: Call) -> dict[str, Any]:
    return show(project_of(call))


@write(scope="content:approve")
def patch_policy(call: Call) -> dict[str, Any]:
    """Switched off: auto_approve. On with a number: review_first_n. On with 0 or null: review_all."""
    patch = call.body(LegacyPatch)
    _check(patch)
    project = project_of(call, PROJECT_LOCKED)
    on = project.review_policy != Policy.AUTO_APPROVE
    if patch.requires_approval is not UNSET:
        on = patch.requires_approval
    number = project.review_first_n
    if patch.first_n_posts_blocked is not UNSET:
        number = patch.first_n_posts_blocked or None
    if patch.auto_approve_after is not UNSET:
        project.auto_approve_after = patch.auto_approve_after
    # A number without the switch has no place in the three policies; it is forgotten.
    project.review_first_n = number if on else None
    project.review_policy = _policy(on, number)
    project.review_policy_updated_at = clock.now()
    project.save(update_fields=["review_policy", "review_first_n", "auto_approve_after", "review_policy_updated_at"])
    call.record("approval_policy.updated", msgspec.to_builtins(patch), project_id=project.pk)
    return show(project)


def _policy(on: bool, number: int | None) -> Project.Policy:
    if not on:
        return Policy.AUTO_APPROVE
    return Policy.REVIEW_FIRST_N if number else Policy.REVIEW_ALL


def _check(patch: LegacyPatch) -> None:
    number, after = patch.first_n_posts_blocked, patch.auto_approve_after
    if patch.requires_approval is UNSET and number is UNSET and after is UNSET:
        raise invalid("", "Give at least one field.")
    if isinstance(number, int) and not 0 <= number <= MOST:
        # This page prints 400 where others say 422.
        refusal = invalid("firstNPostsBlocked", f"firstNPostsBlocked must be 0 to {MOST}, or null.")
        raise ApiError(400, refusal.code, refusal.message, refusal.details)
    if isinstance(after, str):
        try:
            durations.parse(after)
        except ValueError:
            raise invalid("autoApproveAfter", "autoApproveAfter must be a duration such as PT24H, or null.") from None
