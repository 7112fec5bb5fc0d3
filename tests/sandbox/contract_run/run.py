"""Makes the calls, holds every answer against the document, remembers what it learnt."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.sandbox import contract
from tests.sandbox.api import Api
from tests.sandbox.contract_run.cases import Cases, Request
from tests.sandbox.contract_run.pool import Pool
from tests.sandbox.contract_run.rough import requests as rough_requests

#: What takes the world apart comes last: everything below it is 404 afterwards.
ENDS = ("migrateProjects", "suspendOrganization", "archiveProject", "archiveOrganization")
#: These forgive a body on purpose: a repeated finalize ignores it, and an old name of returnUrl still counts.
FORGIVING = {"finalizeUpload", "createAdAccountOauthUrl"}
#: Calls between two emptyings of the rate windows; the smallest class allows 300 a minute.
COUNTED = 100


@dataclass
class Run:
    """One run against one sandbox. `failures` has at most one entry for each kind of fault of an operation."""

    api: Api
    random: Random
    failures: dict[str, str] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")

    def __post_init__(self) -> None:
        caller = self.api.body("/v1/whoami")
        # Its own key it must not stop or renew: that would end the run.
        self.pool = Pool(self.random, caller["organizationId"], never=[caller["apiKeyId"]])
        # No operation lists them; two of the document are about nothing else.
        for (key,) in self.api.sql(
            "select id from sandbox_apikey where organization_id = %s", caller["workspaceId"][4:]
        ):
            self.pool.learn("/v1/whoami", {"apiKeyId": f"key_{key}"}, {})
        self.cases = Cases(self.pool, self.random)

    @property
    def tried(self) -> int:
        return self.statuses.total()

    def look_around(self, each: int = 6) -> None:
        """Reads everything there is with real ids, so that later calls have something to name."""
        for operation in sorted(reads(), key=lambda operation: operation.path.count("{")):
            names = [parameter["name"] for parameter in operation.spec["parameters"] if parameter["in"] == "path"]
            if not names:
                found = [{}, *({"child": fact["orgId"]} for fact in self.pool.facts(["orgId"])[:each])]
            else:
                found = self.pool.facts(names)
            for fact in self.random.sample(found, min(each, len(found))):
                self.send(self.cases.plain(operation, fact))

    def whole(self, *, boundaries: int | None, generated: int, rough: int, seed: int | None = None) -> None:
        """Every operation: so many requests at the limits of its fields (None: all), random ones and rough ones.

        What ends things comes last.
        """
        ordered = in_order()
        lasting = [operation for operation in ordered if operation.spec["operationId"] not in ENDS]
        self.look_around()
        for operation in lasting:
            self._try_limits(operation, boundaries)
        self.api.advance(hours=1)  # jobs finish, posts go out
        self.look_around()
        for operation in ordered:
            if operation not in lasting:
                self._try_limits(operation, boundaries)
            self.send_all(self.cases.generated(operation, generated, seed))
            self.send_all(rough_requests(self.cases, operation, rough))

    def _try_limits(self, operation: contract.Operation, most: int | None) -> None:
        requests = list(self.cases.boundaries(operation))
        if most is not None and len(requests) > most:
            # The first is the one where everything is right.
            requests = [*requests[:1], *self.random.sample(requests[1:], max(0, most - 1))]
        self.send_all(requests)

    def send_all(self, requests: Iterable[Request]) -> None:
        for request in requests:
            self.send(request)

    def send(self, request: Request) -> httpx.Response | None:
        if self.tried % COUNTED == 0:
            self.api.sql("delete from sandbox_ratewindow")
        started = time.perf_counter()
        try:
            answer = self._answer(request)
        except httpx.TransportError as problem:
            self._note(request, f"no answer: {problem!r}")
            return None
        self.slowest = max(self.slowest, (time.perf_counter() - started, str(request.operation)))
        if answer.status_code == 414:
            return None  # the server's word for an address over 4,094 bytes; the sandbox never saw it
        self.statuses[(str(request.operation), answer.status_code)] += 1
        self._judge(request, answer)
        if answer.status_code < 300 and answer.headers.get("Content-Type", "").startswith("application/json"):
            self.pool.learn(request.operation.path, answer.json(), request.context)
        return answer

    def _answer(self, request: Request) -> httpx.Response:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
        for last in (False, True):
            try:
                return self.api.client.request(
                    request.method, request.path, params=request.query, headers=headers, content=request.content
                )
            except httpx.RemoteProtocolError:
                # After a body that nobody read the server closes, sometimes just as we ask the next thing.
                if last:
                    raise
        raise AssertionError

    def _judge(self, request: Request, answer: httpx.Response) -> None:
        try:
            contract.check(answer)
        except contract.Deviation as deviation:
            self._note(request, str(deviation))
        taken = answer.status_code < 300 and request.operation.spec["operationId"] not in FORGIVING
        if request.invalid and taken:
            self._note(request, f"a body that does not fit was taken with {answer.status_code}")

    def _note(self, request: Request, fault: str) -> None:
        kind = fault.partition("\n")[0].partition(" answered ")[2] or fault
        sent = f"{request.method} {request.path} {request.query} {request.headers.keys() - {'Authorization'}}"
        self.failures.setdefault(
            f"{request.operation}: {kind[:150]}", f"{fault}\n  sent: {sent}\n  body: {(request.content or b'')[:600]!r}"
        )

    def reached(self) -> str:
        """How many operations gave their documented success, and which never did."""
        done = {name for name, status in self.statuses if status < 300}
        never = sorted(str(operation) for operation in contract.operations() if str(operation) not in done)
        return f"success of {len(done)} operations, never of: {', '.join(never) or 'none'}"

    def report(self) -> str:
        return "\n\n".join(f"--- {kind}\n{words}" for kind, words in sorted(self.failures.items()))


def reads() -> list[contract.Operation]:
    return [operation for operation in contract.operations() if not operation.writes]


def in_order() -> list[contract.Operation]:
    """Every operation: reads, writes, deletions, and then what ends projects and organizations."""

    def rank(operation: contract.Operation) -> tuple[int, int]:
        identifier = operation.spec["operationId"]
        last = ENDS.index(identifier) + 1 if identifier in ENDS else 0
        return last, ["GET", "POST", "PATCH", "PUT", "DELETE"].index(operation.method)

    return sorted(contract.operations(), key=rank)
