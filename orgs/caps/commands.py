"""Changing a customer's cap and refill rule, as a command."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from layers.client import Answer, Layers, read
from layers.client.errors import Unreadable
from layers.client.shapes import CreditConfig as ConfigShape
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.mirror.upsert import upsert
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import Approval, Command, State
from layers.outbox.verbs import give
from orgs import queries
from orgs.books.tieout.models import RefillLimit
from orgs.caps.rules import CHANGE_CAPS, FIELDS, Changes, Rules, coming, half_problem, in_words, let_move
from orgs.deciding import CannotChange, hold, name_of, once, seal_again
from orgs.four_eyes import second_pair
from orgs.models import CreditConfig, Organization
from orgs.outlook import weigh
from orgs.sync import wallet_scopes
from orgs.tenant import Seal

NEEDS = "dashboard.set_caps"
UNKNOWN = "Layers has not told us yet what cap and refill rule it has."


class ChangedMeanwhile(CannotChange):
    """The numbers on the form are not those that hold any more. `now`: those that do."""

    def __init__(self, now: Rules) -> None:
        super().__init__("Somebody changed it since you opened this. Look at what holds now, then save again.")
        self.now = now


@transaction.atomic
def set_caps(
    staff: Any, customer: Organization, seal: Seal, *, shown: Rules, wanted: Rules, reason: str = ""
) -> Command:
    """Records the change from `shown`, what the form was filled with, to `wanted`. Only what differs is sent.

    Raises AlreadyGiven when the form was used; CannotChange when the customer is archived or not known, when nothing
    differs or half a rule is left; ChangedMeanwhile.
    """
    wish = once(CHANGE_CAPS, seal)
    row = hold(customer.id, wish)
    steps = steps_of(row)
    if not steps:
        raise CannotChange(UNKNOWN)
    now = steps[-1]
    if now != shown:
        raise ChangedMeanwhile(now)
    problem = half_problem(wanted)
    if problem:
        raise CannotChange(problem[1])
    changes = now.changes_to(wanted)
    if not changes:
        raise CannotChange("Nothing was changed.")
    credits = let_move(steps, changes)
    return give(
        CHANGE_CAPS,
        staff=staff,
        target=row.id,
        organization_id=row.id,
        once=wish,
        payload=payload_of(row, now, changes, credits),
        reason=reason,
        second=second_pair(staff, credits, "scheduled"),
    )


def steps_of(customer: Organization) -> list[Rules]:
    """The rules now and after each change that is on its way; empty while they are not known."""
    config = customer.known_config
    return coming({customer.id: Rules.of(config)})[customer.id] if config else []


def waiting_for(customer: Organization) -> Approval | None:
    """The oldest request for a second person about these numbers; a batch's too."""
    asked = Command.objects.filter(kind=CHANGE_CAPS, target=customer.id, state=State.WAITING_APPROVAL)
    command = asked.select_related("approval").order_by("created_at").first()
    return command.approval if command else None


def rules_of(customer: Organization) -> Rules | None:
    """The rules once what is on its way has arrived; None while they are not known."""
    steps = steps_of(customer)
    return steps[-1] if steps else None


def payload_of(customer: Organization, before: Rules, changes: Changes, credits: int) -> dict[str, Any]:
    """What a change keeps of what was asked, and of what it was asked over. `credits` is what refills add to
    an empty wallet, where it lets them move more: four eyes count it.
    """
    known = {name: getattr(before, name) for name in changes}
    return {"customer": customer.name, "set": dict(changes), "before": known, "credits": credits}


def changed_since(commands: Sequence[Command], *, held: bool = False) -> list[Command]:
    """Those of these changes whose numbers are not any more what they were given over. `held`: and whose customers
    cannot change until the transaction ends.
    """
    customers = Organization.objects.select_related("credit_config").exclude(status="archived").order_by("id")
    rows = customers.filter(id__in=[one.target for one in commands])
    rows = rows.select_for_update(of=("self",)) if held else rows
    holding = coming({row.id: Rules.of(config) for row in rows if (config := row.known_config)})
    return [one for one in commands if not _is_over(one, holding.get(one.target, []))]


def check_unchanged(commands: Sequence[Command]) -> None:
    """What a second person agrees to must not write over what they have not seen. Raises CannotChange."""
    changed = changed_since(commands, held=True)
    if changed:
        others = f" and {len(changed) - 1:,} more" if changed[1:] else ""
        said = f"The numbers of {name_of(changed[0])}{others} changed since this was asked."
        raise CannotChange(f"{said} Refuse it: a new request shows what holds now.")


def _is_over(command: Command, steps: list[Rules]) -> bool:
    return bool(steps) and all(getattr(steps[-1], name) == old for name, old in command.payload["before"].items())


def _check(command: Command) -> None:
    check_unchanged([command])


def _words(command: Command) -> str:
    before = Rules(**command.payload.get("before", {}))
    return f"Change {name_of(command)}: {in_words(before, command.payload.get('set', {}))}"


def _send(client: Layers, command: Command) -> Answer:
    body = {FIELDS[name]: value for name, value in command.payload["set"].items()}
    return client.patch_credit_config(command.target, body, str(command.idempotency_key))


def _apply(command: Command, raw: Raw) -> None:
    # A second try may get the answer of the first again: true then, not surely now. What was read since stays.
    at = timezone.now() if command.attempts <= 1 or command.sent_at is None else command.sent_at
    upsert(CreditConfig, [ConfigShape.of(command.target, raw, at)])
    if amount := command.payload["set"].get("amount"):
        RefillLimit.allow(command.target, amount)
    weigh([command.target])


def _trace(client: Layers, command: Command) -> Trace:
    raw = client.credit_config(command.target)
    told = read.mapping(raw, "config") or raw
    if missing := [FIELDS[name] for name in command.payload["set"] if FIELDS[name] not in told]:
        # Null is no cap; a number that is not told is none of the two. It is read again later.
        raise Unreadable(f"Layers did not tell {', '.join(missing)}.")
    found = Rules.of(ConfigShape.of(command.target, raw, timezone.now()))
    wish, before = command.payload["set"], command.payload["before"]
    shown = ", ".join(f"{FIELDS[name]} {getattr(found, name)}" for name in wish)
    if all(getattr(found, name) == value for name, value in wish.items()):
        return Trace(True, "Layers shows the numbers that were asked for.", raw)
    if all(getattr(found, name) == value for name, value in before.items()):
        return Trace(False, f"Layers shows what was there before: {shown}.")
    return Trace(None, f"Layers shows neither what was asked for nor what was there before: {shown}.")


def _scopes(command: Command) -> list[str]:
    """A new rule may refill at once, out of our wallet."""
    ours = queries.parent()
    both = [*wallet_scopes(command.target), *(wallet_scopes(ours.id) if ours else [])]
    return [*both, scope_id("audit", command.target)]


def _again(command: Command, staff: Any) -> Command:
    """The same numbers, from what holds now."""
    customer = Organization.objects.filter(id=command.target).select_related("credit_config").first()
    now = rules_of(customer) if customer else None
    if customer is None or now is None:
        raise CannotChange(UNKNOWN)
    wanted = now.after(command.payload["set"])
    return set_caps(staff, customer, seal_again(command), shown=now, wanted=wanted, reason=command.reason)


register(Kind(CHANGE_CAPS, NEEDS, _words, _send, _apply, _again, _trace, scopes=_scopes, check=_check))
