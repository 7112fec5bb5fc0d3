"""The work list of the mirror: which scopes exist, which are due, and fetching one."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from layers.client import Layers
from layers.client.errors import LayersError, RateLimited, Spent
from layers.mirror import link
from layers.mirror.models import Freshness, Scope
from layers.mirror.resources import REGISTRY

log = logging.getLogger(__name__)

OVERLAP = timedelta(hours=1)  # createdAt is not completion time, so a window starts well before the watermark
SWEEP = timedelta(minutes=30)  # how often a windowed resource is read whole, to see what changed outside the window
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_FETCH = timedelta(seconds=settings.MIRROR_LONGEST_FETCH)  # after that its worker must have died


def scope_id(resource: str, key: str = "") -> str:
    return f"{resource}:{key}"


def follow(resource: str, keys: Iterable[str], organization_id: str = "") -> None:
    """Puts scopes on the list, due now. One whose owner has changed (a migrated project) is read anew under the new."""
    rows = [
        Scope(id=scope_id(resource, key), resource=resource, key=key, organization_id=organization_id)
        for key in sorted(set(keys))
    ]
    Scope.objects.bulk_create(rows, ignore_conflicts=True)
    moved = Scope.objects.filter(id__in=[row.id for row in rows]).exclude(organization_id=organization_id)
    moved.update(organization_id=organization_id, due_at=timezone.now(), swept_at=None, watermark=None)


def ask(identifiers: Iterable[str]) -> None:
    """Makes scopes due now, for the sweeps."""
    Scope.objects.filter(id__in=list(identifiers)).update(due_at=timezone.now())


def take_due(limit: int) -> list[str]:
    """Ids of scopes to fetch now, most overdue first; their next turn is set, so that no two takers get the same.

    One that is being fetched is left alone, unless its worker must have died.
    """
    idle = Q(started_at__isnull=True) | Q(started_at__lt=timezone.now() - LONGEST_FETCH)
    with transaction.atomic():
        due = list(
            Scope.objects.select_for_update(skip_locked=True)
            .filter(idle, due_at__lte=timezone.now(), resource__in=REGISTRY)
            .order_by("due_at")[:limit]
        )
        for scope in due:
            scope.due_at = timezone.now() + REGISTRY[scope.resource].every
        Scope.objects.bulk_update(due, ["due_at"])
    return [scope.id for scope in due]


def fetch(client: Layers, identifier: str, *, whole: bool = False) -> Scope | None:
    """Fetches one scope and notes how it went. Returns None when it is gone or its resource is not known. `whole`: what
    is read by window is read from its beginning, whatever another fetch that is under way notes meanwhile.
    """
    scope = Scope.objects.filter(id=identifier).first()
    if scope is None or scope.resource not in REGISTRY:
        return None
    resource, began = REGISTRY[scope.resource], timezone.now()
    Scope.objects.filter(id=identifier).update(started_at=began)
    if whole:
        scope.swept_at = None
    try:
        resource.fetch(client, scope)
    except Spent as spent:
        # Nobody's failure: the limit belongs to somebody more urgent for a moment.
        due_at = timezone.now() + timedelta(seconds=spent.retry_after)
        Scope.objects.filter(id=identifier).update(started_at=None, due_at=due_at)
        return scope
    except LayersError as error:
        link.note_failure(error)
        _note_failure(scope, error)
        log.warning("sync %s failed: %s %s", identifier, error, error.request_id)
        return scope
    except Exception as error:
        # One row that we cannot hold must not stop the others, nor be tried again without a pause.
        log.exception("sync %s failed on our side", identifier)
        _note_failure(scope, error)
        return scope
    link.note_answer()
    scope.synced_at, scope.started_at, scope.failures, scope.error = began, None, 0, ""
    scope.due_at = timezone.now() + resource.every
    scope.save(update_fields=["synced_at", "swept_at", "watermark", "started_at", "failures", "error", "due_at"])
    return scope


def _note_failure(scope: Scope, error: Exception) -> None:
    scope.failures += 1
    pause = min(LONGEST_PAUSE, timedelta(seconds=5 * 2 ** min(scope.failures, 6)))
    if isinstance(error, RateLimited) and error.retry_after is not None:
        pause = timedelta(seconds=error.retry_after)
    words = str(error) if isinstance(error, LayersError) else type(error).__name__
    scope.started_at, scope.error, scope.due_at = None, words[:300], timezone.now() + pause
    scope.save(update_fields=["started_at", "failures", "error", "due_at"])


def window_start(scope: Scope) -> datetime | None:
    """Where to read from: None means everything, because it was never read whole or the last sweep is long ago."""
    now = timezone.now()
    if scope.watermark is None or scope.swept_at is None or now - scope.swept_at > SWEEP:
        scope.swept_at = now
        return None
    return scope.watermark - OVERLAP


def sum_up() -> None:
    """Rewrites the Freshness rows from the scopes: one grouped scan here instead of one on every page.

    A resource has no age while some scope still waits for its first fetch. One that failed to be fetched does not
    hold the others back: it is counted as failing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO mirror_freshness (resource, oldest_at, scopes, failing, error)
            SELECT resource,
                   CASE WHEN bool_or(synced_at IS NULL AND failures = 0) THEN NULL ELSE min(synced_at) END,
                   count(*), count(*) FILTER (WHERE failures > 0), coalesce(max(error), '')
            FROM mirror_scope GROUP BY resource
            ON CONFLICT (resource) DO UPDATE SET oldest_at = excluded.oldest_at, scopes = excluded.scopes,
                failing = excluded.failing, error = excluded.error
            """
        )


def freshness() -> list[Freshness]:
    return list(Freshness.objects.filter(resource__in=REGISTRY))
