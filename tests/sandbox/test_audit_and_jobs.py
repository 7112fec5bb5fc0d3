"""The audit log's shape and filters; polling a job."""

from uuid import UUID

from tests.sandbox.api import BRIGHTSIDE, MORROW, Api, bare, code


def test_a_row_has_every_key_and_belongs_to_its_log(api: Api) -> None:
    child = api.org(MORROW)
    rows = api.all("/v1/audit-log", child=child, params={"limit": 200})
    assert rows
    for row in rows:
        UUID(row["eventId"])
        assert row["organizationId"] == child
        assert row["piiRedacted"] is False
        if row["actorType"] == "partner":
            assert row["actorOrganizationId"]
            assert row["actorApiKeyId"] == row["apiKeyId"]


def test_the_parents_log_and_a_childs_log_are_apart(api: Api) -> None:
    ours = {row["eventId"] for row in api.all("/v1/audit-log", params={"limit": 200})}
    theirs = {row["eventId"] for row in api.all("/v1/audit-log", child=api.org(MORROW), params={"limit": 200})}
    assert ours
    assert ours.isdisjoint(theirs)


def test_the_log_filters_by_type_project_key_and_time(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    until = api.body("/v1/audit-log", child=child, params={"limit": 1})["items"][0]["occurredAt"]
    rows = api.all("/v1/audit-log", child=child, params={"limit": 200, "until": until})
    sample = next(row for row in rows if row["projectId"] and row["apiKeyId"])
    for field in ("eventType", "projectId", "apiKeyId"):
        expected = [row["eventId"] for row in rows if row[field] == sample[field]]
        for value in {sample[field], sample[field] if field == "eventType" else bare(sample[field])}:
            found = api.all("/v1/audit-log", child=child, params={field: value, "until": until, "limit": 200})
            assert [row["eventId"] for row in found] == expected
    since = api.all("/v1/audit-log", child=child, params={"since": sample["occurredAt"], "until": until, "limit": 200})
    assert [row["eventId"] for row in since] == [
        row["eventId"] for row in rows if row["occurredAt"] >= sample["occurredAt"]
    ]
    assert code(api.get("/v1/audit-log", child=child, params={"projectId": "x"})) == (422, "VALIDATION")


def test_a_seeded_verdict_explains_itself(api: Api) -> None:
    kinds = {"ads.write.denied", "ads.write.queued", "ads.write.executed"}
    seen = set()
    for name in (MORROW, BRIGHTSIDE):
        for row in api.all("/v1/audit-log", child=api.org(name), params={"limit": 200}):
            if row["eventType"] in kinds:
                seen.add(row["eventType"])
                data = row["data"]
                UUID(data["verdictId"])
                assert data["axis"] in {"creative", "tactical", "structural"}
                assert {"decision", "reason", "platform", "campaignId", "campaignName", "change"} <= set(data)
    assert "ads.write.queued" in seen


def _job(api: Api, status: str) -> tuple[str, str]:
    child, row = api.a_container(status=status, creativeType="generated")
    [(job,)] = api.sql("select job_id from sandbox_container where id = %s", bare(row["id"]))
    return child, f"/v1/jobs/job_{job}"


def test_a_finished_job_carries_its_containers_and_their_previews(api: Api) -> None:
    child, path = _job(api, "completed")
    job = api.body(path, child=child)
    assert (job["status"], job["progress"], job["kind"]) == ("completed", 1.0, "content_generate")
    assert job["result"]["containerIds"] == job["containerIds"]
    assert job["result"]["preview"]["primaryUrl"]
    assert job["finishedAt"] >= job["startedAt"]


def test_a_failed_job_says_why(api: Api) -> None:
    child, path = _job(api, "failed")
    failed = api.body(path, child=child)
    assert (failed["status"], bool(failed["error"]["code"]), "result" in failed) == ("failed", True, False)


def test_a_job_that_has_not_moved_is_304(api: Api) -> None:
    child, path = _job(api, "completed")
    first = api.get(path, child=child)
    again = api.get(path, child=child, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert api.get(path, child=child, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_job_of_another_customer_is_404(api: Api) -> None:
    child, path = _job(api, "completed")
    other = api.org(BRIGHTSIDE if child == api.org(MORROW) else MORROW)
    assert code(api.get(path, child=other)) == (404, "NOT_FOUND")
