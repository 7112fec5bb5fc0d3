"""The pieces of the product, as `make run` and the browser tests start them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack.child import Child
from stack.children import Children
from stack.piece import Piece
from stack.sandbox import Sandbox
from stack.web_server import answer, gunicorn

PY = sys.executable
WORKERS = {"commands": ("commands,refresh", 6), "backfill": ("batches,backfill", 4)}


@dataclass(frozen=True)
class Product:
    """One dashboard against one Partner API. `sandbox` is None when that API is a real one.

    `base` is the environment the pieces build on; settings that are not named here (UNDO_SECONDS ...) pass through.
    """

    data: Path
    port: int
    database_url: str
    redis_url: str
    api_url: str
    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    sandbox: Sandbox | None
    base: Mapping[str, str] = field(repr=False)
    settings: str = "dashboard.settings"

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of the dashboard's processes."""
        env = {
            **self.base,
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "LAYERS_API_URL": self.api_url,
            "LAYERS_API_KEY": self.api_key,
            "SECRET_KEY": self.secret_key,
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
        }
        env.setdefault("DEBUG", "0")
        if self.sandbox:
            env["LAYERS_MEDIA_ORIGINS"] = self.sandbox.url
        return env

    def preparation(self) -> list[list[Piece]]:
        """Chains of steps that must have ended before the pieces start; the chains do not depend on each other."""
        tables = [self.manage("migrate", "-v0")]
        if self.sandbox:
            tables.append(self.manage("demo_staff"))
        chains = [tables, [self.manage("collectstatic", "--noinput", "-v0")]]
        if self.sandbox:
            chains.append(self.sandbox.preparation())
        return chains

    def web(self) -> Piece:
        """The web server, ready when /healthz says so."""
        command = gunicorn("dashboard.wsgi", self.port)
        return Piece("web", command, self.env, ready=lambda _pid: answer(self.port, "/healthz") == 200)

    def workers(self) -> list[Piece]:
        """The Celery workers: one for people who wait, one for sweeps."""
        return [self._worker(name, queues, threads) for name, (queues, threads) in WORKERS.items()]

    def beat(self) -> Piece:
        """The scheduler."""
        words = ["beat", "--loglevel", "WARNING", "--schedule", str(self.data / "beat-schedule")]
        return Piece("beat", [PY, "-m", "celery", "--quiet", "-A", "dashboard.celery", *words], self.env)

    def manage(self, *words: str, terminal: bool = False, quiet: bool = False) -> Piece:
        """A management command of the dashboard."""
        return Piece(words[0], [PY, "manage.py", *words], self.env, terminal=terminal, quiet=quiet)

    def start(self, children: Children) -> dict[str, Child]:
        """Start every piece, by name; web and sandbox answer when this returns. The preparation must have run."""
        return self.serve(children) | {"beat": children.start(self.beat())[0]}

    def serve(self, children: Children) -> dict[str, Child]:
        """The same without beat. It may follow when the first sync is done, or both fetch the same things at once."""
        front = [self.web()]
        if self.sandbox:
            front.append(self.sandbox.piece())
        # first those somebody waits for: starting all at once is slower for each of them
        started = children.start(*front)
        children.wait_ready(*started)
        started += children.start(*self.workers())
        return {child.name: child for child in started}

    def _worker(self, name: str, queues: str, threads: int) -> Piece:
        words = (
            f"worker -Q {queues} -c {threads} -P threads -n {name}@%h --without-gossip --without-mingle --loglevel INFO"
        )
        # whoever is root here chose to be; the worker need not say it at every start
        no_sermon = ["-W", "ignore:You're running the worker with superuser privileges"]
        return Piece(
            name, [PY, *no_sermon, "-m", "celery", "--quiet", "-A", "dashboard.celery", *words.split()], self.env
        )
