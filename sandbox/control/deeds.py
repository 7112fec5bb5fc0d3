"""What people do on other sites than the partner's, as the sandbox lets you do it: one name, its fields, its effect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from django.core.exceptions import ValidationError
from django.db import models

from sandbox import ids
from sandbox.api.errors import invalid, not_found

Row = TypeVar("Row", bound=models.Model)
Done = dict[str, Any]


class Wish(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The fields of a deed, as the API spells them; ids with or without their prefix."""


@dataclass(frozen=True)
class Deed:
    """`run` gets the wish and returns what is worth telling (ids of what it made)."""

    name: str
    about: str
    wish: type[Wish]
    run: Callable[[Any], Done | None]

    @property
    def fields(self) -> list[dict[str, Any]]:
        return [{"name": field.encode_name, "required": field.required} for field in msgspec.structs.fields(self.wish)]


def one(model: type[Row], kind: str, text: str, *, locked: bool = False) -> Row:
    """The row of an id of the API, of whatever organization; `locked` inside a transaction. 422 or 404."""
    parse = ids.parse_uuid if kind in ids.UUID_PREFIXES else ids.parse_ulid
    key = parse(kind, text.strip())
    if key is None:
        raise invalid("", f"An id of a {kind.replace('_', ' ')} looks like {ids.show(kind, '…')}.")
    return _there(model, kind, pk=key, locked=locked)


def named(model: type[Row], kind: str, text: str, *, locked: bool = False) -> Row:
    """The row of an id that has no prefix."""
    try:
        return _there(model, kind, pk=model._meta.pk.to_python(text.strip()), locked=locked)
    except ValidationError:
        raise not_found(kind) from None


def _there(model: type[Row], kind: str, *, pk: Any, locked: bool) -> Row:
    rows = model._default_manager.filter(pk=pk)
    row: Row | None = (rows.select_for_update() if locked else rows).first()
    if row is None:
        raise not_found(kind.replace("_", " "))
    return row
