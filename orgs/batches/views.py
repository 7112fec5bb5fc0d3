"""The page of a batch: how far it is, what became of each row, as a page, as the part that moves, and as a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from common.htmx import htmx
from common.paging import page
from layers.outbox.models import Command, State
from orgs.batches.models import Batch
from orgs.batches.progress import Progress, commands, stop
from orgs.export import csv_file

PAGE_SIZE = 50
FACTS = ["State", "Explanation", "What Layers said", "Request id", "Finished"]


@dataclass(frozen=True)
class Look:
    """What one kind of batch shows. `words`: what a command changes, without the customer's name."""

    route: str  # of its page; stopping is route_stop
    page: str  # templates
    rows: str
    filename: str
    header: Sequence[str]  # of the file, up to FACTS
    cells: Callable[[Command], list[Any]]
    left_out: Callable[[Batch], Iterator[list[Any]]]
    words: Callable[[Command], str]
    more: Callable[[HttpRequest, Any, Progress], dict[str, Any]] = field(default=lambda request, batch, progress: {})


def show(request: HttpRequest, batch: Batch, look: Look) -> HttpResponseBase:
    """`?state=` shows one state, `?format=csv` sends all."""
    if request.GET.get("format") == "csv":
        return csv_file(look.filename, [*look.header, *FACTS], results(batch, look))
    progress, state = Progress.of(batch), request.GET.get("state", "")
    rows = commands(batch).select_related("approval")
    rows = rows.filter(state=state) if state in State.values else rows
    found = page(request, rows, ("created_at", "id"), PAGE_SIZE, newest_first=False)
    here = reverse(look.route, args=[batch.id])
    context = {
        "batch": batch,
        "progress": progress,
        "state": state,
        "page": found,
        "rows": [(command, look.words(command)) for command in found.rows],
        "rows_template": look.rows,
        "here": here,
    }
    context |= look.more(request, batch, progress)
    return render(request, "orgs/batches/_batch.html" if htmx(request) else look.page, context)


def stopped(request: HttpRequest, batch: Batch, look: Look) -> HttpResponse:
    number = stop(batch, request.user)
    if number:
        messages.info(request, f"{number:,} taken back. Those already on their way go on.")
    else:
        messages.warning(request, "Too late: none of them can be taken back any more.")
    return redirect(look.route, batch.id)


def results(batch: Batch, look: Look) -> Iterator[list[Any]]:
    """Every row of the batch with what became of it, for a file."""
    names = ("payload", "target", "state", "failure", "detail", "answer", "request_id", "finished_at", "kind")
    for row in commands(batch).order_by("created_at", "id").only(*names).iterator(chunk_size=2000):
        said = [row.get_state_display(), row.explanation, row.detail, row.request_id, row.finished_at]
        yield [*look.cells(row), *said]
    yield from look.left_out(batch)
