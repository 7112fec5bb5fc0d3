"""Funding a child from the parent's wallet (contract/control-plane.md, 2 Credits: allocate)."""

from typing import Annotated, Any

import msgspec

from sandbox import ids
from sandbox.api.envelope import stamp
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import DIRECT_CHILD_LOCKED, child_of, refuse_archived
from sandbox.api.scopes import ORG_ADMIN
from sandbox.rules import ledger, metadata


class AllocateBody(msgspec.Struct):
    credits: Annotated[int, msgspec.Meta(ge=1)]
    description: Annotated[str, msgspec.Meta(max_length=500)] | msgspec.UnsetType = msgspec.UNSET
    metadata: dict[str, str] = {}


def _as_replay(body: dict[str, Any]) -> dict[str, Any]:
    """The one answer that differs from its original: it says that it is a repeat."""
    return {**body, "replayed": True}


@write(scope=ORG_ADMIN, control_plane=True, key_required=True, kept_for_good=True, replay=_as_replay)
def allocate(call: Call) -> Answer:
    """201 with the transfer; 402 when the parent's prepaid credits do not cover it; 409 for an archived child."""
    body = call.body(AllocateBody)
    description = None if body.description is msgspec.UNSET else body.description
    pairs = body.metadata
    metadata.check(pairs)
    child = child_of(call, DIRECT_CHILD_LOCKED)
    refuse_archived(child)
    done = ledger.allocate(call.organization.pk, child.pk, body.credits, description=description, metadata=pairs)
    # A row on both sides, as on the ledgers: the child's log alone would hide the money leaving the parent.
    call.record("credits.allocated", done.note)
    call.record("credits.allocated", done.note, organization_id=child.pk)
    return Answer(
        {
            "id": ids.show("transfer", done.event_id),
            "organizationId": ids.show("organization", child.pk),
            "allocated": body.credits,
            "created": stamp(done.created_at),
            "description": description,
            "metadata": pairs,
            "balance": done.child.balance,
            "available": done.child.available,
            "replayed": False,
        },
        status=201,
    )
