"""What can be fetched. Each desk registers its resources in its `sync.py`; the engine knows none of them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from layers.client import Layers
from layers.mirror.models import Scope

Fetch = Callable[[Layers, Scope], None]


@dataclass(frozen=True)
class Resource:
    """`every`: how often a scope is fetched. `limit`: the age past which a page says that its copy is stale."""

    name: str
    label: str
    every: timedelta
    limit: timedelta
    fetch: Fetch


REGISTRY: dict[str, Resource] = {}


def resource(name: str, label: str, *, every: int, limit: int) -> Callable[[Fetch], Fetch]:
    """Registers a fetch function. `every` and `limit` are seconds. The function writes with `upsert`, page by page."""

    def register(fetch: Fetch) -> Fetch:
        REGISTRY[name] = Resource(name, label, timedelta(seconds=every), timedelta(seconds=limit), fetch)
        return fetch

    return register
