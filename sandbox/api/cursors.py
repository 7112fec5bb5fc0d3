"""Pages by key: an opaque cursor holds the sort key of the last row given out, never an offset."""

import base64
import binascii
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.db.models.query import NamedValuesListIterable

from sandbox import statements
from sandbox.api.errors import invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadCursor(ValueError):
    """The text is not a cursor of this list."""


class Order(Protocol):
    """One list's order: how to sort, how to continue after a row, what a row's key is."""

    name: str
    #: Type of the column that breaks ties; a cursor holding another is not of this list.
    tie_type: type[Any]

    def sort(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]: ...

    def after(self, rows: QuerySet[Any, Any], moment: datetime, tie: Any) -> QuerySet[Any, Any]: ...

    def key(self, row: Any) -> tuple[datetime, Any]: ...


class NewestFirst:
    """`<moment> desc, <tie> desc`: every list but the audit log. `name` binds a cursor to its list."""

    moment = "created_at"

    def __init__(self, name: str, tie: str = "id", tie_type: type[Any] = uuid.UUID) -> None:
        self.name = name
        self.tie = tie
        self.tie_type = tie_type

    def sort(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.order_by(f"-{self.moment}", f"-{self.tie}")

    def after(self, rows: QuerySet[Any, Any], moment: datetime, tie: Any) -> QuerySet[Any, Any]:
        # A row comparison, so that the list's index answers it however deep the page lies.
        return rows.filter(TupleLessThan((F(self.moment), F(self.tie)), (moment, tie)))

    def key(self, row: Any) -> tuple[datetime, Any]:
        return getattr(row, self.moment), getattr(row, self.tie)


def encode(order: Order, row: Any) -> str:
    moment, tie = order.key(row)
    # Integer arithmetic: a float of seconds would lose the last microsecond.
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    payload = msgspec.json.encode([order.name, micros, tie])
    return base64.urlsafe_b64encode(payload).rstrip(b"=").decode()


def decode(order: Order, text: str) -> tuple[datetime, Any]:
    """The key a cursor holds. Raises BadCursor for anything this list did not write."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        name, micros, printed = msgspec.json.decode(raw, type=tuple[str, int, str | int])
        tie: Any = msgspec.convert(printed, order.tie_type)
        moment = EPOCH + timedelta(microseconds=micros)
    except (UnicodeEncodeError, binascii.Error, msgspec.DecodeError, OverflowError) as problem:
        raise BadCursor(text) from problem
    if name != order.name or (isinstance(tie, int) and not 0 <= tie < 2**63):
        raise BadCursor(text)
    return moment, tie


def page(
    rows: QuerySet[Any, Any],
    order: Order,
    show: Callable[[Any], dict[str, Any]],
    *,
    limit: int,
    cursor: str | None,
    lenient: bool = False,
) -> dict[str, Any]:
    """`{items, nextCursor}`. A bad cursor is 422, or the first page where the list is `lenient` (ads lists)."""
    if cursor:
        try:
            rows = order.after(rows, *decode(order, cursor))
        except BadCursor:
            if not lenient:
                raise invalid("cursor", "This cursor was not made by this list.") from None
    ordered = order.sort(rows)[: limit + 1]
    found = statements.rows(ordered) if issubclass(ordered._iterable_class, NamedValuesListIterable) else list(ordered)
    more = len(found) > limit
    if more:
        found.pop()
    return {"items": [show(row) for row in found], "nextCursor": encode(order, found[-1]) if more else None}
