"""Saving, changing and removing views of the list of customers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from orgs.customers import saved
from orgs.customers.filters import CustomerFilters
from orgs.customers.forms import ViewForm
from orgs.customers.models import SavedView, ViewOfRole
from orgs.customers.views import LIST, view_of


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the filters and the order of the list under a name."""
    form = ViewForm(request.POST, request.user)
    if not form.is_valid():
        return _page(request, form, None, status=422)
    view = saved.save(request.user, form.cleaned_data["name"], form.cleaned_data["shared"], form.filters)
    messages.success(request, f"Saved as “{view.name}”.")
    return _to(view)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Its name, who sees it, and for whom the list opens on it."""
    view = _changeable(request, view_id)
    if request.method != "POST":
        roles = ViewOfRole.objects.filter(view=view).values_list("role_id", flat=True)
        initial = {"name": view.name, "shared": view.shared, "roles": list(roles)}
        return _page(request, ViewForm(None, request.user, view, initial=initial), view)
    form = ViewForm(request.POST, request.user, view)
    if not form.is_valid():
        return _page(request, form, view, status=422)
    with transaction.atomic():
        saved.change(view, name=form.cleaned_data["name"], shared=form.cleaned_data["shared"])
        if "roles" in form.fields:
            saved.open_for_roles(view, list(form.cleaned_data["roles"]))
    messages.success(request, f"“{view.name}” is changed.")
    return _to(view)


@require_POST
def update(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Makes it show what the list it is sent from shows: filters and order in `asks`."""
    view = _changeable(request, view_id)
    saved.change(view, asks=CustomerFilters(QueryDict(request.POST.get("asks", ""))).asks)
    messages.success(request, f"“{view.name}” shows this now.")
    return _to(view)


@require_POST
def remove(request: HttpRequest, view_id: UUID) -> HttpResponse:
    view = _changeable(request, view_id)
    view.delete()
    messages.success(request, f"“{view.name}” is removed. The customers in it are as they were.")
    return redirect(f"{reverse(LIST)}?tab=all")


@require_POST
def open_on(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """The list opens on it for this person; with `off` no longer."""
    view = view_of(request, view_id)
    off = "off" in request.POST
    saved.open_on(request.user, None if off else view)
    messages.success(request, "Customers opens as before." if off else f"Customers opens on “{view.name}” for you.")
    return _to(view)


def _changeable(request: HttpRequest, view_id: UUID) -> SavedView:
    """404 for a view that one does not see, 403 for a colleague's."""
    view = view_of(request, view_id)
    if not saved.may_change(request.user, view):
        raise PermissionDenied("Only who made a view, and administrators, may change it. Save it as your own.")
    return view


def _page(request: HttpRequest, form: ViewForm, view: SavedView | None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "view": view}
    return render(request, "orgs/customers/view.html", context, status=status)


def _to(view: SavedView) -> HttpResponse:
    return redirect(f"{reverse(LIST)}?{saved.address(view)}")
