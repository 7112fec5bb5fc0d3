"""`/_sandbox/customer/<deed>` and `/_sandbox/staff/<deed>`: what a partner's key cannot do."""

from typing import Any, Final

import msgspec

from sandbox.api import query
from sandbox.api.errors import invalid, not_found
from sandbox.control import customer_ads, customer_content, staff
from sandbox.control.deeds import Deed
from sandbox.control.views import Control

#: By who does it.
DEEDS: Final[dict[str, dict[str, Deed]]] = {
    "customer": {deed.name: deed for deed in (*customer_ads.DEEDS, *customer_content.DEEDS)},
    "staff": {deed.name: deed for deed in staff.DEEDS},
}


def get_deeds(call: Control, who: str) -> dict[str, Any]:
    """Every deed with its fields."""
    return {"items": [{"deed": deed.name, "about": deed.about, "fields": deed.fields} for deed in DEEDS[who].values()]}


def post_deed(call: Control, who: str, name: str) -> dict[str, Any]:
    return do(who, name, query.parse_json(call.request.body), strict=True)


def do(who: str, name: str, given: Any, *, strict: bool) -> dict[str, Any]:
    """`strict=False` reads text as a form sends it. 404 for a deed that does not exist, 422 naming its fields."""
    deed = DEEDS.get(who, {}).get(name)
    if deed is None:
        raise not_found("deed")
    try:
        wish = msgspec.convert(given, deed.wish, strict=strict)
    except msgspec.ValidationError as problem:
        fields = ", ".join(field["name"] + ("" if field["required"] else "?") for field in deed.fields)
        raise invalid("", f"{problem}. Fields of {deed.name}: {fields}.") from None
    return {"done": deed.name, **(deed.run(wish) or {})}
