"""What only Layers' own staff can do: one deed for each."""

from typing import Annotated, Any, Final, Literal

import msgspec
from django.db import transaction

from sandbox import ids, state
from sandbox.api.errors import invalid
from sandbox.control.deeds import Deed, Wish, one
from sandbox.models import ApiKey, CreditEvent, Organization
from sandbox.rules import keys, staff
from sandbox.rules.audit import system_row

MOST: Final = 100_000_000


class SwitchWish(Wish):
    on: bool


class KeyWish(Wish):
    key_id: str


class CreditsWish(Wish):
    """Adjustments may be negative; purchases and grants are above 0."""

    organization_id: str
    type: Literal["purchase", "grant", "adjustment"]
    credits: Annotated[int, msgspec.Meta(ge=-MOST, le=MOST)]
    description: Annotated[str, msgspec.Meta(max_length=500)] | None = None


def _kill_everything(wish: SwitchWish) -> None:
    state.change(global_kill=wish.on)


def _audit_reads(wish: SwitchWish) -> None:
    state.change(audit_reads=wish.on)


@transaction.atomic
def _kill(wish: KeyWish) -> None:
    key = one(ApiKey, "api_key", wish.key_id, locked=True)
    if keys.kill(key):
        system_row(key.organization_id, "api_key.killed", {"apiKeyId": ids.show("api_key", key.pk)}).save()


@transaction.atomic
def _lift_kill(wish: KeyWish) -> None:
    staff.lift_kill(one(ApiKey, "api_key", wish.key_id, locked=True))


def _book(wish: CreditsWish) -> dict[str, Any]:
    if wish.credits == 0 or (wish.credits < 0 and wish.type != "adjustment"):
        raise invalid("credits", "credits must be above 0; only an adjustment may be below.")
    organization = one(Organization, "organization", wish.organization_id)
    row = staff.book(organization.pk, CreditEvent.Type(wish.type), wish.credits, wish.description)
    return {"eventId": str(row.event_id), "balanceAfterPrepaid": row.balance_after_prepaid}


DEEDS: Final = (
    Deed("global-kill", "Stops the whole API, or lets it go on.", SwitchWish, _kill_everything),
    Deed("kill-key", "Stops one key in an emergency.", KeyWish, _kill),
    Deed("lift-kill", "Lets a killed key work again; nobody else can.", KeyWish, _lift_kill),
    Deed("credits", "Books a purchase, a grant or an adjustment on a wallet.", CreditsWish, _book),
    Deed("audit-reads", "Whether reads leave rows in the audit log.", SwitchWish, _audit_reads),
)
