"""Everything that happened to a command, as steps of components/timeline.html, oldest first."""

from typing import Any

from django.urls import reverse

from common.moments import lasting
from layers.outbox.models import Approval, Command, Failure, State, Step, Verdict, What

MOST_SHOWN = 200
SAID = {
    State.SUCCEEDED: ("Layers did it", "ok"),
    State.FAILED: ("Layers refused it", "stop"),
    State.QUEUED: ("Could not be sent", "wait"),
    State.UNKNOWN: ("Sent, but no answer came back", "wait"),
}
READ = {
    State.SUCCEEDED: ("The records of Layers show that it took effect", "ok"),
    State.FAILED: ("The records of Layers show that it did not", "stop"),
    State.UNKNOWN: ("The records of Layers do not tell", "wait"),
}


def timeline(command: Command) -> list[dict[str, Any]]:
    kept = list(command.steps.select_related("staff", "to").order_by("id")[:MOST_SHOWN])
    happened = [*_second_person(command.approval), *map(_step, kept)]
    if command.sent_at and not any(step.what in (What.TRIED, What.ABANDONED) for step in kept):
        happened.append({"words": "First sent to Layers", "at": command.sent_at, "tone": "info"})
    given = {"words": f"{command.staff.name} decided", "at": command.created_at, "tone": "info"}
    # Stable: what happened in the same moment stays in the order in which it was kept.
    return [given, *sorted(happened, key=lambda step: step["at"]), *_now(command, kept)]


def _second_person(asked: Approval | None) -> list[dict[str, Any]]:
    if asked is None:
        return []
    steps: list[dict[str, Any]] = [
        {"words": "A second person was asked", "at": asked.created_at, "note": asked.why, "tone": "wait"}
    ]
    who = asked.decided_by.name if asked.decided_by else ""
    said = {
        Verdict.APPROVED: (f"{who} agreed", "ok"),
        Verdict.REFUSED: (f"{who} refused", "stop"),
        Verdict.WITHDRAWN: (f"{who} took the request back", "quiet"),
        Verdict.EXPIRED: ("Nobody decided in time", "quiet"),
    }.get(Verdict(asked.state))
    if said:
        steps.append({"words": said[0], "at": asked.decided_at, "note": asked.comment, "tone": said[1]})
    return steps


def _step(step: Step) -> dict[str, Any]:
    words, tone, note = _told(step)
    if step.times > 1:
        words = f"{words}, {step.times:,} times"
    if step.began:
        note = f"{note} Took {lasting(step.at - step.began)}.".strip() if _took(step) else note
    shown = {"words": words, "at": step.at, "tone": tone, "note": note, "request_id": step.request_id}
    if step.what in (What.GIVEN_AGAIN, What.DECIDED_ANEW):
        shown |= {"note": "", "url": reverse("commands:detail", args=[step.detail]), "link": "The new command"}
    return shown


def _took(step: Step) -> bool:
    return step.times == 1 and step.began is not None and (step.at - step.began).total_seconds() >= 1


def _told(step: Step) -> tuple[str, str, str]:
    """Words, tone and note."""
    state, who = State(step.state), step.staff.name if step.staff else "Somebody"
    match What(step.what):
        case What.TRIED:
            words, tone = SAID.get(state, (step.get_what_display(), "info"))
            if step.failure == Failure.BUSY:
                words = "Layers was busy"
            return words, tone, _why(step)
        case What.READ:
            words, tone = READ.get(state, (step.get_what_display(), "info"))
            if step.failure == Failure.LOOKING:
                once = "were read, and are read once more" if step.detail else "could not be read"
                words = f"The records of Layers {once}"
            return words, tone, step.detail
        case What.HANDED_OVER:
            to = step.to.name if step.to else "somebody"
            return (f"{who} took it over" if step.to == step.staff else f"{who} handed it to {to}"), "info", step.detail
        case What.HURRIED:
            return f"{who} asked for the next try now", "info", ""
        case What.TAKEN_BACK:
            return f"{who} took it back", "quiet", ""
        case What.LOOKED_AT:
            return f"{who} looked at it", "quiet", ""
        case What.GIVEN_AGAIN:
            return f"{who} gave it again", "info", ""
        case _:
            return step.get_what_display(), "wait" if state == State.UNKNOWN else "info", ""


def _why(step: Step) -> str:
    reason = Failure(step.failure).label if step.failure else ""
    return f"{reason} “{step.detail}”" if reason and step.detail else str(reason or step.detail)


def _now(command: Command, kept: list[Step]) -> list[dict[str, Any]]:
    """Where it stands and what comes, while it is open; how it ended where no step tells."""
    now = {"words": command.get_state_display(), "note": command.explanation, "tone": command.tone}
    if command.is_final:
        told = any(step.state == command.state for step in kept) or _ended_by_the_second_person(command)
        return [] if told else [now | {"at": command.finished_at}]
    # Held and waiting commands have a moment when they go out; one that is sending has not.
    later = command.not_before if command.state not in (State.SENDING, State.WAITING_APPROVAL) else None
    if command.failure == Failure.KEY_EXPIRED:
        return [now | {"state": "now"}, {"words": "A person looks at the target", "state": "next"}]
    return [now | {"state": "now", "at": later}, {"words": "Layers answers", "state": "next"}]


def _ended_by_the_second_person(command: Command) -> bool:
    asked = command.approval
    return bool(asked and asked.state in (Verdict.REFUSED, Verdict.EXPIRED, Verdict.WITHDRAWN))
