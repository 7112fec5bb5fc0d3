"""What goes with a project that is archived: posts that wait, content that is being made, the credits held for it."""

from tests.sandbox.api import Api
from tests.sandbox.making import SLIDESHOW, generate, made, new_child, new_project, wallet
from tests.sandbox.posting import account, schedule, target


def test_an_archive_cancels_what_waits_and_what_is_being_made(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api, credits=1_000)
    project = new_project(api, child)
    tiktok = account(api, child, project)
    finished = made(generate(api, child, project), 202)["containerIds"][0]
    api.advance(minutes=10)
    for mode in ("publish", "draft"):
        made(schedule(api, child, finished, "2099-01-01T09:00:00Z", target(tiktok, mode)), 202)
    running = made(generate(api, child, project), 202)
    assert wallet(api, child)["available"] == 1_000 - 2 * SLIDESHOW

    gone = api.call("DELETE", f"/v1/projects/{project}", child=child)
    assert (gone.status_code, gone.json()["canceledScheduledPosts"]) == (200, 2)
    posts = api.all(f"/v1/projects/{project}/scheduled-posts", child=child)
    assert [post["status"] for post in posts] == ["canceled", "canceled"]
    assert api.body(f"/v1/content/{running['containerIds'][0]}", child=child)["status"] == "canceled"
    assert api.body(running["locationUrl"], child=child)["status"] == "canceled"
    assert wallet(api, child)["available"] == 1_000 - SLIDESHOW
    # What was done stays.
    assert api.body(f"/v1/content/{finished}", child=child)["status"] == "completed"
    again = api.call("DELETE", f"/v1/projects/{project}", child=child)
    assert again.json()["canceledScheduledPosts"] == 0

    # Restored, it works again; what was canceled stays canceled.
    api.patch(f"/v1/projects/{project}", child=child, json={"status": "active"})
    assert generate(api, child, project).status_code == 202
    assert api.body(running["locationUrl"], child=child)["status"] == "canceled"
    posts = api.all(f"/v1/projects/{project}/scheduled-posts", child=child)
    assert [post["status"] for post in posts] == ["canceled", "canceled"]


def test_generation_in_an_archived_project_is_refused(api: Api) -> None:
    child = new_child(api, credits=100)
    project = new_project(api, child)
    api.call("DELETE", f"/v1/projects/{project}", child=child)
    answer = generate(api, child, project)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    assert wallet(api, child)["available"] == 100
