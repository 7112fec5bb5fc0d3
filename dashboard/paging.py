"""Pages of long lists by key: each is one indexed range, however deep. Never by offset, never with a count."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in reading order, and addresses of the neighbours ("" where there is none)."""

    rows: list[Row]
    next_url: str
    previous_url: str


def page(
    request: HttpRequest, rows: QuerySet[Row], key: tuple[str, ...], size: int, *, newest_first: bool
) -> Page[Row]:
    """The page that the address asks for (`after` or `before` a row). `key` are the columns of an index, all in the
    same direction, that identify a row; names through a relation are written `wallet__available`. A cursor that was
    changed by hand shows the first page.
    """
    after, before = _read(request.GET.get("after"), key), _read(request.GET.get("before"), key)
    backwards = before is not None and after is None
    bound = before if backwards else after
    descending = newest_first != backwards
    rows = rows.order_by(*[f"-{name}" if descending else name for name in key])
    if bound is not None:
        # A row comparison, because the same condition written with OR makes PostgreSQL read the whole index.
        compare = TupleLessThan if descending else TupleGreaterThan
        rows = rows.filter(compare(tuple(F(name) for name in key), tuple(bound)))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bound is not None)
    return Page(
        rows=found,
        next_url=_address(request, "after", _values(found[-1], key)) if has_next and found else "",
        previous_url=_address(request, "before", _values(found[0], key)) if has_previous and found else "",
    )


def _values(row: Model, key: tuple[str, ...]) -> list[Any]:
    values = []
    for name in key:
        value: Any = row
        for part in name.split("__"):
            value = getattr(value, part)
        values.append(value)
    return values


def _address(request: HttpRequest, name: str, values: list[Any]) -> str:
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[name] = base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")
    return f"?{query.urlencode()}"


def _read(cursor: str | None, key: tuple[str, ...]) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    if not isinstance(values, list) or len(values) != len(key) or any(isinstance(v, dict | list) for v in values):
        return None
    return [_moment(value) for value in values]


def _moment(value: Any) -> Any:
    if isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value
