"""Suggestions for a project and what became of them (contract/content.md, 11)."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleLessThan

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.cursors import EPOCH
from sandbox.api.envelope import stamp
from sandbox.api.errors import not_found
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import project_of, uuid_of
from sandbox.models import Recommendation

Status = Recommendation.Status


class SurestFirst(cursors.NewestFirst):
    """By confidence. A cursor holds a moment, so the thousandths travel as so many microseconds."""

    def sort(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.order_by("-confidence", "-id")

    def after(self, rows: QuerySet[Any, Any], moment: datetime, tie: Any) -> QuerySet[Any, Any]:
        confidence = (moment - EPOCH) // timedelta(microseconds=1)
        return rows.filter(TupleLessThan((F("confidence"), F("id")), (min(max(confidence, -1), 1001), tie)))

    def key(self, row: Any) -> tuple[datetime, Any]:
        return EPOCH + timedelta(microseconds=row.confidence), row.id


ORDERS = {
    "confidence_desc": SurestFirst("recommendations-confidence"),
    "created_desc": cursors.NewestFirst("recommendations"),
}


class RecommendationBody(msgspec.Struct):
    status: Literal["open", "acknowledged", "dismissed", "acted_on"]
    note: Annotated[str, msgspec.Meta(max_length=1024)] = ""


def show(row: Recommendation) -> dict[str, Any]:
    return {
        "recommendationId": ids.show("recommendation", row.pk),
        "kind": row.kind,
        "status": row.status,
        "confidence": row.confidence / 1000,
        "subject": row.subject,
        "rationale": row.rationale,
        "evidence": row.evidence,
        "suggestedAction": row.suggested_action,
        "createdAt": stamp(row.created_at),
    }


@read(scope="metrics:read")
def list_recommendations(call: Call) -> dict[str, Any]:
    """The open ones unless another status is asked for. Kinds are an open set: an unknown one just has no rows."""
    limit = query.limit(call.query, 25, 100)
    statuses = query.choices(call.query, "status", Status.values) or [Status.OPEN]
    kinds = [kind.replace("\x00", "") for kind in call.query.getlist("kind") if kind]
    minimum = query.number(call.query, "minConfidence", 0, 1)
    order = ORDERS[query.choice(call.query, "sort", tuple(ORDERS)) or "confidence_desc"]
    found: QuerySet[Any, Any] = Recommendation.objects.filter(project=project_of(call), status__in=statuses)
    if kinds:
        found = found.filter(kind__in=kinds)
    if minimum:
        found = found.filter(confidence__gte=minimum * 1000)
    return cursors.page(found, order, show, limit=limit, cursor=query.text(call.query, "cursor"))


@write(scope="metrics:read")
def patch_recommendation(call: Call) -> dict[str, Any]:
    """Any status from any other: a person may change their mind."""
    asked = call.body(RecommendationBody)
    project = project_of(call)
    wanted = uuid_of("recommendation", "recommendationId", call.path_ids["recommendationId"])
    row = Recommendation.objects.select_for_update().filter(pk=wanted, project=project).first()
    if row is None:
        raise not_found("recommendation")
    row.status = asked.status
    row.note = asked.note or row.note
    row.updated_at = clock.now()
    row.save(update_fields=["status", "note", "updated_at"])
    shown = ids.show("recommendation", row.pk)
    call.record("recommendation.updated", {"recommendationId": shown, "status": row.status}, project_id=project.pk)
    return {"recommendationId": shown, "status": row.status, "updatedAt": stamp(row.updated_at)}
