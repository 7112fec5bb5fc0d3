"""The published getting-started walk-through, in its order and with its bodies; only the file URLs are ours, the clock
is put ahead instead of waited for, and the time of the post is one to come."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.sandbox.api import Api, fresh_key
from tests.sandbox.files import Files
from tests.sandbox.films import film, picture
from tests.sandbox.making import made, new_child

PROJECT = {
    "name": "Acme Coffee",
    "customerExternalId": "acme-coffee",
    "timezone": "America/Los_Angeles",
    "primaryLanguage": "en",
    "appName": "Acme Coffee",
    "appDescription": (
        "Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, "
        "roasted weekly, and shipped on a cadence that matches how you actually drink coffee — so the bag never goes "
        "stale and you never run out before a hard workout."
    ),
    "tagline": "Coffee that shows up before you run out.",
    "brandVoice": "warm",
    "targetGender": "all",
}
GENERATE = {
    "format": "slideshow-builder",
    "variantCount": 1,
    "hook": "wait for it...\nthis simple habit changed everything about my mindset 🧠",
}
#: The guide sleeps three seconds; fewer looks see the same.
POLL_SECONDS = 12
PATIENCE = 200


class Partner:
    """The code of a partner that follows the guide inside one customer."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.child = new_child(api, credits=1_000)

    def post(self, path: str, body: dict[str, Any] | None = None, status: int = 201) -> dict[str, Any]:
        sent = {} if body is None else {"json": body}
        return made(self.api.post(path, child=self.child, idempotency=fresh_key(), **sent), status)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self.api.body(path, child=self.child, params=params)

    def upload_media(self, project: str, kind: str, url: str) -> dict[str, Any]:
        return self.post(f"/v1/projects/{project}/app-media", {"kind": kind, "url": url})

    def connect(self, project: str) -> str:
        """Steps 3a to 3c; the customer says yes on the platform's page."""
        body = {"platform": "tiktok", "returnUrl": "https://yourapp.com/social/connect/callback"}
        oauth = self.post(f"/v1/projects/{project}/social/oauth-url", body, status=200)
        assert set(oauth) >= {"authorizeUrl", "state", "expiresAt"}
        status = f"/v1/projects/{project}/social/oauth-status"
        assert self.get(status, state=oauth["state"])["status"] == "pending"
        back = self.api.client.post(oauth["authorizeUrl"], data={"answer": "allow"})
        assert "status=success" in back.headers["Location"] and oauth["state"] in back.headers["Location"]
        done = self.get(status, state=oauth["state"])
        assert done["status"] == "completed"
        account: str = done["socialAccountId"]
        return account

    def wait_for_influencer(self, project: str) -> str:
        for _ in range(PATIENCE):
            people = self.get(f"/v1/projects/{project}/influencers")["items"]
            ready = [one["influencerId"] for one in people if one["status"] == "ready"]
            if ready:
                return str(ready[0])
            self.api.advance(seconds=POLL_SECONDS)
        raise AssertionError("no influencer got ready")

    def wait_for_job(self, job_id: str) -> dict[str, Any]:
        """Polls to the end; progress never goes back."""
        shares = []
        for _ in range(PATIENCE):
            job = self.get(f"/v1/jobs/{job_id}")
            shares.append(job["progress"])
            assert shares == sorted(shares)
            if job["status"] != "running":
                return job
            self.api.advance(seconds=POLL_SECONDS)
        raise AssertionError("the job did not end")

    def in_two_days(self) -> str:
        """As the guide writes it: with the offset of Los Angeles."""
        now = datetime.fromisoformat(self.api.client.get("/_sandbox/clock").json()["now"])
        local = (now + timedelta(days=2)).astimezone(timezone(timedelta(hours=-7)))
        return local.isoformat(timespec="seconds")


def test_project_media_account_source_remix_schedule(time_travel: Api, files: Files) -> None:
    partner = Partner(time_travel)
    project = partner.post("/v1/projects", PROJECT)["id"]
    assert re.fullmatch(r"prj_[0-9a-f-]{36}", project)
    logo = partner.upload_media(project, "logo", files.put("brand/logo-512.png", picture(size=(512, 512))))
    assert set(logo) >= {"id", "kind", "url", "mimeType", "byteSize", "createdAt"}
    partner.upload_media(project, "screenshot", files.put("product/home.png", picture()))
    partner.upload_media(project, "demo-video", files.put("marketing/30s-demo.mp4", film()))
    account = partner.connect(project)
    influencer = partner.wait_for_influencer(project)
    sources = f"/v1/projects/{project}/content/source-recommendations"
    found = partner.get(sources, keyword="morning routine", kind="slideshow")["items"]
    assert found, "a live search always finds something, a young portfolio may be empty"
    partner.api.advance(minutes=5)
    chosen = partner.get(sources, kind="slideshow", limit=20)["items"][0]
    assert {"tiktokId", "kind", "thumbnailUrl", "caption", "author", "stats", "imageCount"} <= set(chosen)
    body = {"tiktokVideoId": chosen["tiktokId"], "influencerId": influencer}
    accepted = partner.post(f"/v1/projects/{project}/content/slideshow-remix", body, status=202)
    assert partner.wait_for_job(accepted["jobId"])["status"] == "completed"
    (container_id,) = accepted["containerIds"]
    container = partner.get(f"/v1/content/{container_id}")
    preview = container["preview"]
    assert (preview["kind"], preview["imageUrls"][0]) == ("slideshow", preview["primaryUrl"])
    target = {"socialAccountId": account, "mode": "publish"}
    wish = {"scheduledFor": partner.in_two_days(), "targets": [target]}
    scheduled = partner.post(f"/v1/content/{container_id}/schedule", wish, status=202)
    assert scheduled["gateStatus"] == "queued"
    (post,) = scheduled["scheduledPostIds"]
    partner.api.advance(days=2, minutes=5)
    assert partner.get(f"/v1/scheduled-posts/{post}")["status"] == "published"


def test_create_media_generate_approve_schedule(time_travel: Api, files: Files) -> None:
    """With the review gate: a schedule that comes first is parked, approval makes posts of it."""
    partner = Partner(time_travel)
    project = partner.post("/v1/projects", PROJECT)["id"]
    made(
        partner.api.patch(
            f"/v1/projects/{project}/content-review-policy", child=partner.child, json={"policy": "review_all"}
        ),
        200,
    )
    media = partner.upload_media(project, "screenshot", files.put("product/home.png", picture()))
    account = partner.connect(project)
    partner.wait_for_influencer(project)
    body = {**GENERATE, "references": {"mediaIds": [media["id"]]}}
    accepted = partner.post(f"/v1/projects/{project}/content", body, status=202)
    partner.wait_for_job(accepted["jobId"])
    (container_id,) = accepted["containerIds"]
    library = partner.get(f"/v1/projects/{project}/content", status="completed", format="slideshow-builder", limit=25)
    (row,) = library["items"]
    assert (row["id"], row["approvalStatus"], row["hook"]) == (container_id, "pending", GENERATE["hook"])
    wish = {"scheduledFor": partner.in_two_days(), "targets": [{"socialAccountId": account, "mode": "publish"}]}
    parked = partner.post(f"/v1/content/{container_id}/schedule", wish, status=202)
    assert (parked["gateStatus"], parked["scheduledPostIds"]) == ("blocked_on_approval", [])
    receipt = partner.post(f"/v1/content/{container_id}/approve", {"note": "Fine for Friday."}, status=200)
    assert receipt["pendingSchedulePromotion"]["status"] == "ok"
    (post,) = receipt["pendingSchedulePromotion"]["scheduledPostIds"]
    assert partner.get(f"/v1/scheduled-posts/{post}")["status"] == "queued"
    wallet = partner.get("/v1/credits")
    assert (wallet["balance"], wallet["reservedCredits"]) == (950, 0)
