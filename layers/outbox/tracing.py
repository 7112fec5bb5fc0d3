"""What became of a command whose answer never came and whose key is too old to ask again: Layers' records are read.

Nothing is sent here. Either the records show the effect, or they prove that there was none, or a person gets the facts.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from layers.client import Layers
from layers.client.errors import LayersError
from layers.mirror import link
from layers.outbox import closing
from layers.outbox.kinds import kind_of
from layers.outbox.models import Command, Failure, State, What

log = logging.getLogger(__name__)

#: After the last send nothing is read for this long: a call that is still on its way would not be in the records yet.
QUIET = timedelta(seconds=settings.OUTBOX_QUIET)
#: How long the records are asked for, counted from the first send. After that a person gets what is known.
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
        _later(command, error)
        return
    except Exception:
        log.exception("command %s %s could not be traced", command.kind, command.id)
        _to_a_person(command, "Our side stumbled over the records.")
        return
    link.note_answer()
    if found.took_effect is None:
        _to_a_person(command, found.facts)
    elif found.took_effect:
        closing.done(command, found.raw, request_id="", detail=found.facts, what=What.READ)
    else:
        closing.failed(command, found.failure, found.facts, "", what=What.READ)


def _to_a_person(command: Command, facts: str, **more: str) -> None:
    closing.close(command, State.UNKNOWN, what=What.READ, failure=Failure.KEY_EXPIRED, detail=facts, **more)


def _later(command: Command, error: LayersError) -> None:
    now = timezone.now()
    if command.sent_at and now - command.sent_at > PATIENCE:
        _to_a_person(command, f"The records of Layers could not be read: {error}", request_id=error.request_id)
    else:
        closing.close(
            command,
            State.UNKNOWN,
            what=What.READ,
            failure=Failure.LOOKING,
            request_id=error.request_id,
            not_before=now + QUIET,
        )
