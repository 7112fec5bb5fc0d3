"""Several pytest processes at once (`make test`): names of their own on the servers that all share, and a fair split.

Loaded by `-p` in pyproject.toml: before Django reads its settings, and in every process.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import pytest
from xdist.scheduler import LoadFileScheduling

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

#: Folders whose session fixture is too dear to be made twice: one process runs all of it.
TOGETHER = ("tests/e2e", "tests/processes")
#: What takes longest is begun first, so that no process sits idle at the end.
FIRST = ("tests/e2e", "tests/sandbox/test_contract.py", "tests/sandbox", "tests/processes")


def own(name: str) -> str:
    """The name of a database that only this process uses."""
    return f"{name}_{WORKER}" if WORKER else name


def own_redis(url: str, number: int) -> str:
    """The address of one of the numbered databases of the Valkey at `url`, counted from its own number."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url.split('?')[0]}?db={int(parts.query.removeprefix('db=') or 0) + number}"
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + number}"))


if WORKER:
    os.environ["REDIS_URL"] = own_redis(os.environ["REDIS_URL"], int(WORKER.removeprefix("gw")))


class Split(LoadFileScheduling):
    """A file is one piece of work; of the folders in TOGETHER the whole folder is."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(f"{folder}/")), super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Split:
    return Split(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((place for place, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST))

    items.sort(key=rank)
