"""Finished media from partners: by URL, by session, as they came."""

from typing import Any

import httpx
import pytest

from tests.sandbox.api import Api, bare, code, fresh_key
from tests.sandbox.files import Files
from tests.sandbox.films import film, picture
from tests.sandbox.making import generate, made, new_child, new_project


def by_url(api: Api, child: str, project: str, *urls: str, caption: str = "Spring flush is in.", **more: Any) -> Any:
    body = {"media": [{"url": url} for url in urls], "caption": caption, **more}
    return api.post(f"/v1/projects/{project}/content/upload", child=child, idempotency=fresh_key(), json=body)


def session(api: Api, child: str, project: str, *files: dict[str, Any], grouping: str = "per-file") -> Any:
    body = {"files": list(files), "grouping": grouping}
    return api.post(f"/v1/projects/{project}/content/uploads", child=child, idempotency=fresh_key(), json=body)


def announced(content: bytes, content_type: str, name: str = "one") -> dict[str, Any]:
    return {"filename": name, "contentType": content_type, "sizeBytes": len(content)}


def put(file: dict[str, Any], content: bytes) -> httpx.Response:
    return httpx.put(file["uploadUrl"], content=content, headers={"Content-Type": file["contentType"]})


def finalize(api: Api, child: str, container: str, caption: str = "In.") -> httpx.Response:
    return api.post(f"/v1/content/{container}/finalize-upload", child=child, json={"caption": caption})


@pytest.fixture(scope="module")
def place(api: Api) -> tuple[str, str]:
    """(child, project) for these tests."""
    child = new_child(api)
    return child, new_project(api, child)


class TestByUrl:
    def test_one_picture_is_an_image_as_it_came(self, api: Api, files: Files, place: tuple[str, str]) -> None:
        content = picture(size=(80, 100))
        one = made(by_url(api, *place, files.put("one.png", content)))
        assert (one["status"], one["creativeType"], one["adsEnrollment"]) == ("completed", "uploaded", "opted_out")
        assert (one["format"], one["hook"], one["influencerId"], one["approvalStatus"]) == (
            None,
            None,
            None,
            "not_required",
        )
        preview = one["preview"]
        assert (preview["kind"], preview["imageUrls"], preview["aspectRatio"]) == (
            "image",
            [preview["primaryUrl"]],
            "4:5",
        )
        (asset,) = one["assets"]
        assert (asset["width"], asset["height"], asset["sizeBytes"]) == (80, 100, len(content))
        got = httpx.get(preview["primaryUrl"])
        assert (got.content, got.headers["Content-Type"]) == (content, "image/png")
        assert one == api.body(f"/v1/content/{one['id']}", child=place[0])

    def test_several_pictures_are_a_slideshow_in_order(self, api: Api, files: Files, place: tuple[str, str]) -> None:
        contents = [picture("PNG"), picture("JPEG"), picture("WEBP")]
        one = made(by_url(api, *place, *(files.put(f"s{n}", content) for n, content in enumerate(contents))))
        assert (one["preview"]["kind"], one["preview"]["videoUrl"]) == ("slideshow", None)
        assert [httpx.get(url).content for url in one["preview"]["imageUrls"]] == contents

    def test_a_film_has_a_length_and_a_first_frame(self, api: Api, files: Files, place: tuple[str, str]) -> None:
        one = made(by_url(api, *place, files.put("film.mp4", film())))
        preview = one["preview"]
        assert (preview["kind"], preview["aspectRatio"], preview["imageUrls"]) == ("video", "9:16", [])
        assert 900 <= preview["durationMs"] <= 1200
        part = httpx.get(preview["videoUrl"], headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.content) == (206, film()[:10])
        assert httpx.get(preview["thumbnailUrl"]).headers["Content-Type"] == "image/jpeg"

    def test_what_does_not_fit_is_422_and_leaves_nothing(self, api: Api, files: Files, place: tuple[str, str]) -> None:
        child, project = place
        good, text = files.put("good.png", picture()), files.put("text.png", b"<!doctype html>")
        moving, broken = files.put("film.mp4", film()), files.put("broken.png", picture()[:40])
        before = api.body(f"/v1/projects/{project}/content", child=child, params={"limit": 1})["items"]
        for urls, where in (
            ([good, text], "media[1].url"),
            ([good, moving], "media"),
            ([broken], "media[0].url"),
            (["https://10.0.0.1/a.png"], "media[0].url"),
            (["http://example.com/a.png"], "media[0].url"),
            ([], "media"),
            ([good] * 11, "media"),
        ):
            answer = by_url(api, child, project, *urls)
            assert code(answer) == (422, "VALIDATION")
            assert answer.json()["error"]["details"]["issues"][0]["path"] == where
        assert code(by_url(api, child, project, good, caption="x" * 2201)) == (422, "VALIDATION")
        assert code(by_url(api, child, project, good, id="cnt_1")) == (422, "VALIDATION")
        assert api.body(f"/v1/projects/{project}/content", child=child, params={"limit": 1})["items"] == before

    def test_an_upload_into_a_reviewed_project_waits_like_anything_else(self, api: Api, files: Files) -> None:
        child = new_child(api)
        project = new_project(api, child)
        made(
            api.patch(f"/v1/projects/{project}/content-review-policy", child=child, json={"policy": "review_all"}), 200
        )
        one = made(by_url(api, child, project, files.put("one.png", picture())))
        assert (one["status"], one["approvalStatus"]) == ("completed", "pending")
        assert made(api.post(f"/v1/content/{one['id']}/approve", child=child), 200)["approvalStatus"] == "approved"


class TestBySession:
    def test_files_are_put_and_finalized(self, api: Api, place: tuple[str, str]) -> None:
        child, project = place
        contents = [picture("PNG"), picture("JPEG")]
        types = ["image/png", "image/jpeg"]
        answer = session(api, child, project, *map(announced, contents, types), grouping="slideshow")
        (item,) = made(answer)["items"]
        waiting = api.body(f"/v1/content/{item['containerId']}", child=child)
        assert (waiting["status"], waiting["creativeType"], waiting["preview"]) == ("queued", "uploaded", None)
        early = finalize(api, child, item["containerId"])
        assert code(early) == (422, "VALIDATION")
        assert early.json()["error"]["details"]["issues"][0]["path"] == "files[0]"
        for file, content in zip(item["files"], contents, strict=True):
            assert put(file, content).status_code == 200
        one = made(finalize(api, child, item["containerId"], "First."), 200)
        assert (one["status"], one["caption"], one["preview"]["kind"]) == ("completed", "First.", "slideshow")
        assert [httpx.get(url).content for url in one["preview"]["imageUrls"]] == contents
        assert made(finalize(api, child, item["containerId"], "Second."), 200) == one
        assert put(item["files"][0], contents[0]).status_code == 403

    def test_per_file_reserves_a_container_each(self, api: Api, place: tuple[str, str]) -> None:
        answer = session(api, *place, announced(picture(), "image/png"), announced(film("mov"), "video/quicktime"))
        items = made(answer)["items"]
        assert len({item["containerId"] for item in items}) == 2
        assert put(items[1]["files"][0], film("mov")).status_code == 200
        done = made(finalize(api, place[0], items[1]["containerId"]), 200)
        assert (done["preview"]["kind"], done["assets"][0]["mimeType"]) == ("video", "video/quicktime")

    def test_a_put_must_repeat_the_type_and_stay_within_the_size(self, api: Api, place: tuple[str, str]) -> None:
        (item,) = made(session(api, *place, announced(b"x" * 20, "image/png")))["items"]
        (file,) = item["files"]
        wrong = httpx.put(file["uploadUrl"], content=b"x", headers={"Content-Type": "image/jpeg"})
        assert wrong.status_code == 403
        assert put(file, b"x" * 21).status_code == 413
        assert put(file, b"x" * 20).status_code == 200
        assert code(finalize(api, place[0], item["containerId"])) == (422, "VALIDATION")
        unknown = file["uploadUrl"][:-4] + "0000"
        assert httpx.put(unknown, content=b"x", headers={"Content-Type": "image/png"}).status_code == 403

    def test_a_browser_may_put(self, api: Api, place: tuple[str, str]) -> None:
        (item,) = made(session(api, *place, announced(picture(), "image/png")))["items"]
        asked = httpx.options(item["files"][0]["uploadUrl"], headers={"Origin": "https://desk.example"})
        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert asked.headers["Access-Control-Allow-Methods"] == "PUT"

    @pytest.mark.parametrize(
        ("files", "grouping"),
        [
            ([], "per-file"),
            ([announced(b"x", "image/gif")], "per-file"),
            ([{"filename": "a", "contentType": "image/png", "sizeBytes": 30 * 1024 * 1024 + 1}], "per-file"),
            ([{"filename": "a", "contentType": "video/mp4", "sizeBytes": 100 * 1024 * 1024 + 1}], "per-file"),
            ([announced(b"x", "video/mp4")], "slideshow"),
            ([announced(b"x", "video/mp4"), announced(b"x", "image/png")], "slideshow"),
            ([announced(b"x", "image/png")], "album"),
            ([announced(b"x", "image/png")] * 11, "slideshow"),
        ],
    )
    def test_a_session_that_cannot_end_well_is_422(
        self, api: Api, place: tuple[str, str], files: list[dict[str, Any]], grouping: str
    ) -> None:
        assert code(session(api, *place, *files, grouping=grouping)) == (422, "VALIDATION")

    def test_an_upload_url_dies_after_an_hour(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api)
        (item,) = made(session(api, child, new_project(api, child), announced(picture(), "image/png")))["items"]
        api.advance(hours=1, seconds=1)
        assert put(item["files"][0], picture()).status_code == 403

    def test_archiving_cancels_an_upload_under_way(self, api: Api) -> None:
        child = new_child(api)
        project = new_project(api, child)
        (item,) = made(session(api, child, project, announced(picture(), "image/png")))["items"]
        made(api.call("DELETE", f"/v1/projects/{project}", child=child), 200)
        assert put(item["files"][0], picture()).status_code == 403
        refused = finalize(api, child, item["containerId"])
        assert code(refused) == (409, "CONFLICT")
        assert code(session(api, child, project, announced(picture(), "image/png"))) == (409, "CONFLICT")


class TestCaption:
    def test_only_uploaded_content_takes_a_new_caption(self, api: Api, files: Files) -> None:
        child = new_child(api, credits=50)
        project = new_project(api, child)
        one = made(by_url(api, child, project, files.put("one.png", picture())))
        changed = made(api.patch(f"/v1/content/{one['id']}", child=child, json={"caption": ""}), 200)
        assert (changed["caption"], changed["updatedAt"] > one["updatedAt"]) == ("", True)
        for body in ({}, {"caption": None}, {"caption": "x" * 2201}):
            assert code(api.patch(f"/v1/content/{one['id']}", child=child, json=body)) == (422, "VALIDATION")
        (generated,) = made(generate(api, child, project), 202)["containerIds"]
        refused = api.patch(f"/v1/content/{generated}", child=child, json={"caption": "x"})
        assert code(refused) == (409, "CONFLICT")
        assert refused.json()["error"]["details"] == {"creativeType": "generated"}
        assert code(finalize(api, child, generated)) == (409, "CONFLICT")

    def test_progress_of_an_upload_has_no_job(self, api: Api, files: Files, place: tuple[str, str]) -> None:
        one = made(by_url(api, *place, files.put("one.png", picture())))
        progress = api.body(f"/v1/content/{bare(one['id'])}/progress", child=place[0])
        assert (progress["status"], progress["jobId"], progress["stage"], progress["progress"]) == (
            "completed",
            None,
            None,
            1,
        )
