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


def missing(*fields: str) -> ApiError:
    issues = [{"path": field, "message": f"{field} is required."} for field in fields]
    message = f"{' and '.join(fields)} required." if len(fields) > 1 else issues[0]["message"]
    return ApiError(422, "VALIDATION", message, {"issues": issues, "missingFields": list(fields)})


def unmet(code: str, message: str, details: dict[str, Any] | None = None) -> ApiError:
    """A format that cannot be made: UNSUPPORTED_FORMAT or one of the MISSING_ codes (contract/content.md, 9)."""
    return ApiError(422, code, message, details)


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


def approval_required(details: dict[str, Any]) -> ApiError:
    """Nothing is published that still waits for review (contract/content.md, 6)."""
    return ApiError(403, "APPROVAL_REQUIRED", "This container still waits for review.", details)


def content_rejected(details: dict[str, Any]) -> ApiError:
    return ApiError(409, "CONTENT_REJECTED", "Rejected content cannot be published.", details)


def return_url_not_allowed(host: str) -> ApiError:
    return ApiError(403, "RETURN_URL_NOT_ALLOWED", f"This key may not return to {host}.")


def platform_rejected(platform_code: str, message: str, verdict_id: str) -> ApiError:
    """The ad platform refused what the gate had allowed (contract/ads.md, 1)."""
    return ApiError(502, "PLATFORM_REJECTED", message, {"platformCode": platform_code, "verdictId": verdict_id})


def unsafe_write(code: str, message: str, details: dict[str, Any]) -> ApiError:
    """`code` is CREATIVE_FLAGGED or WOULD_LEAVE_AD_EMPTY (contract/ads.md, 10)."""
    return ApiError(409, code, message, details)
