"""What is asked about customers. Every function that a view uses starts from what this person may see."""

from django.db.models import QuerySet

from orgs.models import Organization, Project


def project_owner(project_id: str) -> str:
    """The organization id of a project we mirror. For syncs, which know projects before anything in them."""
    return str(Project.objects.values_list("organization_id", flat=True).get(id=project_id))


def parent() -> Organization | None:
    """Our own organization with its wallet; None before the first sync."""
    return Organization.objects.filter(parent_id="").select_related("wallet").first()


def customers() -> QuerySet[Organization]:
    return Organization.objects.exclude(parent_id="")
