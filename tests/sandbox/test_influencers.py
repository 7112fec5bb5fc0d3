"""Personas: created by a job, read, changed, cloned, archived."""

from typing import Any

import pytest

from tests.sandbox.api import BRIGHTSIDE, READER_KEY, Api, code
from tests.sandbox.files import Files
from tests.sandbox.test_app_media import png, upload
from tests.sandbox.test_background_runs import started


def project(api: Api, **fields: Any) -> str:
    """The path of a new project."""
    body = {"name": "Face Tea", "timezone": "UTC", "brandVoice": "witty", "primaryLanguage": "es-MX", **fields}
    return f"/v1/projects/{api.post('/v1/projects', json=body).json()['id']}"


def create(api: Api, path: str, **fields: Any) -> dict[str, Any]:
    """The 202."""
    return started(api, f"{path}/influencers", fields)


def test_a_persona_is_pending_then_training_then_ready(time_travel: Api) -> None:
    path = project(time_travel, targetGender="male")
    time_travel.control("clock", action="freeze")
    job = create(time_travel, path)
    assert (job["kind"], job["stage"]) == ("influencer_create", "queued")
    mine = f"/v1/influencers/{job['influencerId']}"
    seen = []
    for _ in range(4):
        persona = time_travel.body(mine)
        seen.append(persona["status"])
        assert (persona["imageUrl"] is None) == (persona["status"] != "ready")
        time_travel.advance(seconds=21)
    time_travel.control("clock", action="resume")
    assert seen == ["pending", "training", "training", "ready"]
    assert (persona["gender"], persona["ageRange"]) == ("male", "young_adult")
    assert (persona["brandVoice"], persona["language"]) == ("witty", "es-MX")
    assert persona["name"]
    done = time_travel.body(job["locationUrl"])
    assert done["result"] == {"influencerId": done["influencerId"]} == {"influencerId": job["influencerId"]}
    [row] = time_travel.body(f"{path}/influencers")["items"]
    assert (row["status"], row["name"]) == ("ready", persona["name"])
    for url in (persona["imageUrl"], row["thumbnailUrl"]):
        picture = time_travel.client.get(url)
        assert picture.content.startswith(b"\xff\xd8\xff")
    # Published posts show this face: no change of the words about it makes another one of it.
    time_travel.patch(mine, json={"gender": "female", "ageRange": "senior"})
    assert time_travel.client.get(url).content == picture.content


def test_a_body_is_optional_and_strict(api: Api) -> None:
    path = f"{project(api)}/influencers"
    assert api.post(path).status_code == 202
    for body in ({"name": "Ines"}, {"id": "inf_1"}, {"gender": "any"}, {"ageRange": None}, {"ageRange": "old"}):
        assert code(api.post(path, json=body)) == (422, "VALIDATION"), body


def test_wishes_are_kept(api: Api) -> None:
    job = create(api, project(api), gender="non_binary", ageRange="senior", prompt="round glasses")
    persona = api.body(f"/v1/influencers/{job['influencerId']}")
    assert (persona["gender"], persona["ageRange"]) == ("non_binary", "senior")


def test_the_list_filters_and_pages(api: Api) -> None:
    path = f"{project(api)}/influencers"
    made = [create(api, path.removesuffix("/influencers"))["influencerId"] for _ in range(3)]
    assert [row["influencerId"] for row in api.all(path, params={"limit": 2})] == made[::-1]
    assert api.body(path, params={"status": "ready"})["items"] == []
    assert api.body(path, params={"status": "draft"})["items"] == []
    for params in ({"status": "lost"}, {"limit": 101}, {"cursor": "x"}):
        assert code(api.get(path, params=params)) == (422, "VALIDATION"), params


def test_a_patch_changes_a_persona(api: Api) -> None:
    mine = f"/v1/influencers/{create(api, project(api))['influencerId']}"
    change = {"name": "Inés", "ageRange": None, "gender": "female", "brandVoice": "warm", "language": "pt-PT"}
    assert {name: api.patch(mine, json=change).json()[name] for name in change} == change
    for body in ({}, {"name": ""}, {"status": "ready"}, {"language": "pt_PT"}, {"gender": None}):
        assert code(api.patch(mine, json=body)) == (422, "VALIDATION"), body


def test_an_archived_persona_is_gone(api: Api) -> None:
    path = project(api)
    public_id = create(api, path)["influencerId"]
    mine = f"/v1/influencers/{public_id}"
    gone = api.call("DELETE", mine, json={"reason": "Left the team."})
    assert gone.status_code == 200
    assert (gone.json()["influencerId"], gone.json()["status"]) == (public_id, "deleted")
    assert api.body(f"{path}/influencers")["items"] == []
    for method, where in (("DELETE", mine), ("GET", mine), ("PATCH", mine), ("POST", f"{mine}/clone")):
        assert code(api.call(method, where, json={"name": "Ines"} if method != "DELETE" else None)) == (
            404,
            "NOT_FOUND",
        )


def test_a_clone_has_its_own_life_and_what_was_not_overridden(api: Api) -> None:
    path = project(api)
    mine = f"/v1/influencers/{create(api, path, gender='male', ageRange='mature')['influencerId']}"
    job = started(api, f"{mine}/clone", {"name": "Second", "overrides": {"ageRange": "teen"}})
    copy = api.body(f"/v1/influencers/{job['influencerId']}")
    assert (copy["name"], copy["gender"], copy["ageRange"], copy["status"]) == ("Second", "male", "teen", "pending")
    for body in ({}, {"name": ""}, {"name": "x", "overrides": {"name": "y"}}, {"name": "x", "image": "y"}):
        assert code(api.post(f"{mine}/clone", json=body)) == (422, "VALIDATION"), body


def test_a_canceled_training_leaves_a_failed_persona(api: Api) -> None:
    job = create(api, project(api))
    assert api.post(f"{job['locationUrl']}/cancel").status_code == 202
    persona = api.body(f"/v1/influencers/{job['influencerId']}")
    assert (persona["status"], persona["imageUrl"]) == ("failed", None)
    assert persona["errorMessage"]


def test_reference_images_merge_and_strangers_drop_out(api: Api, files: Files) -> None:
    path = project(api)
    mine = f"/v1/influencers/{create(api, path)['influencerId']}/reference-images"
    url = files.put("reference.png", png())
    first, second = (upload(api, f"{path}/app-media", "screenshot", url) for _ in range(2))
    other = upload(api, f"{project(api)}/app-media", "screenshot", url)
    bound = api.post(mine, json={"assetIds": [first["id"], other["id"], "ast_unknown"]}).json()["referenceImages"]
    assert [(row["assetId"], row["url"]) for row in bound] == [(first["id"], first["url"])]
    merged = api.post(mine, json={"assetIds": [second["id"], first["id"]]}).json()["referenceImages"]
    assert [row["assetId"] for row in merged] == [first["id"], second["id"]]
    assert merged[0] == bound[0]
    bodies: tuple[dict[str, Any], ...] = ({}, {"assetIds": []}, {"assetIds": ["x"] * 21}, {"assetIds": "x"})
    for body in bodies:
        assert code(api.post(mine, json=body)) == (422, "VALIDATION"), body


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_another_organization_never_sees_it(api: Api, method: str) -> None:
    mine = f"/v1/influencers/{create(api, project(api))['influencerId']}"
    body = {"name": "Mine"} if method == "PATCH" else None
    assert code(api.call(method, mine, child=api.org(BRIGHTSIDE), json=body)) == (404, "NOT_FOUND")
    # Reads want the scope of writes, too.
    assert code(api.call(method, mine, key=READER_KEY, json=body)) == (403, "FORBIDDEN_SCOPE")
    assert code(api.call(method, "/v1/influencers/me", json=body)) == (422, "VALIDATION")
