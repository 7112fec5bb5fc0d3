"""X-Layers-Organization: a parent works inside a direct child, and nobody else does."""

import uuid

from tests.sandbox.api import ARCHIVED, BRIGHTSIDE, CHILD_KEY, MORROW, STAR_KEY, SUSPENDED, Api, code


def test_acting_for_a_child_shows_the_childs_data(api: Api) -> None:
    child = api.org(MORROW)
    me = api.body("/v1/whoami", child=child)
    assert (me["organizationId"], me["organizationName"]) == (child, MORROW)
    assert "org:admin" in me["scopes"]
    assert api.body("/v1/credits", child=child) == api.body(f"/v1/organizations/{child}/credits")
    names = {row["name"] for row in api.projects(MORROW)}
    assert "Morrow iOS" in names
    assert names.isdisjoint({row["name"] for row in api.projects(BRIGHTSIDE)})


def test_without_the_header_the_parent_sees_none_of_its_childrens_projects(api: Api) -> None:
    mine = {row["id"] for row in api.all("/v1/projects")}
    assert mine.isdisjoint(row["id"] for name in (MORROW, BRIGHTSIDE) for row in api.projects(name))


def test_a_project_of_a_sibling_is_404(api: Api) -> None:
    project = api.projects(BRIGHTSIDE)[0]["id"]
    assert code(api.get(f"/v1/projects/{project}", child=api.org(MORROW))) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/projects/{project}")) == (404, "NOT_FOUND")


def test_a_key_without_org_admin_may_not_act_for_anyone(api: Api) -> None:
    child = api.org(MORROW)
    for key in (STAR_KEY, CHILD_KEY):
        assert code(api.get("/v1/whoami", key=key, child=child)) == (403, "FORBIDDEN_SCOPE")


def test_an_unknown_organization_is_404_and_a_malformed_one_422(api: Api) -> None:
    assert code(api.get("/v1/whoami", child=f"org_{uuid.uuid4()}")) == (404, "NOT_FOUND")
    for malformed in ("nonsense", f"prj_{uuid.uuid4()}", ""):
        assert code(api.get("/v1/whoami", child=malformed)) == (422, "VALIDATION")


def test_naming_oneself_is_the_same_as_no_header(api: Api) -> None:
    me = api.body("/v1/whoami")
    assert api.body("/v1/whoami", child=me["organizationId"]) == me


def test_the_control_plane_does_not_exist_inside_a_child(api: Api) -> None:
    child = api.org(MORROW)
    assert code(api.get("/v1/organizations", child=child)) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/organizations/{child}", child=child)) == (404, "NOT_FOUND")


def test_a_suspended_child_can_be_read_by_its_parent(api: Api) -> None:
    child = api.org(SUSPENDED)
    assert api.body("/v1/whoami", child=child)["organizationName"] == SUSPENDED
    assert api.all("/v1/projects", child=child)


def test_an_archived_child_can_be_read_but_not_written(api: Api) -> None:
    child = api.org(ARCHIVED)
    project = api.all("/v1/projects", child=child)[0]
    assert project["status"] == "archived"
    answer = api.patch(
        f"/v1/projects/{project['id']}/content-review-policy", child=child, json={"policy": "review_all"}
    )
    assert code(answer) == (409, "CONFLICT")
