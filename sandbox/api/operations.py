"""The way of one call through the service, the same for every operation.

Checks in the order of contract/control-plane.md, 3 (end): global kill 503, key 401, kill 503, rate limit 429, acting
for a child, scope 403, idempotency 400/409/replay, validation 422, resource 404, state 409, money 402. The later ones
are the handler's.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from sandbox import state
from sandbox.api import idempotency, limits
from sandbox.api.acting import HEADER as ACTING_HEADER
from sandbox.api.acting import acted_for
from sandbox.api.auth import RejectedKey, authenticate
from sandbox.api.envelope import error_body, error_response, json_response, wrong_method
from sandbox.api.errors import ApiError, forbidden_scope, killed
from sandbox.api.limits import EndpointClass
from sandbox.api.query import Body, parse_json
from sandbox.api.query import body as as_shape
from sandbox.api.scopes import grants
from sandbox.models import ApiKey, Organization
from sandbox.rules.audit import record_key_use


@dataclass
class Answer:
    """A body to encode, its status, extra headers. `body=None` sends none (304)."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """An authenticated call, as its handler sees it."""

    request: HttpRequest
    request_id: str
    key: ApiKey
    #: Whose data this call is about: the key's own organization or the child it acts for.
    organization: Organization
    path_ids: dict[str, str]

    @property
    def query(self) -> QueryDict:
        return self.request.GET

    @property
    def origin(self) -> str:
        """Scheme and host this service was reached at."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    @property
    def is_test(self) -> bool:
        """An lp_test_ key: fixtures instead of platforms, and no credits (contract/control-plane.md, 3 Sandbox)."""
        return self.key.env == ApiKey.Env.TEST

    @property
    def actor(self) -> str:
        """How decisions name their maker: the API only knows the key."""
        return f"api_key_{self.key.pk}"

    def body(self, shape: type[Body]) -> Body:
        return as_shape(parse_json(self.request.body), shape)

    def record(
        self,
        event_type: str,
        data: dict[str, Any],
        *,
        project_id: uuid.UUID | None = None,
        organization_id: uuid.UUID | None = None,
    ) -> None:
        """A row in the audit log of the acted-for organization, or of `organization_id`."""
        record_key_use(self.key, self.request_id, organization_id or self.organization.pk, event_type, data, project_id)

    def refuse(self, error: ApiError) -> Answer:
        """A refusal that keeps what the handler has written (a denied ad write leaves its verdict)."""
        return Answer(error_body(error, self.request_id), error.status)


Handler = Callable[[Call], Answer | dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """One method of one path. `scope=None`: any valid key."""

    handler: Handler
    scope: str | None
    writes: bool = False
    #: `/v1/organizations...`: never inside a child, because a child has no children.
    control_plane: bool = False
    key_required: bool = False
    #: Successes are replayed for good, not for a day.
    kept_for_good: bool = False
    replay: idempotency.Replay = idempotency.verbatim

    #: An Idempotency-Key is ignored: what the answer holds is good for minutes only.
    ignores_key: bool = False
    #: Starts a job: the third class of the rate limits.
    long_running: bool = False
    #: Generates or publishes: refused inside a suspended child, which its parent may otherwise manage.
    spends: bool = False

    @property
    def endpoint_class(self) -> EndpointClass:
        if self.long_running:
            return "long-running"
        return "write-light" if self.writes else "read-light"


def read(scope: str | None, *, control_plane: bool = False) -> Callable[[Handler], Operation]:
    return lambda handler: Operation(handler, scope, control_plane=control_plane)


def write(
    scope: str | None,
    *,
    control_plane: bool = False,
    key_required: bool = False,
    kept_for_good: bool = False,
    replay: idempotency.Replay = idempotency.verbatim,
    ignores_key: bool = False,
    long_running: bool = False,
    spends: bool = False,
) -> Callable[[Handler], Operation]:
    return lambda handler: Operation(
        handler,
        scope,
        writes=True,
        control_plane=control_plane,
        key_required=key_required,
        kept_for_good=kept_for_good,
        replay=replay,
        ignores_key=ignores_key,
        long_running=long_running,
        spends=spends,
    )


def endpoint(**operations: Operation) -> Callable[..., HttpResponse]:
    """A Django view of one path: `endpoint(GET=..., PATCH=...)`."""
    allowed = ", ".join(sorted(operations))

    def view(request: HttpRequest, **path_ids: str) -> HttpResponse:
        request_id: str = request.request_id  # type: ignore[attr-defined]
        operation = operations.get(request.method or "")
        if operation is None:
            return wrong_method(allowed, request_id)
        rate_headers: dict[str, str] = {}
        try:
            response = _run(operation, request, request_id, path_ids, rate_headers)
        except ApiError as refusal:
            response = error_response(refusal, request_id)
        for name, value in rate_headers.items():
            response[name] = value
        response["X-RateLimit-Endpoint-Class"] = operation.endpoint_class
        return response

    view.operations = operations  # type: ignore[attr-defined]  # for whoever wants to list them
    return view


def _run(
    operation: Operation,
    request: HttpRequest,
    request_id: str,
    path_ids: dict[str, str],
    rate_headers: dict[str, str],
) -> HttpResponse:
    call = _admit(operation, request, request_id, path_ids, rate_headers)
    if operation.writes:
        return _write(operation, call)
    return _read(operation, call)


def _admit(
    operation: Operation,
    request: HttpRequest,
    request_id: str,
    path_ids: dict[str, str],
    rate_headers: dict[str, str],
) -> Call:
    attempt = {"path": _path(request), "method": request.method}
    if state.current().global_kill:
        raise killed("global")
    try:
        key = authenticate(request.headers.get("Authorization"))
    except RejectedKey as rejection:
        # Only an organization whose key id was named can be told; other failures belong to nobody.
        rejected = rejection.key
        record_key_use(
            rejected,
            request_id,
            rejected.organization_id,
            "auth.key_rejected",
            {**attempt, "reason": rejection.message},
        )
        raise
    try:
        limits.take(key, operation.endpoint_class, rate_headers)
    except ApiError:
        record_key_use(
            key,
            request_id,
            key.organization_id,
            "auth.rate_limited",
            {**attempt, "endpointClass": operation.endpoint_class},
        )
        raise
    try:
        organization = acted_for(
            key,
            request.headers.get(ACTING_HEADER),
            control_plane=operation.control_plane,
            writes=operation.writes,
            spends=operation.spends,
        )
        if operation.scope is not None and not grants(key.scopes, operation.scope):
            raise forbidden_scope(operation.scope)
    except ApiError as refusal:
        if refusal.status == 403:
            record_key_use(
                key, request_id, key.organization_id, "auth.scope_denied", {**attempt, **(refusal.details or {})}
            )
        raise
    return Call(request, request_id, key, organization, path_ids)


def _read(operation: Operation, call: Call) -> HttpResponse:
    try:
        answer = _as_answer(operation.handler(call))
    except ApiError as refusal:
        answer = call.refuse(refusal)
    if state.current().audit_reads:
        _record_request(call, answer)
    return _respond(answer)


def _write(operation: Operation, call: Call) -> HttpResponse:
    """Claim, effect, audit rows and stored answer commit together or not at all."""
    header = None if operation.ignores_key else call.request.headers.get(idempotency.HEADER)
    sent_key = idempotency.read_key(header)
    if sent_key is None and operation.key_required:
        raise idempotency.required()
    with transaction.atomic():
        claimed = None
        if sent_key is not None:
            claimed = idempotency.Call(
                api_key_id=call.key.pk,
                organization_id=call.organization.pk,
                endpoint=f"{call.request.method} {_path(call.request)}"[:512],
                key=sent_key,
                body_sha256=idempotency.body_hash(parse_json(call.request.body)),
            )
            stored = idempotency.claim(claimed)
            if stored is not None:
                body = operation.replay(stored.body) if stored.status < 300 else stored.body
                return json_response(body, stored.status, {"Idempotent-Replayed": "true"})
        try:
            with transaction.atomic():
                answer = _as_answer(operation.handler(call))
        except ApiError as refusal:
            answer = call.refuse(refusal)
        _record_request(call, answer)
        if claimed is not None:
            idempotency.store(claimed, answer.status, answer.body, for_good=operation.kept_for_good)
    return _respond(answer)


def _record_request(call: Call, answer: Answer) -> None:
    call.record("api.request", {"path": _path(call.request), "method": call.request.method, "status": answer.status})


def _path(request: HttpRequest) -> str:
    """The path as it can be stored: PostgreSQL has no text with a NUL in it."""
    return request.path.replace("\x00", "%00")


def _as_answer(result: Answer | dict[str, Any]) -> Answer:
    return result if isinstance(result, Answer) else Answer(result)


def _respond(result: Answer | dict[str, Any]) -> HttpResponse:
    answer = _as_answer(result)
    if answer.body is None:
        return HttpResponse(status=answer.status, headers=answer.headers)
    return json_response(answer.body, answer.status, answer.headers)
