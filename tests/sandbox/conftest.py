"""A real sandbox for the whole session: own database, small world, own process and port."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stack.children import Children
from stack.sandbox import Sandbox
from tests.running import free_port
from tests.sandbox import files
from tests.sandbox.api import Api
from tests.worlds import database_with


@contextmanager
def running_sandbox(folder: Path, name: str) -> Iterator[Api]:
    """A sandbox with the small world; its database is this test database's name plus `name`."""
    database = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/") + name
    env = {**os.environ, "SANDBOX_MEDIA_ALLOW": files.PLACE}
    sandbox = Sandbox(folder, free_port(), database_with("small", database, folder), env)
    with Children(log_dir=folder / "log") as children:
        children.wait_ready(*children.start(sandbox.piece()))
        running = Api(sandbox.url, sandbox.database_url)
        yield running
        running.client.close()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The sandbox most tests share. Nobody moves its clock."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), "_sandbox") as running:
        yield running


@pytest.fixture(scope="session")
def movable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_sandbox(tmp_path_factory.mktemp("time-travel"), "_travel") as running:
        yield running


@pytest.fixture(scope="module")
def time_travel(movable: Api) -> Api:
    """A sandbox whose clock and switches tests may move. What a test needs there it makes itself: the world's own
    rows may have expired already. Each file gets the world anew: moving time takes long where much was left behind."""
    movable.client.post("/_sandbox/world", json={"name": "small"}, timeout=20).raise_for_status()
    return movable


@pytest.fixture(scope="session", name="files")
def files_of_a_partner() -> Iterator[files.Files]:
    """A web server that both sandboxes may fetch from."""
    with files.serving() as running:
        yield running


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
