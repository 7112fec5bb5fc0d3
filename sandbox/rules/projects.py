"""Archiving and restoring projects (contract/content.md, 2)."""

from sandbox import clock
from sandbox.models import Project
from sandbox.rules import generation, posts


def archive(project: Project) -> int:
    """Archives a locked project, once more as well; gives the number of posts this call has canceled. What was being
    generated is canceled too; published posts and data stay."""
    canceled = posts.cancel_of_project(project)
    generation.cancel_in_flight(project)
    project.status = Project.Status.ARCHIVED
    project.archived_at = project.updated_at = clock.now()
    project.save(update_fields=["status", "archived_at", "updated_at"])
    return canceled


def restore(project: Project) -> None:
    """Active again; what archiving has canceled stays canceled."""
    project.status = Project.Status.ACTIVE
    project.archived_at = None
