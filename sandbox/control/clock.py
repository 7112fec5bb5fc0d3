"""`/_sandbox/clock`: what time it is here, and how to change that."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec

from sandbox import clock, state
from sandbox.api.envelope import exact_stamp
from sandbox.api.errors import missing
from sandbox.control.views import Control, body
from sandbox.engine import passing

#: Ten years: far enough for every rule, short enough to be no typing mistake.
FARTHEST = 10 * 366 * 24 * 3600


class ClockBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """`seconds` goes with advance."""

    action: Literal["freeze", "advance", "resume"]
    seconds: Annotated[float, msgspec.Meta(gt=0, le=FARTHEST)] | None = None


def show(moments: int | None = None) -> dict[str, Any]:
    """`now`, whether it is `frozen`, `skippedSeconds` in all; `moments` passed by an advance."""
    current = state.read()
    seen: dict[str, Any] = {
        "now": exact_stamp(clock.exact_now()),
        "frozen": current.frozen_at is not None,
        "skippedSeconds": current.skipped.total_seconds(),
    }
    return seen if moments is None else {**seen, "moments": moments}


def get_clock(call: Control) -> dict[str, Any]:
    return show()


def post_clock(call: Control) -> dict[str, Any]:
    """`{"action": "advance", "seconds": 3600}` answers when everything of that hour has happened."""
    wanted = body(call, ClockBody)
    moments = None
    if wanted.action == "freeze":
        clock.freeze()
    elif wanted.action == "resume":
        clock.resume()
    elif wanted.seconds is None:
        raise missing("seconds")
    else:
        moments = passing.advance(timedelta(seconds=wanted.seconds))
    return show(moments)
