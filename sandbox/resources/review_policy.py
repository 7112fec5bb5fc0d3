"""Which new containers wait for a person (contract/content.md, 3 Approval policy)."""

from typing import Annotated, Any

import msgspec

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import invalid, missing
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import Container, Project


class PolicyPatch(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    policy: str
    first_n: Annotated[int, msgspec.Meta(ge=1, le=50)] | None = None


def show_policy(project: Project) -> dict[str, Any]:
    """`firstN` only with review_first_n; `updatedAt` only once the policy was set."""
    policy: dict[str, Any] = {
        "projectId": ids.show("project", project.pk),
        "policy": project.review_policy,
        "pendingCount": Container.objects.filter(project=project, approval_status=Container.Approval.PENDING).count(),
    }
    if project.review_policy == Project.Policy.REVIEW_FIRST_N:
        policy["firstN"] = project.review_first_n
    if project.review_policy_updated_at:
        policy["updatedAt"] = stamp(project.review_policy_updated_at)
    return policy


@read(scope="content:read")
def get_policy(call: Call) -> dict[str, Any]:
    return show_policy(project_of(call))


@write(scope="content:approve")
def patch_policy(call: Call) -> dict[str, Any]:
    """Containers that exist already keep their status; only later ones see the new policy."""
    patch = call.body(PolicyPatch)
    if patch.policy not in Project.Policy.values:
        raise invalid("policy", f"policy must be one of {', '.join(Project.Policy.values)}.")
    counts = patch.policy == Project.Policy.REVIEW_FIRST_N
    if counts and patch.first_n is None:
        raise missing("firstN")
    if not counts and patch.first_n is not None:
        raise invalid("firstN", "firstN only goes with review_first_n.")
    project = project_of(call, PROJECT_LOCKED)
    project.review_policy = patch.policy
    project.review_first_n = patch.first_n
    project.review_policy_updated_at = clock.now()
    project.save(update_fields=["review_policy", "review_first_n", "review_policy_updated_at"])
    call.record(
        "content_review_policy.updated", {"policy": patch.policy, "firstN": patch.first_n}, project_id=project.pk
    )
    return show_policy(project)
