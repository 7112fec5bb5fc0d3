"""The routes of the sandbox and the operations of the OpenAPI document are the same, with the same doors."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox import contract
from tests.sandbox.api import MORROW, Api, code

ROOT = Path(__file__).parents[2]
LIST = """
import json
import django
django.setup()
from sandbox.routes import v1
print(json.dumps([
    [method, f"/v1/{route.pattern}", operation.scope, operation.endpoint_class, operation.key_required]
    for route in v1
    for method, operation in route.callback.operations.items()
]))
"""


@cache
def routed() -> dict[str, dict[str, Any]]:
    """What the sandbox routes, `{"GET /v1/projects/{projectId}": {scope, kind, key_required}}`."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "SANDBOX_DATABASE_URL": "postgresql:///unused"}
    done = subprocess.run([sys.executable, "-c", LIST], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return {
        f"{method} {_as_template(path)}": {"scope": scope, "kind": kind, "key_required": key_required}
        for method, path, scope, kind, key_required in json.loads(done.stdout)
    }


def _as_template(path: str) -> str:
    """`projects/<str:projectId>` of Django as `projects/{projectId}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def documented() -> dict[str, contract.Operation]:
    """What must be routed. Planned operations need not be: they answer 404 as if they were not there."""
    return {str(operation): operation for operation in contract.operations() if not _planned(operation)}


def _planned(operation: contract.Operation) -> bool:
    return operation.spec.get("x-status") == "planned"


def rate_class(operation: contract.Operation) -> str:
    """The class the document gives, or the rule of contract/control-plane.md, 3: a POST that starts a job is long."""
    if "x-rate-class" in operation.spec:
        return str(operation.spec["x-rate-class"])
    if not operation.writes:
        return "read-light"
    accepted = contract.resolved(operation.spec["responses"].get("202", {}))
    schema = accepted.get("content", {}).get("application/json", {}).get("schema", {})
    starts_a_job = operation.method == "POST" and {"jobId", "kind"} <= _properties(schema)
    return "long-running" if starts_a_job else "write-light"


def _properties(schema: dict[str, Any]) -> set[str]:
    schema = contract.resolved(schema)
    parts = [part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, [])]
    return set(schema.get("properties", {})).union(*(_properties(part) for part in parts))


def test_every_operation_of_the_document_is_routed() -> None:
    assert documented().keys() - routed().keys() == set()


def test_nothing_is_routed_that_the_document_does_not_have() -> None:
    assert routed().keys() - {str(operation) for operation in contract.operations()} == set()


def test_every_operation_asks_for_the_scope_of_the_document() -> None:
    wrong = {
        name: (routed()[name]["scope"], operation.spec["x-scope"])
        for name, operation in documented().items()
        if name in routed() and (routed()[name]["scope"] or "none") != operation.spec["x-scope"]
    }
    assert wrong == {}


def test_every_operation_is_counted_in_the_class_of_the_document() -> None:
    wrong = {
        name: (routed()[name]["kind"], rate_class(operation))
        for name, operation in documented().items()
        if name in routed() and routed()[name]["kind"] != rate_class(operation)
    }
    assert wrong == {}


def test_the_operations_that_need_an_idempotency_key_are_those_of_the_document() -> None:
    marked = {name for name, operation in documented().items() if operation.spec["x-idempotency"] == "required"}
    # Its page calls the key strongly recommended, so a call without one is taken.
    marked.remove("POST /v1/api-keys/{keyId}/rotate")
    assert {name for name, route in routed().items() if route["key_required"]} == marked


def test_without_its_idempotency_key_an_allocation_is_refused(api: Api) -> None:
    path = f"/v1/organizations/{api.org(MORROW)}/credits/allocate"
    assert code(api.post(path, json={"credits": 1})) == (400, "IDEMPOTENCY_REQUIRED")


@pytest.mark.parametrize("name", [str(operation) for operation in contract.operations() if _planned(operation)])
def test_a_planned_operation_answers_404(api: Api, name: str) -> None:
    method, path = name.split()
    assert code(api.call(method, re.sub(r"\{\w+\}", "0", path))) == (404, "NOT_FOUND")


def test_without_a_key_every_operation_is_401(api: Api) -> None:
    answers = {
        name: api.call(operation.method, re.sub(r"\{\w+\}", "0", operation.path), key=None).status_code
        for name, operation in documented().items()
    }
    assert {name: status for name, status in answers.items() if status != 401} == {}
