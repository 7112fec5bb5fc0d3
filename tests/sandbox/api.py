"""A plain client of the sandbox for these tests: no retries, no types, the answer as it came."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx
import psycopg

from sandbox.world.keys import PARENT_KEY, derived_key
from tests.sandbox.contract import check

READER_KEY = derived_key("reader")
STAR_KEY = derived_key("star")
KILLED_KEY = derived_key("killed")
REVOKED_KEY = derived_key("revoked")
CHILD_KEY = derived_key("journal")
SUSPENDED_CHILD_KEY = derived_key("bakery")
ARCHIVED_CHILD_KEY = derived_key("cycling")

#: The customers of the small world.
MORROW, BRIGHTSIDE, SUSPENDED, ARCHIVED = "Morrow Journal", "Brightside Sleep", "Oat Street Bakery", "Old Mill Cycles"


def fresh_key() -> str:
    """An Idempotency-Key nobody has used."""
    return str(uuid.uuid4())


@dataclass
class Api:
    """The running sandbox and its database."""

    url: str
    database_url: str
    #: Whether answers are held against the OpenAPI document; `replace(api, checked=False)` for a faulty sandbox.
    checked: bool = True

    @cached_property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20)

    def call(
        self,
        method: str,
        path: str,
        *,
        key: str | None = PARENT_KEY,
        child: str | None = None,
        idempotency: str | None = None,
        headers: dict[str, str] | None = None,
        checked: bool = True,
        **rest: Any,
    ) -> httpx.Response:
        """One request. `child` is an organization id to act for; `rest` goes to httpx (json, params, content).

        The answer is held against the OpenAPI document; `checked=False` where a test has asked for a broken one.
        """
        sent = {"Authorization": f"Bearer {key}"} if key else {}
        if child is not None:
            sent["X-Layers-Organization"] = child
        if idempotency is not None:
            sent["Idempotency-Key"] = idempotency
        answer = self.client.request(method, path, headers={**sent, **(headers or {})}, **rest)
        if checked and self.checked:
            check(answer)
        return answer

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.call("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> httpx.Response:
        return self.call("POST", path, **rest)

    def patch(self, path: str, **rest: Any) -> httpx.Response:
        return self.call("PATCH", path, **rest)

    def body(self, path: str, **rest: Any) -> dict[str, Any]:
        answer = self.get(path, **rest)
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    def all(self, path: str, *, params: dict[str, Any] | None = None, **rest: Any) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        rows: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self.body(path, params={**(params or {}), **({"cursor": cursor} if cursor else {})}, **rest)
            rows += page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                return rows

    # --- steering it

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        """A POST to `/_sandbox/<path>`."""
        answer = self.client.post(f"/_sandbox/{path}", json=body, timeout=120)  # a month of work in one call
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    def advance(self, **by: float) -> None:
        """`advance(days=7)`: everything that falls due on the way has happened when this returns."""
        self.control("clock", action="advance", seconds=timedelta(**by).total_seconds())

    # --- finding things of the small world

    def org(self, name: str) -> str:
        return next(row["id"] for row in self.all("/v1/organizations") if row["name"] == name)

    def projects(self, name: str = MORROW) -> list[dict[str, Any]]:
        return self.all("/v1/projects", child=self.org(name))

    def containers(self, **wanted: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """(customer's id, list row) of every container of the two active customers whose fields equal `wanted`."""
        for name in (MORROW, BRIGHTSIDE):
            child = self.org(name)
            for project in self.projects(name):
                for row in self.all(f"/v1/projects/{project['id']}/content", child=child, params={"limit": 200}):
                    if all(row[field] == value for field, value in wanted.items()):
                        yield child, row

    def a_container(self, **wanted: Any) -> tuple[str, dict[str, Any]]:
        return next(self.containers(**wanted))

    def pending_container(self) -> tuple[str, str]:
        """(customer's id, container id) of something that waits for a decision."""
        child, row = self.a_container(status="completed", approvalStatus="pending")
        return child, row["id"]

    def layers(self) -> Iterator[tuple[str, str, str]]:
        """(customer's id, project id, platform) of every ad layer of the active customers."""
        for name in (MORROW, BRIGHTSIDE):
            child = self.org(name)
            for project in self.projects(name):
                full = self.body(f"/v1/projects/{project['id']}", child=child)
                for layer in full["layers"]:
                    yield child, project["id"], layer["type"].removeprefix("layer_").removesuffix("_ads")

    def pending_action(self) -> tuple[str, str, dict[str, Any]]:
        """(customer's id, path of its queue, row) of an action that waits for a decision."""
        for child, project, platform in self.layers():
            queue = f"/v1/projects/{project}/ads/{platform}/pending"
            for row in self.body(queue, child=child)["items"]:
                return child, queue, row
        raise AssertionError("no pending action is left in the small world")

    def audit(self, child: str, event_type: str) -> list[dict[str, Any]]:
        return self.all("/v1/audit-log", child=child, params={"eventType": event_type, "limit": 200})

    def sql(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        """For what no call can bring about: a clock that has moved on, a row somebody else broke."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), params)
            return cursor.fetchall() if cursor.description else []


def bare(public_id: str) -> str:
    """The id without its prefix."""
    return public_id.split("_", 1)[1]


def code(answer: httpx.Response) -> tuple[int, str]:
    """(status, error code)."""
    return answer.status_code, answer.json()["error"]["code"]
