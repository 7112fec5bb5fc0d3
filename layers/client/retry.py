"""When a call is tried again at once, as pure functions. Longer patience belongs to the outbox and the sweeps."""

from layers.client.errors import AnswerLost, KeyReused, LayersError, NotSent, RateLimited, ServerFault, Unreadable

MAX_TRIES = 3
FIRST_DELAY = 0.25  # seconds
LONGEST_DELAY = 8.0  # seconds


def may_retry(error: LayersError, *, safe: bool, keyed: bool, tries: int) -> bool:
    """Whether the same call may go out again within this request.

    `safe`: it only reads. `keyed`: it carries an idempotency key, so the API answers a repeat without a second
    effect (contract/control-plane.md, 3). A write without a key is repeated only when the API has not seen it.
    """
    if tries >= MAX_TRIES:
        return False
    if isinstance(error, NotSent):
        return True
    if isinstance(error, RateLimited):
        return (safe or keyed) and (error.retry_after or 0) <= LONGEST_DELAY
    if isinstance(error, (AnswerLost, ServerFault, Unreadable)):
        return safe or keyed
    # Our own first try still runs on the other side: the stored answer will be there in a moment.
    return isinstance(error, KeyReused) and keyed and tries > 1


def delay(error: LayersError, *, tries: int, jitter: float) -> float:
    """Seconds to wait before try number `tries + 1`. `jitter` is a number in [0, 1)."""
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return max(0.0, float(asked))
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (tries - 1))
    return longest * (0.5 + jitter / 2)
