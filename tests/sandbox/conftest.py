"""A real sandbox for the whole session: own database, small world, own process and port."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stack.children import Children
from stack.piece import Piece
from stack.sandbox import Sandbox
from tests.running import free_port, fresh_database
from tests.sandbox.api import Api


@dataclass(frozen=True)
class SmallSandbox(Sandbox):
    """The product's sandbox with the small world in it."""

    def preparation(self) -> list[Piece]:
        migrate, seed = super().preparation()
        return [migrate, replace(seed, command=[*seed.command, "--world", "small"])]


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("sandbox")
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/") + "_sandbox"
    sandbox = SmallSandbox(folder, free_port(), fresh_database(name), dict(os.environ))
    with Children(log_dir=folder / "log") as children:
        children.run(sandbox.preparation())
        children.wait_ready(*children.start(sandbox.piece()))
        running = Api(sandbox.url, sandbox.database_url)
        yield running
        running.client.close()


@pytest.fixture
def manage(tmp_path: Path) -> Callable[..., str]:
    """The command line of a sandbox: `manage(database_url, "seed", "--world", "demo")` gives what it printed."""

    def run(database_url: str, *words: str) -> str:
        env = dict(os.environ) | {"SANDBOX_DATABASE_URL": database_url, "SANDBOX_DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-m", "sandbox", *words],
            env=env,
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run
