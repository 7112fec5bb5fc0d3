"""The page that makes a customer. It waits for the answer of Layers and then leads to the new customer."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from layers.outbox.models import Command
from orgs import metadata, queries
from orgs.dialogs import Dialog, wanted
from orgs.lifecycle import create as making
from orgs.lifecycle.forms import CreateForm
from orgs.tenant import Seal


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    back = reverse("orgs:list")
    dialog = Dialog(
        "New customer",
        reverse("orgs:create"),
        back,
        "Customers",
        "orgs/lifecycle/_create_form.html",
        trail=[("Customers", back)],
        leads=_page_of_new,
    )
    if command := wanted(request, making.CREATE):
        return dialog.tell(request, command)

    def give(opened: Seal, form: CreateForm) -> Command:
        typed = form.cleaned_data
        return making.create(
            request.user,
            opened,
            name=typed["name"],
            billing_email=typed["billing_email"],
            pairs=form.pairs.pairs,
            same_name=typed["same_name"],
        )

    ours = queries.parent()
    # Our own key takes one.
    limits = {"key": metadata.LONGEST_KEY, "value": metadata.LONGEST_VALUE, "keys": metadata.MOST_KEYS - 1}
    context = {"ours": ours, "limits": limits}
    return dialog.decide(request, (ours.id if ours else "", making.NEW), CreateForm.of, give, context)


def _page_of_new(command: Command) -> str:
    """Once Layers has answered."""
    made = making.made(command)
    return reverse("orgs:detail", args=[made]) if made else ""
