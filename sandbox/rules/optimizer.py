"""The optimizer at work: it proposes through the same gate as everybody and tells what it did (contract/ads.md, 10)."""

from dataclasses import dataclass
from typing import Any, Final

from sandbox import clock, ids
from sandbox.models import AdLayer, OptimizerRun, PendingAction
from sandbox.rules import ad_writes
from sandbox.rules.actors import OPTIMIZER, Actor
from sandbox.rules.ad_writes import Outcome
from sandbox.rules.events import emit
from sandbox.rules.gate import Write
from sandbox.rules.ideas import ideas, lot

#: One tick in so many has an idea; the others only dispatch.
RARITY: Final = 20
DISPOSITIONS: Final = {"allow": "dispatched", "queue_for_approval": "queued", "deny": "denied"}


@dataclass(frozen=True)
class Change:
    """One line of what a run has done."""

    action_type: str
    entity_id: str
    summary: str
    disposition: str
    pending_id: str | None = None

    def show(self) -> dict[str, Any]:
        return {
            "actionType": self.action_type,
            "entityId": self.entity_id,
            "summary": self.summary,
            "disposition": self.disposition,
            "pendingId": self.pending_id,
        }


def has_an_idea(layer: AdLayer) -> bool:
    return not layer.kill_switch and lot(f"{layer.pk} {clock.now():%Y%j%H}", RARITY) == 0


def work(layer: AdLayer, *, dispatched: list[PendingAction], run: OptimizerRun | None = None) -> list[Change]:
    """A tick (`run` None) or a run somebody asked for, after the approved actions were dispatched.

    A dry run only says what it would do.
    """
    dry = run is not None and run.dry_run
    done = [_dispatched(action) for action in dispatched]
    found = ideas(layer) if run is not None or has_an_idea(layer) else []
    for write in found:
        change = _line(write, "logged") if dry else act(OPTIMIZER, write)
        done.append(change)
        if not dry:
            tell(layer, "ads.optimizer.action", [change], run)
    if done or run is not None:
        tell(layer, "ads.optimizer.run.completed", done, run)
    return done


def act(actor: Actor, write: Write) -> Change:
    """A write through the gate, as a line."""
    outcome: Outcome = ad_writes.perform(actor, write)
    disposition = "denied" if outcome.error is not None else DISPOSITIONS[outcome.verdict.decision]
    queued = ids.show("pending", outcome.queued[0].pk) if outcome.queued else None
    return _line(write, disposition, queued)


def _line(write: Write, disposition: str, pending_id: str | None = None) -> Change:
    summary = f"{write.action_type.replace('_', ' ')} on {write.entity_name}: {write.rationale}"
    return Change(write.action_type, write.entity_id, summary, disposition, pending_id)


def _dispatched(action: PendingAction) -> Change:
    words = action.action_type.replace("_", " ")
    failed = action.dispatch_failure_reason
    return Change(
        action.action_type,
        action.entity_id,
        f"{words} on {action.entity_name}: {failed or 'approved and done'}",
        "denied" if failed else "dispatched",
        ids.show("pending", action.pk),
    )


def tell(layer: AdLayer, event_type: str, changes: list[Change], run: OptimizerRun | None) -> None:
    about = {} if run is None else {"runId": ids.show("run", run.pk), "jobId": ids.show("job", run.job_id)}
    emit(
        layer.project.organization_id,
        event_type,
        {
            "projectId": ids.show("project", layer.project_id),
            "platform": layer.long_name,
            **about,
            "changes": [change.show() for change in changes],
        },
        layer.project_id,
    )
