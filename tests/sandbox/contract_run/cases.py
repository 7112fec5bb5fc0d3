"""Requests for the run: made by schemathesis from the document, filled with ids that exist."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import hypothesis
import schemathesis
from hypothesis import strategies as st
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import CoveragePhaseData, TestPhase

from sandbox.world.keys import PARENT_KEY, derived_key
from tests.sandbox import contract
from tests.sandbox.contract_run.meanings import MEANINGS
from tests.sandbox.contract_run.pool import ALIASES, BY_KEY, BY_PREFIX, PLATFORMS, Fact, Pool

#: Never reached by a write of the run: whatever a partner may name by URL is replaced by one of these.
CLOSED = ("https://127.0.0.1:9/x.png", "http://localhost:9/hook", "https://nobody.invalid/x", "ftp://nobody.invalid/x")
#: Keys that may do less: read only, everything but org:admin, an lp_test_ key, a customer's own.
OTHER_KEYS = (derived_key("reader"), derived_key("star"), derived_key("sandbox", "test"), derived_key("journal"))


@dataclass
class Request:
    """One call to make. `invalid` says that its body does not fit the document."""

    operation: contract.Operation
    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    invalid: bool = False
    #: What the path and the headers name, for the ids in the answer to go with.
    context: Fact = field(default_factory=dict)


class Cases:
    """Makes requests for operations of the document."""

    def __init__(self, pool: Pool, random: Random) -> None:
        self.pool = pool
        self.random = random
        schema = schemathesis.openapi.from_dict(contract.document())
        self._made_by = {made.label: made for made in (result.ok() for result in schema.get_all_operations())}
        self._schema = schema

    def boundaries(self, operation: contract.Operation) -> Iterator[Request]:
        """Each limit of each parameter and body field from both sides, one at a time. The same on every run."""
        maker = self._made_by[str(operation)]
        config = self._schema.config.generation_for(operation=maker)
        for case in self._schema.iter_coverage_cases(
            maker, generation_modes=list(GenerationMode), generation_config=config
        ):
            if case.method == operation.method:
                yield self._request(operation, case)

    def generated(self, operation: contract.Operation, count: int, seed: int | None = None) -> list[Request]:
        """`count` random requests, about half of them valid. Without a seed the same on every run."""
        maker = self._made_by[str(operation)]
        modes = [maker.as_strategy(generation_mode=mode) for mode in GenerationMode]
        cases: list[Any] = []

        @hypothesis.settings(
            max_examples=count,
            database=None,
            deadline=None,
            derandomize=seed is None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.one_of(*modes))
        def collect(case: Any) -> None:
            cases.append(case)

        (collect if seed is None else hypothesis.seed(seed)(collect))()
        return [self._request(operation, case) for case in cases]

    def plain(self, operation: contract.Operation, fact: Fact) -> Request:
        """The operation with real ids and nothing else."""
        return Request(operation, operation.method, fill(operation.path, fact), headers=_auth(fact), context=fact)

    # --- a case of schemathesis, filled

    def _request(self, operation: contract.Operation, case: Any) -> Request:
        names = [parameter["name"] for parameter in operation.spec["parameters"] if parameter["in"] == "path"]
        # Without an id in the path the call may still be about a project of some child.
        near = names or self.random.choice(([], ["projectId"]))
        fact = dict(self.pool.fitting(near)) if self._likely() else {}
        tested = _tested_path_parameter(case)
        for name in names:
            if name == tested or (name not in fact and ALIASES.get(name) not in fact and name != "platform"):
                fact[name] = str(case.path_parameters.get(name, "0"))
            elif name == "platform" and name not in fact:
                fact[name] = self.random.choice(PLATFORMS)
        if operation.path.startswith("/v1/organizations") or not self._likely():
            fact.pop("child", None)
        request = Request(operation, operation.method, fill(operation.path, fact), context=fact)
        request.query = list(self._query(operation, case, fact))
        request.headers = self._headers(case, fact)
        self._add_body(request, case, fact)
        return request

    def _likely(self) -> bool:
        return self.random.random() < 0.9

    def _query(self, operation: contract.Operation, case: Any, fact: Fact) -> Iterator[tuple[str, str]]:
        for name, value in case.query.items():
            for part in value if isinstance(value, list) else [value]:
                text = part if isinstance(part, str) else json.dumps(part)
                cursors = self.pool.cursors[operation.path]
                if name == "cursor" and self._likely():
                    text = self.random.choice(cursors) if cursors else ""
                elif name == "id":
                    text = self._meaning("projectId", text, fact)
                elif name.endswith("Url"):
                    text = self._address()
                elif name != "scope":  # there it is not a key's
                    text = str(self._meaning(name, text, fact))
                yield name, text

    def _headers(self, case: Any, fact: Fact) -> dict[str, str]:
        headers = {name: str(value) for name, value in case.headers.items()}
        if "Authorization" in headers and self._likely():
            key = PARENT_KEY if self._likely() else self.random.choice(OTHER_KEYS)
            headers["Authorization"] = f"Bearer {key}"
        if self._likely():
            headers.pop("X-Layers-Organization", None)
            if "child" in fact:
                headers["X-Layers-Organization"] = fact["child"]
        if "Idempotency-Key" in headers and self._likely():
            headers["Idempotency-Key"] = str(uuid.UUID(int=self.random.getrandbits(128)))
        return {name: _sendable(value) for name, value in headers.items()}

    def _add_body(self, request: Request, case: Any, fact: Fact) -> None:
        if case.body is NOT_SET:
            return
        if isinstance(case.body, bytes):
            # Nothing at all is taken for an empty object.
            request.content, request.invalid = case.body, bool(case.body.strip())
        else:
            body = self._with_real_values(case.body, "", fact)
            # Escaped, so that a lone surrogate is sent as JSON can hold it.
            request.content = json.dumps(body).encode()
            if "requestBody" in request.operation.spec:
                schema = contract.resolved(request.operation.spec["requestBody"])["content"]["application/json"]
                request.invalid = bool(contract.faults(json.loads(request.content), schema["schema"]))
        request.headers.setdefault("Content-Type", case.media_type or "application/json")

    def _with_real_values(self, value: Any, name: str, fact: Fact) -> Any:
        """The body with ids of the world where ids belong, and no address of a stranger."""
        if name == "mapping" and self._likely():
            return {self.pool.value("projectId", {}) or "0": "Field notes"}
        if isinstance(value, dict) and name not in MEANINGS:
            return {key: self._with_real_values(part, key, fact) for key, part in value.items()}
        if isinstance(value, list):
            return [self._with_real_values(part, name.removesuffix("s"), fact) for part in value]
        if name.lower().endswith("url") and isinstance(value, str):
            return self._address() if ":" in value else value
        return self._meaning(name, value, fact)

    def _address(self) -> str:
        return self.random.choice([*CLOSED, *self.pool.media[:8]])

    def _meaning(self, name: str, value: Any, fact: Fact) -> Any:
        """Mostly something that `name` may really be, else the value as it was made."""
        if _names_an_id(name) and self._likely():
            return self.pool.value(name, fact) or value
        if name in MEANINGS and self.random.random() < 0.5:
            return self.random.choice(MEANINGS[name])
        return value


def fill(path: str, fact: Fact) -> str:
    """The template with what `fact` names, escaped; what is escaped already stays so."""
    for name, value in fact.items():
        path = path.replace(f"{{{name}}}", quote(value, safe="%"))
    for alias, name in ALIASES.items():
        if name in fact:
            path = path.replace(f"{{{alias}}}", quote(fact[name], safe="%"))
    return path


def _auth(fact: Fact) -> dict[str, str]:
    acting = {"X-Layers-Organization": fact["child"]} if "child" in fact else {}
    return {"Authorization": f"Bearer {PARENT_KEY}", **acting}


def _names_an_id(name: str) -> bool:
    return name in BY_KEY.values() or ALIASES.get(name, name) in BY_PREFIX.values()


def _tested_path_parameter(case: Any) -> str | None:
    """The path parameter a boundary case is about: its odd value has to stay."""
    if case.meta is None or case.meta.phase.name != TestPhase.COVERAGE:
        return None
    data = case.meta.phase.data
    assert isinstance(data, CoveragePhaseData)
    return data.parameter if data.parameter_location == ParameterLocation.PATH else None


def _sendable(value: str) -> str:
    """Header text as a client library lets it through: latin-1 without control characters."""
    return "".join(letter for letter in value if letter.isprintable() and ord(letter) < 256).strip()
