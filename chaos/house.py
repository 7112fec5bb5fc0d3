"""The pieces of a run as processes, and how they are taken away: workers, PostgreSQL and Valkey."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from chaos import world
from stack.child import Child
from stack.children import Children
from stack.datadir import DataDir
from stack.environment import NAMES, plain_environment
from stack.piece import Piece
from stack.postgres import Postgres
from stack.product import PY, WORKERS, Product
from stack.sandbox import Sandbox
from stack.servers import Servers
from stack.sockets import make_private, socket_folder
from stack.valkey import Valkey

DESK, LAYERS = "dashboard", "sandbox"
SETTINGS = "chaos.settings"
AGAIN = 0.2  # and a worker
NEVER = float("inf")
READY = " ready."  # what Celery says when a worker takes messages
OURS = ("staff", "outside")  # processes of this package, which end by themselves


@dataclass
class Deaths:
    """Told of every child that ended. `expected`: pid of what we killed, with the seconds it stays away."""

    expected: dict[int, float] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)
    unasked: list[str] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)

    def __call__(self, child: Child) -> float:
        if child.name in OURS:
            self.ended.add(child.name)
            if child.code:
                self.unasked.append(child.obituary)
            return NEVER
        away = self.expected.pop(child.pid, None)
        if away is None:
            self.unasked.append(child.obituary)
            return 1.0
        self.killed[child.name] = self.killed.get(child.name, 0) + 1
        return away


@dataclass
class House:
    """A product that runs, with its world and its mirror. Names of children are those of stack/product.py."""

    children: Children
    product: Product
    deaths: Deaths
    valkey: Valkey
    running: dict[str, Child]
    down: float = 3.0  # seconds that a server stays away
    at_work: float = 4.0  # seconds that a worker works before it may be killed: an idle one has nothing to lose
    _ready: dict[str, float] = field(default_factory=dict)  # since when a worker takes messages, time.monotonic()
    _read: dict[str, int] = field(default_factory=dict)  # characters of a worker's log that its earlier lives wrote

    def working(self) -> list[str]:
        """Workers that are at work. On a busy machine they take long to start; those are left to it."""
        now = time.monotonic()
        for name in WORKERS:
            if READY in self._log(name):
                self._ready.setdefault(name, now)
        working = [name for name in WORKERS if now - self._ready.get(name, now) >= self.at_work]
        return [name for name in working if self.running[name].running]

    def kill_worker(self, name: str) -> None:
        """SIGKILL."""
        del self._ready[name]
        self._read[name] = self._read.get(name, 0) + len(self._log(name))
        self._end(self.running[name], signal.SIGKILL, AGAIN)

    def crash_postgres(self) -> None:
        """Immediate shutdown: no checkpoint, every connection cut. It recovers from its log when it comes back."""
        self._end(self.running["postgres"], signal.SIGQUIT, self.down)

    def lose_valkey(self) -> None:
        """It dies, and its queues are lost with it."""
        self._end(self.running["valkey"], signal.SIGKILL, self.down)
        shutil.rmtree(self.valkey.home / "appendonlydir", ignore_errors=True)

    def start(self, name: str, *words: str, **more: str) -> Child:
        """A process of this package, `python -m <words>`, in the desk's environment."""
        (child,) = self.children.start(Piece(name, [PY, "-m", *words], self.product.env | more))
        return child

    def ask(self, module: str) -> str:
        """Such a process to its end; its last line."""
        piece = Piece(module.rpartition(".")[2], [PY, "-m", module], self.product.env)
        return self.children.run([piece])[0].last_lines[-1]

    def _log(self, name: str) -> str:
        """What a worker has said in this life."""
        file = self.running[name].log
        return file.read_text(errors="replace")[self._read.get(name, 0) :] if file else ""

    def _end(self, child: Child, signum: signal.Signals, away: float) -> None:
        # Not by Child.signal: that would tell the loop that it shall stay away.
        self.deaths.expected[child.pid] = away
        os.kill(child.pid, signum)


@contextmanager
def opened(
    folder: Path,
    port: int,
    sandbox_port: int,
    customers: int,
    *,
    databases: tuple[str, str] | None = None,
    **settings: str,
) -> Iterator[House]:
    """Everything from nothing in `folder`. Without `databases` (the desk's and Layers' own) it starts two PostgreSQL:
    the one of Layers is not ours to crash. With them it starts no web either: nobody opens a page. `settings` go into
    the environment of every process (chaos/settings.py)."""
    data, deaths = DataDir(folder), Deaths()
    with (
        data.lock("make chaos"),
        Children(log_dir=data.folder("log"), leftovers=data.leftovers, on_death=deaths) as children,
    ):
        children.listen()
        for name in ("desk", "layers", "log"):
            shutil.rmtree(data.path / name, ignore_errors=True)
            data.folder(name)
        valkey, pieces = _valkey(data), []
        if databases is None:
            desk, theirs = (_postgres(children, data.folder(name)) for name in ("desk", "layers"))
            pieces = [desk.piece(), replace(theirs.piece(), name="layers-postgres")]
        started = children.start(valkey.piece(), *pieces)
        children.wait_ready(*started)
        if databases is None:
            desk.create_databases([DESK])
            theirs.create_databases([LAYERS])
            databases = desk.url(DESK), theirs.url(LAYERS)
        base = {name: value for name, value in plain_environment().items() if name not in NAMES} | settings
        product = _product(data, port, sandbox_port, databases, valkey, base)
        started += _furnish(children, product, customers, web=bool(pieces))
        yield House(children, product, deaths, valkey, {child.name: child for child in started})


def _valkey(data: DataDir) -> Valkey:
    sockets = socket_folder(data.path)
    make_private(sockets, None)
    return Valkey(data.folder("valkey"), sockets)


def _postgres(children: Children, folder: Path) -> Postgres:
    postgres = Servers.of(DataDir(folder), valkey=False).postgres
    if postgres is None:
        raise RuntimeError("a server was asked for")
    postgres.clear()
    postgres.make(children)
    return postgres


def _product(
    data: DataDir, port: int, sandbox_port: int, databases: tuple[str, str], valkey: Valkey, base: dict[str, str]
) -> Product:
    layers = Sandbox(data.folder("layers") / "media", sandbox_port, databases[1], base)
    layers.data.mkdir(exist_ok=True)
    return Product(
        data=data.folder("desk"),
        port=port,
        database_url=databases[0],
        redis_url=valkey.url,
        api_url=layers.url,
        api_key=layers.key(),
        secret_key="only-for-chaos",  # noqa: S106  nobody signs in
        sandbox=layers,
        base=base,
        settings=SETTINGS,
    )


def _furnish(children: Children, product: Product, customers: int, *, web: bool) -> list[Child]:
    """Tables, world and mirror, then the processes."""
    layers = product.sandbox
    if layers is None:
        raise RuntimeError("chaos needs the sandbox")
    chains = [[product.manage("migrate", "-v0")], layers.preparation()[:1]]
    children.run(*chains, *([[product.manage("collectstatic", "--noinput", "-v0")]] if web else []))
    started = children.start(layers.piece())
    children.wait_ready(*started)
    world.make(layers.url, product.api_key, customers)
    children.run([product.manage("first_sync")])
    more = children.start(*([product.web()] if web else []), *product.workers(), product.beat())
    children.wait_ready(*more)
    return started + more
