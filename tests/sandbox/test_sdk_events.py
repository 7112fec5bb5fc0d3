"""Events of apps: taken once each, read back with care for persons, summed up; where users come from."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.api import MORROW, READER_KEY, Api, code, fresh_key


@pytest.fixture
def app(api: Api) -> tuple[str, str, str]:
    """(customer, project, a new app without events)."""
    child, project = api.org(MORROW), api.projects(MORROW)[1]["id"]
    body = {"name": "Shop", "platform": "expo"}
    made = api.post(f"/v1/projects/{project}/sdk-apps", child=child, json=body, idempotency=fresh_key()).json()
    return child, project, made["appId"]


def send(api: Api, app: tuple[str, str, str], *events: dict[str, Any], **rest: Any) -> Any:
    child, project, app_id = app
    return api.post(
        "/v1/events", child=child, json={"projectId": project, "sdkAppId": app_id, "events": events}, **rest
    )


def at(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stream(api: Api, app: tuple[str, str, str], **params: Any) -> list[dict[str, Any]]:
    child, project, app_id = app
    return api.all(f"/v1/projects/{project}/events", child=child, params={"appId": app_id, **params})


def test_a_batch_is_taken_and_read_back_newest_first(api: Api, app: tuple[str, str, str]) -> None:
    old, new = at(hours=2), at(hours=1)
    answer = send(
        api,
        app,
        {"name": "app_open", "occurredAt": old, "appUserId": "u1", "eventId": f"e-{app[2]}"},
        {"name": "purchase", "occurredAt": new, "properties": {"value": 9.99, "currency": "EUR"}},
    )
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2, "rejected": 0})
    rows = stream(api, app, limit=1)
    assert [row["occurredAt"] for row in rows] == [new, old]
    assert [row["receivedAt"] for row in rows] == [new, old]
    assert (rows[1]["eventId"], rows[1]["appUserId"], rows[0]["appUserId"]) == (f"e-{app[2]}", "u1", None)
    full = api.body(f"/v1/projects/{app[1]}/sdk-apps/{app[2]}", child=app[0])
    assert full["lastEventAt"] == new


def test_an_event_id_counts_once_for_each_app(api: Api, app: tuple[str, str, str]) -> None:
    event = {"name": "app_open", "occurredAt": at(hours=1), "eventId": str(uuid.uuid4())}
    assert send(api, app, event, event).json()["accepted"] == 2
    assert send(api, app, {**event, "name": "other"}).json()["accepted"] == 1
    assert [row["name"] for row in stream(api, app)] == ["app_open"]
    body = {"name": "Other", "platform": "expo"}
    path = f"/v1/projects/{app[1]}/sdk-apps"
    other = api.post(path, child=app[0], json=body, idempotency=fresh_key()).json()["appId"]
    send(api, (app[0], app[1], other), event)
    assert len(stream(api, (app[0], app[1], other))) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"occurredAt": "2026-06-05T10:00:00Z"},
        {"name": "app_open"},
        {"name": "", "occurredAt": "2026-06-05T10:00:00Z"},
        {"name": "app_open", "occurredAt": "yesterday"},
        {"name": "app_open", "occurredAt": "2026-06-05T10:00:00"},
        {"name": "app_open", "occurredAt": "0001-01-01T00:00:00+14:00"},
        {"name": "app_open", "occurredAt": "9999-12-31T23:59:59Z"},
        {"name": "app_open", "occurredAt": "2026-06-05T10:00:00Z", "properties": []},
        {"name": "app_open", "occurredAt": "2026-06-05T10:00:00Z", "eventId": 7},
    ],
)
def test_one_bad_event_refuses_the_batch(api: Api, app: tuple[str, str, str], event: dict[str, Any]) -> None:
    good = {"name": "app_open", "occurredAt": at(hours=1)}
    assert code(send(api, app, good, event)) == (422, "VALIDATION")
    assert stream(api, app) == []


def test_batches_hold_one_to_a_hundred(api: Api, app: tuple[str, str, str]) -> None:
    event = {"name": "app_open", "occurredAt": at(hours=1)}
    assert code(send(api, app)) == (422, "VALIDATION")
    assert code(send(api, app, *[event] * 101)) == (422, "VALIDATION")
    assert send(api, app, *[event] * 100).json()["accepted"] == 100
    assert len(stream(api, app, limit=200)) == 100


def test_events_need_their_scope_and_an_app_of_the_caller(api: Api, app: tuple[str, str, str]) -> None:
    event = {"name": "app_open", "occurredAt": at(hours=1)}
    child, project, app_id = app
    assert code(send(api, app, event, key=READER_KEY)) == (403, "FORBIDDEN_SCOPE")
    own = {"projectId": project, "sdkAppId": app_id, "events": [event]}
    assert code(api.post("/v1/events", json=own)) == (404, "NOT_FOUND")
    assert code(send(api, (child, project, f"app_{'0' * 24}"), event)) == (404, "NOT_FOUND")
    assert code(send(api, (child, project, "sdk_1"), event)) == (422, "VALIDATION")
    assert code(api.get(f"/v1/projects/{project}/events", key=READER_KEY)) == (403, "FORBIDDEN_SCOPE")


def test_filters_narrow_the_stream(api: Api, app: tuple[str, str, str]) -> None:
    times = [at(hours=hours) for hours in (3, 2, 1)]
    send(
        api,
        app,
        *({"name": name, "occurredAt": time, "appUserId": name} for name, time in zip("abc", times, strict=True)),
    )
    assert [row["name"] for row in stream(api, app, eventNames="a,c")] == ["c", "a"]
    assert [row["name"] for row in stream(api, app, userId="b")] == ["b"]
    assert [row["name"] for row in stream(api, app, since=times[1], until=times[1])] == ["b"]
    path = f"/v1/projects/{app[1]}/events"
    assert code(api.get(path, child=app[0], params={"since": "2026-06-05"})) == (422, "VALIDATION")
    assert code(api.get(path, child=app[0], params={"appId": "shop"})) == (422, "VALIDATION")


def test_personal_values_are_redacted_without_the_scope(api: Api, app: tuple[str, str, str]) -> None:
    child, project, _ = app
    user = f"u-{uuid.uuid4().hex[:8]}"
    personal = {"email": "a@b.example", "First_Name": "Ada", "plan": "pro", "items": [{"ip": "1.2.3.4", "sku": 7}]}
    consent = {"ads": True}
    send(
        api,
        app,
        {
            "name": "sign_up",
            "occurredAt": at(hours=1),
            "appUserId": user,
            "properties": personal,
            "context": {"consent": consent},
        },
    )
    (row,) = stream(api, app)
    hidden = "[redacted]"
    redacted = {"email": hidden, "First_Name": hidden, "plan": "pro", "items": [{"ip": hidden, "sku": 7}]}
    assert row["properties"] == redacted
    signal = api.body(f"/v1/projects/{project}/users/{user}/signal", child=child)
    assert (signal["properties"], signal["consent"], signal["cohorts"]) == (redacted, consent, [])
    key = _key_that_sees(api, child)
    assert api.all(f"/v1/projects/{project}/events", key=key, params={"userId": user})[0]["properties"] == personal
    assert api.body(f"/v1/projects/{project}/users/{user}/signal", key=key)["properties"] == personal


def _key_that_sees(api: Api, child: str) -> str:
    """No key of the parent holds events:read+pii, so none can hand it on: written into the child's key by hand."""
    made = api.post(f"/v1/organizations/{child}/api-keys", json={"name": "Insight", "scopes": ["events:read"]}).json()
    key_id = made["secret"].split("_")[2]
    api.sql("""update sandbox_apikey set scopes = '["events:read", "events:read+pii"]' where key_id = %s""", key_id)
    secret: str = made["secret"]
    return secret


def test_a_user_is_told_from_their_events(api: Api, app: tuple[str, str, str]) -> None:
    child, project, _ = app
    user = f"u-{uuid.uuid4().hex[:8]}"
    days = [40, 39, 33, 3]
    times = [at(days=day) for day in days]
    send(api, app, *({"name": "app_open", "occurredAt": time, "appUserId": user} for time in times))
    signal = api.body(f"/v1/projects/{project}/users/{user}/signal", child=child)
    assert (signal["firstSeen"], signal["lastSeen"], signal["eventCount30d"]) == (times[0], times[-1], 1)
    assert signal["retention"] == {"day1": True, "day7": True, "day30": False}
    assert code(api.get(f"/v1/projects/{project}/users/nobody/signal", child=child)) == (404, "NOT_FOUND")


def test_conversions_are_counted_summed_and_grouped(api: Api, app: tuple[str, str, str]) -> None:
    child, project, app_id = app
    since = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)

    def sold(hours: float, name: str, **properties: Any) -> dict[str, Any]:
        return {"name": name, "occurredAt": (since + timedelta(hours=hours)).isoformat(), "properties": properties}

    send(
        api,
        app,
        sold(1, "purchase", value=9.99, currency="EUR"),
        sold(2, "purchase", value=20, currency="eur"),
        sold(26, "purchase", value=5, currency="USD"),
        sold(27, "sign_up"),
        sold(200, "purchase", value=1000, currency="EUR"),
        sold(3, "refund", value="a lot", currency=7),
    )
    window = {"since": f"{since:%Y-%m-%dT%H:%M:%SZ}", "until": f"{since + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"}

    def rollup(**params: Any) -> dict[str, Any]:
        path = f"/v1/projects/{project}/conversions"
        return api.body(path, child=child, params={**window, "appId": app_id, **params})

    total = rollup()
    assert total["totals"] == {"count": 5, "value": 34.99, "currency": None}
    assert ("groups" in total, total["truncated"]) == (False, False)
    assert rollup(eventNames="sign_up")["totals"] == {"count": 1, "value": None, "currency": None}
    by_day = rollup(groupBy="day,eventName", eventNames="purchase,sign_up")["groups"]
    days = [f"{since + timedelta(days=number):%Y-%m-%d}" for number in (0, 1)]
    assert by_day == [
        {"day": days[0], "eventName": "purchase", "count": 2, "value": 29.99, "currency": "EUR"},
        {"day": days[1], "eventName": "purchase", "count": 1, "value": 5, "currency": "USD"},
        {"day": days[1], "eventName": "sign_up", "count": 1, "value": None, "currency": None},
    ]
    (by_app,) = rollup(groupBy=["platform", "appId"])["groups"]
    assert (by_app["platform"], by_app["appId"], by_app["count"]) == ("expo", app_id, 5)
    assert len(rollup(groupBy="hour")["groups"]) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": None},
        {"until": None},
        {"since": "2026-06-05T10:00:00+00:00"},
        {"until": "2026-06-01T00:00:00Z"},
        {"groupBy": "country"},
        {"appId": "nope"},
    ],
)
def test_a_bad_rollup_is_422(api: Api, app: tuple[str, str, str], wrong: dict[str, Any]) -> None:
    window = {"since": "2026-06-02T00:00:00Z", "until": "2026-06-03T00:00:00Z"}
    params = {name: value for name, value in {**window, **wrong}.items() if value is not None}
    assert code(api.get(f"/v1/projects/{app[1]}/conversions", child=app[0], params=params)) == (422, "VALIDATION")


def test_apple_attributions_are_records(api: Api) -> None:
    found = [
        (child, project, row)
        for child, project, platform in api.layers()
        if platform == "apple"
        for row in api.body(f"/v1/projects/{project}/apple-ads-attribution", child=child)["records"]
    ]
    assert found
    child, project, row = found[0]
    path = f"/v1/projects/{project}/apple-ads-attribution"
    mine = api.body(path, child=child, params={"userId": row["appUserId"]})
    assert mine == {"records": [row], "nextCursor": None}
    assert api.body(path, child=child, params={"since": row["installedAt"], "until": row["installedAt"]}) == mine
    page = api.body(path, child=child, params={"limit": 1})
    assert len(page["records"]) == 1


def test_the_relay_tells_how_it_is(api: Api, app: tuple[str, str, str]) -> None:
    child, project, app_id = app
    path = f"/v1/projects/{project}/ads/capi-status"
    only_meta = api.body(path, child=child, params={"platforms": "meta_ads"})["platforms"]
    assert [row["platform"] for row in only_meta] == ["meta_ads"]
    assert [row["platform"] for row in api.body(path, child=child)["platforms"]] == ["meta_ads", "tiktok_ads"]
    toggled = {"capi": {"tiktok": {"enabled": True}}}
    api.patch(f"/v1/projects/{project}/sdk-apps/{app_id}", child=child, json=toggled)
    moment = at(minutes=1)
    send(api, app, {"name": "app_open", "occurredAt": moment}, {"name": "app_open", "occurredAt": at(hours=5)})
    (tiktok,) = api.body(path, child=child, params={"platforms": "tiktok_ads"})["platforms"]
    assert tiktok["enabled"] is True
    assert (tiktok["eventsLast1h"] >= 1, tiktok["eventsLast24h"] >= 2) == (True, True)
    # healthy exactly when an ad account with a valid token is behind it
    assert (tiktok["status"] == "healthy") is (tiktok["accessTokenValid"] is True)
    assert (tiktok["lastError"] is None) is (tiktok["status"] == "healthy")
    assert code(api.get(path, child=child, params={"platforms": "apple_ads"})) == (422, "VALIDATION")
