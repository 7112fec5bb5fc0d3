"""Databases with a world of the sandbox in them, made once a run and then copied."""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from stack.children import Children
from stack.piece import Piece
from stack.sandbox import Sandbox
from tests.workers import own

#: One for all processes of a run; a template of another run may be of older code.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex


def database_with(world: str, name: str, folder: Path) -> str:
    """The address of a new database `name`, of this process, with the sandbox's tables and that world ("": none)."""
    base = os.environ["DATABASE_URL"]
    name = own(name)
    with psycopg.connect(base, autocommit=True) as connection:
        # Held until the copy is made: a template must have no other visitor.
        connection.execute("SELECT pg_advisory_lock(hashtext('worlds of the sandbox'))")
        _create(connection, name, _template(connection, world, folder))
    return _address(base, name)


def _template(connection: psycopg.Connection, world: str, folder: Path) -> str:
    """The name of the database that this run copies, made where it is not there yet."""
    base = os.environ["DATABASE_URL"]
    name = f"{urlsplit(base).path.lstrip('/')}_world_{world or 'tables'}"
    if _made_by(connection, name) != RUN:
        _create(connection, name, _template(connection, "", folder) if world else "template1")
        migrate, seed = Sandbox(folder, 0, _address(base, name), dict(os.environ)).preparation()
        seed = Piece(seed.name, [*seed.command, "--world", world], seed.env)
        with Children(log_dir=folder / "log") as children:
            children.run([seed if world else migrate])
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), RUN))
    return name


def _made_by(connection: psycopg.Connection, name: str) -> str:
    asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    row = connection.execute(asked, [name]).fetchone()
    return (row and row[0]) or ""


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    connection.execute(made)


def _address(base: str, name: str) -> str:
    return urlunsplit(urlsplit(base)._replace(path=f"/{name}"))
