"""What *Refresh* does: Layers is asked again on the queue where people wait, and the person is told whether it is."""

import json
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from kombu.exceptions import OperationalError

from common.htmx import htmx
from layers.mirror import link
from layers.mirror.tasks import refresh as fetch_again


def ask_again(
    request: HttpRequest, scopes: Iterable[str], words: str, back: str, *, whole: bool = False, **events: bool
) -> HttpResponse:
    """Asks for each scope (its id). `words`: what a person reads once it is asked; `back`: the page they came from,
    where htmx stays, shows a toast and raises `events`; `whole` as in layers.mirror.scopes.fetch.
    """
    tone, words = _asked(scopes, words, whole)
    if htmx(request):
        said = {"toast": {"tone": tone, "text": words}, **events}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(said)})
    messages.add_message(request, messages.INFO if tone == "info" else messages.WARNING, words)
    return redirect(back)


def _asked(scopes: Iterable[str], words: str, whole: bool) -> tuple[str, str]:
    """(tone, words)"""
    try:
        for scope in scopes:
            fetch_again.delay(scope, whole=whole)
    except OperationalError:
        return "wait", "Nobody could be asked: our own queue does not answer. Try again in a minute."
    if link.state().down_since:
        return "wait", "Layers does not answer at the moment. It is asked again, until then this is our copy."
    return "info", words
