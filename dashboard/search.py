"""Universal search: paste anything, land on it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from common.htmx import htmx
from dashboard.finders import LONGEST_NAME, Found, find, has_secret, ids_in, without_secrets
from layers.mirror.scopes import freshness

KEY_SEEN = "That held a whole API key. It was not searched or kept. Whoever sent it should rotate it."
LONGEST = 50_000  # characters; a pasted log is welcome, a pasted book is not


@require_http_methods(["GET", "HEAD", "POST"])
def results(request: HttpRequest) -> HttpResponse:
    """What a text means. A whole mail is posted, because an address cannot hold it, and leads to the address of the
    ids in it. The object of a single pasted id is opened at once; in the palette, Enter opens it.
    """
    staff: Any = request.user
    text = (request.POST if request.method == "POST" else request.GET).get("q", "")[:LONGEST]
    if htmx(request):
        return render(request, "dashboard/_results.html", _context(text, find(text, staff)))
    if request.method == "POST" or has_secret(text):
        if has_secret(text):
            messages.warning(request, KEY_SEEN)
        asked = " ".join(ids_in(text)) or without_secrets(text)[:LONGEST_NAME]
        return redirect(f"{reverse('search')}?{urlencode({'q': asked})}")
    found = find(text, staff)
    if found.only:
        return redirect(found.only.url)
    return render(request, "dashboard/search.html", _context(text, found))


@require_GET
def go(request: HttpRequest, identifier: str) -> HttpResponse:
    """The address of any id: opens the best match, or the search page that says what was looked for."""
    staff: Any = request.user
    found = find(identifier[:LONGEST], staff)
    exact = [hit for hit in found.hits if hit.exact]
    if exact:
        return redirect(exact[0].url)
    return render(request, "dashboard/search.html", _context(identifier, found), status=404)


def _context(text: str, found: Found) -> dict[str, Any]:
    return {
        "query": without_secrets(text),
        "secret_seen": KEY_SEEN if found.held_secret else "",
        "asked": bool(text.strip()),
        "found": found,
        "complete_until": _complete_until(),
    }


def _complete_until() -> datetime | None:
    """Up to when every part of our copy is complete; None while a first fetch is still to come."""
    times = [row.oldest_at for row in freshness()]
    return min((at for at in times if at), default=None) if all(times) else None
