"""What a platform's consent page looks like when the sandbox plays it: a question, or why there is none."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sandbox.control.page.forms import PATH
from sandbox.control.page.index import guard

#: The answer leads on to the partner's own site, and browsers hold that redirect against form-action too.
LEADS_OUT = "https: http:"


def ask(request: HttpRequest, title: str, asked: str) -> HttpResponse:
    """Two buttons; they post `answer=allow` or `answer=refuse` to the same address."""
    return _page(request, 200, title=title, asked=asked)


def over(request: HttpRequest, back: str) -> HttpResponse:
    """410 with the way back to the partner."""
    return _page(request, 410, title="Nothing left to decide", back=back)


def unknown(request: HttpRequest) -> HttpResponse:
    return _page(request, 404, title="No such request")


def _page(request: HttpRequest, status: int, **shown: str) -> HttpResponse:
    answer = render(request, "sandbox/consent.html", {"path": PATH, **shown}, status=status)
    guard(answer, form_action=f"'self' {LEADS_OUT}")
    return answer
