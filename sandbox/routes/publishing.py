"""Scheduling and publishing (contract/content.md, 6)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import publishing, scheduled_posts, tiktok_music
from sandbox.routes.parts import CONTAINER, PROJECT

POST = "scheduled-posts/<str:scheduledPostId>"

paths = [
    path(f"{CONTAINER}/schedule", endpoint(POST=publishing.schedule)),
    path(f"{CONTAINER}/publish", endpoint(POST=publishing.publish)),
    path(f"{PROJECT}/scheduled-posts", endpoint(GET=scheduled_posts.list_posts)),
    path(POST, endpoint(GET=scheduled_posts.get_post, DELETE=scheduled_posts.cancel)),
    path(f"{POST}/reschedule", endpoint(POST=scheduled_posts.reschedule)),
    path("tiktok-music", endpoint(GET=tiktok_music.list_tracks)),
]
