"""The wire to the Partner API. Knows nothing of Django: plain values in, typed values or one of our errors out."""

from layers.client.api import Layers
from layers.client.transport import Answer, Timeouts, Transport

__all__ = ["Answer", "Layers", "Timeouts", "Transport"]
