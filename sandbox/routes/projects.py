"""Projects and what belongs to them (contract/content.md, 2 and 11)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import (
    app_media,
    github,
    influencer_copies,
    influencers,
    ingests,
    keywords,
    project_changes,
    projects,
)
from sandbox.routes.parts import INFLUENCER, PROJECT

paths = [
    path("projects", endpoint(GET=projects.list_projects, POST=project_changes.create_project)),
    path(
        PROJECT,
        endpoint(GET=projects.get_project, PATCH=project_changes.patch_project, DELETE=project_changes.archive_project),
    ),
    path(f"{PROJECT}/keywords", endpoint(GET=keywords.list_keywords)),
    path(f"{PROJECT}/keywords/refresh", endpoint(POST=keywords.refresh_keywords)),
    path(f"{PROJECT}/app-media", endpoint(GET=app_media.list_media, POST=app_media.upload)),
    path(f"{PROJECT}/app-media/<str:mediaId>", endpoint(DELETE=app_media.delete_media)),
    path(f"{PROJECT}/ingest/website", endpoint(POST=ingests.ingest_website)),
    path(f"{PROJECT}/ingest/appstore", endpoint(POST=ingests.ingest_appstore)),
    path(f"{PROJECT}/ingest/github", endpoint(POST=ingests.ingest_github)),
    path(f"{PROJECT}/influencers", endpoint(GET=influencers.list_influencers, POST=influencers.create_influencer)),
    path(
        INFLUENCER,
        endpoint(
            GET=influencers.get_influencer,
            PATCH=influencers.patch_influencer,
            DELETE=influencers.archive_influencer,
        ),
    ),
    path(f"{INFLUENCER}/clone", endpoint(POST=influencer_copies.clone_influencer)),
    path(f"{INFLUENCER}/reference-images", endpoint(POST=influencer_copies.bind_reference_images)),
    path("github/installation", endpoint(GET=github.get_installation, POST=github.register_installation)),
    path("github/installation/install-url", endpoint(GET=github.get_install_url)),
    path("github/repos", endpoint(GET=github.list_repos)),
]
