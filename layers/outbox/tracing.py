"""What became of a command whose answer never came and whose key does not count any more: Layers' records are read.

Nothing is sent here. Either the records show the effect, or they prove that there was none, or a person gets the facts.
One reading proves an effect; anything else has to be read twice, because a page that Layers left out looks like it.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from layers.client import Layers
from layers.client.errors import LayersError, RateLimited, Spent
from layers.mirror import link
from layers.outbox import closing
from layers.outbox.kinds import Trace, kind_of
from layers.outbox.models import Command, Failure, State, What

log = logging.getLogger(__name__)

#: Nothing is read for this long after the last send, because a call that is still on its way would not be in the
#: records yet; nor between two readings.
QUIET = timedelta(seconds=settings.OUTBOX_QUIET)
#: How long records that cannot be read are asked for. After that a person gets what is known.
PATIENCE = timedelta(hours=48)


def begin(command: Command) -> None:
    """From now on the command is read about, not sent."""
    command.claimed_at = None  # no try: nobody has it
    later = timezone.now() + QUIET
    closing.close(command, State.UNKNOWN, what=What.KEY_TOO_OLD, failure=Failure.LOOKING, not_before=later)


def trace(client: Layers, command: Command) -> None:
    """Reads, and closes the row by what was found. A Layers that does not answer is asked again later."""
    try:
        found = kind_of(command.kind).trace(client, command)
    except LayersError as error:
        log.warning("command %s %s could not be traced: %s %s", command.kind, command.id, error, error.request_id)
        link.note_failure(error)
        _unread(command, error)
        return
    except Exception:
        log.exception("command %s %s could not be traced", command.kind, command.id)
        _to_a_person(command, "Our side stumbled over the records.")
        return
    link.note_answer()
    if found.took_effect:
        _done(command, found)
    elif not _read_before(command, found.facts):
        _read_later(command, QUIET, detail=found.facts)
    elif found.took_effect is None:
        _to_a_person(command, found.facts)
    else:
        closing.failed(command, found.failure, found.facts, "", what=What.READ)


def _done(command: Command, found: Trace) -> None:
    try:
        closing.done(command, found.raw, request_id="", detail=found.facts, what=What.READ)
    except Exception:
        # The records will say the same the next time, and so would this.
        log.exception("command %s %s: what the records show could not be applied", command.kind, command.id)
        _to_a_person(command, f"{found.facts} Our copy could not be changed.")


def _read_before(command: Command, facts: str) -> bool:
    """Whether the last reading that found anything, since the command was sent, said the same."""
    found = command.steps.filter(what__in=[What.KEY_TOO_OLD, What.READ]).exclude(what=What.READ, detail="")
    last = found.last()
    return last is not None and last.detail == facts


def _unread(command: Command, error: LayersError) -> None:
    if isinstance(error, RateLimited | Spent):
        # Our turn comes: that is no reason to give up.
        _read_later(command, QUIET if error.retry_after is None else timedelta(seconds=error.retry_after))
        return
    began = command.steps.filter(what=What.KEY_TOO_OLD).values_list("at", flat=True).first()
    if began and timezone.now() - began > PATIENCE:
        _to_a_person(command, f"The records of Layers could not be read: {error}", request_id=error.request_id)
    else:
        _read_later(command, QUIET, request_id=error.request_id)


def _read_later(command: Command, wait: timedelta, **more: str) -> None:
    later = timezone.now() + wait
    closing.close(command, State.UNKNOWN, what=What.READ, failure=Failure.LOOKING, not_before=later, **more)


def _to_a_person(command: Command, facts: str, **more: str) -> None:
    closing.close(command, State.UNKNOWN, what=What.READ, failure=Failure.KEY_EXPIRED, detail=facts, **more)
