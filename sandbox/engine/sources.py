"""Everything that falls due, in the order in which things of one moment happen."""

from sandbox.engine.source import Source
from sandbox.rules import (
    accounts,
    dispatch,
    influencers,
    jobs,
    pending,
    periods,
    production,
    publishing,
    refill,
    reviews,
    review,
)

SOURCES: tuple[Source, ...] = (
    periods.ROLLING_OVER,
    production.BEGINNING,
    review.UNATTENDING,
    influencers.TRAINING,
    jobs.FINISHING,
    refill.REFILLING,
    pending.EXPIRING,
    dispatch.TICKING,
    reviews.REVIEWING,
    accounts.EXPIRING,
    publishing.PUBLISHING,
)
