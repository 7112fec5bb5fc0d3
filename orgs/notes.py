"""Notes about a customer: written on its page, read by everybody who may see it, taken away by their writer."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from common.htmx import htmx
from orgs.models import Note, Organization
from orgs.notes_models import LONGEST

SHOWN = 20


class NoteForm(forms.Form):
    text = forms.CharField(
        label="New note",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Write something first.",
            "max_length": "At most %(limit_value)d characters; this has %(show_value)d.",
        },
    )


def notes_about(customer: Organization) -> QuerySet[Note]:
    """The newest first."""
    rows = Note.objects.filter(organization_id=customer.id).select_related("staff")
    return rows.order_by("-created_at", "-id")[:SHOWN]


@require_POST
def add(request: HttpRequest, organization_id: str) -> HttpResponse:
    customer = get_object_or_404(Organization, id=organization_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        staff: Any = request.user
        Note.objects.create(organization_id=customer.id, staff=staff, text=form.cleaned_data["text"])
        return _notes(request, customer, NoteForm())
    return _notes(request, customer, form)


@require_POST
def remove(request: HttpRequest, organization_id: str, note_id: UUID) -> HttpResponse:
    """One's own note only: anybody else's is not found."""
    customer = get_object_or_404(Organization, id=organization_id)
    staff: Any = request.user
    get_object_or_404(Note, id=note_id, organization_id=customer.id, staff=staff).delete()
    return _notes(request, customer, NoteForm())


def _notes(request: HttpRequest, customer: Organization, form: NoteForm) -> HttpResponse:
    if htmx(request):
        context = {"customer": customer, "notes": notes_about(customer), "note_form": form}
        return render(request, "orgs/_notes.html", context, status=422 if form.errors else 200)
    for error in form.errors.get("text", []):
        messages.warning(request, f"The note was not kept. {error}")
    return redirect("orgs:detail", customer.id)
