"""Work on a layer that somebody asks for: an optimizer run, a refresh of creatives, the disabling of weak ads.

What each job does at its end (contract/ads.md, 10). Every single change goes through the gate.
"""

import uuid
from datetime import timedelta
from typing import Any, Final

from sandbox import ids
from sandbox.models import Ad, AdLayer, Job, OptimizerRun
from sandbox.models.ads import EntityStatus
from sandbox.rules import ad_changes, dispatch, optimizer, weak_ads
from sandbox.rules.actors import Actor, by_key
from sandbox.rules.job_definition import Kind

OPTIMIZER_RUN: Final = "ads_optimizer_run"
CONTENT_REFRESH: Final = "content_refresh"
DISABLE_WEAK: Final = "disable_underperforming"


def begin(layer: AdLayer, kind: str, actor: Actor, *, dry_run: bool = False, **payload: Any) -> OptimizerRun:
    """A run with its job, inside the caller's transaction."""
    from sandbox.rules import jobs

    asked_by = None if actor.key is None else str(actor.key.pk)
    job = jobs.start(
        layer.project, kind, payload={"layer": str(layer.pk), "apiKeyId": asked_by, **payload}, is_test=actor.is_test
    )
    return OptimizerRun.objects.create(id=ids.new_ulid(), layer=layer, job=job, dry_run=dry_run)


def _scene(job: Job) -> tuple[OptimizerRun, AdLayer, Actor]:
    run = OptimizerRun.objects.get(job=job)
    layer = AdLayer.objects.select_for_update(of=("self",), no_key=True).select_related("project").get(pk=run.layer_id)
    asked_by = job.payload["apiKeyId"]
    return run, layer, by_key(None if asked_by is None else uuid.UUID(asked_by))


def _result(run: OptimizerRun, changes: list[optimizer.Change]) -> dict[str, Any]:
    return {"runId": ids.show("run", run.pk), "dryRun": run.dry_run, "changes": [change.show() for change in changes]}


def optimize(job: Job) -> dict[str, Any]:
    """Dispatches what is approved (not in a dry run), then proposes."""
    run, layer, _ = _scene(job)
    dispatched = [] if run.dry_run else dispatch.dispatch_approved(layer)
    return _result(run, optimizer.work(layer, dispatched=dispatched, run=run))


def refresh(job: Job) -> dict[str, Any]:
    """Disables weak ads, then gives every ad set up to so many of the best creatives that none of its ads shows."""
    run, layer, actor = _scene(job)
    changes = _disable(layer, actor)
    ads = Ad.objects.filter(layer=layer, status=EntityStatus.ACTIVE).select_related("campaign__account", "ad_set")
    by_set: dict[str, list[Ad]] = {}
    for ad in ads.exclude(campaign__status=EntityStatus.DELETED).order_by("id"):
        by_set.setdefault(ad.ad_set_id, []).append(ad)
    for siblings in by_set.values():
        for creative in weak_ads.fresh_creatives(layer, siblings)[: job.payload["maxNewCreatives"]]:
            write = ad_changes.push(layer, siblings[0], str(creative.pk), rationale="One of the best organic scores.")
            changes.append(optimizer.act(actor, write))
    return _result(run, changes)


def disable(job: Job) -> dict[str, Any]:
    run, layer, actor = _scene(job)
    return _result(run, _disable(layer, actor))


def _disable(layer: AdLayer, actor: Actor) -> list[optimizer.Change]:
    """Judged by the creative axis, as the page of this workflow says; pausing an ad is structural elsewhere."""
    return [
        optimizer.act(
            actor,
            ad_changes.status(layer, ad, "pause", "creative", rationale=f"The ad is {weak_ads.standing(ad).lower()}."),
        )
        for ad in weak_ads.weak_ads(layer)
    ]


STAGES: Final = ("collecting", "evaluating", "applying")
KINDS: Final = {
    OPTIMIZER_RUN: Kind(STAGES, timedelta(minutes=10), optimize),
    CONTENT_REFRESH: Kind(STAGES, timedelta(minutes=7), refresh),
    DISABLE_WEAK: Kind(STAGES, timedelta(minutes=3), disable),
}
