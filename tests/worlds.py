"""Databases with the dashboard's tables, or with a world of the sandbox, made once a run and then copied."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from stack.children import Children
from stack.piece import ROOT, Piece
from stack.sandbox import Sandbox
from tests.workers import own

#: One for all processes of a run; a template of another run may be of older code.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex


def database_with(world: str, name: str, folder: Path) -> str:
    """The address of a new database `name`, of this process, with the sandbox's tables and that world ("": none)."""
    with _server() as connection:
        _create(connection, own(name), _world(connection, world, folder))
    return _address(own(name))


def desk_database(name: str) -> str:
    """The address of a new database `name`, of this process, with the dashboard's tables."""
    with _server() as connection:
        _create(connection, own(name), _desk(connection))
    return _address(own(name))


def desk_template() -> str:
    """The name of a database with the dashboard's tables, to be copied."""
    with _server() as connection:
        return _desk(connection)


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """The server, for one process at a time: a template that is copied must have no other visitor."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('templates of a test run'))")
        yield connection


def _world(connection: psycopg.Connection, world: str, folder: Path) -> str:
    """The name of the database that this run copies, made where it is not there yet."""

    def make(url: str) -> None:
        migrate, seed = Sandbox(folder, 0, url, dict(os.environ)).preparation()
        seed = Piece(seed.name, [*seed.command, "--world", world], seed.env)
        with Children(log_dir=folder / "log") as children:
            children.run([seed if world else migrate])

    return _template(
        connection, f"world_{world or 'tables'}", make, lambda: _world(connection, "", folder) if world else "template1"
    )


def _desk(connection: psycopg.Connection) -> str:
    def make(url: str) -> None:
        command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, check=True)

    return _template(connection, "desk", make, lambda: "template1")


def _template(connection: psycopg.Connection, about: str, make: Callable[[str], None], below: Callable[[], str]) -> str:
    """The name of this run's template, filled by `make` on a copy of `below` where it is not there yet."""
    name = f"{urlsplit(os.environ['DATABASE_URL']).path.lstrip('/')}_{about}"
    if _made_by(connection, name) != RUN:
        _create(connection, name, below())
        make(_address(name))
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


def _address(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
