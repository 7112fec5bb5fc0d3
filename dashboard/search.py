"""Universal search: paste anything, land on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dashboard.finders import find, ids_in

LONGEST = 20_000  # characters; a pasted log is welcome, a pasted book is not


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What a text means. The object of a single pasted id is opened at once; in the palette, Enter opens it."""
    staff: Any = request.user
    text = request.GET.get("q", "")[:LONGEST]
    hits = find(text, staff)
    context: dict[str, Any] = {"query": text, "ids": ids_in(text), "hits": hits}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dashboard/_results.html", context)
    if len(context["ids"]) == 1 and hits and hits[0].exact and [hit.kind for hit in hits].count(hits[0].kind) == 1:
        return redirect(hits[0].url)
    return render(request, "dashboard/search.html", context)


@require_GET
def go(request: HttpRequest, identifier: str) -> HttpResponse:
    """The address of any id: opens the best match, or the search page that says what was looked for."""
    staff: Any = request.user
    hits = [hit for hit in find(identifier[:LONGEST], staff) if hit.exact]
    if hits:
        return redirect(hits[0].url)
    return render(
        request, "dashboard/search.html", {"query": identifier, "ids": ids_in(identifier), "hits": []}, status=404
    )
