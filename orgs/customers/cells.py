"""The cells of the list of customers as HTML. In Python: 50 rows of template parts take longer than all the rest."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.figures import credits, percent
from common.moments import age, ago, when
from common.parts import QUIET_NOTHING, badge, id_chip, mark, symbol, time
from common.wording import words
from orgs.customers.rows import Row

NOT_KNOWN = SafeString('<span class="quiet">Not known yet</span>')
STATUS = {"active": "ok", "suspended": "stop", "archived": "quiet"}


def toned(tone: str, said: str) -> SafeString:
    return format_html('<span data-tone="{}"><b>{}</b></span>', tone, said) if tone else format_html("{}", said)


def status(row: Row) -> SafeString:
    return badge(STATUS.get(row.customer.status, "wait"), words(row.customer.status))


def available(row: Row) -> SafeString:
    if row.wallet is None or row.available is None:
        return NOT_KNOWN
    said = toned(row.tone, credits(row.available))
    return format_html("{}<small>of {}</small>{}", said, credits(row.wallet.balance), _old(row) if row.is_stale else "")


def _old(row: Row) -> SafeString:
    at = row.wallet.synced_at if row.wallet else None
    return format_html(" {}", badge("wait", format_html("{} old", time(at, age(at), "age")), "clock"))


def lasts(row: Row) -> SafeString:
    if row.days is None:
        return QUIET_NOTHING
    said = f"{row.days:,} day{'' if row.days == 1 else 's'}" if row.days else "Today"
    then = SafeString("<small>then refills</small>") if row.kept and row.kept.refills else ""
    return format_html("{}{}", toned(row.days_tone, said), then)


def cap(row: Row) -> SafeString:
    if row.wallet is None or row.config is None:
        return NOT_KNOWN
    if row.cap is None:
        return format_html("No cap<small>{} spent</small>", credits(row.wallet.used_this_period))
    found, share = row.cap, percent(row.cap.share)
    # A cap of nothing counts as used up.
    meter = (found.of, found.low, found.high, found.taken) if found.of else (10, 1, 2, 10)
    return format_html(
        '<span class="measure"><span><span>{} <span class="of">of {}</span></span><span class="of">{}</span></span>'
        '<meter min="0" max="{}" low="{}" high="{}" optimum="0" value="{}" aria-label="Cap used">{}</meter></span>',
        credits(found.taken),
        credits(found.of),
        share,
        *meter,
        share,
    )


def refill(row: Row) -> SafeString:
    if row.config is None:
        return NOT_KNOWN
    if not row.refills:
        return SafeString('<span class="quiet">Off</span>')
    rule = (credits(row.config.refill_threshold), credits(row.config.refill_amount))
    why = format_html('<small data-tone="stop"><b>Blocked:</b> {}</small>', row.blocked) if row.blocked else ""
    return format_html('<span class="nowrap">{} → +{}</span>{}', *rule, why)


def burn(row: Row) -> SafeString:
    return format_html("{}<small>a day</small>", credits(row.daily)) if row.daily else QUIET_NOTHING


def reserved(row: Row) -> SafeString:
    return NOT_KNOWN if row.wallet is None else format_html("{}", credits(row.wallet.reserved))


def ends(row: Row) -> SafeString:
    return NOT_KNOWN if row.wallet is None else time(row.wallet.period_end, when(row.wallet.period_end))


def read(row: Row) -> SafeString:
    if row.wallet is None:
        return SafeString('<span class="quiet">Not read yet</span>')
    return _old(row) if row.is_stale else time(row.wallet.synced_at, ago(row.wallet.synced_at), "ago")


def created(row: Row) -> SafeString:
    return time(row.customer.created_at, when(row.customer.created_at))


def tags(row: Row) -> SafeString:
    if not row.pairs:
        return QUIET_NOTHING
    pair = '<span class="pair"><span class="quiet">{}</span> {}</span>'
    more = format_html("<small>{} more</small>", row.more_pairs) if row.more_pairs else ""
    return format_html("{}{}", format_html_join(" ", pair, row.first_pairs), more)


HEAD = """<td class="pick"><input type="checkbox" name="id" value="{id}" form="bulk" aria-label="Select {name}"></td>
<th scope="row"><span class="with-mark">{mark}<span class="what"><a href="{address}">{name}</a>
<small>{chip}</small></span><button type="submit" class="button plain square small pin" form="pins" formaction="{pin}"
hx-post="{pin}" hx-swap="none" aria-label="Keep {name} on top" aria-pressed="{pressed}"{off}>{icon}
</button></span></th>"""


def head(row: Row) -> SafeString:
    """The box that selects it, its name, and the pin that keeps it on top."""
    return format_html(
        HEAD,
        id=row.customer.id,
        name=row.customer.name,
        mark=mark(row.customer.name),
        address=row.address,
        chip=id_chip(row.customer.id, "organization id"),
        pin=f"{row.address}pin/",
        pressed="true" if row.pinned else "false",
        off=SafeString(' name="off" value="1"') if row.pinned else "",
        icon=symbol("pin"),
    )


def cell(words: str, looks: str, draw: Callable[[Row], Any], row: Row) -> SafeString:
    """A table cell that carries the name of its column, for phones."""
    return format_html('<td class="{}" data-label="{}">{}</td>', looks, words, draw(row))
