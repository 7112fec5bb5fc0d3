"""What became of a pending action, and what to tell the customer about it."""

from dataclasses import dataclass
from datetime import datetime

from ads.commands import APPROVE
from ads.models import PendingAction
from ads.rows import Row
from ads.rulings import ALLOW, DENY, QUEUE, Ruling
from common.moments import when
from common.wording import platform_name
from common.wording import words as said
from layers.client import read
from layers.outbox.models import Command

NOT_OURS = "Not decided here. The time is when our copy first knew."
FIRST_SEEN = {"approved": ("Approved", "ok"), "rejected": ("Rejected", "stop")}
ENDINGS = {
    "Rejected": "It was rejected.",
    "Expired undecided": "Nobody decided within its seven days, so it expired.",
    "Rejected or expired": "It was rejected, or nobody decided within its seven days.",
}


@dataclass(frozen=True)
class Moment:
    """One step of components/timeline.html. `state`: empty for what happened, now, or next."""

    words: str
    at: datetime | None = None
    note: str = ""
    tone: str = "quiet"
    state: str = ""


def timeline(row: Row, commands: list[Command]) -> list[Moment]:
    """From the proposal to its end: the API's own times, the audit log, and what our staff did, in order."""
    action, platform = row.action, platform_name(row.action.platform)
    past = [Moment("Proposed", action.created_at, tone="info")]
    ours = {_verdict(command) for command in commands} - {""}
    past += [_of_event(Ruling(event)) for event in row.events if event.verdict_id not in ours]
    past += [_of_command(command) for command in commands]
    decided = any(command.state == "succeeded" for command in commands)
    if action.status in FIRST_SEEN and not decided and not _is_told(row, action.status):
        words, tone = FIRST_SEEN[action.status]
        past.append(Moment(row.ending if action.status == "rejected" else words, action.settled_at, NOT_OURS, tone))
    if action.status == "dispatched" and not _is_told(row, "dispatched"):
        past.append(Moment(f"Dispatched to {platform}", action.dispatched_at, tone="ok"))
    if action.status == "dispatch_failed" and not _is_told(row, "dispatch_failed"):
        reason = action.dispatch_failure_reason or "The platform gave no reason."
        past.append(Moment("Dispatch failed", action.dispatched_at or action.settled_at, reason, "stop"))
    past.sort(key=lambda moment: moment.at or action.created_at)
    return [*past, *_to_come(action)]


def _to_come(action: PendingAction) -> list[Moment]:
    if action.status == "pending" and not action.is_expired:
        end = [] if action.never_expires else [Moment("Expires", action.expires_at, state="next")]
        return [Moment("Waits for a decision", tone="wait", state="now"), *end]
    if action.status == "pending":
        return [Moment("Expired", action.expires_at, "Layers rejects it by itself.", "wait", "now")]
    if action.status == "approved":
        goes = Moment(f"Dispatched to {platform_name(action.platform)}", state="next")
        return [
            Moment(
                "Waits for the optimizer",
                note="Approved is not dispatched: the optimizer runs every 6 hours.",
                tone="info",
                state="now",
            ),
            goes,
        ]
    return []


def _of_event(ruling: Ruling) -> Moment:
    word, tone, _ = ruling.badge
    if ruling.is_decision:
        return Moment(f"{word} by {_lower(ruling.actor)}", ruling.event.occurred_at, ruling.note, tone)
    return Moment(
        f"The gate: {_lower(word)}", ruling.event.occurred_at, said(ruling.reason) if ruling.reason else "", tone
    )


def _of_command(command: Command) -> Moment:
    verb = "approved" if command.kind == APPROVE else "rejected"
    words = f"{command.staff.name} {verb} it"
    if command.state == "cancelled":
        return Moment(f"{command.staff.name} {verb} it and took it back", command.created_at, command.reason)
    if command.state == "succeeded":
        return Moment(words, command.created_at, command.reason, "ok" if command.kind == APPROVE else "stop")
    note = f"{command.get_state_display()}. {command.explanation}".strip()
    return Moment(words, command.created_at, note, command.tone)


def _is_told(row: Row, status: str) -> bool:
    return any(event.event_type == f"ads.pending.{status}" for event in row.events)


def _verdict(command: Command) -> str:
    return read.text(command.answer or {}, "verdictId") if command.state == "succeeded" else ""


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def outcome(row: Row) -> str:
    """What became of it, in one sentence."""
    action, platform = row.action, platform_name(row.action.platform)
    if action.is_expired:
        return "Nobody decided in time: it expired, and Layers rejects it by itself."
    if action.status == "pending":
        until = "" if action.never_expires else f" until {when(action.expires_at)}"
        return f"It waits for a decision{until}."
    if action.status == "approved":
        return f"It is approved and goes out to {platform} at the optimizer's next run, every 6 hours."
    if action.status == "dispatched":
        return f"It was approved and went out to {platform} on {when(action.dispatched_at or action.settled_at)}."
    if action.status == "dispatch_failed":
        reason = f": “{action.dispatch_failure_reason}”" if action.dispatch_failure_reason else ""
        return f"It was approved, but sending it to {platform} failed{reason}."
    if action.status == "rejected":
        return ENDINGS[row.ending]
    return f"Layers says it is “{action.status}”."


def effect(ruling: Ruling) -> str:
    """What reached the platform when the gate decided."""
    if ruling.is_decision or ruling.decision not in (ALLOW, QUEUE, DENY):
        return ""
    if ruling.decision == ALLOW:
        return f"Layers sent it to {ruling.platform} at once, which may still have refused it: the verdict stays."
    return f"Nothing was sent to {ruling.platform}{' then' if ruling.decision == QUEUE else ''}."


def reply(ruling: Ruling, campaign: str, row: Row | None) -> str:
    """What a support person can send to the customer, in plain words."""
    where = f"“{campaign}”" if campaign else f"your {ruling.platform} ads"
    if ruling.is_decision or ruling.decision == QUEUE:
        return _reply_on_queued(ruling, where, row)
    if ruling.decision == ALLOW:
        return (
            f"Your change to {where} was allowed and sent to {ruling.platform} at once. If you do not see it there, "
            f"{ruling.platform} may have refused it. Then tell us this id: {ruling.event.verdict_id}."
        )
    if ruling.decision != DENY:
        return f"We are asking Layers about your change to {where}. The id of it is {ruling.event.verdict_id}."
    stopped = f"Your change to {where} was stopped, and nothing was sent to {ruling.platform}."
    return f"{stopped} {_remedy(ruling, where)}"


def _remedy(ruling: Ruling, where: str) -> str:
    if ruling.cause == "axis":
        return (
            f"The {ruling.axis} setting of {where} was off, so nobody could make such changes there. If it still is, "
            "set it to draft or auto in your Layers settings. Then ask for the change again."
        )
    if ruling.cause == "switch":
        return (
            f"Your kill switch for {ruling.platform} was on, which stops every change. Only you can release it, in "
            "your Layers settings. Once it is off, ask for the change again."
        )
    if ruling.cause == "consent":
        return (
            f"You had not agreed that we may write to your {ruling.platform} ads. Allow partner writes in your "
            "Layers settings, then ask for the change again."
        )
    if ruling.cause == "escalation":
        return "It would have given more freedom than your settings allow. Only you can raise that, in Layers."
    reason = f" with the reason “{ruling.reason}”" if ruling.reason else " without a reason"
    return f"Layers answered{reason}. We are asking what that means; the id is {ruling.event.verdict_id}."


def _reply_on_queued(ruling: Ruling, where: str, row: Row | None) -> str:
    if row is None:
        return f"Your change to {where} went to a person for approval. We are looking up what was decided."
    if row.action.status == "pending" and not row.action.is_expired:
        skip = f" To skip approval next time, set the {ruling.axis} setting to auto." if ruling.mode == "draft" else ""
        return f"Your change to {where} is not live yet. {outcome(row)}{skip}"
    return f"Your change to {where}: {_lower(outcome(row))}"
