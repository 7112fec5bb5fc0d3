"""Projects: list and read (contract/content.md, 2 Projects)."""

from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.operations import Call, read
from sandbox.api.paths import project_of
from sandbox.models import AdLayer, Ingest, Project
from sandbox.resources.review_policy import show_policy
from sandbox.rules.app_media import logo_url

BY_AGE = cursors.NewestFirst("projects")
#: What a list row prints. Plain tuples with names: a model instance per row would double the page's cost.
ROW_COLUMNS = (
    "id",
    "name",
    "status",
    "customer_external_id",
    "timezone",
    "primary_language",
    "owner_email",
    "created_at",
    "updated_at",
)


def show_row(project: Project) -> dict[str, Any]:
    """List rows are slim."""
    return {
        "id": ids.show("project", project.id),
        "name": project.name,
        "status": project.status,
        "customerExternalId": project.customer_external_id,
        "timezone": project.timezone,
        "primaryLanguage": project.primary_language,
        "ownerEmail": project.owner_email,
        "createdAt": stamp(project.created_at),
        "updatedAt": stamp(project.updated_at),
    }


@read(scope="projects:read")
def list_projects(call: Call) -> dict[str, Any]:
    projects: QuerySet[Any, Any] = Project.objects.filter(organization=call.organization)
    if status := query.choice(call.query, "status", Project.Status.values):
        projects = projects.filter(status=status)
    if search := query.text(call.query, "search"):
        projects = projects.filter(name__icontains=search)
    if external_id := query.text(call.query, "customerExternalId"):
        projects = projects.filter(customer_external_id=external_id)
    return cursors.page(
        projects.values_list(*ROW_COLUMNS, named=True),
        BY_AGE,
        show_row,
        limit=query.limit(call.query, 25, 200),
        cursor=query.text(call.query, "cursor"),
    )


@read(scope="projects:read")
def get_project(call: Call) -> dict[str, Any]:
    return show(project_of(call), call.origin)


def show(project: Project, origin: str) -> dict[str, Any]:
    """The whole project: flat fields first, then what was read about it and what hangs on it."""
    layers = AdLayer.objects.filter(project=project).order_by("platform")
    readings = list(Ingest.objects.filter(project=project).order_by("completed_at"))
    states = {reading.source: _show_reading(reading) for reading in readings}
    return {
        **show_row(project),
        "organizationId": ids.show("organization", project.organization_id),
        "appName": project.app_name,
        "appDescription": project.app_description,
        "tagline": project.tagline,
        "brandVoice": project.brand_voice,
        "targetGender": project.target_gender,
        "brand": None,
        "brandContext": {
            "audience": None,
            "icp": None,
            "brandVoice": project.brand_voice,
            # The last reading knows best, but never better than the project itself.
            **{name: value for reading in readings for name, value in reading.found.items()},
            "appName": project.app_name,
            "appDescription": project.app_description,
            "tagline": project.tagline,
            "keywords": project.keywords,
            "primaryLanguage": project.primary_language,
            "logoUrl": logo_url(project, origin),
        },
        "platformIosBundleId": project.ios_bundle_id,
        "platformAndroidBundleId": project.android_bundle_id,
        "platformWebDomain": project.web_domain,
        "ingestState": {source: states.get(source) for source in Ingest.Source.values},
        "layers": [
            {"projectLayerId": ids.show("layer", layer.pk), "type": f"layer_{layer.platform}_ads"} for layer in layers
        ],
        "contentReviewPolicy": show_policy(project) if project.review_policy_updated_at else None,
        "metadata": project.metadata,
        "archivedAt": stamp_or_none(project.archived_at),
    }


def _show_reading(reading: Ingest) -> dict[str, Any]:
    return {
        "status": reading.status,
        "jobId": ids.show("job", reading.job_id),
        "completedAt": stamp_or_none(reading.completed_at),
    }
