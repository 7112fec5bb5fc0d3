"""Children of an organization: made, archived, made out of flat projects (contract/control-plane.md, 1)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sandbox import clock, ids
from sandbox.api.errors import conflict, not_found
from sandbox.models import ApiKey, Job, MovedProject, Organization, Project, Wallet
from sandbox.rules import keys, ledger, refill
from sandbox.rules.periods import month_of

#: How long the former owner may still read a project that was moved under a child.
READ_GRACE: Final = timedelta(days=30)


def create_child(
    parent: Organization,
    name: str,
    metadata: dict[str, str] | None = None,
    billing_email: str | None = None,
) -> Organization:
    """An active child with an empty wallet of its own."""
    child = Organization.objects.create(parent=parent, name=name, metadata=metadata or {}, billing_email=billing_email)
    start, end = month_of(clock.now())
    Wallet.objects.create(organization=child, period_start=start, period_end=end)
    return child


@dataclass(frozen=True)
class Archived:
    """What an archive has done."""

    reclaimed: ledger.Transfer | None
    revoked: list[ApiKey]


def archive(parent: Organization, child: Organization) -> Archived:
    """Ends a locked child for good: no key works, its unreserved credits are the parent's again.

    What running jobs have reserved stays in its wallet.
    """
    child.status = Organization.Status.ARCHIVED
    child.archived_at = child.updated_at = clock.exact_now()
    child.save(update_fields=["status", "archived_at", "updated_at"])
    of_child = ApiKey.objects.select_for_update(no_key=True).filter(organization=child).order_by("pk")
    revoked = [key for key in of_child if keys.revoke(key)]
    reclaimed = ledger.reclaim(parent.pk, child.pk, "Reclaimed at archive.")
    if reclaimed is not None:
        refill.look_at_children(parent.pk)
    return Archived(reclaimed, revoked)


@dataclass(frozen=True)
class NewChild:
    """A child that a migration has made, and what it was given."""

    organization: Organization
    projects: list[Project]


def migrate(parent: Organization, names: dict[uuid.UUID, str]) -> list[NewChild]:
    """Makes one child for each distinct name and moves the projects (by id) under theirs, in the order of `names`.

    404 when one is not a project of `parent`, 409 CONFLICT while one has a running job. Ledger rows and audit rows
    stay where they are; what hangs on a project goes with it.
    """
    found = {project.pk: project for project in _hold(parent, names)}
    if len(found) < len(names):
        raise not_found("project")
    busy = sorted(
        set(Job.objects.filter(project__in=found, status=Job.Status.RUNNING).values_list("project", flat=True))
    )
    if busy:
        raise conflict(
            "A project has work in flight.", {"projectIds": [ids.show("project", project) for project in busy]}
        )
    made: dict[str, NewChild] = {}
    for project_id, name in names.items():
        if name not in made:
            made[name] = NewChild(create_child(parent, name), [])
        made[name].projects.append(found[project_id])
    for child in made.values():
        _move(child.projects, parent, child.organization)
    return list(made.values())


def _hold(parent: Organization, names: dict[uuid.UUID, str]) -> list[Project]:
    """The projects, locked so that no job of theirs can start."""
    return list(Project.objects.select_for_update().filter(organization=parent, pk__in=names).order_by("pk"))


def _move(projects: list[Project], former_owner: Organization, owner: Organization) -> None:
    moment = clock.now()
    Project.objects.filter(pk__in=[project.pk for project in projects]).update(organization=owner, updated_at=moment)
    Job.objects.filter(project__in=projects).update(organization=owner)
    MovedProject.objects.bulk_create(
        MovedProject(project=project, former_owner=former_owner, readable_until=moment + READ_GRACE)
        for project in projects
    )
