"""Work on a layer that runs for minutes: the optimizer, fresh creatives, weak ads disabled (contract/ads.md, 10)."""

from typing import Annotated, Any, Literal

import msgspec

from sandbox import ids
from sandbox.api.ad_paths import actor_of, hold
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import layer_of, project_of, ulid_of, uuid_of
from sandbox.models import AdLayer, OptimizerRun
from sandbox.rules import ad_runs, ad_writes, jobs, weak_ads
from sandbox.rules.gate import Write


class LayerBody(msgspec.Struct, rename="camel"):
    layer_id: str
    dry_run: bool = False


class RunBody(LayerBody, rename="camel", kw_only=True):
    platform: Literal["meta_ads", "tiktok_ads", "apple_ads"]


class RefreshBody(msgspec.Struct, rename="camel"):
    """`max_new_creatives`: for each ad set."""

    layer_id: str
    max_new_creatives: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3


@write(scope="ads:write:optimizer_trigger", long_running=True)
def run_optimizer(call: Call) -> Answer:
    """Not gated itself; what it does is. Not a dry run, it also brings forward what is approved."""
    body = call.body(RunBody)
    project = project_of(call)
    layer = AdLayer.objects.filter(pk=uuid_of("layer", "layerId", body.layer_id), project=project).first()
    if layer is None:
        raise not_found("ad layer")
    if layer.long_name != body.platform:
        raise invalid("platform", f"This layer is on {layer.long_name}.")
    run = ad_runs.begin(hold(layer), ad_runs.OPTIMIZER_RUN, actor_of(call), dry_run=body.dry_run)
    call.record("ads.optimizer.run_started", _told(run), project_id=project.pk)
    return Answer(_started(run), status=202)


@read(scope="ads:read")
def get_run(call: Call) -> dict[str, Any]:
    project = project_of(call)
    wanted = ulid_of("run", "runId", call.path_ids["runId"])
    run = OptimizerRun.objects.select_related("job", "layer").filter(pk=wanted, layer__project=project).first()
    if run is None:
        raise not_found("run")
    job = run.job
    return {
        "runId": ids.show("run", run.pk),
        "jobId": ids.show("job", job.pk),
        "platform": run.layer.long_name,
        "status": job.status,
        "stage": jobs.position(job).stage,
        "dryRun": run.dry_run,
        "startedAt": stamp(job.started_at),
        "finishedAt": stamp_or_none(job.finished_at),
    }


@write(scope="ads:write:creative", long_running=True)
def refresh_content(call: Call) -> Answer:
    """The start is judged by consent and kill switch; every change it makes by its own campaign's axis."""
    body = call.body(RefreshBody)
    layer = _layer(call, body.layer_id)
    verdict = _judge(call, layer, ad_runs.CONTENT_REFRESH)
    if isinstance(verdict, Answer):
        return verdict
    run = ad_runs.begin(layer, ad_runs.CONTENT_REFRESH, actor_of(call), maxNewCreatives=body.max_new_creatives)
    started = _started(run)
    return Answer({name: started[name] for name in ("jobId", "runId", "kind")} | verdict, status=202)


@write(scope="ads:write:lifecycle", long_running=True)
def disable_underperforming(call: Call) -> Answer:
    """A dry run lists what would be disabled and changes nothing."""
    body = call.body(LayerBody)
    layer = _layer(call, body.layer_id)
    if body.dry_run:
        weak = weak_ads.weak_ads(layer)
        shown = [{"adId": ids.show("ad", ad.pk), "classification": weak_ads.standing(ad)} for ad in weak]
        return Answer({"dryRun": True, "ads": shown})
    verdict = _judge(call, layer, ad_runs.DISABLE_WEAK)
    if isinstance(verdict, Answer):
        return verdict
    return Answer(_started(ad_runs.begin(layer, ad_runs.DISABLE_WEAK, actor_of(call))) | verdict, status=202)


def _layer(call: Call, layer_id: str) -> AdLayer:
    """The layer of the path, which the body has to name too."""
    layer = layer_of(call)
    if uuid_of("layer", "layerId", layer_id) != layer.pk:
        raise not_found("ad layer")
    return hold(layer)


def _judge(call: Call, layer: AdLayer, kind: str) -> Answer | dict[str, Any]:
    """The refusal of a start, or its verdict for the answer."""
    asked = Write(
        layer=layer,
        campaign=None,
        action_type=kind,
        entity_type="layer",
        entity_id=ids.show("layer", layer.pk),
        entity_name=None,
        axis=None,
        logged_as="ads.run.started",
    )
    outcome = ad_writes.perform(actor_of(call), asked, lambda: None)
    if outcome.error is not None:
        return call.refuse(outcome.error)
    return {"verdictId": str(outcome.verdict.verdict_id)}


def _started(run: OptimizerRun) -> dict[str, Any]:
    job_id = ids.show("job", run.job_id)
    return {
        "jobId": job_id,
        "runId": ids.show("run", run.pk),
        "kind": run.job.kind,
        "status": "running",
        "locationUrl": f"/v1/jobs/{job_id}",
    }


def _told(run: OptimizerRun) -> dict[str, Any]:
    return {
        "runId": ids.show("run", run.pk),
        "layerId": ids.show("layer", run.layer_id),
        "platform": run.layer.platform,
        "dryRun": run.dry_run,
    }
