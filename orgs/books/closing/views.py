"""The pages of the daily close: the days of a month, one day, signing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from layers.outbox.models import State
from orgs.books.closing.day import (
    CannotSign,
    Change,
    Day,
    Shift,
    Sums,
    changes_since,
    odd_transfers,
    shifts_since,
    sums_of,
)
from orgs.books.closing.day import sign as sign_day
from orgs.books.closing.models import LONGEST_NOTE, DayClose, DaySum, Movement, Side
from orgs.books.months import Month
from orgs.books.tieout.models import Books, TieState
from orgs.export import csv_file
from orgs.tenant import SealBroken, open_seal, refused, seal

SIGN = "books.sign"
CSV_HEADER = [
    "Day (UTC)",
    "State",
    "Signed by",
    "Signed at (UTC)",
    *[f"{side.label}: {words}" for side in Side for words in ("opening", *(one.label for one in Movement), "closing")],
    "Accepted transfers",
    "Accepted, off by",
    "Ledgers not read",
    "Changed after the close",
    "Note",
]


@dataclass(frozen=True)
class Line:
    """One day in the list. `odd`: transfers by state, but for those that match, now."""

    on: date
    close: DayClose | None
    sums: Sums
    odd: dict[str, int]
    is_over: bool
    is_gap: bool

    @property
    def changes(self) -> list[Change]:
        return changes_since(self.close, self.sums) if self.close else []

    @property
    def changed(self) -> int:
        return sum(abs(one.credits) for one in self.changes)

    @property
    def shifts(self) -> list[Shift]:
        return shifts_since(self.close, self.odd) if self.close else []

    @property
    def unmatched(self) -> int:
        """Transfers that do not match or wait."""
        return self.odd.get(TieState.EXCEPTION, 0) + self.odd.get(TieState.WAITING, 0)

    @property
    def given(self) -> int:
        return self.sums.get((Side.CUSTOMERS, Movement.GIVEN), 0)

    @property
    def refilled(self) -> int:
        return self.sums.get((Side.CUSTOMERS, Movement.REFILLED), 0)

    @property
    def reclaimed(self) -> int:
        return -self.sums.get((Side.CUSTOMERS, Movement.RECLAIMED), 0)

    @property
    def spent(self) -> int:
        return -self.sums.get((Side.CUSTOMERS, Movement.SPENT), 0)


class SignForm(forms.Form):
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "At most %(limit_value)d characters; this has %(show_value)d."},
    )


@require_GET
def days(request: HttpRequest) -> HttpResponseBase:
    """The days of one month (`?month=2026-06`), the last first. `?format=csv` sends the signed days of all months."""
    if request.GET.get("format") == "csv":
        return csv_file("days", CSV_HEADER, _csv_rows())
    month = min(Month.read(request.GET.get("month", "")) or Month.now(), Month.now())
    lines = _lines(month)
    begun = DaySum.objects.filter(lines__gt=0).aggregate(first=Min("day"))["first"]
    context = {
        "month": month,
        "lines": lines,
        "gaps": sum(line.is_gap for line in lines),
        "earlier": month.previous if begun and begun < month.first else None,
        "later": month.next if month < Month.now() else None,
    }
    return render(request, "orgs/books/days.html", context)


def _lines(month: Month) -> list[Line]:
    """Four queries, whatever happened."""
    today = timezone.now().date()
    last = min(month.last.date(), today)
    shown = [last - timedelta(days=back) for back in range(last.day)]
    closes = {close.day: close for close in DayClose.objects.filter(day__in=shown).select_related("staff")}
    sums, odd = sums_of(shown), odd_transfers(month.first, last)
    opened_at = Books.objects.values_list("opened_at", flat=True).first()
    opened = opened_at.date() if opened_at else date.min
    return [
        Line(
            on,
            closes.get(on),
            sums[on],
            odd.get(on, {}),
            is_over=on < today,
            is_gap=opened <= on < today and on not in closes,
        )
        for on in shown
    ]


def _csv_rows() -> Iterator[list[Any]]:
    closes = list(DayClose.objects.select_related("staff").order_by("-day"))
    sums = sums_of([close.day for close in closes])
    odd = odd_transfers(closes[-1].day, closes[0].day) if closes else {}
    for close in closes:
        changes, shifts = changes_since(close, sums[close.day]), shifts_since(close, odd.get(close.day, {}))
        names = ("opening", *Movement.values, "closing")
        figures = [close.figures.get(side, {}).get(name) for side in Side.values for name in names]
        changed = "; ".join(
            [f"{Side(one.side).label}, {Movement(one.movement).label}: {one.credits:+}" for one in changes]
            + [f"Transfers, {one.state.label.lower()}: {one.then} then, {one.now} now" for one in shifts]
        )
        state = "changed after close" if changed else "signed"
        accepted = close.transfers.get(TieState.ACCEPTED, 0)
        ending = [accepted, close.accepted_off, close.unread, changed, close.note]
        yield [close.day.isoformat(), state, close.staff.name, close.signed_at, *figures, *ending]


@require_GET
@never_cache
def day(request: HttpRequest, on: str) -> HttpResponse:
    return _show(request, _day(on), SignForm())


def _day(text: str) -> Day:
    """Raises Http404 for what is no day, or one that has not begun."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or found > timezone.now().date() or found.year < 2000:
        raise Http404
    return Day(found)


def _show(request: HttpRequest, shown: Day, form: SignForm, told: str = "", status: int = 200) -> HttpResponse:
    staff: Any = request.user
    sides = [column.kept for column in shown.columns]
    rows = [
        (name, words, [side[name] for side in sides])
        for name, words in [("opening", "Opening"), *Movement.choices, ("closing", "Closing")]
    ]
    context = {
        "day": shown,
        "rows": rows,
        "sides": Side.choices,
        "changes": [(Side(one.side).label, Movement(one.movement).label, one.credits) for one in shown.changes],
        "commands": [(State(state).label, number) for state, number in shown.commands.items()],
        "close": shown.close,
        "form": form,
        "told": told,
        "seal": seal(staff, "", f"{SIGN}:{shown.on}"),
        "earlier": shown.on - timedelta(days=1),
        "later": shown.on + timedelta(days=1) if shown.on < timezone.now().date() else None,
    }
    return render(request, "orgs/books/day.html", context, status=status)


@require_POST
def sign(request: HttpRequest, on: str) -> HttpResponse:
    shown = _day(on)
    here = reverse("books:day", args=[shown.on.isoformat()])
    staff: Any = request.user
    try:
        open_seal(request.POST.get("seal", ""), staff, "", f"{SIGN}:{shown.on}")
    except SealBroken as broken:
        return refused(request, broken, here)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _show(request, shown, form, status=422)
    try:
        sign_day(staff, shown.on, form.cleaned_data["note"])
    except CannotSign as refusal:
        return _show(request, Day(shown.on), form, told=str(refusal), status=409)
    messages.success(request, f"{shown.on.day} {shown.on:%B %Y} is signed.")
    return redirect(here)
