"""The OpenAPI document as a judge: every answer of the sandbox is held against it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import jsonschema_rs

FILE = Path(__file__).parents[1] / "contract" / "partner-api.json"
VERBS = ("get", "post", "put", "patch", "delete")
REQUEST_ID = re.compile(r"req_[0-9A-HJKMNP-TV-Z]{26}")

#: What the contract pages let any operation answer although few response lists repeat it, with the codes it may carry
#: (contract/control-plane.md, 3, 4 and the order of checks there).
EVERYWHERE = {
    401: {"UNAUTHENTICATED"},  # every operation needs a key
    403: {"FORBIDDEN_SCOPE"},  # acting for a child needs org:admin on any path
    404: {"NOT_FOUND"},  # acting for an organization that is not a direct child, also where no id is in the path
    422: {"VALIDATION"},  # a malformed id, X-Layers-Organization included
    429: {"RATE_LIMITED"},  # every call is counted
    503: {"KILL_SWITCH"},  # key, organization and global switch stop every call
}
#: The same for writes: a key used with another body, or a write inside an archived child.
ON_WRITES = {409: {"CONFLICT", "IDEMPOTENCY_CONFLICT"}}
#: The same where the key header is marked required.
WITHOUT_KEY = {400: {"IDEMPOTENCY_REQUIRED"}}


class Deviation(AssertionError):
    """An answer the document does not allow."""


@dataclass(frozen=True)
class Operation:
    """One operation of the document. `spec` has the parameters of its path in it."""

    method: str
    path: str
    spec: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"


@cache
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text())
    return read


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """`part`, or what its `$ref` points to."""
    while "$ref" in part:
        found = document()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(_read())


def _read() -> Iterator[Operation]:
    for path, item in document()["paths"].items():
        shared = item.get("parameters", [])
        for verb in VERBS:
            if verb in item:
                spec = item[verb]
                parameters = [resolved(parameter) for parameter in [*shared, *spec.get("parameters", [])]]
                yield Operation(verb.upper(), path, {**spec, "parameters": parameters})


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
    """Every path as a pattern, the one with the earlier literal segment first, with its operations by method."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    ordered = sorted(by_path, key=lambda path: [segment.startswith("{") for segment in path.split("/")])
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), by_path[path]) for path in ordered]


def at(path: str) -> dict[str, Operation]:
    """The operations of a real path by method; empty when the document does not know it."""
    return next((found for pattern, found in _paths() if pattern.fullmatch(path)), {})


@cache
def _registry() -> jsonschema_rs.Registry:
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return jsonschema_rs.Registry([("contract:", {"$schema": dialect, **document()})])


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Of a schema given as JSON text; its references point into the document."""
    absolute = json.loads(schema.replace('"#/', '"contract:#/'))
    return jsonschema_rs.Draft202012Validator(absolute, registry=_registry(), validate_formats=True)


def faults(instance: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value, each as `/place: words`."""
    found = _validator(json.dumps(schema, sort_keys=True)).iter_errors(instance)
    return [f"/{'/'.join(str(step) for step in error.instance_path)}: {error.message[:300]}" for error in found]


def check(answer: httpx.Response) -> None:
    """Raises Deviation when status, headers or body are not what the document says for this method and path."""
    method, path = answer.request.method, unquote(answer.request.url.raw_path.split(b"?")[0].decode())
    if not path.startswith("/v1/"):
        return
    found = list(_deviations(answer, method, at(path)))
    if found:
        raise Deviation(f"{method} {path} answered {answer.status_code}: {'; '.join(found)}\n{answer.text[:800]}")


def _deviations(answer: httpx.Response, method: str, known: dict[str, Operation]) -> Iterator[str]:
    yield from _common_headers(answer)
    if method == "HEAD":
        return  # has no body to judge
    if answer.status_code >= 400:
        yield from _envelope(answer)
    operation = known.get(method)
    if operation is None:
        # A wrong method is 405 with the right ones; so says HTTP, the contract is silent.
        expected = 405 if known else 404
        if answer.status_code not in (expected, 404):
            yield f"the document does not have this, so {expected} is due"
        return
    response = operation.spec["responses"].get(str(answer.status_code))
    if response is not None:
        yield from _documented(answer, resolved(response))
    elif answer.status_code < 400 or not _allowed_by_prose(answer, operation):
        yield f"documented are {', '.join(operation.spec['responses'])}"


def _common_headers(answer: httpx.Response) -> Iterator[str]:
    if not REQUEST_ID.fullmatch(answer.headers.get("X-Request-Id", "")):
        yield "no X-Request-Id"
    classes = document()["components"]["headers"]["EndpointClass"]["schema"]["enum"]
    if answer.headers.get("X-RateLimit-Endpoint-Class") not in classes:
        yield "no X-RateLimit-Endpoint-Class"


def _envelope(answer: httpx.Response) -> Iterator[str]:
    """What every refusal has, and its code under its own status."""
    try:
        error = answer.json()["error"]
        code, request_id = error["code"], error["requestId"]
    except (ValueError, KeyError, TypeError):
        yield "no error envelope"
        return
    if set(error) - {"code", "message", "requestId", "details"}:
        yield f"the envelope has more than it should: {sorted(error)}"
    # A replayed refusal is the stored one, its old request id included.
    if request_id != answer.headers.get("X-Request-Id") and "Idempotent-Replayed" not in answer.headers:
        yield "requestId is not X-Request-Id"
    statuses = {**document()["components"]["schemas"]["ErrorCode"]["x-catalogue"], "METHOD_NOT_ALLOWED": 405}
    # Old pages print VALIDATION with 400; where a response list does so too, both are right.
    if answer.status_code != statuses.get(code) and (answer.status_code, code) != (400, "VALIDATION"):
        yield f"{code} belongs to status {statuses.get(code)}"


def _allowed_by_prose(answer: httpx.Response, operation: Operation) -> bool:
    codes = EVERYWHERE | (ON_WRITES if operation.writes else {})
    if operation.spec["x-idempotency"] == "required":
        codes |= WITHOUT_KEY
    if operation.spec.get("x-idempotency") == "required":
        codes = codes | WITHOUT_KEY
    try:
        return answer.json()["error"]["code"] in codes.get(answer.status_code, ())
    except (ValueError, KeyError, TypeError):
        return False


def _documented(answer: httpx.Response, response: dict[str, Any]) -> Iterator[str]:
    for name, header in response.get("headers", {}).items():
        yield from _header(answer, name, resolved(header))
    content = response.get("content", {})
    if not content:
        if answer.content:
            yield "no body is documented"
        return
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    if kind not in content:
        yield f"its content type is {kind!r}, documented are {', '.join(content)}"
        return
    if kind != "application/json":
        return
    try:
        body = answer.json()
    except ValueError:
        yield "the body is not JSON"
        return
    yield from faults(body, content[kind].get("schema", {}))


def _header(answer: httpx.Response, name: str, header: dict[str, Any]) -> Iterator[str]:
    text = answer.headers.get(name)
    if text is None:
        yield f"the header {name} is missing"
        return
    schema = header.get("schema", {})
    value: Any = int(text) if resolved(schema).get("type") == "integer" and text.isdigit() else text
    yield from (f"header {name}{fault}" for fault in faults(value, schema))
