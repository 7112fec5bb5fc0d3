"""What kinds of jobs there are: their stages, how long they take, what comes of them (contract/content.md, 10).

A module whose functions stand here must not import this one, nor jobs.py, which does.
"""

from typing import Final

from sandbox.rules import ad_runs, influencers, ingests, keywords, production
from sandbox.rules.job_definition import JobFailed, Kind

__all__ = ["KINDS", "JobFailed", "Kind"]

KINDS: Final[dict[str, Kind]] = {
    production.KIND: Kind(production.STAGES, production.LASTS, production.finish, production.stopped),
    keywords.KIND: keywords.RESEARCH,
    influencers.KIND: influencers.CREATION,
    **ingests.READING,
    **ad_runs.KINDS,
}
