"""What the page's forms post to. Each does its thing, leaves a word about it and leads back (post, redirect, get)."""

import json
import shlex
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from sandbox import clock
from sandbox.api.errors import ApiError, invalid
from sandbox.control import clock as clock_control
from sandbox.control import doing, fault_switches, worlds
from sandbox.control.fault_switches import FaultBody
from sandbox.control.views import refuse_other_sites
from sandbox.control.words import plural, span
from sandbox.engine import passing

PATH: Final = "/_sandbox/"
_COOKIE: Final = "sandbox_told"
#: Fields of every form that are about the form itself.
_FRAME: Final = frozenset({"back", "at"})

Fields = dict[str, str]


def told(request: HttpRequest) -> dict[str, str] | None:
    """What the form before this page has to say: `tone` ok or stop, `text`."""
    try:
        read = json.loads(unquote(request.COOKIES.get(_COOKIE, "")))
        return {"tone": "stop" if read["tone"] == "stop" else "ok", "text": str(read["text"])}
    except (ValueError, TypeError, KeyError):
        return None


def form(handler: Callable[..., str]) -> Callable[..., HttpResponse]:
    """A view of a form: `handler(fields, **path parameters)` gives the words for what it has done."""

    @require_POST
    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            refuse_other_sites(request)
            said = {"tone": "ok", "text": handler(_fields(request.POST), **parts)}
        except ApiError as refusal:
            said = {"tone": "stop", "text": refusal.message}
        back = request.POST.get("back", "")
        answer = HttpResponse(status=303)
        # Only to this page: a form of our own says where on it.
        answer["Location"] = (back if back.startswith(PATH) else PATH) + "#" + quote(request.POST.get("at", ""))
        answer.set_cookie(_COOKIE, quote(json.dumps(said)), path=PATH, max_age=60, httponly=True, samesite="Strict")
        return answer

    return view


def _fields(sent: QueryDict) -> Fields:
    """What was filled in."""
    filled = {name: str(value).strip() for name, value in sent.items() if name not in _FRAME}
    return {name: value for name, value in filled.items() if value}


def _read(fields: Mapping[str, Any], shape: Any) -> Any:
    try:
        return msgspec.convert(fields, shape, strict=False)
    except msgspec.ValidationError as problem:
        raise invalid("", f"{problem}.") from None


def move_clock(fields: Fields) -> str:
    wish = _read(fields, clock_control.ClockBody)
    if wish.action == "freeze":
        clock.freeze()
        return "The clock stands still."
    if wish.action == "resume":
        clock.resume()
        return "The clock runs on from where it stood."
    moments = passing.advance(timedelta(seconds=wish.seconds or 0))
    return f"{span(timedelta(seconds=wish.seconds or 0))} have passed; {plural(moments, 'thing')} fell due."


def make_world(fields: Fields) -> str:
    written = worlds.make(fields.get("name", ""))
    return f"The world is {fields['name']} now: {plural(sum(written.values()), 'row')}."


def add_fault(fields: Fields) -> str:
    """`options` are written like `seconds=2 when=after`; `percent` is the probability."""
    options = {name: _value(value) for name, value in _pairs(fields.pop("options", ""))}
    if "percent" in fields:
        fields["probability"] = str(_number(fields.pop("percent")) / 100)
    wish: dict[str, Any] = {**fields, "options": options}
    made = fault_switches.switch_on(_read(wish, FaultBody))
    return f"{made.kind} is switched on for {made.pattern}."


def remove_fault(fields: Fields) -> str:
    removed = fault_switches.switch_off(None if fields.get("id") == "all" else fields.get("id", "0"))
    return f"{plural(removed, 'fault')} switched off."


def do_deed(fields: Fields, who: str, name: str) -> str:
    done = doing.do(who, name, fields, strict=False)
    made = ", ".join(f"{key} {_listed(value)}" for key, value in done.items() if key != "done")
    return doing.DEEDS[who][name].about + (f" Done: {made}." if made else " Done.")


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        words = shlex.split(text)
    except ValueError:
        raise invalid("options", "Options have a quotation mark without its other half.") from None
    if any("=" not in word for word in words):
        raise invalid("options", "Options are written as name=value, with spaces between them.")
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]


def _value(text: str) -> Any:
    """Numbers, true, false and null as JSON has them; anything else is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise invalid("percent", "How often is a number from 1 to 100.") from None


def _listed(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
