"""What a request for a second person is about, told as what will happen: its template and what that shows."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Sum

from layers.outbox.models import OPEN, Approval, Command, State
from layers.outbox.verbs import COMMAND
from orgs import queries
from orgs.batches.progress import BATCH
from orgs.batches.second import waiting
from orgs.caps.batch import CAP_BATCH, change_words
from orgs.caps.commands import changed_since, rules_of
from orgs.caps.models import CapBatch
from orgs.caps.picture import Picture
from orgs.caps.rules import CHANGE_CAPS, Rules, moves, wish_in_words
from orgs.commands import ALLOCATE
from orgs.four_eyes import CREDITS
from orgs.four_eyes_models import FourEyesRules
from orgs.four_eyes_rules import RULES, changes, limits
from orgs.giving.claims import Claims, OurWallet
from orgs.giving.models import AllocationBatch
from orgs.refill import Refills
from orgs.standing import Standing

REFILLS = "Refills add"
LARGEST = 10  # rows of a batch that are shown


@dataclass(frozen=True)
class About:
    """`template` is drawn with `context`. `command` is there when the request is about one. `amount`: what its credits
    are.
    """

    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    command: Command | None = None
    amount: str = "Amount"


@dataclass(frozen=True)
class Wallets:
    """Both wallets before and after an allocation that waits. None where our copy does not know."""

    credits: int
    ours: OurWallet
    standing: Standing

    @property
    def available_after(self) -> int | None:
        available = self.standing.available
        return None if available is None else available + self.credits

    @property
    def days_after(self) -> int | None:
        return self.standing.burn.lasts(self.available_after) if self.standing.burn else None


def about(approval: Approval) -> About:
    """Of kinds that no page tells yet the request's own sentence has to do."""
    if approval.kind == COMMAND:
        command = Command.objects.select_related("staff", "approval__decided_by").filter(id=approval.subject).first()
        if command and command.kind == ALLOCATE and command.state in OPEN:
            return About("dashboard/_asked_allocation.html", {"wallets": _wallets(command)}, command)
        if command and command.kind == CHANGE_CAPS:
            return _change_of_caps(command)
        return About(command=command)
    if approval.kind == RULES:
        return _change_of_rules(approval)
    if approval.kind == BATCH:
        return _batch(approval)
    if approval.kind == CAP_BATCH:
        return _caps_of_many(approval)
    return About()


def _wallets(command: Command) -> Wallets | None:
    customer = queries.organizations().filter(id=command.organization_id).first()
    if customer is None:
        return None
    credits = int(command.payload["credits"])
    ours = OurWallet(queries.parent(), credits, own=Claims.of(command.state, credits))
    return Wallets(credits, ours, Standing(customer, queries.burn(customer)))


def _batch(approval: Approval) -> About:
    """What it does to our wallet, and its largest rows. Decided ones show the batch alone."""
    batch = AllocationBatch.objects.filter(id=approval.subject).first()
    if batch is None:
        return About()
    rows = waiting(approval)
    found = rows.aggregate(number=Count("id"), credits=Sum(CREDITS))
    credits = int(found["credits"] or 0)
    asked = {
        "batch": batch,
        "ours": OurWallet(queries.parent(), credits, own=Claims(waiting=credits)),
        "number": found["number"],
        "largest": rows.annotate(amount=CREDITS).order_by("-amount", "id")[:LARGEST],
    }
    return About("dashboard/_asked_batch.html", {"batch": asked})


def _change_of_caps(command: Command) -> About:
    """The numbers before and after, and what they would mean as the wallet stands. A decided one shows itself alone."""
    customer = queries.customers_with_money().filter(id=command.target).first()
    if customer is None or command.state not in OPEN:
        return About(command=command, amount=REFILLS)
    wish, standing = command.payload["set"], Standing(customer)
    refills = Refills(standing, OurWallet(queries.parent()), (rules_of(customer) or Rules()).after(wish))
    asked = {
        "moves": moves(Rules(**command.payload["before"]), wish),
        "picture": Picture(refills),
        "why": refills.why,
        "standing": standing,
        "changed": command.state == State.WAITING_APPROVAL and bool(changed_since([command])),
    }
    return About("dashboard/_asked_caps.html", {"caps": asked}, command, REFILLS)


def _caps_of_many(approval: Approval) -> About:
    """What is set, and the customers whose wallets refills would fill the most."""
    batch = CapBatch.objects.filter(id=approval.subject).first()
    if batch is None:
        return About(amount=REFILLS)
    rows = list(waiting(approval).annotate(amount=CREDITS).order_by("-amount", "id"))
    asked = {
        "batch": batch,
        "wish": wish_in_words(batch.wish),
        "number": len(rows),
        "changed": len(changed_since(rows)),
        "largest": [(row, change_words(row)) for row in rows[:LARGEST]],
    }
    return About("dashboard/_asked_caps_batch.html", {"batch": asked}, amount=REFILLS)


def _change_of_rules(approval: Approval) -> About:
    """Against the rules that held when it was decided, or hold now while it waits."""
    proposal = FourEyesRules.objects.filter(pk=approval.subject).first()
    if proposal is None:
        return About()
    at = approval.decided_at or approval.expires_at
    before = FourEyesRules.objects.filter(active_from__lt=at).exclude(pk=proposal.pk).order_by("-active_from").first()
    return About("dashboard/_asked_rules.html", {"changes": changes(limits(before), limits(proposal))})
