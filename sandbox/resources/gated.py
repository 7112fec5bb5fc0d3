"""How every gated write of ads answers (contract/ads.md, 1): 202 when it happened or waits, else the refusal."""

from typing import Any

from sandbox import ids
from sandbox.api.ad_paths import actor_of
from sandbox.api.operations import Answer, Call
from sandbox.rules import ad_writes
from sandbox.rules.ad_writes import Outcome
from sandbox.rules.gate import Write


def gated(call: Call, write: Write, **more: Any) -> Answer:
    """Carries the write through the gate; `more` goes into the answer of one that happened."""
    return answer(call, ad_writes.perform(actor_of(call), write), write, **more)


def answer(call: Call, outcome: Outcome, write: Write, **more: Any) -> Answer:
    """`jobId` is null: what is allowed has happened when the answer comes."""
    if outcome.error is not None:
        return call.refuse(outcome.error)
    body: dict[str, Any] = {
        "verdictId": str(outcome.verdict.verdict_id),
        "decision": outcome.verdict.decision,
        "status": "pending" if outcome.queued else "completed",
        "jobId": None,
        "pendingId": None,
    }
    if outcome.queued:
        shown = [ids.show("pending", action.pk) for action in outcome.queued]
        body["pendingId"] = shown[0]
        if len(shown) > 1:
            body["pendingIds"] = shown
    else:
        body |= {"platformResponse": {"accepted": True, "fixture": call.is_test, **write.detail}, **more}
    return Answer(body, status=202)
