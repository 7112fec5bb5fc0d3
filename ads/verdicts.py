"""The verdict page: paste the id of one gate decision, get the answer (contract/ads.md, 1 and 6)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ads import queries
from ads.authority import Standing, standing
from ads.history import effect, outcome, reply, timeline
from ads.models import Campaign, Layer, PendingAction
from ads.rows import Row, row
from ads.rulings import Ruling, rules, sentence
from ads.values import one_line
from common.moments import exactly
from layers.outbox.queries import of_target
from orgs.models import AuditEvent, Project
from orgs.queries import copy_age, parent


@require_GET
def verdict(request: HttpRequest, verdict_id: str) -> HttpResponse:
    """The story of one verdict, or, when our copy does not hold it, what was searched."""
    records = queries.of_verdict(verdict_id)
    if not records:
        context = {"verdict_id": verdict_id, "reach": queries.reach()}
        return render(request, "ads/verdict_missing.html", context, status=404)
    return render(request, "ads/verdict.html", _story(request.user, records))


def _story(staff: Any, records: list[AuditEvent]) -> dict[str, Any]:
    # The log also has a row for the request itself; the one that tells the decision leads.
    event = next((one for one in records if one.decision), records[0])
    ruling = Ruling(event)
    action = PendingAction.objects.filter(id=event.pending_id).select_related("organization", "project").first()
    about = row(action, staff) if action and event.pending_id else None
    campaign = Campaign.objects.select_related("authority").filter(id=ruling.campaign_id).first()
    campaign = campaign or (about.campaign if about else None)
    layer = Layer.objects.filter(id=f"{event.project_id}:{event.platform}").first()
    name = ruling.campaign_name or (campaign.name if campaign else "")
    commands = list(of_target(event.pending_id)[:50]) if event.pending_id else []
    now = standing(campaign, layer)
    asked = ruling.change or (about.changes if about else [])
    answer, sent, became = sentence(ruling, name), effect(ruling), outcome(about) if about else ""
    return {
        "event": event,
        "ruling": ruling,
        "sentence": answer,
        "effect": sent,
        "outcome": became,
        "changes": asked,
        "asked": one_line(asked),
        "story": " ".join(
            filter(None, [answer, sent, became, f"Verdict {event.verdict_id}, {exactly(event.occurred_at)}."])
        ),
        "rules": rules(ruling),
        "campaign": campaign,
        "campaign_name": name,
        "project": Project.objects.filter(id=event.project_id).first(),
        "standing": now,
        "layer": layer,
        "changed_since": _changed_since(ruling, now),
        "row": about,
        "timeline": timeline(about, commands) if about else [],
        "others": _others(event, about),
        "reply": reply(ruling, name, about),
        "records": [(record, json.dumps(record.raw, indent=2, ensure_ascii=False)) for record in records],
        "neighbours": queries.neighbours(event),
        "age": copy_age("audit", str(event.organization_id)),
        "ours": parent(),
    }


def _changed_since(ruling: Ruling, now: Standing) -> str:
    """Was draft then, auto now; empty when the axis is as it was, or the record does not prove how it was."""
    mode = now.mode(ruling.axis)
    return f"Was {ruling.mode} then, {mode} now" if ruling.mode and mode not in ("", ruling.mode) else ""


def _others(event: AuditEvent, about: Row | None) -> list[Ruling]:
    """A queued write has at least two verdicts: for the queueing and for the decision (contract/ads.md, 4)."""
    events = about.events if about else []
    return [Ruling(one) for one in events if one.verdict_id and one.verdict_id != event.verdict_id]
