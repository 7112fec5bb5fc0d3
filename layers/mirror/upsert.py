"""Writes many mirror rows at once. Rows may come late, twice or in any order; the newer version wins."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection, models, transaction
from django.utils import timezone

from layers.mirror.models import Mirrored

BATCH = 2000
OWNER = "organization_id"


def upsert(model: type[Mirrored], rows: Iterable[Any], *, only: Sequence[str] | None = None) -> int:
    """Inserts or updates dataclass instances whose field names are column names of `model`; returns rows written.

    A row replaces ours when its `remote_updated_at` is later, or equal with other content or another owner. `raw` is
    merged member by member, because list rows are slimmer than the object itself. `only` names the columns to change in
    rows we have already, for callers that know no others (a slim list row must not empty what the full object told us).
    """
    written = 0
    batch: dict[Any, dict[str, Any]] = {}
    for row in rows:
        values = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
        key = values[_column_key(model)]
        if not key:
            continue
        known = batch.get(key)
        if known is None or known["remote_updated_at"] <= values["remote_updated_at"]:
            batch[key] = values
        if len(batch) == BATCH:
            written += _write(model, list(batch.values()), only)
            batch = {}
    return written + (_write(model, list(batch.values()), only) if batch else 0)


def _column_key(model: type[models.Model]) -> str:
    return str(model._meta.pk.attname)


def _write(model: type[Mirrored], rows: list[dict[str, Any]], only: Sequence[str] | None) -> int:
    table, key = model._meta.db_table, _column_key(model)
    names = [*rows[0], "synced_at"]
    changing = {*only, "remote_updated_at", "raw", "synced_at"} if only else set(names)
    json_names = {field.attname for field in model._meta.concrete_fields if isinstance(field, models.JSONField)}
    now = timezone.now()
    columns = ", ".join(f'"{name}"' for name in names)
    changes = ", ".join(
        '"raw" = t."raw" || excluded."raw"' if name == "raw" else f'"{name}" = excluded."{name}"'
        for name in names
        if name in changing and name != key
    )
    # A project that moved to another owner takes along rows that did not change themselves.
    moved = ' OR t."organization_id" IS DISTINCT FROM excluded."organization_id"' if OWNER in changing - {key} else ""
    # Table and column names come from our own models, never from input.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE incoming (LIKE "{table}" INCLUDING DEFAULTS) ON COMMIT DROP')
        with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            for row in rows:
                row["synced_at"] = now
                copy.write_row([_json(row[name]) if name in json_names else row[name] for name in names])
        cursor.execute(
            f'INSERT INTO "{table}" AS t ({columns}) SELECT {columns} FROM incoming ORDER BY "{key}" '
            f'ON CONFLICT ("{key}") DO UPDATE SET {changes} '
            'WHERE t."remote_updated_at" < excluded."remote_updated_at" OR (t."remote_updated_at" = '
            f'excluded."remote_updated_at" AND (t."raw" || excluded."raw" IS DISTINCT FROM t."raw"{moved}))'
        )
        written = cursor.rowcount
        cursor.execute("DROP TABLE incoming")
    return int(written)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
