"""When a call is tried again at once, as pure functions. Longer patience belongs to the outbox and the sweeps."""

from layers.client.errors import (
    AnswerLost,
    Invalid,
    KeyReused,
    LayersError,
    NotSent,
    OutOfCredits,
    RateLimited,
    ServerFault,
    Unreadable,
)

MAX_TRIES = 3
FIRST_DELAY = 0.25  # seconds
LONGEST_DELAY = 8.0  # seconds


def may_retry(error: LayersError, *, safe: bool, keyed: bool, tries: int) -> bool:
    """Whether the same call may go out again within this request.

    `safe`: it only reads. `keyed`: it carries an idempotency key, so the API answers a repeat without a second
    effect (contract/control-plane.md, 3). A write without a key is repeated only when the API has not seen it.
    """
    if tries >= MAX_TRIES or (getattr(error, "retry_after", None) or 0) > LONGEST_DELAY:
        return False
    if isinstance(error, NotSent):
        return True
    if isinstance(error, (AnswerLost, ServerFault, Unreadable, RateLimited)):
        return safe or keyed
    # Our own first try still runs on the other side: the stored answer will be there in a moment.
    return isinstance(error, KeyReused) and keyed and tries > 1


def proves_no_effect(error: LayersError) -> bool:
    """Whether this answer to a repeat tells that the earlier tries of the same key had no effect either.

    Layers judges the key of the caller, its scopes, its limits and its switches before it looks at the idempotency key
    (contract/control-plane.md, 3 Sandbox and kill switch, check order). Such a refusal says nothing of an earlier try
    whose answer was lost. An envelope that comes after that look does: an earlier success would have been repeated.
    """
    return isinstance(error, (OutOfCredits, Invalid)) and not error.code.startswith("HTTP_")


def delay(error: LayersError, *, tries: int, jitter: float) -> float:
    """Seconds to wait before try number `tries + 1`. `jitter` is a number in [0, 1)."""
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return max(0.0, float(asked))
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (tries - 1))
    return longest * (0.5 + jitter / 2)
