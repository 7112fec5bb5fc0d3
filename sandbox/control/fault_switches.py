"""`/_sandbox/faults`: switching faults on and off."""

import random
from typing import Annotated, Any

import msgspec
from django.db import transaction

from sandbox import state
from sandbox.api import query
from sandbox.api.envelope import stamp
from sandbox.api.errors import ApiError, invalid, not_found
from sandbox.control.fault_kinds import CALL_PATTERN, KINDS, PATTERN_HELP, PLAIN_PATTERN, Kind
from sandbox.control.views import Control, body
from sandbox.models import Fault


class FaultBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """`count`: hits after which it is over. `probability`: share of the matching calls it hits. Without either it hits
    every one. `seed` decides which, and where a body is spoilt; drawn when left out."""

    kind: str
    pattern: Annotated[str, msgspec.Meta(max_length=300)]
    options: dict[str, Any] = {}
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31)] | None = None


def show(fault: Fault) -> dict[str, Any]:
    """`seen` matching calls or events so far, `hits` of them went wrong; `over` once `count` is reached."""
    return {
        "id": fault.pk,
        "kind": fault.kind,
        "pattern": fault.pattern,
        "options": fault.options,
        "count": fault.count,
        "probability": fault.probability,
        "seed": fault.seed,
        "seen": fault.seen,
        "hits": fault.hits,
        "over": fault.count is not None and fault.hits >= fault.count,
        "createdAt": stamp(fault.created_at),
    }


def get_faults(call: Control) -> dict[str, Any]:
    kinds = [{"kind": kind.name, "pattern": PATTERN_HELP[kind.subject], "about": kind.about} for kind in KINDS.values()]
    return {"items": [show(fault) for fault in Fault.objects.order_by("id")], "kinds": kinds}


def post_faults(call: Control) -> dict[str, Any]:
    return show(switch_on(body(call, FaultBody)))


def delete_faults(call: Control) -> dict[str, Any]:
    return {"removed": switch_off()}


def delete_fault(call: Control, fault_id: str) -> dict[str, Any]:
    if not switch_off(fault_id):
        raise not_found("fault")
    return {"removed": 1}


def switch_on(wish: FaultBody) -> Fault:
    """422 for a kind, pattern or option that does not exist, saying which do."""
    kind = KINDS.get(wish.kind)
    if kind is None:
        raise invalid("kind", f"kind must be one of {', '.join(KINDS)}.")
    _check_pattern(kind, wish.pattern)
    with transaction.atomic():
        fault = Fault.objects.create(
            kind=kind.name,
            pattern=wish.pattern,
            options=_options(kind, wish.options),
            count=wish.count,
            probability=wish.probability,
            # Not the sandbox's business to be unpredictable; a caller who wants the same again reads it in the answer.
            seed=random.SystemRandom().randrange(2**31) if wish.seed is None else wish.seed,
        )
        state.faults_changed()
    return fault


def switch_off(fault_id: str | None = None) -> int:
    """One fault or all; how many that were."""
    if fault_id is not None and not (fault_id.isascii() and fault_id.isdigit() and len(fault_id) < 10):
        return 0
    with transaction.atomic():
        faults = Fault.objects.all() if fault_id is None else Fault.objects.filter(pk=fault_id)
        removed, _ = faults.delete()
        if removed:
            state.faults_changed()
    return removed


def _check_pattern(kind: Kind, pattern: str) -> None:
    shape = CALL_PATTERN if kind.subject == "call" else PLAIN_PATTERN
    if not shape.fullmatch(pattern):
        raise invalid("pattern", f"pattern of {kind.name} must be {PATTERN_HELP[kind.subject]}.")


def _options(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """With every default filled in."""
    try:
        filled: dict[str, Any] = msgspec.to_builtins(query.body(given, kind.options))
    except ApiError as refusal:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(kind.options)) or "none"
        raise invalid("options", f"{refusal.message} Options of {kind.name}: {names}.") from None
    return filled
