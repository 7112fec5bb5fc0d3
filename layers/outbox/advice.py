"""What the person who minds a command can do about it, and what happens without them."""

from layers.outbox.models import Command, Failure, State, Verdict

#: About failed ones: their reason stands in Failure, this is the way on. AGAIN: they can be given again, when or why.
AGAIN: dict[Failure, str] = {
    Failure.UNREACHABLE: " now that Layers answers.",
    Failure.BUSY: ": it never had its turn.",
    Failure.SWITCHED_OFF: " when the switch is released.",
    Failure.KEY_REJECTED: " when the key is renewed.",
}
AFTER: dict[Failure, str] = {
    Failure.NOT_ALLOWED: "Ask an administrator whether our key may do this, or mark it as looked at.",
    Failure.NOT_ENOUGH_CREDITS: "Buy credits or free some, then try again.",
    Failure.KEY_EXPIRED: "A person has checked the target.",
    Failure.REFUSED: "Read what Layers said, then decide anew.",
    Failure.GONE: "Nothing to do: the target is gone.",
    Failure.DECIDED_ELSEWHERE: "Nothing to do: the other decision stands.",
}


def advice(command: Command, *, behind: bool = False) -> str:
    """One or two short sentences; empty for what is over. `behind`: an earlier command of its target goes first."""
    state = State(command.state)
    if state == State.HELD:
        return "It goes out when the clock is over. Until then it can be taken back."
    if state == State.WAITING_APPROVAL:
        over = command.approval and command.approval.state == Verdict.WAITING and command.approval.is_over
        return "Nobody decided in time: it is about to be closed." if over else "A second person decides."
    if state == State.SENDING:
        return "A worker has it. Nothing to do."
    if state == State.FAILED:
        return _failed(command) if command.failure and not command.settled else ""
    if behind and state in (State.QUEUED, State.UNKNOWN):
        return "An earlier command of the same target goes first."
    if state == State.QUEUED:
        return _queued(command)
    return _unknown(command) if state == State.UNKNOWN else ""


def _failed(command: Command) -> str:
    failure = Failure(command.failure)
    if failure in AFTER:
        return AFTER[failure]
    return ("Try again" if command.can_retry else "Fill in its form again") + AGAIN.get(failure, ".")


def _queued(command: Command) -> str:
    if command.failure == Failure.BUSY:
        return "Layers said when to ask again: it goes out by itself then."
    if command.failure:
        return "It is tried again by itself. Retry now does not wait for that."
    return "It goes out with its batch." if command.batch else "It goes out in a moment."


def _unknown(command: Command) -> str:
    if command.failure == Failure.KEY_EXPIRED:
        return "Check the target, then press Looked at, or hand it over to somebody who can."
    if command.failure == Failure.LOOKING:
        return "Nothing to do until the records have been read."
    return "Nothing to do. Retry now does not wait for the next try."
