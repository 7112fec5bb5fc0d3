"""Everything that can go wrong between us and the Partner API.

LayersError
├── Spent                    our own share of the rate limit is used up: the call was not made
├── NoAnswer                 nothing, or nothing readable, came back
│   ├── NotSent              the connection never stood: the API has not seen the call
│   ├── AnswerLost           sent, but the connection broke or timed out: it may have taken effect
│   └── Unreadable           a success that we cannot read: it did take effect, we do not know how
└── Refused                  the API answered with an error envelope (contract/control-plane.md, 3)
    ├── Unauthenticated      401: our key is wrong, revoked or out of its grace
    ├── Forbidden            403: a scope or the gate says no
    ├── Missing              404: unknown, or not ours
    ├── Conflict             409: the target is in another state already
    │   └── KeyReused        409 IDEMPOTENCY_CONFLICT: same key, another body, or the first still runs
    ├── Invalid              400 and 422: we sent something wrong
    ├── OutOfCredits         402: the wallet or the cap does not allow it
    └── Temporary            worth trying again later
        ├── RateLimited      429
        ├── KillSwitch       503 KILL_SWITCH: a key, an organization or everything is switched off
        └── ServerFault      any other 5xx: it may have taken effect
"""

from typing import Any


class LayersError(Exception):
    """Base of all. `request_id` is the API's own id of the call where it gave one."""

    request_id: str = ""


class Spent(LayersError):
    """`retry_after`: seconds until this lane may go on."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Its turn comes in {retry_after:.0f} s.")
        self.retry_after = retry_after


class NoAnswer(LayersError):
    pass


class NotSent(NoAnswer):
    pass


class AnswerLost(NoAnswer):
    pass


class Unreadable(NoAnswer):
    def __init__(self, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.request_id = request_id


class Refused(LayersError):
    """An error envelope. `code` is an open set: branch on the classes, show `code`, never parse `message`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        request_id: str = "",
        details: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.request_id = request_id
        self.details = details or {}
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class Unauthenticated(Refused):
    pass


class Forbidden(Refused):
    pass


class Missing(Refused):
    pass


class Conflict(Refused):
    pass


class KeyReused(Conflict):
    pass


class Invalid(Refused):
    pass


class OutOfCredits(Refused):
    pass


class Temporary(Refused):
    pass


class RateLimited(Temporary):
    pass


class KillSwitch(Temporary):
    pass


class ServerFault(Temporary):
    pass


BY_CODE: dict[str, type[Refused]] = {"IDEMPOTENCY_CONFLICT": KeyReused, "KILL_SWITCH": KillSwitch}
BY_STATUS: dict[int, type[Refused]] = {
    400: Invalid,
    401: Unauthenticated,
    402: OutOfCredits,
    403: Forbidden,
    404: Missing,
    409: Conflict,
    422: Invalid,
    429: RateLimited,
}


def kind_of(status: int, code: str) -> type[Refused]:
    """The class for an error answer. The code knows more than the status; an unknown code falls back to it."""
    if code in BY_CODE:
        return BY_CODE[code]
    if status in BY_STATUS:
        return BY_STATUS[status]
    return ServerFault if status >= 500 else Refused
