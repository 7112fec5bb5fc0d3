"""Keyword research and ingests: 202, a job that the clock finishes, an outcome on the project."""

from typing import Any

import pytest

from tests.sandbox.api import READER_KEY, Api, code

PITCH = (
    "A sauna beside the lake: small sessions, a guide for the first round and a bench to sit on afterwards. Book a "
    "quiet hour, bring a towel, leave the phone in the locker."
)


def project(api: Api, **fields: Any) -> str:
    """The path of a new project."""
    answer = api.post("/v1/projects", json={"name": "Steam Room", "timezone": "UTC", **fields})
    assert answer.status_code == 201, answer.text
    return f"/v1/projects/{answer.json()['id']}"


def started(api: Api, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The 202 of a call that starts a job."""
    answer = api.post(path, json=body or {})
    assert answer.status_code == 202, answer.text
    assert answer.headers["X-RateLimit-Endpoint-Class"] == "long-running"
    job: dict[str, Any] = answer.json()
    assert (job["status"], job["locationUrl"]) == ("running", f"/v1/jobs/{job['jobId']}")
    return job


def test_a_new_project_has_its_hashtags_after_four_and_a_half_minutes(time_travel: Api) -> None:
    path = project(time_travel, appDescription=PITCH)
    time_travel.advance(minutes=4)
    assert time_travel.body(f"{path}/keywords")["refreshedAt"] is None
    time_travel.advance(minutes=1)
    bank = time_travel.body(f"{path}/keywords")
    assert bank["refreshedAt"]
    rows = bank["hashtags"]
    assert len(rows) > 5
    assert rows == sorted(rows, key=lambda row: (-row["score"], -row["viewCount"]))
    assert min(row["score"] for row in rows) >= 70
    assert not any("#" in row["hashtag"] or " " in row["hashtag"] for row in rows)
    # Chosen by its words, a project about saunas is among saunas.
    assert "sauna" in {row["phrase"].split()[0] for row in rows} | {row["hashtag"][:5] for row in rows}


def test_a_refresh_is_a_job_and_replaces_the_bank(time_travel: Api) -> None:
    path = project(time_travel, appDescription=PITCH)
    time_travel.advance(minutes=5)
    before = time_travel.body(f"{path}/keywords")
    job = started(time_travel, f"{path}/keywords/refresh")
    assert (job["kind"], job["stage"]) == ("project_keywords_refresh", "queued")
    assert time_travel.body(f"{path}/keywords") == before
    time_travel.advance(minutes=5)
    after = time_travel.body(f"{path}/keywords")
    assert after["hashtags"] == before["hashtags"]
    assert after["refreshedAt"] > before["refreshedAt"]
    done = time_travel.body(job["locationUrl"])
    assert (done["status"], done["progress"]) == ("completed", 1.0)
    assert done["result"]["refreshedAt"] == after["refreshedAt"]


def test_a_refresh_needs_a_description(api: Api) -> None:
    answer = api.post(f"{project(api)}/keywords/refresh", json={})
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["missingFields"] == ["appDescription"]


def test_a_refresh_takes_no_body_but_an_empty_one(api: Api) -> None:
    path = project(api, appDescription=PITCH)
    assert api.post(f"{path}/keywords/refresh").status_code == 202
    assert code(api.post(f"{path}/keywords/refresh", json={"force": True})) == (422, "VALIDATION")
    assert code(api.post(f"{path}/keywords/refresh", key=READER_KEY)) == (403, "FORBIDDEN_SCOPE")


def test_a_website_fills_what_is_empty_and_costs_nothing(time_travel: Api) -> None:
    path = project(time_travel, tagline="Ours.")
    before = time_travel.body("/v1/credits")
    job = started(
        time_travel,
        f"{path}/ingest/website",
        {"url": "https://www.steam-room.example/about", "followLinks": True, "maxPages": 3},
    )
    assert (job["kind"], job["stage"]) == ("project_ingest_website", "fetching")
    state = time_travel.body(path)["ingestState"]
    assert state["website"] == {"status": "running", "jobId": job["jobId"], "completedAt": None}
    assert state["github"] is state["appstore"] is None
    time_travel.advance(minutes=2)
    read = time_travel.body(path)
    assert read["ingestState"]["website"]["status"] == "completed"
    assert read["platformWebDomain"] == "steam-room.example"
    assert (read["appName"], read["tagline"]) == ("Steam Room", "Ours.")
    assert 100 <= len(read["appDescription"]) <= 1000
    context = read["brandContext"]
    assert context["audience"]
    assert context["icp"]
    assert context["keywords"]
    assert context["appDescription"] == read["appDescription"]
    assert time_travel.body(job["locationUrl"])["result"]["pagesRead"] == 3
    assert time_travel.body("/v1/credits")["available"] == before["available"]


def test_an_ingest_never_overwrites_what_the_partner_wrote(time_travel: Api) -> None:
    path = project(time_travel, appName="Steamy", appDescription=PITCH, tagline="Ours.")
    started(time_travel, f"{path}/ingest/appstore", {"iosBundleId": "example.other.app", "androidPackage": "ex.other"})
    time_travel.advance(minutes=2)
    read = time_travel.body(path)
    assert (read["appName"], read["appDescription"], read["tagline"]) == ("Steamy", PITCH, "Ours.")
    assert (read["platformIosBundleId"], read["platformAndroidBundleId"]) == ("example.other.app", "ex.other")
    assert read["ingestState"]["appstore"]["completedAt"]


def test_a_website_that_does_not_exist_fails_the_job(time_travel: Api) -> None:
    path = project(time_travel)
    job = started(time_travel, f"{path}/ingest/website", {"url": "https://nowhere.invalid/"})
    time_travel.advance(minutes=2)
    failed = time_travel.body(job["locationUrl"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "SCRAPE_FAILED")
    assert time_travel.body(path)["ingestState"]["website"]["status"] == "failed"
    assert time_travel.body(path)["platformWebDomain"] is None


@pytest.mark.parametrize(
    ("source", "body", "field"),
    [
        ("website", {}, "url"),
        ("website", {"url": "steam.example"}, "url"),
        ("website", {"url": "https://steam.example", "maxPages": 26}, "maxPages"),
        ("website", {"url": "https://steam.example", "maxPages": 0}, "maxPages"),
        ("appstore", {}, "iosBundleId"),
        ("appstore", {"appStoreUrl": "here"}, "appStoreUrl"),
        ("github", {}, "repoFullName"),
        ("github", {"repoFullName": "nobody/nothing"}, "repoFullName"),
    ],
)
def test_an_ingest_needs_to_know_its_source(api: Api, source: str, body: dict[str, Any], field: str) -> None:
    answer = api.post(f"{project(api)}/ingest/{source}", json=body)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == field


def test_an_ingest_needs_its_scope(api: Api) -> None:
    answer = api.post(f"{project(api)}/ingest/website", key=READER_KEY, json={"url": "https://steam.example"})
    assert code(answer) == (403, "FORBIDDEN_SCOPE")
