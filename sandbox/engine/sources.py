"""Everything that falls due, in the order in which things of one moment happen."""

from sandbox.engine.source import Source
from sandbox.rules import (
    accounts,
    ad_reviews,
    dispatch,
    influencers,
    jobs,
    pending,
    periods,
    production,
    publishing,
    refill,
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
    ad_reviews.REVIEWING,
    accounts.EXPIRING,
    publishing.PUBLISHING,
)
