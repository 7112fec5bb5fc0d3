"""The page that shows a secret, once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from layers.outbox.models import Command
from orgs.keys import handover
from orgs.keys.handover import NotHere
from orgs.keys.mint import MINT
from orgs.keys.models import ApiKey
from orgs.keys.rotate import ROTATE
from orgs.keys.views import METHODS, customer_of


@sensitive_variables()
@require_http_methods(METHODS)
@never_cache
def secret(request: HttpRequest, organization_id: str, command_id: object) -> HttpResponse:
    """Asked for, it says whether a secret waits; sent the form, it shows it and forgets it. 404 for anybody but the
    person who gave the command.
    """
    customer = customer_of(organization_id)
    made = Command.objects.select_related("handover").filter(kind__in=[MINT, ROTATE], organization_id=customer.id)
    command = get_object_or_404(made, id=command_id, staff=request.user)
    key = ApiKey.objects.filter(id=command.handover.key_id, organization_id=customer.id).first()
    context: dict[str, Any] = {"customer": customer, "command": command, "key": key, "handover": command.handover}
    status = 200
    if request.method == "POST":
        try:
            context["secret"] = handover.open_once(request, command)
        except NotHere as gone:
            context["gone"], status = str(gone), 410
    response = render(request, "orgs/keys/secret.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return handover.disarm(request, response) if "secret" in context else response
