"""The words and small parts every page is written with. A template builtin: no {% load %} needed."""

from typing import Any

from django.forms import BoundField
from django.template import Library
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import figures, moments, parts, previews, wording
from dashboard.commands.rows import minds
from dashboard.queries import sees

register = Library()

for said in (figures.credits, figures.signed, figures.cents, figures.percent, figures.duration):
    register.filter(said.__name__, said)
for said in (
    moments.lasting,
    moments.age,
    moments.ago,
    moments.left,
    moments.age_tone,
    moments.left_tone,
    moments.when,
    moments.clock,
    moments.exactly,
    moments.iso,
):
    register.filter(said.__name__, said)
for said in (
    wording.hook,
    wording.hook_lines,
    wording.words,
    wording.platform_name,
    wording.platform_icon,
    wording.web_url,
    wording.short_id,
):
    register.filter(said.__name__, said)
register.filter("shown", previews.shown)

GO_KEYS = {"home": "g h", "review": "g r", "ads": "g a", "customers": "g c", "shield": "g p"}
register.filter("go_key", lambda icon: GO_KEYS.get(icon, ""))

#: Whether this person may do something with a command: {% if command|acts:user %}.
register.filter("acts", lambda command, staff: minds(staff, command))
#: Whether the page of a command opens for this person: {% if command|sees:user %}.
register.filter("sees", lambda command, staff: sees(staff, command))

for part in (parts.badge, parts.id_chip, parts.mark):
    register.simple_tag(part)
register.simple_tag(parts.symbol, name="icon")


@register.simple_tag
def avatar(staff: Any, hidden: bool = False) -> SafeString:
    """A colleague's face: initials in their hue. hidden=True where the name stands beside it."""
    name = wording.text(getattr(staff, "name", staff)) or "Someone"
    letters = getattr(staff, "initials", "") or wording.initials(name)
    named = format_html('role="img" aria-label="{}" title="{}"', name, name)
    role = SafeString('aria-hidden="true"') if hidden else named
    return format_html('<span class="avatar" data-hue="{}" {}>{}</span>', wording.hue(name), role, letters)


@register.simple_tag
def person(staff: Any) -> SafeString:
    """A colleague's face and name."""
    name = wording.text(getattr(staff, "name", staff)) or "Someone"
    return format_html('<span class="person">{}{}</span>', avatar(staff, hidden=True), name)


def _uses_keys(context: Context) -> bool:
    return bool(getattr(context.get("user"), "shortcuts", False))


@register.simple_tag(takes_context=True)
def kbd(context: Context, *keys: str) -> SafeString | str:
    """A key cap, for people who use single keys. Decoration: the element says the key itself by {% shortcut %}."""
    if not _uses_keys(context):
        return ""
    return format_html('<kbd aria-hidden="true">{}</kbd>', " ".join(keys))


@register.simple_tag(takes_context=True)
def shortcut(context: Context, key: str) -> SafeString | str:
    """Attributes that let static/js/keys.js press this element: "a", "shift+a", "arrowleft", "/", or in turn "g r"."""
    if not _uses_keys(context):
        return ""
    if " " in key:
        return format_html('data-key="{}"', key)
    parts = [f"Arrow{part[5:].title()}" if part.startswith("arrow") else part.title() for part in key.split("+")]
    return format_html('aria-keyshortcuts="{}" data-key="{}"', "+".join(parts), key)


@register.simple_tag
def time(value: Any) -> SafeString:
    """11 Jun, 08:12 in the reader's zone."""
    return parts.time(value, moments.when(value))


@register.simple_tag
def clock_time(value: Any) -> SafeString:
    """08:12 when it is today, else 11 Jun, 08:12."""
    return parts.time(value, moments.clock(value))


@register.simple_tag
def ago_time(value: Any) -> SafeString:
    """3 s ago, and keeps ageing (static/js/ages.js)."""
    return parts.time(value, moments.ago(value), "ago")


@register.simple_tag
def age_time(value: Any) -> SafeString:
    """21 h, and keeps ageing."""
    return parts.time(value, moments.age(value), "age")


@register.simple_tag
def left_time(value: Any) -> SafeString:
    """9 h left, and keeps running down."""
    return parts.time(value, moments.left(value), "left")


@register.simple_tag
def countdown(until: Any, since: Any = None) -> SafeString:
    """The undo clock: real seconds until a moment; the ring empties over the time from since (8 s when unknown)."""
    over, begun = moments.moment(until), moments.moment(since)
    if over is None:
        return SafeString("")
    left = max(0, round((over - timezone.now()).total_seconds()))
    whole = (over - begun).total_seconds() if begun and begun < over else 8
    return format_html(
        '<span class="countdown" role="timer" data-until="{}" data-seconds="{}">'
        '<svg viewBox="0 0 28 28" aria-hidden="true"><circle class="track" cx="14" cy="14" r="12.2"/>'
        '<circle class="left" cx="14" cy="14" r="12.2" pathLength="100"/></svg>'
        '<b>{}</b><span class="visually-hidden"> seconds left to undo</span></span>',
        over.isoformat(),
        round(whole, 1),
        left,
    )


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """A form field's control in our look; attributes with _ for -: {% control field inputmode="numeric" %}."""
    named = {name.replace("_", "-"): value for name, value in attrs.items() if value not in (None, "")}
    if field.widget_type not in ("checkbox", "radioselect", "checkboxselectmultiple", "hidden"):
        named["class"] = " ".join(filter(None, ["input", named.get("class"), field.field.widget.attrs.get("class")]))
    return field.as_widget(attrs=named)


@register.simple_tag
def zone() -> str:
    """The reader's zone, named once per table: Time, Europe/Lisbon."""
    return timezone.get_current_timezone_name()


@register.simple_tag(takes_context=True)
def zones(context: Context) -> list[str]:
    """The zones a person chooses from: one or two per offset where people work, and their own."""
    own = getattr(context.get("user"), "time_zone", "")
    return sorted({*moments.ZONES, *filter(None, [own])}, key=lambda name: (name != "UTC", name))


@register.simple_tag
def server_now() -> str:
    """The server's clock to the millisecond, so that ages and countdowns are right on a machine whose clock is not."""
    return timezone.now().isoformat(timespec="milliseconds")
