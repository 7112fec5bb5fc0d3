"""Brand assets: upload by URL, list, serve, delete."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.sandbox.api import BRIGHTSIDE, READER_KEY, Api, bare, code
from tests.sandbox.files import PLACE, Files

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + b"\x00" * 600
MB = 1024 * 1024


def png(colour: str = "#2f5d62") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def path(api: Api) -> str:
    """The assets of a project of its own."""
    made = api.post("/v1/projects", json={"name": "Asset Tea", "timezone": "UTC"}).json()
    return f"/v1/projects/{made['id']}/app-media"


def upload(api: Api, path: str, kind: str, url: str) -> dict[str, Any]:
    answer = api.post(path, json={"kind": kind, "url": url})
    assert answer.status_code == 201, answer.text
    media: dict[str, Any] = answer.json()
    return media


def test_an_upload_is_fetched_kept_and_served(api: Api, files: Files, path: str) -> None:
    content = png()
    media = upload(api, path, "logo", files.put("fetched.png", content))
    assert (media["kind"], media["mimeType"], media["byteSize"]) == ("logo", "image/png", len(content))
    assert media["id"].startswith("med_")
    del files.there["/fetched.png"]
    served = api.client.get(media["url"])
    assert (served.content, served.headers["Content-Type"]) == (content, "image/png")
    assert api.body(path) == {"items": [media], "nextCursor": None}


def test_the_type_is_read_from_the_bytes_and_not_from_the_header(api: Api, files: Files, path: str) -> None:
    # The server calls everything image/png.
    assert upload(api, path, "logo", files.put("a.svg", SVG))["mimeType"] == "image/svg+xml"
    refused = api.post(path, json={"kind": "screenshot", "url": files.put("b.png", b"not a picture at all")})
    assert code(refused) == (422, "VALIDATION")


def test_a_served_svg_cannot_run_scripts(api: Api, files: Files, path: str) -> None:
    served = api.client.get(upload(api, path, "logo", files.put("c.svg", SVG))["url"])
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert "default-src 'none'" in served.headers["Content-Security-Policy"]


def test_a_logo_takes_the_place_of_the_one_before_and_screenshots_add_up(api: Api, files: Files, path: str) -> None:
    url = files.put("d.png", png())
    first, second = (upload(api, path, "logo", url) for _ in range(2))
    shots = [upload(api, path, "screenshot", url)["id"] for _ in range(2)]
    card = upload(api, path, "end-card", url)
    listed = [row["id"] for row in api.body(path)["items"]]
    assert listed == [card["id"], *shots[::-1], second["id"]]
    assert first["id"] not in listed
    only = api.body(path, params={"kind": "screenshot"})["items"]
    assert [row["id"] for row in only] == shots[::-1]
    assert code(api.get(path, params={"kind": "poster"})) == (422, "VALIDATION")
    project = api.body(path.removesuffix("/app-media"))
    assert project["brandContext"]["logoUrl"] == second["url"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("logo", MP4),
        ("screenshot", SVG),
        ("demo-video", png()),
        ("end-card", SVG),
        ("logo", png() + b"\x00" * (5 * MB)),
        ("screenshot", png() + b"\x00" * (10 * MB)),
        ("end-card", png() + b"\x00" * (5 * MB)),
    ],
    ids=["film as logo", "svg screenshot", "picture as film", "svg end card", "big logo", "big screenshot", "big card"],
)
def test_each_kind_has_its_types_and_its_cap(api: Api, files: Files, path: str, kind: str, content: bytes) -> None:
    answer = api.post(path, json={"kind": kind, "url": files.put("e", content)})
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == "url"
    assert api.body(path)["items"] == []


def test_a_demo_video_is_kept_and_played_in_ranges(api: Api, files: Files, path: str) -> None:
    media = upload(api, path, "demo-video", files.put("f.mp4", MP4))
    part = api.client.get(media["url"], headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, b"ftypisom")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/logo.png",
        "https://10.0.0.7/logo.png",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/logo.png",
        "https://[::ffff:10.0.0.1]/logo.png",
        "https://2130706433/logo.png",
        "https://0x7f000001/logo.png",
        "https://localhost/logo.png",
        "https://nowhere.invalid/logo.png",
        "http://cdn.example/logo.png",
        "https://user:pass@cdn.example/logo.png",
        "logo.png",
    ],
)
def test_the_guard_refuses_what_is_not_public_https(api: Api, path: str, url: str) -> None:
    answer = api.post(path, json={"kind": "logo", "url": url})
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == "url"


def test_redirects_are_followed_three_times_at_most_and_judged_each_time(api: Api, files: Files, path: str) -> None:
    last = files.put("g.png", png())
    for number in range(4):
        last = files.redirect(f"hop-{number}", last)
    assert code(api.post(path, json={"kind": "logo", "url": last})) == (422, "VALIDATION")
    upload(api, path, "logo", f"http://{PLACE}/hop-2")
    for number, target in enumerate(("https://127.0.0.1/logo.png", "http://10.0.0.1/", "file:///etc/passwd")):
        url = files.redirect(f"inwards-{number}", target)
        assert code(api.post(path, json={"kind": "logo", "url": url})) == (422, "VALIDATION"), target


def test_a_file_that_is_not_there_is_422(api: Api, path: str) -> None:
    answer = api.post(path, json={"kind": "logo", "url": f"http://{PLACE}/missing.png"})
    assert code(answer) == (422, "VALIDATION")
    assert "404" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [{}, {"kind": "logo"}, {"kind": "poster", "url": "https://a.example"}, {"url": 7}])
def test_a_body_without_kind_or_url_is_422(api: Api, path: str, body: dict[str, Any]) -> None:
    assert code(api.post(path, json=body)) == (422, "VALIDATION")


def test_a_deleted_asset_is_gone_everywhere_and_a_second_delete_is_404(api: Api, files: Files, path: str) -> None:
    media = upload(api, path, "logo", files.put("h.png", png()))
    gone = api.call("DELETE", f"{path}/{media['id']}")
    assert (gone.status_code, gone.json()) == (200, {"id": media["id"], "deleted": True})
    assert api.body(path)["items"] == []
    assert api.client.get(media["url"]).status_code == 404
    assert code(api.call("DELETE", f"{path}/{media['id']}")) == (404, "NOT_FOUND")
    assert code(api.call("DELETE", f"{path}/logo")) == (422, "VALIDATION")
    assert code(api.call("DELETE", f"{path}/prj_{bare(media['id'])}")) == (422, "VALIDATION")


def test_scopes_and_owners(api: Api, files: Files, path: str) -> None:
    body = {"kind": "logo", "url": files.put("i.png", png())}
    assert code(api.post(path, key=READER_KEY, json=body)) == (403, "FORBIDDEN_SCOPE")
    assert api.get(path, key=READER_KEY).status_code == 200
    assert code(api.post(path, child=api.org(BRIGHTSIDE), json=body)) == (404, "NOT_FOUND")
