"""Mirror rows of customers and what they own. Written by orgs/sync.py and by the answers to orgs/commands.py only.

References are not enforced by the database: a child row may arrive before its parent.
"""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import get_language_info

from layers.mirror.models import Mirrored
from orgs.books.kinds import KIND, kind_words


def reference(to: str, related_name: str, **options: Any) -> Any:
    """A foreign key to a mirror row that may not be here yet. Our rows always name their owner; the column is nullable
    only because select_related would otherwise be an INNER JOIN and lose the rows whose owner is still to come.

    After select_related such a row's owner reads None; without it, access raises DoesNotExist.
    """
    return models.ForeignKey(
        to, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name=related_name, **options
    )


class Organization(Mirrored):
    """The parent organization (ours, `is_parent`) or one child: a customer."""

    id = models.TextField(primary_key=True)
    parent_id = models.TextField(blank=True)
    name = models.TextField()
    status = models.TextField(help_text="active, suspended, archived; an open set")
    metadata = models.JSONField(default=dict)
    billing_email = models.TextField(blank=True)
    created_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="organization_by_name"),
            models.Index(fields=["status", "name", "id"], name="organization_by_status"),
            models.Index(fields=["parent_id"], name="organization_parent"),
            models.Index(fields=["created_at", "id"], name="organization_by_age"),
            GinIndex(fields=["metadata"], name="organization_metadata"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_parent(self) -> bool:
        return not self.parent_id

    @property
    def act_as(self) -> str:
        """The header that makes a call run inside this organization; empty for our own."""
        return "" if self.is_parent else self.id

    @property
    def known_wallet(self) -> "Wallet | None":
        """The wallet; None before its first fetch."""
        return getattr(self, "wallet", None)

    @property
    def known_config(self) -> "CreditConfig | None":
        """Cap and refill rule; None before their first fetch, and for our own organization, which has none."""
        return getattr(self, "credit_config", None)


class Wallet(Mirrored):
    """Whole credits. `available` = balance minus reserved: the number that decides whether a job may start."""

    organization = models.OneToOneField(
        Organization, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="wallet"
    )
    balance = models.BigIntegerField(null=True)
    available = models.BigIntegerField(null=True)
    reserved = models.BigIntegerField(null=True)
    included_remaining = models.BigIntegerField(null=True)
    prepaid = models.BigIntegerField(null=True)
    used_this_period = models.BigIntegerField(null=True)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["available", "organization"], name="wallet_by_available")]

    def __str__(self) -> str:
        return f"{self.available} of {self.balance}"


class CreditConfig(Mirrored):
    """The customer's monthly cap and refill rule, in credits; null means not set."""

    organization = models.OneToOneField(
        Organization, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="credit_config"
    )
    monthly_cap = models.BigIntegerField(null=True)
    refill_threshold = models.BigIntegerField(null=True)
    refill_amount = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"cap {self.monthly_cap}"

    @property
    def refills(self) -> bool:
        return self.refill_threshold is not None and self.refill_amount is not None


class Project(Mirrored):
    """One product of a customer, with the brand it is shown under."""

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "projects")
    name = models.TextField()
    status = models.TextField()
    customer_external_id = models.TextField(blank=True)
    app_name = models.TextField(blank=True)
    app_description = models.TextField(blank=True)
    tagline = models.TextField(blank=True)
    brand_voice = models.TextField(blank=True)
    audience = models.TextField(blank=True)
    language = models.TextField(blank=True)
    time_zone = models.TextField(blank=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "name", "id"], name="project_by_customer"),
            models.Index(
                fields=["customer_external_id"], name="project_external", condition=~models.Q(customer_external_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def language_name(self) -> str:
        """English for en, Portuguese (Brazil) for pt-BR; a code we do not know as it is."""
        try:
            return str(get_language_info(self.language.lower())["name"])
        except KeyError:
            return self.language

    @property
    def brand_line(self) -> str:
        """The brand in one line: “One line a day.” Warm, English."""
        voice = self.brand_voice[:1].upper() + self.brand_voice[1:]
        facts = ", ".join(filter(None, [voice, self.language_name]))
        return " ".join(filter(None, [f"“{self.tagline}”" if self.tagline else "", facts]))


class LedgerEvent(Mirrored):
    """One row of a wallet's ledger; never changes. `credits` is signed: negative left the wallet."""

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "ledger", db_index=False)
    project_id = models.TextField(blank=True)
    credits = models.BigIntegerField()
    event_type = models.TextField(help_text="usage, refund, grant, purchase, adjustment, allocation; an open set")
    format = models.TextField(blank=True)
    container_id = models.TextField(blank=True, db_index=True)
    workflow_id = models.TextField(blank=True, db_index=True)
    balance_after = models.BigIntegerField(null=True)
    description = models.TextField(blank=True)
    transfer_id = models.TextField(blank=True, db_index=True)
    counterparty_id = models.TextField(blank=True)
    direction = models.TextField(blank=True)
    created_at = models.DateTimeField()
    kind = models.GeneratedField(
        expression=KIND,
        output_field=models.TextField(),
        db_persist=True,
        help_text="The event type, but for allocations that are a refill or a reclaim.",
    )

    class Meta:
        indexes: ClassVar = [
            # Running balances are read from this index alone.
            models.Index(fields=["organization", "-created_at", "-id"], include=["credits"], name="ledger_newest"),
            models.Index(fields=["organization", "kind", "-created_at", "-id"], name="ledger_by_kind"),
            models.Index(
                fields=["organization", "project_id", "-created_at", "-id"],
                name="ledger_by_project",
                condition=~models.Q(project_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.credits}"

    @property
    def title(self) -> str:
        """What happened, in our words."""
        return kind_words(self.kind)


class AuditEvent(Mirrored):
    """One row of an organization's audit log; never changes. Gate decisions carry a verdict id."""

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "audit_events", db_index=False)
    project_id = models.TextField(blank=True)
    event_type = models.TextField(help_text="dotted name; an open set")
    occurred_at = models.DateTimeField()
    request_id = models.TextField(blank=True, db_index=True)
    api_key_id = models.TextField(blank=True)
    actor = models.TextField(blank=True)
    verdict_id = models.TextField(blank=True)
    pending_id = models.TextField(blank=True)
    decision = models.TextField(blank=True, help_text="allow, queue_for_approval, deny; an open set")
    reason = models.TextField(blank=True)
    axis = models.TextField(blank=True)
    platform = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-occurred_at", "-id"], name="audit_newest"),
            models.Index(fields=["organization", "-occurred_at", "-id"], name="audit_by_customer"),
            models.Index(fields=["project_id", "-occurred_at", "-id"], name="audit_by_project"),
            models.Index(fields=["api_key_id", "-occurred_at", "-id"], name="audit_by_key"),
            models.Index(fields=["event_type", "-occurred_at", "-id"], name="audit_by_type"),
            models.Index(fields=["decision", "-occurred_at", "-id"], name="audit_by_decision"),
            models.Index(fields=["verdict_id"], name="audit_verdict", condition=~models.Q(verdict_id="")),
            models.Index(fields=["pending_id"], name="audit_pending", condition=~models.Q(pending_id="")),
        ]

    def __str__(self) -> str:
        return self.event_type


# Django finds models in here only.
from orgs.books.closing.models import DayClose as DayClose  # noqa: E402
from orgs.books.closing.models import DaySum as DaySum  # noqa: E402
from orgs.books.ledger_models import LedgerDay as LedgerDay  # noqa: E402
from orgs.books.ledger_models import LedgerMonth as LedgerMonth  # noqa: E402
from orgs.books.tieout.models import Acceptance as Acceptance  # noqa: E402
from orgs.books.tieout.models import Books as Books  # noqa: E402
from orgs.books.tieout.models import RefillLimit as RefillLimit  # noqa: E402
from orgs.books.tieout.models import TieMark as TieMark  # noqa: E402
from orgs.books.tieout.models import Transfer as Transfer  # noqa: E402
from orgs.books.tieout.models import TransferCount as TransferCount  # noqa: E402
from orgs.caps.models import CapBatch as CapBatch  # noqa: E402
from orgs.customers.models import CustomerCount as CustomerCount  # noqa: E402
from orgs.customers.models import ListSettings as ListSettings  # noqa: E402
from orgs.customers.models import Pin as Pin  # noqa: E402
from orgs.customers.models import SavedView as SavedView  # noqa: E402
from orgs.customers.models import ViewOfRole as ViewOfRole  # noqa: E402
from orgs.four_eyes_models import FourEyesRules as FourEyesRules  # noqa: E402
from orgs.giving.models import AllocationBatch as AllocationBatch  # noqa: E402
from orgs.keys.models import ApiKey as ApiKey  # noqa: E402
from orgs.keys.models import Handover as Handover  # noqa: E402
from orgs.notes_models import Note as Note  # noqa: E402
from orgs.outlook_models import Outlook as Outlook  # noqa: E402
from orgs.outlook_models import SpendDay as SpendDay  # noqa: E402
