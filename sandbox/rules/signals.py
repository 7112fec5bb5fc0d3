"""What is known about one user of an app, told from the events that name them (contract/content.md, 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import clock
from sandbox.models import Project, SdkEvent

RETENTION_DAYS: Final = (1, 7, 30)
RECENT: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Signal:
    first_seen: datetime
    last_seen: datetime
    recent: int
    #: Of all events together; a later one overwrites.
    properties: dict[str, Any]
    consent: dict[str, Any] | None
    #: Day after the first one -> whether the user came back on it.
    retention: dict[int, bool]


def of(project: Project, app_user_id: str) -> Signal | None:
    """None for a user nobody has heard of."""
    events = SdkEvent.objects.filter(project=project, app_user_id=app_user_id, is_probe=False).order_by("occurred_at")
    rows = list(events.values_list("occurred_at", "properties", "context"))
    if not rows:
        return None
    times = [occurred_at for occurred_at, _, _ in rows]
    properties: dict[str, Any] = {}
    consent = None
    for _, carried, context in rows:
        properties.update(carried)
        if isinstance(context.get("consent"), dict):
            consent = context["consent"]
    now = clock.now()
    return Signal(
        first_seen=times[0],
        last_seen=times[-1],
        recent=sum(now - RECENT <= moment <= now for moment in times),
        properties=properties,
        consent=consent,
        retention={day: _came_back(times, day) for day in RETENTION_DAYS},
    )


def _came_back(times: Sequence[datetime], day: int) -> bool:
    start = times[0] + day * DAY
    return any(start <= moment < start + DAY for moment in times)
