"""Small parts of pages as HTML, for templates (dashboard/templatetags/desk.py) and for tables drawn in Python."""

from functools import cache, lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.figures import NOTHING
from common.moments import exactly, iso, moment
from common.wording import hue, initials, short_id, text

QUIET_NOTHING = format_html('<span class="quiet">{}</span>', NOTHING)


@cache
def sprite() -> str:
    return static("icons.svg")


@lru_cache(maxsize=1024)
def symbol(name: str, label: str = "") -> SafeString:
    """One symbol of static/icons.svg. With a label it is an image with that name, without one it is decoration."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#i-{}"/></svg>', role, sprite(), name)


def badge(tone: str, text: Any, icon: str = "", bare: bool = False, large: bool = False) -> SafeString:
    """A status in a word. Tones: ok, wait, stop, info, quiet."""
    looks = f"badge{' bare' if bare else ''}{' large' if large else ''}"
    drawn = symbol(icon) if icon else ""
    return format_html('<span class="{}" data-tone="{}">{}{}</span>', looks, tone or "quiet", drawn, text)


def id_chip(value: Any, kind: str = "id", full: bool = False) -> SafeString:
    """An id that one press copies whole. kind is what the button says it copies: "container id"."""
    whole = text(value)
    if not whole:
        return QUIET_NOTHING
    return format_html(
        '<span class="id-chip"><code title="{}">{}</code>'
        '<button type="button" data-copy="{}" aria-label="Copy {}">{}</button></span>',
        whole,
        whole if full else short_id(whole),
        whole,
        kind,
        symbol("copy"),
    )


def mark(name: Any, large: bool = False) -> SafeString:
    """A customer's square mark. Always beside the customer's name, so it is decoration."""
    looks = f"avatar brand-mark{' large' if large else ''}"
    return format_html('<span class="{}" data-hue="{}" aria-hidden="true">{}</span>', looks, hue(name), initials(name))


def time(value: Any, said: str, live: str = "") -> SafeString:
    if moment(value) is None:
        return QUIET_NOTHING
    ageing = format_html(' data-ago="{}"', live) if live else ""
    return format_html('<time datetime="{}" title="{}"{}>{}</time>', iso(value), exactly(value), ageing, said)
