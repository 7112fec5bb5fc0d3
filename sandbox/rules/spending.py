"""What a generation costs: reserved when it starts, settled or released when it ends (contract/control-plane.md, 2).

All amounts are whole credits. Everything here runs inside the caller's transaction and holds the wallet's row until
its end. Test keys (`lp_test_`) spend nothing: their callers reserve nothing.
"""

import uuid
from dataclasses import dataclass

from sandbox import clock
from sandbox.api.errors import exhausted
from sandbox.models import CreditEvent, Job, Wallet
from sandbox.rules import refill


@dataclass(frozen=True)
class Usage:
    """What one container of a job has cost; `credits` above 0."""

    container_id: uuid.UUID | None
    format: str | None
    credits: int
    description: str | None = None


def reserve(organization_id: uuid.UUID, amount: int) -> None:
    """Sets `amount` aside for a job about to start.

    402 BILLING_EXHAUSTED: `details.reason` is "cap" when the period's use, what is reserved and `amount` pass the
    monthly cap; "balance" when the available credits do not cover it.
    """
    wallet = _locked(organization_id)
    cap = wallet.monthly_credit_cap
    if cap is not None and wallet.used_this_period + wallet.reserved_credits + amount > cap:
        raise exhausted(
            "cap",
            f"The monthly cap of {cap} credits leaves less than {amount}.",
            requested=amount,
            monthlyCreditCap=cap,
            usedThisPeriod=wallet.used_this_period,
            reservedCredits=wallet.reserved_credits,
        )
    if amount > wallet.available:
        raise exhausted(
            "balance",
            f"{wallet.available} credits are available, {amount} are needed.",
            requested=amount,
            available=wallet.available,
        )
    wallet.reserved_credits += amount
    refill.look_at(wallet)
    wallet.save(update_fields=["reserved_credits", "refill_due_at"])


def settle(job: Job, used: list[Usage]) -> None:
    """Debits what a finished job has used, included credits first, and frees the rest of its reservation.

    One `usage` row each on the ledger. The reservation is the upper bound: more than that is a fault of the caller.
    The last thing a job's finish does, since a later JobFailed would undo it in the database but not in `job`.
    """
    total = sum(usage.credits for usage in used)
    if total > job.reserved_credits:
        raise ValueError(f"{job} used {total} credits and had reserved {job.reserved_credits}.")
    wallet = _locked(job.organization_id)
    moment = clock.now()
    rows = []
    for usage in used:
        included = min(usage.credits, wallet.included_remaining)
        wallet.included_remaining -= included
        wallet.prepaid_balance -= usage.credits - included
        wallet.used_this_period += usage.credits
        rows.append(
            CreditEvent(
                organization_id=wallet.pk,
                project_id=job.project_id,
                credits=-usage.credits,
                event_type=CreditEvent.Type.USAGE,
                format=usage.format,
                container_id=usage.container_id,
                job_id=job.pk,
                balance_after_prepaid=wallet.prepaid_balance,
                usage_after_period=wallet.used_this_period,
                description=usage.description,
                created_at=moment,
            )
        )
    CreditEvent.objects.bulk_create(rows)
    _free(wallet, job)


def release(job: Job) -> None:
    """Frees the whole reservation of a job that failed or was canceled; nothing was used, so nothing is written."""
    _free(_locked(job.organization_id), job)


def _locked(organization_id: uuid.UUID) -> Wallet:
    return Wallet.objects.select_for_update().get(pk=organization_id)


def _free(wallet: Wallet, job: Job) -> None:
    wallet.reserved_credits -= job.reserved_credits
    refill.look_at(wallet)
    wallet.save(
        update_fields=[
            "included_remaining",
            "prepaid_balance",
            "used_this_period",
            "reserved_credits",
            "refill_due_at",
        ]
    )
    # A parent's own reservation that is freed may be what a child's refill was waiting for.
    refill.look_at_children(wallet.pk)
    job.reserved_credits = 0
    job.save(update_fields=["reserved_credits"])
