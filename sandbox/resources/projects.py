"""Projects: list and read (contract/content.md, 2 Projects)."""

from typing import Any

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.operations import Call, read
from sandbox.api.paths import project_of
from sandbox.models import AdLayer, Project
from sandbox.resources.review_policy import show_policy

BY_AGE = cursors.NewestFirst("projects")


def show_row(project: Project) -> dict[str, Any]:
    """List rows are slim."""
    return {
        "id": ids.show("project", project.pk),
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
    projects = Project.objects.filter(organization=call.organization)
    if status := query.choice(call.query, "status", Project.Status.values):
        projects = projects.filter(status=status)
    if search := query.text(call.query, "search"):
        projects = projects.filter(name__icontains=search)
    if external_id := query.text(call.query, "customerExternalId"):
        projects = projects.filter(customer_external_id=external_id)
    return cursors.page(
        projects, BY_AGE, show_row, limit=query.limit(call.query, 25, 200), cursor=query.text(call.query, "cursor")
    )


@read(scope="projects:read")
def get_project(call: Call) -> dict[str, Any]:
    project = project_of(call)
    layers = AdLayer.objects.filter(project=project).order_by("platform")
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
            "appName": project.app_name,
            "appDescription": project.app_description,
            "tagline": project.tagline,
            "audience": None,
            "icp": None,
            "brandVoice": project.brand_voice,
            "keywords": project.keywords,
            "primaryLanguage": project.primary_language,
            "logoUrl": None,
        },
        "platformIosBundleId": project.ios_bundle_id,
        "platformAndroidBundleId": project.android_bundle_id,
        "platformWebDomain": project.web_domain,
        "ingestState": {"github": None, "website": None, "appstore": None},
        "layers": [
            {"projectLayerId": ids.show("layer", layer.pk), "type": f"layer_{layer.platform}_ads"} for layer in layers
        ],
        "contentReviewPolicy": show_policy(project) if project.review_policy_updated_at else None,
        "metadata": project.metadata,
        "archivedAt": stamp_or_none(project.archived_at),
    }
