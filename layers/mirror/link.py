"""The one client of this process, and what we know of the other side's health."""

from functools import cache
from hashlib import blake2b

from django.conf import settings
from django.utils import timezone

from layers.client import Layers, Transport
from layers.client.errors import AnswerLost, LayersError, NotSent, ServerFault, Spent, Unauthenticated
from layers.mirror.budget import Lane, budget
from layers.mirror.models import Link


@cache
def layers(lane: Lane = Lane.PERSON) -> Layers:
    """The client of one lane, shared by all threads of the process: it holds the connections."""
    return Layers(Transport(settings.LAYERS_API_URL, settings.LAYERS_API_KEY, budget=budget(lane)))


def key_mark() -> str:
    """Which API key the client has: 16 hexadecimal digits, made of the public part of lp_live_<public>_<secret> alone.
    Empty for a key that is not written so."""
    parts = settings.LAYERS_API_KEY.split("_", 3)
    return blake2b("_".join(parts[:3]).encode(), digest_size=8).hexdigest() if len(parts) == 4 else ""


def note_answer() -> None:
    """Layers answered something, be it a refusal."""
    Link.objects.filter(down_since__isnull=False).update(down_since=None, problem="")


def note_failure(error: LayersError) -> None:
    """Layers did not answer, or does not know us any more. Any other refusal proves that the link stands."""
    if isinstance(error, Spent):
        return None  # Layers was not asked
    if isinstance(error, Unauthenticated):
        problem = "Layers refuses our API key."
    elif isinstance(error, NotSent | AnswerLost) or (isinstance(error, ServerFault) and error.code.startswith("HTTP_")):
        # A 5xx without the envelope comes from a gateway before Layers, not from Layers.
        problem = "Layers does not answer."
    else:
        return note_answer()
    Link.objects.get_or_create(id=1)
    Link.objects.filter(id=1, down_since__isnull=True).update(down_since=timezone.now(), problem=problem)
    return None


def state() -> Link:
    return Link.objects.filter(id=1).first() or Link()
