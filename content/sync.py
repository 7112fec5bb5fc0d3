"""Fetches containers and review policies, one project a scope (contract/content.md, 8 Listing)."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from content.commands import KINDS
from content.models import FAILED, GONE, IN_FLIGHT, WAITING, Container, ReviewPolicy
from layers.client import Layers
from layers.client.errors import Missing
from layers.client.shapes import EPOCH, Raw
from layers.client.shapes import Container as ContainerShape
from layers.client.shapes import ReviewPolicy as PolicyShape
from layers.mirror.models import Scope
from layers.mirror.resources import resource
from layers.mirror.scopes import window_start
from layers.mirror.upsert import upsert
from layers.outbox.models import Command, Failure, State
from orgs.queries import project_owner
from orgs.sync import move_watermark

WHOLE_AT_ONCE = 50  # containers read one by one in a single run, so that one project never holds a worker for long


@resource("content", "Content", every=30, limit=180)
def sync_content(client: Layers, scope: Scope) -> None:
    """The list by window, then one by one what it cannot tell (see _to_read_whole)."""
    act_as, at = scope.organization_id, timezone.now()
    owner = project_owner(scope.key)
    seen: set[str] = set()
    for page in client.containers(scope.key, act_as=act_as, since=window_start(scope)):
        rows = [ContainerShape.of(owner, scope.key, raw) for raw in page.items]
        upsert(Container, rows, only=_known_to(page.items))
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
        # It leaves the queue. Should Layers know it again one day, any version it sends is newer than this.
        gone = Container.objects.filter(id=container_id)
        gone.update(status=GONE, remote_updated_at=EPOCH, synced_at=timezone.now())
        return
    # What it leaves out is not there: noted, so that it is not asked for again every time.
    upsert(Container, [ContainerShape.of(organization_id, project_id, {"captions": [], "lastError": None} | raw)])


def _known_to(items: list[Raw]) -> list[str]:
    """The columns that list rows may change: a slim row without a hook or a preview must not empty ours."""
    columns = ["organization_id", "project_id", "status", "approval_status", "format", "creative_type"]
    columns += ["created_at", "waiting_since"]
    columns += ["hook"] if all("hook" in raw for raw in items) else []
    return columns + (["kind", "thumbnail_url"] if all("preview" in raw for raw in items) else [])


def _to_read_whole(project_id: str, seen: set[str]) -> list[str]:
    """Jobs in flight; what we decided without Layers saying what became of it, because it was decided elsewhere or is
    gone; captions to review; why some failed. A window by creation would bring the first two late, list rows lack the
    others.
    """
    in_project = Container.objects.filter(project_id=project_id)
    settled = Command.objects.filter(kind__in=KINDS, target=OuterRef("pk")).filter(
        Q(state=State.SUCCEEDED) | Q(failure__in=[Failure.DECIDED_ELSEWHERE, Failure.GONE])
    )
    ids: list[str] = []
    for wanted in (
        in_project.filter(IN_FLIGHT).exclude(id__in=seen),
        in_project.filter(WAITING).filter(Exists(settled)),
        in_project.filter(WAITING).exclude(raw__has_key="captions"),
        in_project.filter(FAILED).exclude(raw__has_key="lastError"),
    ):
        ids += wanted.exclude(id__in=ids).values_list("id", flat=True)[: WHOLE_AT_ONCE - len(ids)]
    return ids
