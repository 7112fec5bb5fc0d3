"""`/_sandbox/world`: which world this is, and another one in its place."""

from typing import Any, Final

import msgspec

from sandbox import state
from sandbox.api.errors import conflict, invalid
from sandbox.control.views import Control, body
from sandbox.models import (
    ApiKey,
    Campaign,
    Container,
    CreditEvent,
    Job,
    Organization,
    PendingAction,
    Project,
    WebhookDelivery,
)
from sandbox.world import replacing
from sandbox.world.plan import PLANS, Plan

ABOUT: Final = {
    "demo": "24 customers, 60 projects, 1,500 containers, 90 days of ledger",
    "empty": "the partner with its key and a funded wallet, nothing else",
    "busy": "200 customers, 500 projects, 20,000 containers, 60,000 ledger rows; takes some seconds",
    "small": "4 customers, one suspended and one archived",
}


class WorldBody(msgspec.Struct, forbid_unknown_fields=True):
    name: str


def get_world(call: Control) -> dict[str, Any]:
    return show()


def post_world(call: Control) -> dict[str, Any]:
    """Answers when the new world is there."""
    written = make(body(call, WorldBody).name)
    return {**show(), "written": written}


def make(name: str) -> dict[str, int]:
    plan: Plan | None = PLANS.get(name)
    if plan is None:
        raise invalid("name", f"name must be one of {', '.join(ABOUT)}.")
    try:
        return replacing.replace(plan)
    except replacing.Busy:
        raise conflict("Another world is being made at this moment; wait until it is there.") from None


def show() -> dict[str, Any]:
    """`making`: world, step and share (0 to 1) of one on its way; meanwhile nothing can be counted."""
    making = replacing.under_way()
    return {
        "name": state.current().world,
        "worlds": [{"name": name, "about": about} for name, about in ABOUT.items()],
        "making": None if making is None else {"name": making.world, "step": making.step, "share": making.share},
        "counts": None if making is not None else counts(),
    }


def counts() -> dict[str, int]:
    pending = PendingAction.objects.filter(status=PendingAction.Status.PENDING)
    running = Job.objects.filter(status=Job.Status.RUNNING)
    due = WebhookDelivery.objects.filter(next_attempt_at__isnull=False)
    return {
        "organizations": Organization.objects.count(),
        "keys": ApiKey.objects.count(),
        "projects": Project.objects.count(),
        "containers": Container.objects.count(),
        "containersPending": Container.objects.filter(approval_status=Container.Approval.PENDING).count(),
        "ledgerRows": CreditEvent.objects.count(),
        "campaigns": Campaign.objects.count(),
        "pendingActions": pending.count(),
        "jobsRunning": running.count(),
        "deliveries": WebhookDelivery.objects.count(),
        "deliveriesDue": due.count(),
    }
