"""Everything that falls due, in the order in which things of one moment happen."""

from sandbox.engine.source import Source
from sandbox.rules import jobs, pending

SOURCES: tuple[Source, ...] = (
    jobs.FINISHING,
    pending.EXPIRING,
)
