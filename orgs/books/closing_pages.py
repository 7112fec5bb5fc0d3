"""The pages of the daily close: the days of a month, one day, signing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Min, Q
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from layers.outbox.models import State
from orgs.books.closing import CannotSign, Change, Day, Sums, changes_since, sums_of
from orgs.books.closing import sign as sign_day
from orgs.books.closing_models import LONGEST_NOTE, DayClose, DaySum, Movement, Side
from orgs.books.tieout_models import Books, TieState, Transfer
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
    """One day in the list. `unmatched`: transfers that do not match or wait, now."""

    on: date
    close: DayClose | None
    sums: Sums
    unmatched: int
    is_over: bool
    is_gap: bool

    @property
    def changes(self) -> list[Change]:
        return changes_since(self.close, self.sums) if self.close else []

    @property
    def changed(self) -> int:
        return sum(abs(one.credits) for one in self.changes)

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
    today = timezone.now().date()
    first = _month(request.GET.get("month", ""), today)
    lines = _lines(first, today)
    begun = DaySum.objects.aggregate(first=Min("day"))["first"] or today
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    context = {
        "month": first,
        "lines": lines,
        "gaps": sum(line.is_gap for line in lines),
        "earlier": before if before >= begun.replace(day=1) else None,
        "later": after if after <= today else None,
    }
    return render(request, "orgs/books/days.html", context)


def _month(text: str, today: date) -> date:
    """The first day of the month that is asked for; of this one when it is none."""
    try:
        found = parse_date(f"{text}-01") or today
    except ValueError:
        found = today
    return min(found, today).replace(day=1)


def _lines(first: date, today: date) -> list[Line]:
    """Three queries, whatever happened."""
    last = min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)
    shown = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    closes = {close.day: close for close in DayClose.objects.filter(day__in=shown).select_related("staff")}
    sums = sums_of(shown)
    start, end = Day(first).start, Day(last).end
    odd = Q(state=TieState.EXCEPTION) | Q(state=TieState.WAITING)
    found = Transfer.objects.filter(odd, at__gte=start, at__lt=end).annotate(on=TruncDate("at", tzinfo=UTC))
    unmatched = dict(found.values_list("on").annotate(n=Count("key")).order_by())
    opened_at = Books.objects.values_list("opened_at", flat=True).first()
    opened = opened_at.date() if opened_at else date.min
    return [
        Line(
            on,
            closes.get(on),
            sums[on],
            unmatched.get(on, 0),
            is_over=on < today,
            is_gap=opened <= on < today and on not in closes,
        )
        for on in shown
    ]


def _csv_rows() -> Iterator[list[Any]]:
    closes = DayClose.objects.select_related("staff").order_by("-day")
    sums = sums_of([close.day for close in closes])
    for close in closes:
        changes = changes_since(close, sums[close.day])
        names = ("opening", *Movement.values, "closing")
        figures = [close.figures.get(side, {}).get(name) for side in Side.values for name in names]
        changed = "; ".join(
            f"{Side(one.side).label}, {Movement(one.movement).label}: {one.credits:+}" for one in changes
        )
        state = "changed after close" if changes else "signed"
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
