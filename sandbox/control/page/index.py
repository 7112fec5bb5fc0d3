"""`GET /_sandbox/`: the page itself, put together from its parts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sandbox import clock, state
from sandbox.control import worlds
from sandbox.control.page import customer, faults, traffic
from sandbox.control.page.forms import PATH, told
from sandbox.control.words import moment, span
from sandbox.world import replacing

#: Everything comes from here; no inline style or script, no frames, forms only where they belong.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
)
#: Buttons that put the clock ahead.
STEPS = (
    ("+1 min", 60),
    ("+1 h", 3_600),
    ("+6 h", 6 * 3_600),
    ("+1 day", 86_400),
    ("+7 days", 7 * 86_400),
)


def index(request: HttpRequest) -> HttpResponse:
    """`?customer=org_...` chooses whose side is shown, `?calls=all` lists every call that is kept.

    While another world is being made, there is only its progress.
    """
    making = replacing.under_way()
    shown: dict[str, object] = {"path": PATH, "back": request.get_full_path(), "told": told(request)}
    if making is not None:
        page = render(request, "sandbox/making.html", {**shown, "making": making, "percent": int(making.share * 100)})
    else:
        chosen = request.GET.get("customer", "")
        parts = {
            "world": state.current().world,
            "worlds": worlds.ABOUT.items(),
            "clock": _clock(),
            "steps": STEPS,
            "switches": state.current(),
            "figures": traffic.figures(),
            "coming": traffic.coming(),
            "requests": traffic.requests(request.GET.get("calls") == "all"),
            "deliveries": traffic.deliveries(),
            "faults": faults.parts(),
            "customers": customer.choices(chosen),
            "customer": customer.side(chosen),
        }
        page = render(request, "sandbox/page.html", {**shown, **parts})
    guard(page)
    if shown["told"]:
        page.delete_cookie("sandbox_told", path=PATH)
    return page


def guard(page: HttpResponse, form_action: str = "'self'") -> None:
    """The headers of every page of the sandbox."""
    page["Content-Security-Policy"] = POLICY.format(form_action=form_action)
    page["X-Content-Type-Options"] = "nosniff"
    page["Referrer-Policy"] = "same-origin"
    page["Cache-Control"] = "no-store"


def _clock() -> dict[str, object]:
    current = state.current()
    now = clock.exact_now()
    return {
        "iso": now.isoformat(timespec="seconds"),
        "now": moment(now),
        "frozen": current.frozen_at is not None,
        "skipped": span(current.skipped) if current.skipped else "",
    }
