"""Finding one row by a fixed condition, without building the query anew each time."""

from typing import Any, Generic, TypeVar

import msgspec
from django.db import connection
from django.db.models import JSONField, Model

from sandbox import statements

M = TypeVar("M", bound=Model)


class RowBy(Generic[M]):
    """`RowBy(Organization, "id = %s").get(some_id)`: the instance or None. `where` is ours, never a caller's text."""

    def __init__(self, model: type[M], where: str) -> None:
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        self.model = model
        self.names = [field.attname for field in fields]
        self.json_at = [position for position, field in enumerate(fields) if isinstance(field, JSONField)]
        self.sql = f'select {columns} from "{model._meta.db_table}" where {where}'  # noqa: S608 - names of our own

    def get(self, *params: Any) -> M | None:
        row = statements.one(self.sql, params)
        if row is None:
            return None
        values = list(row)
        for position in self.json_at:
            if values[position] is not None:
                values[position] = msgspec.json.decode(values[position])
        return self.model.from_db(connection.alias, self.names, values)
