"""What the projects of a seeded world come with: faces, assets, hashtags, a GitHub installation."""

from tests.sandbox.api import BRIGHTSIDE, MORROW, Api


def test_whoever_acts_in_content_is_a_persona_with_a_face(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    for project in api.projects(BRIGHTSIDE):
        path = f"/v1/projects/{project['id']}"
        ready = {row["influencerId"] for row in api.all(f"{path}/influencers", child=child, params={"status": "ready"})}
        acting = {row["influencerId"] for row in api.all(f"{path}/content", child=child)} - {None}
        # Others may have been created meanwhile.
        assert acting <= ready
    persona = api.body(f"/v1/influencers/{ready.pop()}", child=child)
    assert api.client.get(persona["imageUrl"]).headers["Content-Type"] == "image/jpeg"


def test_every_asset_can_be_looked_at_and_is_as_large_as_it_says(api: Api) -> None:
    child = api.org(MORROW)
    kinds = set()
    for project in api.projects(MORROW):
        for media in api.body(f"/v1/projects/{project['id']}/app-media", child=child)["items"]:
            served = api.client.get(media["url"])
            assert (served.status_code, served.headers["Content-Type"]) == (200, media["mimeType"])
            assert len(served.content) == media["byteSize"]
            kinds.add(media["kind"])
    assert kinds >= {"logo", "screenshot", "demo-video"}


def test_every_project_has_its_hashtags(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    for project in api.all("/v1/projects", child=child, params={"search": "brightside"}):
        bank = api.body(f"/v1/projects/{project['id']}/keywords", child=child)
        assert bank["refreshedAt"] > project["createdAt"]
        assert bank["hashtags"]


def test_one_customer_has_its_code_on_github(api: Api) -> None:
    child = api.org(MORROW)
    assert api.body("/v1/github/installation", child=child)["orgLogin"] == "morrow-journal"
    repos = api.all("/v1/github/repos", child=child, params={"search": "morrow-ios"})
    assert {repo["owner"] for repo in repos} == {"morrow-journal"}
    assert len(repos) == 3
