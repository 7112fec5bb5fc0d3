"""What became of a command whose answer never came and whose key is too old to ask again: Layers' records are read.

Nothing is sent here. Either the records show the effect, or they prove that there was none, or a person gets the facts.
"""

import logging
from datetime import timedelta

from django.utils import timezone

from layers.client import Layers
from layers.client.errors import LayersError
from layers.mirror import link
from layers.outbox import closing
from layers.outbox.kinds import kind_of
from layers.outbox.models import Command, Failure, State

log = logging.getLogger(__name__)

#: After the last send nothing is read for this long: a call that is still on its way would not be in the records yet.
QUIET = timedelta(minutes=10)
#: How long the records are asked for, counted from the first send. After that a person gets what is known.
PATIENCE = timedelta(hours=48)


def begin(command: Command) -> None:
    """From now on the command is read about, not sent."""
    closing.close(command, State.UNKNOWN, failure=Failure.LOOKING, not_before=timezone.now() + QUIET)


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
        closing.close(command, State.UNKNOWN, failure=Failure.KEY_EXPIRED, detail="Our side stumbled over the records.")
        return
    link.note_answer()
    if found.took_effect is None:
        closing.close(command, State.UNKNOWN, failure=Failure.KEY_EXPIRED, detail=found.facts)
    elif found.took_effect:
        closing.done(command, found.raw, request_id="", detail=found.facts)
    else:
        closing.failed(command, found.failure, found.facts, "")


def _later(command: Command, error: LayersError) -> None:
    now = timezone.now()
    if command.sent_at and now - command.sent_at > PATIENCE:
        facts = f"The records of Layers could not be read: {error}"
        closing.close(command, State.UNKNOWN, failure=Failure.KEY_EXPIRED, detail=facts, request_id=error.request_id)
    else:
        closing.close(
            command, State.UNKNOWN, failure=Failure.LOOKING, request_id=error.request_id, not_before=now + QUIET
        )
