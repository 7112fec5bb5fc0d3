"""A child's monthly cap and auto-refill rule, for the parent only (contract/control-plane.md, 2: credit-config)."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import clock, ids
from sandbox.api.errors import ApiError, invalid
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import child_of, refuse_archived
from sandbox.api.scopes import ORG_ADMIN
from sandbox.models import Wallet
from sandbox.rules import refill

#: A bound of our own, so that a typing error cannot overflow the column.
MOST = 1_000_000_000_000
Credits = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
SomeCredits = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class ConfigPatch(msgspec.Struct, rename="camel"):
    """A number sets, null clears, an omitted key keeps."""

    monthly_credit_cap: Credits | UnsetType | None = UNSET
    refill_threshold: Credits | UnsetType | None = UNSET
    refill_amount: SomeCredits | UnsetType | None = UNSET
    auto_refill_enabled: Any = UNSET


def show_config(wallet: Wallet) -> dict[str, Any]:
    return {
        "monthlyCreditCap": wallet.monthly_credit_cap,
        "refillThreshold": wallet.refill_threshold,
        "refillAmount": wallet.refill_amount,
        "autoRefillEnabled": wallet.auto_refill_enabled,
    }


def _show(wallet: Wallet) -> dict[str, Any]:
    return {
        "organizationId": ids.show("organization", wallet.pk),
        "config": show_config(wallet),
        "balance": wallet.balance,
        "available": wallet.available,
    }


@read(scope=ORG_ADMIN, control_plane=True)
def get_config(call: Call) -> dict[str, Any]:
    return _show(Wallet.objects.get(pk=child_of(call).pk))


@write(scope=ORG_ADMIN, control_plane=True)
def patch_config(call: Call) -> dict[str, Any]:
    """Both halves of the refill rule or neither, judged after the merge."""
    patch = call.body(ConfigPatch)
    if not isinstance(patch.auto_refill_enabled, UnsetType):
        raise invalid("autoRefillEnabled", "autoRefillEnabled follows from the other two and cannot be set.")
    child = child_of(call)
    refuse_archived(child)
    wallet = Wallet.objects.select_for_update().get(pk=child.pk)
    before = show_config(wallet)
    if not isinstance(patch.monthly_credit_cap, UnsetType):
        wallet.monthly_credit_cap = patch.monthly_credit_cap
    if not isinstance(patch.refill_threshold, UnsetType):
        wallet.refill_threshold = patch.refill_threshold
    if not isinstance(patch.refill_amount, UnsetType):
        wallet.refill_amount = patch.refill_amount
    if (wallet.refill_threshold is None) != (wallet.refill_amount is None):
        raise ApiError(
            422,
            "REFILL_REQUIRES_THRESHOLD_AND_AMOUNT",
            "Set refillThreshold and refillAmount together, or clear both.",
            {"refillThreshold": wallet.refill_threshold, "refillAmount": wallet.refill_amount},
        )
    after = show_config(wallet)
    if after != before:
        wallet.config_updated_at = clock.now()
        refill.look_at(wallet)
        wallet.save(
            update_fields=[
                "monthly_credit_cap",
                "refill_threshold",
                "refill_amount",
                "config_updated_at",
                "refill_due_at",
            ]
        )
        call.record("credit_config.updated", {"from": before, "to": after}, organization_id=child.pk)
    return _show(wallet)
