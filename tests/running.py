"""The whole product as separate processes, for tests that need it real: databases, sandbox, web, workers, beat."""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg

from stack.child import Child
from stack.children import Children
from stack.environment import NAMES
from stack.product import Product
from stack.sandbox import Sandbox
from tests.workers import own, own_redis
from tests.worlds import database_with, desk_database

T = TypeVar("T")
NUMBERS = count(4, 4)  # of the Valkey databases of products; below them each of up to four test processes has its own


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_database(name: str) -> str:
    """The address of an empty database of that name (and of this process), on the server of DATABASE_URL."""
    base, name = os.environ["DATABASE_URL"], own(name)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return urlunsplit(urlsplit(base)._replace(path=f"/{name}"))


def wait_for(what: Callable[[], T | None], *, seconds: float = 20, why: str = "it") -> T:
    """The first truthy answer; fails with `why` when there is none in time."""
    end = monotonic() + seconds
    while monotonic() < end:
        if value := what():
            return value
        sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s for {why}")


@dataclass
class Running:
    """A started product. Stopping and starting a piece by name is how tests take things away from it."""

    product: Product
    children: Children
    pieces: dict[str, Child]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.product.port}"

    def stop(self, name: str) -> None:
        child = self.pieces.pop(name)
        pid = child.pid
        child.signal(signal.SIGTERM)  # by the supervisor's own hand, so that it does not take it for a crash
        wait_for(lambda: not alive(pid), why=f"{name} to stop")

    def start_sandbox(self) -> None:
        assert self.product.sandbox
        (child,) = self.children.start(self.product.sandbox.piece())
        self.children.wait_ready(child)
        self.pieces["sandbox"] = child


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def running(folder: Path, name: str, **settings: str) -> Iterator[Running]:
    """A product of its own: databases named after `name`, its own ports and folder, the demo world, a first sync."""
    base = {key: value for key, value in os.environ.items() if key not in NAMES} | settings
    sandbox = Sandbox(folder / "sandbox", free_port(), database_with("demo", f"{name}_sandbox", folder), base)
    sandbox.data.mkdir()
    product = Product(
        data=folder,
        port=free_port(),
        database_url=desk_database(name),
        redis_url=own_redis(os.environ["REDIS_URL"], next(NUMBERS)),
        api_url=sandbox.url,
        api_key=sandbox.key(),
        secret_key="only-for-tests",
        sandbox=sandbox,
        base=base,
    )
    with Children(log_dir=folder / "log") as children:
        children.run(*product.preparation())
        pieces = product.start(children)
        children.run([product.manage("first_sync")])
        yield Running(product, children, pieces)


def chromium() -> str:
    """The browser that `make test` found, or one on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), "")
    assert found, "No Chromium: `make test` installs one, or put one on the PATH."
    return found
