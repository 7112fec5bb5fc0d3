"""Keyword research: the hashtag bank of a project (contract/content.md, 2 Keywords)."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sandbox import clock
from sandbox.api.envelope import stamp
from sandbox.models import Job, KeywordBank, Project
from sandbox.rules.job_definition import Kind
from sandbox.world.texts import trade

KIND: Final = "project_keywords_refresh"
#: Four to five minutes, says the contract.
LASTS: Final = timedelta(minutes=4, seconds=30)
#: Nothing below this score is kept.
FLOOR: Final = 70
#: Ways in which people search around a subject.
_AROUND: Final = ("", "tips", "routine", "for beginners", "of the day", "aesthetic")
_WORD: Final = re.compile(r"[a-z]{6,}")
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]")
#: How many of the description's own words are looked into.
_OWN_WORDS: Final = 12


def research(project: Project) -> list[dict[str, Any]]:
    """The bank that the project's present words lead to: score desc, then viewCount desc. The same words give the same
    bank; the views of a hashtag are the same for everybody."""
    found: dict[str, dict[str, Any]] = {}
    for phrase in _phrases(project):
        hashtag = _NOT_ALNUM.sub("", phrase)
        if not hashtag or hashtag in found:
            continue
        everywhere = random.Random(hashtag)
        views = int(10 ** everywhere.uniform(4.7, 8.6))
        score = random.Random(f"{project.pk} {hashtag}").randint(52, 98)
        found[hashtag] = {
            "hashtag": hashtag,
            "phrase": phrase,
            "score": score,
            "viewCount": views,
            "useCount": max(1, int(views / everywhere.uniform(60, 400))),
        }
    kept = [row for row in found.values() if row["score"] >= FLOOR]
    return sorted(kept, key=lambda row: (-row["score"], -row["viewCount"]))


def _phrases(project: Project) -> Iterator[str]:
    words = trade(project.trade)
    for hashtag in words.hashtags:
        yield hashtag.removeprefix("#")
    for keyword in words.keywords:
        for around in _AROUND:
            yield f"{keyword} {around}".strip()
    own = dict.fromkeys(_WORD.findall((project.app_description or "").lower()))
    yield from list(own)[:_OWN_WORDS]


def _finish(job: Job) -> dict[str, Any]:
    """The bank is replaced whole."""
    hashtags, moment = research(job.project), clock.now()
    KeywordBank.objects.update_or_create(
        project_id=job.project_id, defaults={"hashtags": hashtags, "refreshed_at": moment}
    )
    return {"hashtagCount": len(hashtags), "refreshedAt": stamp(moment)}


RESEARCH: Final = Kind(("queued", "researching", "scoring"), LASTS, _finish)
