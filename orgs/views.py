"""One customer, one project. Pages read the mirror; only tasks and commands speak to Layers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from layers.mirror.scopes import scope_id
from orgs import metadata, queries
from orgs.asking import ask_again
from orgs.attention import attention
from orgs.books.causes import newest
from orgs.cap_outlook import CapOutlook
from orgs.charts import WalletChart
from orgs.giving.claims import OurWallet
from orgs.keys.table import KeyCard
from orgs.models import Organization, Project
from orgs.notes import NoteForm, notes_about
from orgs.refill import Refills
from orgs.standing import Standing
from orgs.sync import OURS, PER_CUSTOMER

PROJECTS_SHOWN = 50
NEWEST = 10


@require_GET
def detail(request: HttpRequest, organization_id: str) -> HttpResponse:
    """One customer, or our own organization: where its credits are, what it owns and what we decided about it."""
    customer = get_object_or_404(queries.organizations(), id=organization_id)
    standing, ours = Standing(customer, queries.burn(customer)), OurWallet(queries.parent())
    projects = list(queries.projects(customer.id)[: PROJECTS_SHOWN + 1])
    context = {
        "customer": customer,
        "standing": standing,
        "cap_outlook": CapOutlook.of_standing(standing),
        "attention": attention(standing, ours, queries.unsettled(customer.id)),
        "refills": Refills(standing, ours),
        "metadata": metadata.shown(customer.metadata),
        "notes": notes_about(customer),
        "note_form": NoteForm(),
        "chart": WalletChart(queries.history(customer), standing.config.refill_threshold if standing.config else None),
        "ledger": newest(customer, NEWEST),
        "ledger_age": queries.copy_age("ledger", customer.id),
        "keys": None if customer.is_parent else KeyCard.of(customer),
        "projects": projects[:PROJECTS_SHOWN],
        "more_projects": len(projects) > PROJECTS_SHOWN,
        "commands": queries.commands_about(customer.id)[:NEWEST],
    }
    return render(request, "orgs/detail.html", context)


@require_GET
def project(request: HttpRequest, project_id: str) -> HttpResponse:
    found = get_object_or_404(Project.objects.select_related("organization"), id=project_id)
    age = queries.copy_age("projects", found.organization_id or "")
    return render(request, "orgs/project.html", {"project": found, "age": age})


@require_POST
def refresh(request: HttpRequest, organization_id: str) -> HttpResponse:
    """Asks Layers again for all we copy of one organization, on the queue where people wait."""
    customer = get_object_or_404(Organization, id=organization_id)
    resources, keys = (OURS, "") if customer.is_parent else (PER_CUSTOMER, ", keys")
    return ask_again(
        request,
        [scope_id(resource, customer.id) for resource in resources],
        f"Layers is asked for the wallet, ledger, projects{keys} and audit log. They show here in a few seconds.",
        reverse("orgs:detail", args=[customer.id]),
        **{"wallet-changed": True},
    )
