"""Every refusal the sandbox can answer, in one place (contract/control-plane.md, 3 Errors and operations)."""

from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status, stable code, words for people, structured details."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details


def unauthenticated(message: str) -> ApiError:
    return ApiError(401, "UNAUTHENTICATED", message)


def forbidden_scope(required: str) -> ApiError:
    return ApiError(403, "FORBIDDEN_SCOPE", f"This key lacks the scope {required}.", {"requiredScope": required})


def not_found(what: str) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"No such {what}.")


def killed(scope: str) -> ApiError:
    """`scope` is key, organization or global."""
    return ApiError(503, "KILL_SWITCH", f"Stopped by the {scope} kill switch.", {"scope": scope})


def invalid(path: str, message: str) -> ApiError:
    return ApiError(422, "VALIDATION", message, {"issues": [{"path": path, "message": message}]})


def missing(field: str) -> ApiError:
    message = f"{field} is required."
    return ApiError(
        422, "VALIDATION", message, {"issues": [{"path": field, "message": message}], "missingFields": [field]}
    )


def conflict(message: str, details: dict[str, Any] | None = None) -> ApiError:
    return ApiError(409, "CONFLICT", message, details)


def idempotency_conflict(message: str) -> ApiError:
    return ApiError(409, "IDEMPOTENCY_CONFLICT", message)


def exhausted(reason: str, message: str, **figures: int) -> ApiError:
    """`reason` is cap (a spend limit) or balance (not enough credits)."""
    return ApiError(402, "BILLING_EXHAUSTED", message, {"reason": reason, **figures})


def authority_denied(reason: str, message: str, details: dict[str, Any]) -> ApiError:
    """The ads gate said no. `details` carries axis, decision and verdictId (contract/ads.md, 1)."""
    return ApiError(403, "AUTHORITY_DENIED", message, {"reason": reason, **details})
