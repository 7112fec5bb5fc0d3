"""Pages of long lists by key: each is one indexed range, however deep. Never by offset, never with a count."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from django.core.exceptions import ValidationError
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
    after = _read(request.GET.get("after"), rows.model, key)
    before = _read(request.GET.get("before"), rows.model, key)
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


def page_after(request: HttpRequest, row: Model, key: tuple[str, ...]) -> str:
    """The address of the page that begins right after `row`; `key` as for `page`."""
    return _address(request, "after", _values(row, key))


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


def _read(cursor: str | None, model: type[Model], key: tuple[str, ...]) -> list[Any] | None:
    """The values of the bound row, checked against the columns they are compared with; None if it is no cursor."""
    if not cursor:
        return None
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(key) or None in values:
            return None
        read = [_field(model, name).to_python(value) for name, value in zip(key, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, msgspec.DecodeError, ValidationError):
        return None
    return None if any(isinstance(value, str) and "\x00" in value for value in read) else read


def _field(model: type[Model], name: str) -> Any:
    first, _, rest = name.partition("__")
    field = model._meta.get_field(first)
    return _field(field.related_model, rest) if rest and isinstance(field.related_model, type) else field
