"""Projects: list and read."""

import re

from tests.sandbox.api import ARCHIVED, BRIGHTSIDE, MORROW, Api, bare, code

MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_list_rows_are_slim_and_newest_first(api: Api) -> None:
    rows = api.projects(MORROW)
    assert len(rows) == 4
    assert rows == sorted(rows, key=lambda row: row["createdAt"], reverse=True)
    assert set(rows[0]) == {
        "id",
        "name",
        "status",
        "customerExternalId",
        "timezone",
        "primaryLanguage",
        "ownerEmail",
        "createdAt",
        "updatedAt",
    }
    assert MILLISECONDS.fullmatch(rows[0]["createdAt"])


def test_the_list_filters(api: Api) -> None:
    child = api.org(MORROW)
    names = [row["name"] for row in api.all("/v1/projects", child=child, params={"search": "android"})]
    assert names == ["Morrow Android"]
    [row] = api.all("/v1/projects", child=child, params={"customerExternalId": "morrow"})
    assert row["name"] == "Morrow iOS"
    assert api.all("/v1/projects", child=child, params={"status": "archived"}) == []
    assert api.all("/v1/projects", child=api.org(ARCHIVED), params={"status": "archived"})
    assert code(api.get("/v1/projects", child=child, params={"status": "lost"})) == (422, "VALIDATION")


def test_one_project_has_its_brand_its_layers_and_its_policy(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    project = api.body(f"/v1/projects/{api.projects(BRIGHTSIDE)[-1]['id']}", child=child)
    assert project["organizationId"] == child
    assert project["brand"] is None
    assert 100 <= len(project["appDescription"]) <= 1000
    assert project["brandContext"]["tagline"] == project["tagline"]
    assert set(project["ingestState"]) == {"github", "website", "appstore"}
    assert project["contentReviewPolicy"] is None or project["contentReviewPolicy"]["policy"]
    for layer in project["layers"]:
        assert layer["projectLayerId"].startswith("lyr_")
        assert layer["type"] in {"layer_meta_ads", "layer_tiktok_ads", "layer_apple_ads"}


def test_an_unknown_project_is_404(api: Api) -> None:
    unknown = "prj_00000000-0000-4000-8000-000000000000"
    for one in (unknown, bare(unknown)):
        assert code(api.get(f"/v1/projects/{one}", child=api.org(MORROW))) == (404, "NOT_FOUND")
