"""Events of apps: forwarded from a server, read back, summed up, seen per user (contract/content.md, 11)."""

from typing import Annotated, Any

import msgspec
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp
from sandbox.api.errors import invalid, missing, not_found
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import PROJECT, project_of, uuid_of
from sandbox.models import SdkEvent
from sandbox.resources.sdk_apps import APP_LOCKED
from sandbox.rules import conversions, sdk_events, signals
from sandbox.rules.sdk_events import SentEvent


class LatestFirst(cursors.NewestFirst):
    moment = "occurred_at"


BY_TIME = LatestFirst("events")
#: Named tuples instead of instances, as in the content list.
ROW_COLUMNS = ("id", "event_id", "app_id", "name", "app_user_id", "occurred_at", "properties")


class Batch(msgspec.Struct, rename="camel"):
    project_id: str
    sdk_app_id: str
    events: Annotated[list[SentEvent], msgspec.Meta(min_length=1, max_length=100)]


def named(call: Call, name: str = "eventNames") -> list[str]:
    return [part for part in (query.text(call.query, name) or "").split(",") if part]


def app_filter(call: Call) -> str | None:
    """The bare id in `appId`; 422 when it is none."""
    given = query.text(call.query, "appId")
    if given is None:
        return None
    app_id = ids.parse_hex("sdk_app", given)
    if app_id is None:
        raise invalid("appId", "appId must be an app_ id.")
    return app_id


@write(scope="events:write")
def forward_events(call: Call) -> Answer:
    """A batch is taken or refused as a whole. An event that came before counts as accepted: the sender is done."""
    body = call.body(Batch)
    project = PROJECT.get(uuid_of("project", "projectId", body.project_id), call.organization.pk)
    if project is None:
        raise not_found("project")
    app_id = ids.parse_hex("sdk_app", body.sdk_app_id)
    if app_id is None:
        raise invalid("sdkAppId", "sdkAppId must be an app_ id.")
    app = APP_LOCKED.get(app_id, project.pk)
    if app is None:
        raise not_found("SDK app")
    sdk_events.take(app, body.events)
    return Answer({"accepted": len(body.events), "rejected": 0}, 202)


@read(scope="events:read")
def list_events(call: Call) -> dict[str, Any]:
    """Newest first; what names a person is redacted unless the key holds events:read+pii."""
    rows: QuerySet[Any, Any] = SdkEvent.objects.filter(project=project_of(call))
    if app_id := app_filter(call):
        rows = rows.filter(app_id=app_id)
    if names := named(call):
        rows = rows.filter(name__in=names)
    if user := query.text(call.query, "userId"):
        rows = rows.filter(app_user_id=user)
    if since := query.instant(call.query, "since"):
        rows = rows.filter(occurred_at__gte=since)
    if until := query.instant(call.query, "until"):
        rows = rows.filter(occurred_at__lte=until)
    sees_people = sdk_events.sees_people(call.key)

    def show(row: SdkEvent) -> dict[str, Any]:
        return {
            "eventId": row.event_id,
            "appId": ids.show("sdk_app", row.app_id),
            "name": row.name,
            "appUserId": row.app_user_id,
            "occurredAt": stamp(row.occurred_at),
            # The documents say that it mirrors the other one today.
            "receivedAt": stamp(row.occurred_at),
            "properties": row.properties if sees_people else sdk_events.redacted(row.properties),
        }

    return cursors.page(
        rows.values_list(*ROW_COLUMNS, named=True),
        BY_TIME,
        show,
        limit=query.limit(call.query, 50, 200),
        cursor=query.text(call.query, "cursor"),
    )


@read(scope="events:read")
def get_conversions(call: Call) -> dict[str, Any]:
    """`since` and `until` are required and inclusive; `groupBy` repeats or has commas."""
    project = project_of(call)
    since, until = query.instant(call.query, "since"), query.instant(call.query, "until")
    if since is None:
        raise missing("since")
    if until is None:
        raise missing("until")
    if until < since:
        raise invalid("until", "until lies before since.")
    groups = list(dict.fromkeys(query.choices(call.query, "groupBy", conversions.GROUPS)))
    rows = conversions.events_in(project, conversions.Window(since, until), named(call), app_filter(call))
    return {"window": {"since": stamp(since), "until": stamp(until)}, **conversions.rollup(rows, groups)}


@read(scope="events:read")
def get_signal(call: Call) -> dict[str, Any]:
    """404 for a user of whom no event is known."""
    user = call.path_ids["appUserId"]
    signal = None if "\x00" in user else signals.of(project_of(call), user)
    if signal is None:
        raise not_found("user")
    properties = signal.properties
    return {
        "appUserId": user,
        "firstSeen": stamp(signal.first_seen),
        "lastSeen": stamp(signal.last_seen),
        "eventCount30d": signal.recent,
        "properties": properties if sdk_events.sees_people(call.key) else sdk_events.redacted(properties),
        "consent": signal.consent,
        # Cohorts do not exist yet in the API; the key does.
        "cohorts": [],
        "retention": {f"day{day}": came_back for day, came_back in signal.retention.items()},
        "refreshedAt": stamp(clock.now()),
    }
