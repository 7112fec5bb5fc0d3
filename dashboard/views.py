"""The shell's own pages: home, health, preferences, and the fragment that keeps counts and ages true."""

from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dashboard import home as desk
from dashboard.forms import PreferencesForm


@require_GET
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether this process can serve: the database answers. Layers may be silent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/home.html", desk.tiles(request.user))


@require_GET
@never_cache
def freshness(request: HttpRequest) -> HttpResponse:
    """Out-of-band parts of the frame: rail counts, freshness pill, link banner."""
    return render(request, "dashboard/freshness.html")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    staff: Any = request.user
    form = PreferencesForm(request.POST, instance=staff)
    if form.is_valid():
        form.save()
    else:
        messages.error(request, " ".join(str(text) for errors in form.errors.values() for text in errors))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "home")
