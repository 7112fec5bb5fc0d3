"""Containers: list, read, previews."""

from typing import Any

import pytest

from tests.sandbox.api import MORROW, Api, bare, code

PREVIEW_KEYS = {
    "kind",
    "primaryUrl",
    "thumbnailUrl",
    "imageUrls",
    "videoUrl",
    "hlsUrl",
    "durationMs",
    "aspectRatio",
}


def test_a_slideshows_preview_follows_the_matrix(api: Api) -> None:
    _, row = next((child, row) for child, row in api.containers(status="completed") if _kind(row) == "slideshow")
    preview = row["preview"]
    assert set(preview) == PREVIEW_KEYS
    assert preview["primaryUrl"] == preview["thumbnailUrl"] == preview["imageUrls"][0]
    assert 4 <= len(preview["imageUrls"]) <= 7
    assert (preview["videoUrl"], preview["hlsUrl"], preview["durationMs"]) == (None, None, None)
    assert preview["aspectRatio"] == "9:16"


def test_a_videos_preview_follows_the_matrix(api: Api) -> None:
    _, row = next((child, row) for child, row in api.containers(status="completed") if _kind(row) == "video")
    preview = row["preview"]
    assert set(preview) == PREVIEW_KEYS
    assert preview["primaryUrl"] == preview["videoUrl"]
    assert preview["videoUrl"].endswith(f"/media/{row['id'].removeprefix('cnt_')}/video.mp4")
    assert preview["thumbnailUrl"].endswith("/poster.jpg")
    assert preview["imageUrls"] == []
    assert preview["hlsUrl"] is None
    assert 8_000 <= preview["durationMs"] <= 30_000


def test_an_upload_has_no_hook_no_format_and_stays_out_of_ads(api: Api) -> None:
    _, row = api.a_container(creativeType="uploaded")
    assert (row["format"], row["hook"], row["influencerId"]) == (None, None, None)
    assert (row["status"], row["adsEnrollment"]) == ("completed", "opted_out")
    if _kind(row) == "image":
        assert row["preview"]["imageUrls"] == [row["preview"]["primaryUrl"]]


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_what_has_no_media_has_no_preview(api: Api, status: str) -> None:
    for child, row in list(api.containers(status=status))[:2]:
        full = api.body(f"/v1/content/{row['id']}", child=child)
        assert (full["preview"], full["assets"], full["captions"], full["caption"]) == (None, [], [], None)
        assert full["completedAt"] is None
        assert bool(full["lastError"]) == (status == "failed")


def test_a_failure_names_its_code(api: Api) -> None:
    child, row = api.a_container(status="failed")
    assert api.body(f"/v1/content/{row['id']}", child=child)["lastError"]["code"]


def test_captions_come_in_both_spellings(api: Api) -> None:
    child, row = api.a_container(status="completed")
    full = api.body(f"/v1/content/{row['id']}", child=child)
    assert full["caption"]
    assert full["captions"] == [
        {"platform": "tiktok", "text": full["caption"]},
        {"platform": "instagram", "text": full["caption"]},
    ]


def test_assets_have_ids_and_the_previews_urls(api: Api) -> None:
    child, row = api.a_container(status="completed", format="slideshow-builder")
    full = api.body(f"/v1/content/{row['id']}", child=child)
    assert [asset["url"] for asset in full["assets"]] == full["preview"]["imageUrls"]
    assert {asset["kind"] for asset in full["assets"]} == {"image"}
    assert len({asset["assetId"] for asset in full["assets"]}) == len(full["assets"])


def test_a_list_row_and_the_full_container_agree(api: Api) -> None:
    child, row = api.a_container(status="completed")
    full = api.body(f"/v1/content/{row['id']}", child=child)
    assert {field: full[field] for field in row} == row


def test_media_urls_answer(api: Api) -> None:
    _, row = api.a_container(status="completed", format="slideshow-builder")
    answer = api.client.get(row["preview"]["primaryUrl"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_the_list_filters(api: Api) -> None:
    child = api.org(MORROW)
    path = f"/v1/projects/{api.projects()[-1]['id']}/content"
    rows = api.all(path, child=child, params={"limit": 200})
    middle = rows[len(rows) // 2]["createdAt"]
    by: list[tuple[dict[str, Any], Any]] = [
        ({"status": ["failed", "completed"]}, lambda row: row["status"] in {"failed", "completed"}),
        ({"format": "ugc-remix"}, lambda row: row["format"] == "ugc-remix"),
        ({"creativeType": "uploaded"}, lambda row: row["creativeType"] == "uploaded"),
        ({"since": middle}, lambda row: row["createdAt"] >= middle),
        ({"until": middle}, lambda row: row["createdAt"] <= middle),
        ({"approvalStatus": "pending"}, lambda row: True),
    ]
    for params, keeps in by:
        assert api.all(path, child=child, params=params) == [row for row in rows if keeps(row)], params


@pytest.mark.parametrize(
    "params", [{"status": "done"}, {"format": "image"}, {"creativeType": "bought"}, {"since": "yesterday"}]
)
def test_an_unknown_filter_value_is_422(api: Api, params: dict[str, str]) -> None:
    path = f"/v1/projects/{api.projects()[0]['id']}/content"
    assert code(api.get(path, child=api.org(MORROW), params=params)) == (422, "VALIDATION")


def test_variants_share_one_hook_and_one_job(api: Api) -> None:
    families = api.sql(
        "select job_id, count(*), count(distinct hook) from sandbox_container where job_id is not null "
        "group by 1 having count(*) > 1"
    )
    assert families
    assert {hooks for _, _, hooks in families} == {1}


def _kind(row: dict[str, Any]) -> str | None:
    return row["preview"]["kind"] if row["preview"] else None


@pytest.mark.parametrize(
    "path", ["not-a-uuid/slide-1.jpg", "{}/slide-99.jpg", "{}/uploaded/1.jpg", "{}/../slide-1.jpg"]
)
def test_media_that_do_not_exist_are_404(api: Api, path: str) -> None:
    _, row = api.a_container(status="completed", creativeType="generated")
    assert api.client.get(f"/media/{path.format(bare(row['id']))}").status_code == 404
