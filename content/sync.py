"""Fetches containers and review policies, one project a scope (contract/content.md, 8 Listing)."""

from django.utils import timezone

from content.models import FAILED, WAITING, Container, ReviewPolicy
from layers.client import Layers
from layers.client.errors import Missing
from layers.client.shapes import Container as ContainerShape
from layers.client.shapes import ReviewPolicy as PolicyShape
from layers.mirror.models import Scope
from layers.mirror.resources import resource
from layers.mirror.scopes import window_start
from layers.mirror.upsert import upsert
from orgs.queries import project_owner
from orgs.sync import move_watermark

WHOLE_AT_ONCE = 50  # containers read one by one in a single run, so that one project never holds a worker for long


@resource("content", "Content", every=30, limit=180)
def sync_content(client: Layers, scope: Scope) -> None:
    """The list by window, then one by one what it cannot tell: jobs in flight, captions to review, why some failed."""
    act_as, at = scope.organization_id, timezone.now()
    owner = project_owner(scope.key)
    seen: set[str] = set()
    for page in client.containers(scope.key, act_as=act_as, since=window_start(scope)):
        rows = [ContainerShape.of(owner, scope.key, raw) for raw in page.items]
        upsert(Container, rows)
        seen.update(row.id for row in rows)
        move_watermark(scope, (row.created_at for row in rows))
    for container_id in _to_read_whole(scope.key, seen):
        fetch_container(client, container_id, owner, scope.key, act_as)
    policy = client.review_policy(scope.key, act_as=act_as)
    upsert(ReviewPolicy, [PolicyShape.of(scope.key, policy, at)])


def fetch_container(client: Layers, container_id: str, organization_id: str, project_id: str, act_as: str) -> None:
    try:
        raw = client.container(container_id, act_as=act_as)
    except Missing:
        return  # the list will not bring it again; the copy stays as the last thing known of it
    upsert(Container, [ContainerShape.of(organization_id, project_id, raw)])


def _to_read_whole(project_id: str, seen: set[str]) -> list[str]:
    in_project = Container.objects.filter(project_id=project_id)
    in_flight = in_project.filter(status__in=["queued", "processing"]).exclude(id__in=seen)
    without_captions = in_project.filter(WAITING).exclude(raw__has_key="captions")
    without_reason = in_project.filter(FAILED).exclude(raw__has_key="lastError")
    ids: list[str] = []
    for wanted in (in_flight, without_captions, without_reason):
        ids += wanted.values_list("id", flat=True)[: WHOLE_AT_ONCE - len(ids)]
    return ids
