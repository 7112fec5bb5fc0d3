"""Finding one row by a fixed condition, without building the query anew each time."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
from django.db import connection
from django.db.models import ForeignKey, JSONField, Model

from sandbox import statements

M = TypeVar("M", bound=Model)


class _Columns(Generic[M]):
    """All columns of a model: how to ask for them and how to make an instance of them."""

    def __init__(self, model: type[M], prefix: str = "") -> None:
        fields = model._meta.concrete_fields
        self.model = model
        self.names = [field.attname for field in fields]
        self.json_at = [position for position, field in enumerate(fields) if isinstance(field, JSONField)]
        self.sql = ", ".join(f'{prefix}"{field.column}"' for field in fields)

    def instance(self, row: Sequence[Any]) -> M:
        values = list(row)
        for position in self.json_at:
            if values[position] is not None:
                values[position] = msgspec.json.decode(values[position])
        return self.model.from_db(connection.alias, self.names, values)


class RowBy(Generic[M]):
    """`RowBy(Organization, "id = %s").get(some_id)`: the instance or None. `where` is ours, never a caller's text."""

    def __init__(self, model: type[M], where: str) -> None:
        self.columns = _Columns(model)
        self.sql = f'select {self.columns.sql} from "{model._meta.db_table}" where {where}'  # noqa: S608 - names of our own

    def get(self, *params: Any) -> M | None:
        row = statements.one(self.sql, params)
        return None if row is None else self.columns.instance(row)


class RowWith(Generic[M]):
    """`RowWith(ApiKey, "organization", "one.key_id = %s")`: the key with its organization loaded, in one statement."""

    def __init__(self, model: type[M], name: str, where: str) -> None:
        to_other = model._meta.get_field(name)
        if not isinstance(to_other, ForeignKey):
            raise TypeError(f"{name} names no other row.")
        self.name = name
        self.one = _Columns(model, "one.")
        self.other: _Columns[Any] = _Columns(to_other.related_model, "other.")
        self.sql = (
            f"select {self.one.sql}, {self.other.sql}"  # noqa: S608 - names of our own
            f' from "{model._meta.db_table}" one join "{to_other.related_model._meta.db_table}" other'
            f' on other.id = one."{to_other.column}" where {where}'
        )

    def get(self, *params: Any) -> M | None:
        row = statements.one(self.sql, params)
        if row is None:
            return None
        width = len(self.one.names)
        found = self.one.instance(row[:width])
        setattr(found, self.name, self.other.instance(row[width:]))
        return found
