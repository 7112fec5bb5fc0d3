"""Wallets and their ledgers (contract/control-plane.md, 2 Credits). All amounts are whole credits."""

import uuid

from django.db import models
from django.db.models import F, Q

from sandbox import clock
from sandbox.models.content import Project
from sandbox.models.organizations import Organization


class Wallet(models.Model):
    """The one wallet of an organization. The constraints are the last line: no bug upstairs can overdraw it."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True, related_name="wallet")
    included_remaining = models.BigIntegerField(default=0)
    prepaid_balance = models.BigIntegerField(default=0)
    reserved_credits = models.BigIntegerField(default=0)
    included_this_period = models.BigIntegerField(default=0)
    used_this_period = models.BigIntegerField(default=0)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    subscription_tier = models.CharField(max_length=32, null=True)
    billing_status = models.CharField(max_length=32, null=True)
    monthly_credit_cap = models.BigIntegerField(null=True)
    refill_threshold = models.BigIntegerField(null=True)
    refill_amount = models.BigIntegerField(null=True)
    config_updated_at = models.DateTimeField(null=True)
    #: When the refill rule is looked at; null while nothing would come of that.
    refill_due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["period_end"], name="sandbox_wallet_period"),
            models.Index(
                fields=["refill_due_at"], name="sandbox_wallet_refill", condition=Q(refill_due_at__isnull=False)
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(included_remaining__gte=0), name="sandbox_wallet_included"),
            models.CheckConstraint(condition=Q(prepaid_balance__gte=0), name="sandbox_wallet_prepaid"),
            models.CheckConstraint(
                condition=Q(reserved_credits__gte=0)
                & Q(reserved_credits__lte=F("included_remaining") + F("prepaid_balance")),
                name="sandbox_wallet_reserved",
            ),
            models.CheckConstraint(
                condition=Q(refill_threshold__isnull=True, refill_amount__isnull=True)
                # "is not null" said aloud: a comparison with null would let half a rule pass.
                | Q(refill_threshold__isnull=False, refill_threshold__gte=0)
                & Q(refill_amount__isnull=False, refill_amount__gt=0),
                name="sandbox_wallet_refill_pair",
            ),
            models.CheckConstraint(
                condition=Q(monthly_credit_cap__isnull=True) | Q(monthly_credit_cap__gte=0), name="sandbox_wallet_cap"
            ),
        )

    def __str__(self) -> str:
        return f"wallet of {self.organization_id}"

    @property
    def balance(self) -> int:
        """Gross: reserved credits are still in it."""
        return self.included_remaining + self.prepaid_balance

    @property
    def available(self) -> int:
        return max(0, self.balance - self.reserved_credits)

    @property
    def movable(self) -> int:
        """What an allocation may take out: prepaid credits only, and none that a running job has reserved."""
        return min(self.prepaid_balance, self.available)

    @property
    def auto_refill_enabled(self) -> bool:
        return self.refill_threshold is not None and self.refill_amount is not None

    @property
    def is_low(self) -> bool:
        """Whether the refill rule, if there is one, wants credits."""
        return self.refill_threshold is not None and self.available < self.refill_threshold


class CreditEvent(models.Model):
    """One ledger row. `seq` orders rows of one instant; rows of a wallet are only written under its row lock."""

    class Type(models.TextChoices):
        USAGE = "usage"
        REFUND = "refund"
        GRANT = "grant"
        PURCHASE = "purchase"
        ADJUSTMENT = "adjustment"
        ALLOCATION = "allocation"

    seq = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="credit_events")
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True)
    credits = models.BigIntegerField()
    event_type = models.CharField(max_length=16, choices=Type.choices)
    format = models.CharField(max_length=32, null=True)
    container_id = models.UUIDField(null=True)
    job_id = models.CharField(max_length=26, null=True)
    balance_after_prepaid = models.BigIntegerField()
    usage_after_period = models.BigIntegerField()
    description = models.CharField(max_length=500, null=True)
    metadata = models.JSONField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["organization", "-created_at", "-seq"], name="sandbox_ledger_page"),)
        constraints = (
            models.CheckConstraint(condition=Q(balance_after_prepaid__gte=0), name="sandbox_ledger_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.event_type} {self.credits}"
