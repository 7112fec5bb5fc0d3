"""Scored creatives, and pinning one in or out (contract/ads.md, 10)."""

import uuid
from collections import defaultdict
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp
from sandbox.api.errors import not_found
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import project_of, uuid_of
from sandbox.models import AdsContentOverride, Container, Project, Rotation
from sandbox.models.ads import EntityStatus
from sandbox.rules import scoring

ROW_COLUMNS = (
    "id",
    "completed_at",
    "creative_type",
    "format",
    "ads_enrollment",
    "ads_override__override",
)


class BestFirst(cursors.NewestFirst):
    """A higher score is a later completion; scores made in one round are in the same order."""

    moment = "completed_at"


class WorstFirst(BestFirst):
    def sort(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.order_by("completed_at", "id")

    def after(self, rows: QuerySet[Any, Any], moment: datetime, tie: Any) -> QuerySet[Any, Any]:
        return rows.filter(TupleGreaterThan((F("completed_at"), F("id")), (moment, tie)))


ORDERS = {
    "score_desc": BestFirst("ads-content"),
    "score_asc": WorstFirst("ads-content-asc"),
    "scored_at_desc": BestFirst("ads-content"),
}


class OverrideBody(msgspec.Struct):
    """`override: null` clears it."""

    override: Literal["include", "exclude"] | None
    note: Annotated[str, msgspec.Meta(max_length=280)] = ""


def show(row: Any, now: datetime) -> dict[str, Any]:
    """`row` has the ROW_COLUMNS. A creative's id is its container's uuid with another prefix."""
    override = row.ads_override__override
    return {
        "adsContentId": f"adc_{row.id}",
        "sourceType": "content_container",
        "sourceId": f"cnt_{row.id}",
        "organicScore": scoring.score(row.completed_at, now) / 100,
        "scoringPool": scoring.pool(row),
        "eligible": scoring.is_eligible(row, override, now),
        "override": override,
        "activePromotions": [],
        "scoredAt": stamp(scoring.scored_at(row.completed_at, now)),
    }


@read(scope="metrics:read")
def list_ads_content(call: Call) -> dict[str, Any]:
    """A bad cursor gives the first page, as in every list of ads."""
    limit = query.limit(call.query, 50, 200)
    pools = query.choices(call.query, "scoringPool", tuple(scoring.POOLS))
    minimum = query.number(call.query, "minScore", 0, 10)
    override = query.choice(call.query, "override", ("include", "exclude", "none"))
    eligible = query.flag(call.query, "eligible")
    order = ORDERS[query.choice(call.query, "sort", tuple(ORDERS)) or "score_desc"]
    now = clock.now()
    found = _creatives(project_of(call))
    if pools:
        wanted = Q(pk__in=())
        for pool in pools:
            wanted |= scoring.POOLS[pool]
        found = found.filter(wanted)
    if minimum is not None:
        found = found.filter(scoring.at_least(minimum, now))
    if override == "none":
        found = found.filter(ads_override__isnull=True)
    elif override:
        found = found.filter(ads_override__override=override)
    if eligible is not None:
        found = found.filter(scoring.eligible(now)) if eligible else found.exclude(scoring.eligible(now))
    page = cursors.page(
        found.values_list(*ROW_COLUMNS, named=True),
        order,
        lambda row: show(row, now),
        limit=limit,
        cursor=query.text(call.query, "cursor"),
        lenient=True,
    )
    _add_promotions(page["items"])
    return page


@write(scope="ads:write:override")
def patch_ads_content(call: Call) -> dict[str, Any]:
    asked = call.body(OverrideBody)
    project = project_of(call)
    wanted = uuid_of("ads_content", "adsContentId", call.path_ids["adsContentId"])
    own = _creatives(project).filter(pk=wanted)
    if not own.exists():
        raise not_found("creative")
    if asked.override is None:
        AdsContentOverride.objects.filter(container_id=wanted).delete()
    else:
        AdsContentOverride.objects.update_or_create(
            container_id=wanted,
            defaults={"override": asked.override, "note": asked.note or None, "updated_at": clock.now()},
        )
    shown = show(own.values_list(*ROW_COLUMNS, named=True).get(), clock.now())
    _add_promotions([shown])
    call.record(
        "ads_content.override_changed",
        {"adsContentId": shown["adsContentId"], "override": asked.override, "note": asked.note or None},
        project_id=project.pk,
    )
    return shown


def _creatives(project: Project) -> QuerySet[Any, Any]:
    return Container.objects.filter(project=project, status=Container.Status.COMPLETED, completed_at__isnull=False)


def _add_promotions(items: list[dict[str, Any]]) -> None:
    """Which running ads show each creative: one query for the whole page."""
    of_creative: dict[str, list[dict[str, Any]]] = defaultdict(list)
    wanted = [uuid.UUID(item["adsContentId"].removeprefix("adc_")) for item in items]
    running = Rotation.objects.filter(creative__in=wanted, ad__status=EntityStatus.ACTIVE).order_by("added_at", "id")
    for creative_id, ad_id, campaign_id, platform in running.values_list(
        "creative_id", "ad_id", "ad__campaign_id", "ad__layer__platform"
    ):
        of_creative[ids.show("ads_content", creative_id)].append(
            {"adId": ids.show("ad", ad_id), "campaignId": ids.show("campaign", campaign_id), "platform": platform}
        )
    for item in items:
        item["activePromotions"] = of_creative[item["adsContentId"]]
