"""Everything that falls due, in the order in which things of one moment happen."""

from sandbox.engine.source import Source
from sandbox.rules import jobs, pending, periods, production, publishing, refill

SOURCES: tuple[Source, ...] = (
    periods.ROLLING_OVER,
    production.BEGINNING,
    jobs.FINISHING,
    refill.REFILLING,
    pending.EXPIRING,
    publishing.PUBLISHING,
)
