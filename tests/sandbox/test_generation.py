"""Asking for content: formats, preconditions, what comes of it when time passes."""

from typing import Any

import httpx
import pytest

from sandbox.world.keys import derived_key
from tests.sandbox.api import Api, bare, code, fresh_key
from tests.sandbox.files import Files
from tests.sandbox.films import film
from tests.sandbox.making import DESCRIPTION, generate, made, new_child, new_project, wallet

TEST_KEY = derived_key("sandbox", "test")
HOOK = "wait for it...\nthis simple habit changed everything 🧠"
TIKTOK = "7301234567890123456"
MISSING_ID = "inf_00000000-0000-4000-8000-000000000000"


def post(api: Api, child: str, project: str, route: str = "", **body: Any) -> httpx.Response:
    """A call of `/content` or of one of the routes below it."""
    return api.post(f"/v1/projects/{project}/content{route}", child=child, idempotency=fresh_key(), json=body)


def container(api: Api, child: str, container_id: str) -> dict[str, Any]:
    return api.body(f"/v1/content/{container_id}", child=child)


def ready_influencer(api: Api, child: str, project: str) -> str:
    """The first influencer of a described project, a few minutes on."""
    api.advance(minutes=6)
    people = api.body(f"/v1/projects/{project}/influencers", child=child)["items"]
    influencer: str = next(one["influencerId"] for one in people if one["status"] == "ready")
    return influencer


class TestStarting:
    def test_the_202_names_the_job_and_one_container_a_variant(self, api: Api) -> None:
        child = new_child(api, credits=500)
        project = new_project(api, child)
        accepted = made(post(api, child, project, format="slideshow-builder", hook=HOOK, variantCount=3), 202)
        assert set(accepted) == {
            *("jobId", "kind", "status", "stage", "projectId", "containerIds", "format", "locationUrl", "startedAt")
        }
        assert (accepted["kind"], accepted["status"], accepted["stage"]) == ("content_generate", "running", "queued")
        assert accepted["locationUrl"] == f"/v1/jobs/{accepted['jobId']}"
        assert len(accepted["containerIds"]) == 3
        first = container(api, child, accepted["containerIds"][0])
        assert (first["status"], first["hook"], first["format"]) == ("queued", HOOK, "slideshow-builder")
        assert (first["preview"], first["assets"], first["captions"], first["caption"]) == (None, [], [], None)
        rows = api.body(f"/v1/projects/{project}/content", child=child)["items"]
        assert [row["id"] for row in reversed(rows)] == accepted["containerIds"]

    def test_a_retry_with_the_same_key_starts_nothing_new(self, api: Api) -> None:
        child = new_child(api, credits=50)
        project, key = new_project(api, child), fresh_key()
        body = {"format": "slideshow-builder", "hook": HOOK}
        path = f"/v1/projects/{project}/content"
        first = made(api.post(path, child=child, idempotency=key, json=body), 202)
        assert made(api.post(path, child=child, idempotency=key, json=body), 202) == first
        assert (
            code(api.post(path, child=child, idempotency=key, json={**body, "hook": "x"}))[1] == "IDEMPOTENCY_CONFLICT"
        )
        assert wallet(api, child)["reservedCredits"] == 50

    @pytest.mark.parametrize(
        "change",
        [
            {"hook": ""},
            {"hook": None},
            {"hook": "x" * 2001},
            {"hook": 7},
            {"variantCount": 0},
            {"variantCount": 6},
            {"variantCount": "2"},
            {"references": {"mediaIds": ["med_x"]}},
            {"references": {"assetIds": ["ast_1"] * 21}},
            {"id": "cnt_00000000-0000-4000-8000-000000000000"},
            {"format": None},
        ],
    )
    def test_a_bad_body_is_422(self, api: Api, change: dict[str, Any]) -> None:
        child = new_child(api, credits=50)
        answer = post(api, child, new_project(api, child), **{"format": "slideshow-builder", "hook": HOOK, **change})
        assert code(answer) == (422, "VALIDATION")
        assert wallet(api, child)["reservedCredits"] == 0

    @pytest.mark.parametrize(
        "asked", ["auto", "image", "carousel", "short_form_video", "video-remix", "slideshow-remix"]
    )
    def test_other_formats_are_unsupported_here(self, api: Api, asked: str) -> None:
        child = new_child(api)
        answer = post(api, child, new_project(api, child), format=asked, hook=HOOK)
        assert code(answer) == (422, "UNSUPPORTED_FORMAT")
        assert answer.json()["error"]["details"] == {"format": asked}

    def test_unknown_media_in_the_references_are_404(self, api: Api) -> None:
        child = new_child(api, credits=50)
        stranger = {"mediaIds": ["med_00000000-0000-4000-8000-000000000000"]}
        answer = post(api, child, new_project(api, child), format="slideshow-builder", hook=HOOK, references=stranger)
        assert code(answer) == (404, "NOT_FOUND")

    def test_an_archived_project_takes_no_work(self, api: Api) -> None:
        child = new_child(api, credits=50)
        project = new_project(api, child)
        made(api.call("DELETE", f"/v1/projects/{project}", child=child), 200)
        answer = post(api, child, project, format="slideshow-builder", hook=HOOK)
        assert code(answer) == (409, "CONFLICT")
        assert answer.json()["error"]["details"] == {"status": "archived"}

    def test_a_stranger_cannot_generate_here(self, api: Api) -> None:
        child, other = new_child(api), new_child(api)
        project = new_project(api, child)
        assert code(generate(api, other, project)) == (404, "NOT_FOUND")


class TestPreconditions:
    def test_a_slideshow_needs_the_apps_name_and_description(self, api: Api) -> None:
        child = new_child(api, credits=100)
        for fields, missing in (
            ({"appName": None, "appDescription": None}, "MISSING_APP_NAME"),
            ({"appDescription": None}, "MISSING_APP_DESCRIPTION"),
        ):
            project = new_project(api, child, **fields)
            assert code(post(api, child, project, format="slideshow-builder", hook=HOOK)) == (422, missing)
            assert code(post(api, child, project, "/slideshow-builder", hook=HOOK)) == (422, missing)

    def test_a_ugc_remix_needs_a_demo_video_and_an_actor(self, time_travel: Api, files: Files) -> None:
        api = time_travel
        child = new_child(api, credits=400)
        project = new_project(api, child)
        influencer = ready_influencer(api, child, project)
        assert code(post(api, child, project, format="ugc-remix", hook=HOOK)) == (422, "MISSING_APP_DEMO")
        assert code(post(api, child, project, "/ugc-remix", influencerId=influencer)) == (422, "MISSING_APP_DEMO")
        url = files.put("demo.mp4", film())
        demo = made(api.post(f"/v1/projects/{project}/app-media", child=child, json={"kind": "demo-video", "url": url}))
        assert code(post(api, child, project, "/ugc-remix")) == (422, "VALIDATION")
        pinned = made(post(api, child, project, "/ugc-remix", influencerId=influencer, mediaId=demo["id"]), 202)
        default = made(post(api, child, project, format="ugc-remix", hook=HOOK), 202)
        for accepted in (pinned, default):
            one = container(api, child, accepted["containerIds"][0])
            assert (one["mediaId"], one["influencerId"]) == (demo["id"], influencer)
        api.advance(minutes=5)
        done = container(api, child, default["containerIds"][0])
        assert (done["status"], done["preview"]["kind"], done["hook"]) == ("completed", "video", HOOK)
        assert wallet(api, child)["balance"] == 160

    @pytest.mark.parametrize("route", ["/slideshow-remix", "/video-remix"])
    def test_a_remix_needs_a_source_and_an_actor(self, api: Api, route: str) -> None:
        child = new_child(api, credits=400)
        project = new_project(api, child)
        for body, where in (
            ({"influencerId": MISSING_ID}, "tiktokVideoId"),
            ({"tiktokVideoId": "../etc", "influencerId": MISSING_ID}, "tiktokVideoId"),
            ({"tiktokVideoId": TIKTOK}, "influencerId"),
            ({"tiktokVideoId": TIKTOK, "influencerId": "prj_1"}, "influencerId"),
            ({"tiktokVideoId": TIKTOK, "influencerId": ""}, "influencerId"),
            ({"tiktokVideoId": TIKTOK, "socialAccountId": "x"}, "socialAccountId"),
        ):
            answer = post(api, child, project, route, **body)
            assert code(answer) == (422, "VALIDATION")
            assert answer.json()["error"]["details"]["issues"][0]["path"] == where
        assert code(post(api, child, project, route, tiktokVideoId=TIKTOK, influencerId=MISSING_ID))[0] == 404

    def test_an_influencer_has_to_be_ready(self, api: Api) -> None:
        child = new_child(api, credits=50)
        project = new_project(api, child)
        (young,) = api.body(f"/v1/projects/{project}/influencers", child=child)["items"]
        answer = post(api, child, project, "/slideshow-remix", tiktokVideoId=TIKTOK, influencerId=young["influencerId"])
        assert code(answer) == (409, "CONFLICT")
        assert answer.json()["error"]["details"]["influencerId"] == young["influencerId"]
        assert wallet(api, child)["reservedCredits"] == 0


class TestTime:
    def test_a_container_is_queued_then_processing_then_completed(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=50)
        accepted = made(generate(api, child, new_project(api, child)), 202)
        (container_id,) = accepted["containerIds"]
        path = f"/v1/content/{container_id}/progress"
        seen = []
        for _ in range(4):
            progress = api.body(path, child=child)
            job = api.body(accepted["locationUrl"], child=child)
            assert (progress["stage"], progress["jobId"]) == (job["stage"], accepted["jobId"])
            seen.append((progress["status"], progress["stage"], progress["progress"]))
            api.advance(seconds=50)
        assert [status for status, _, _ in seen] == ["queued", "processing", "processing", "completed"]
        assert [stage for _, stage, _ in seen] == ["queued", "generating_visuals", "finalizing", "finalizing"]
        assert sorted(share for _, _, share in seen) == [share for _, _, share in seen]
        assert seen[-1][2] == 1.0
        done = container(api, child, container_id)
        assert done["completedAt"] == done["updatedAt"] > done["createdAt"]
        assert done["captions"][0]["text"] == done["caption"]
        job = api.body(accepted["locationUrl"], child=child)
        assert job["result"]["preview"] == done["preview"]

    def test_the_media_of_a_new_container_can_be_looked_at(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=50)
        accepted = made(generate(api, child, new_project(api, child)), 202)
        api.advance(minutes=5)
        done = container(api, child, accepted["containerIds"][0])
        assert set(done["preview"]) == {
            *("kind", "primaryUrl", "thumbnailUrl", "imageUrls", "videoUrl", "hlsUrl", "durationMs", "aspectRatio")
        }
        small = done["preview"]["primaryUrl"].replace("slide-1.jpg", "slide-1-s.jpg")
        picture = httpx.get(small)
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
        asset = done["assets"][1]
        full = api.body(f"/v1/content/{done['id']}/assets/{asset['assetId']}", child=child)
        assert full == {"containerId": done["id"], **asset}
        assert code(api.get(f"/v1/content/{done['id']}/assets/img-99", child=child)) == (404, "NOT_FOUND")

    def test_a_failed_generation_says_why_and_costs_nothing(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=100)
        project = new_project(api, child, appDescription=DESCRIPTION)
        api.advance(minutes=10)
        accepted = made(generate(api, child, project, variants=2), 202)
        api.control("faults", kind="job_fails", pattern="content_generate", count=1)
        api.advance(minutes=5)
        job = api.body(accepted["locationUrl"], child=child)
        assert (job["status"], job["error"]["code"]) == ("failed", "GENERATION_FAILED")
        for container_id in accepted["containerIds"]:
            one = container(api, child, container_id)
            assert (one["status"], one["lastError"], one["preview"]) == ("failed", job["error"], None)
        assert (wallet(api, child)["available"], wallet(api, child)["reservedCredits"]) == (100, 0)

    def test_archiving_a_project_cancels_what_is_being_made(self, api: Api) -> None:
        child = new_child(api, credits=100)
        project = new_project(api, child)
        accepted = made(generate(api, child, project, variants=2), 202)
        made(api.call("DELETE", f"/v1/projects/{project}", child=child), 200)
        assert {container(api, child, one)["status"] for one in accepted["containerIds"]} == {"canceled"}
        assert api.body(accepted["locationUrl"], child=child)["status"] == "canceled"
        assert wallet(api, child)["available"] == 100

    def test_a_remix_takes_its_words_from_the_source(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=400)
        project = new_project(api, child)
        influencer = ready_influencer(api, child, project)
        accepted = made(
            post(api, child, project, "/slideshow-remix", tiktokVideoId=TIKTOK, influencerId=influencer), 202
        )
        assert container(api, child, accepted["containerIds"][0])["hook"] is None
        api.advance(minutes=5)
        done = container(api, child, accepted["containerIds"][0])
        assert done["hook"]
        assert (done["sourceTiktokId"], done["influencerId"]) == (TIKTOK, influencer)
        assert done["preview"]["kind"] == "slideshow"


class TestFixtures:
    def test_a_test_key_spends_nothing_and_gets_the_same_media_for_the_same_input(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api)
        project = new_project(api, child)
        twice = [made(generate(api, child, project, key=TEST_KEY), 202) for _ in range(2)]
        api.advance(minutes=5)
        first, second = (container(api, child, one["containerIds"][0]) for one in twice)
        assert first["id"] != second["id"]
        assert first["preview"] == second["preview"]
        assert (first["caption"], first["assets"]) == (second["caption"], second["assets"])
        assert bare(first["id"]) not in first["preview"]["primaryUrl"]
        assert wallet(api, child)["usedThisPeriod"] == 0
