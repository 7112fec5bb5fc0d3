"""Credits that are given already and that our copies of the wallets do not show yet: being sent, or waiting for a
second person."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from layers.outbox.models import OPEN, Command, State
from orgs.commands import ALLOCATE, unseen
from orgs.models import Organization, Wallet

WAITS = Q(state=State.WAITING_APPROVAL)


@dataclass(frozen=True)
class Claims:
    sending: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return self.sending + self.waiting

    @property
    def words(self) -> str:
        """2,000 being sent, 500 waiting for approval; empty when there are none."""
        said = [(self.sending, "being sent"), (self.waiting, "waiting for approval")]
        return ", ".join(f"{credits:,} {words}" for credits, words in said if credits)


def claimed(ours: Wallet) -> Claims:
    """What is claimed of our own wallet."""
    credits = Cast(KT("payload__credits"), BigIntegerField())
    rows = Command.objects.filter(unseen(ours), kind=ALLOCATE)
    found = rows.aggregate(sending=Sum(credits, filter=~WAITS), waiting=Sum(credits, filter=WAITS))
    return Claims(int(found["sending"] or 0), int(found["waiting"] or 0))


def coming(customers: Iterable[Organization]) -> dict[str, Claims]:
    """What is on its way to each of these customers, with their wallets; those with nothing are not in it."""
    seen = {row.id: wallet.remote_updated_at for row in customers if (wallet := row.known_wallet)}
    done = Q(state=State.SUCCEEDED, finished_at__gt=min(seen.values(), default=timezone.now()))
    rows = Command.objects.filter(Q(state__in=OPEN) | done, kind=ALLOCATE, organization_id__in=list(seen))
    found: dict[str, Claims] = {}
    for identifier, state, at, payload in rows.values_list("organization_id", "state", "finished_at", "payload"):
        if state == State.SUCCEEDED and at and at <= seen[identifier]:
            continue
        before, credits = found.get(identifier, Claims()), int(payload["credits"])
        waits = state == State.WAITING_APPROVAL
        found[identifier] = Claims(
            before.sending + (0 if waits else credits), before.waiting + (credits if waits else 0)
        )
    return found
