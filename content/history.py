"""What happened to a container, and how it stands: for the desk's history and for items that need no decision."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from content.commands import STATUS
from content.models import GONE, Container
from content.reasons import label_of
from layers.client import read
from layers.outbox.models import Command, State

NEVER = datetime(1971, 1, 1, tzinfo=UTC)  # a moment before this is one that Layers did not send
REASON_NAMES = ("reason", "rejectionReason")  # in the answer to a decision, and in the container
TONES = {"approved": "ok", "rejected": "stop"}


@dataclass(frozen=True)
class Step:
    words: str
    at: datetime | None = None
    note: str = ""
    tone: str = "quiet"


@dataclass(frozen=True)
class Standing:
    """How a container stands when there is nothing to decide on it. `by`: who decided, "" where nobody did."""

    word: str
    tone: str
    icon: str
    by: str = ""
    at: datetime | None = None
    note: str = ""


def steps(container: Container, commands: list[Command]) -> list[Step]:
    """Newest first. `commands` are all ours about it."""
    found = [
        *_at_layers(container),
        *(_ours(command) for command in commands),
        *_verdict_elsewhere(container, commands),
    ]
    return sorted(found, key=lambda step: step.at or NEVER, reverse=True)


def _at_layers(container: Container) -> Iterator[Step]:
    created = container.created_at if container.created_at > NEVER else None
    yield Step("Uploaded" if container.creative_type == "uploaded" else "Requested", created)
    completed = read.moment(container.raw, "completedAt")
    if container.status == "completed":
        yield Step("Generated" if container.creative_type != "uploaded" else "Ready", completed, tone="ok")
    elif container.status == "failed":
        yield Step("Failed", completed or _updated(container), failure_words(container), "stop")
    elif container.status == "canceled":
        yield Step("Canceled", completed or _updated(container))


def _updated(container: Container) -> datetime | None:
    return container.remote_updated_at if container.remote_updated_at > NEVER else None


def failure_words(container: Container) -> str:
    """Why generation failed, as Layers said it; empty where it did not."""
    error = read.mapping(container.raw, "lastError")
    return read.text(error, "message", "code") or read.text(container.raw, "lastError")


def _ours(command: Command) -> Step:
    words = f"{command.staff.name} {STATUS[command.kind]} it"
    said = label_of(command.reason)
    if command.state == State.CANCELLED:
        return Step(f"{words}, then took it back", command.created_at, said)
    if command.state == State.SUCCEEDED:
        return Step(words, command.created_at, said, TONES[STATUS[command.kind]])
    became = command.explanation or f"{command.get_state_display()}."
    return Step(words, command.created_at, f"{said} {became}".strip(), command.tone)


def _verdict_elsewhere(container: Container, commands: list[Command]) -> Iterator[Step]:
    """The decision at Layers, when it is not the answer to one of ours."""
    elsewhere = _decided_at_layers(container)
    if elsewhere and not confirmed(container, commands):
        by = f"By {elsewhere.by}. " if elsewhere.by else ""
        yield Step(f"{elsewhere.word} outside this desk", elsewhere.at, f"{by}{elsewhere.note}".strip(), elsewhere.tone)


def confirmed(container: Container, commands: list[Command]) -> Command | None:
    """Our decision that stands at Layers, if it is one of ours."""
    done = (one for one in commands if one.state == State.SUCCEEDED)
    return next((one for one in done if STATUS[one.kind] == container.approval_status), None)


def _decided_at_layers(container: Container) -> Standing | None:
    raw, status = container.raw, container.approval_status
    if status not in TONES:
        return None
    icon, note = ("check", read.text(raw, "note")) if status == "approved" else ("x", read.text(raw, *REASON_NAMES))
    by, at = read.text(raw, f"{status}By"), read.moment(raw, f"{status}At")
    return Standing(status.capitalize(), TONES[status], icon, by, at, label_of(note))


def standing(container: Container, commands: list[Command]) -> Standing | None:
    """None when the container waits for a decision; otherwise what to show in its place."""
    decided = _decided_at_layers(container)
    if decided:
        ours = confirmed(container, commands)
        if ours is None:
            return decided
        note, at = label_of(ours.reason), decided.at or ours.finished_at
        return replace(decided, by=ours.staff.name, at=at, note=note)
    if container.is_waiting:
        return None
    if container.status == "failed":
        return Standing("Failed", "stop", "alert", note=failure_words(container))
    if container.status == "canceled":
        return Standing("Canceled", "quiet", "x")
    if container.status == GONE:
        return Standing("Gone", "quiet", "x", note="Layers does not know it any more. This is our last copy.")
    if container.status in ("queued", "processing"):
        return Standing("Being made", "info", "refresh", note="It can be reviewed when it is complete.")
    if container.approval_status == "not_required":
        return Standing("Needs no review", "quiet", "check")
    return Standing(
        f"{container.status}, {container.approval_status}".replace("_", " ").capitalize(), "quiet", "unknown"
    )
