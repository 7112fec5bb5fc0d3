"""What is asked about customers. Every function that a view uses starts from what this person may see."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from layers.mirror.models import Scope
from layers.mirror.resources import REGISTRY
from layers.mirror.scopes import scope_id
from layers.outbox.models import Command, Failure, State
from orgs.books.kinds import BETWEEN_WALLETS, MOVES
from orgs.models import AuditEvent, LedgerEvent, Organization, Project, SpendDay
from orgs.standing import Burn

RULE = Q(credit_config__refill_threshold__isnull=False, credit_config__refill_amount__isnull=False)
NO_RULE = Q(credit_config__isnull=False) & ~RULE
WALLET_UNKNOWN = Q(wallet__available__isnull=True)


def project_owner(project_id: str) -> str:
    """The organization id of a project we mirror. For syncs, which know projects before anything in them."""
    return str(Project.objects.values_list("organization_id", flat=True).get(id=project_id))


def parent() -> Organization | None:
    """Our own organization with its wallet; None before the first sync."""
    return Organization.objects.filter(parent_id="").select_related("wallet").first()


def customers() -> QuerySet[Organization]:
    return Organization.objects.exclude(parent_id="")


def organizations() -> QuerySet[Organization]:
    """Customers and ourselves, each with wallet and rules, without the raw objects."""
    rows = Organization.objects.select_related("wallet", "credit_config")
    return rows.defer("raw", "wallet__raw", "credit_config__raw")


def customers_with_money() -> QuerySet[Organization]:
    return organizations().exclude(parent_id="").defer("raw", "metadata", "wallet__raw", "credit_config__raw")


def customers_listed() -> QuerySet[Organization]:
    """Customers with all that their list shows."""
    return organizations().exclude(parent_id="").select_related("outlook")


# --- money over time


@dataclass(frozen=True)
class Day:
    """One day in the reader's zone. `spent` by generation, `moved` in (or out, negative), credits left at its end."""

    on: date
    spent: int
    moved: int
    balance: int | None


def spending(organization: Organization) -> Q:
    """Ledger rows that use credits up. Ours are there to be given to customers, so what moves between us counts too."""
    return ~Q(kind__in=[kind for kind in MOVES if not (organization.is_parent and kind in BETWEEN_WALLETS)])


def burn(organization: Organization, days: int = 30) -> Burn:
    """What an organization spent lately, today included. A customer younger than `days` is measured over its own age.
    For customers the kept days are added up, as orgs/outlook.py does; for ourselves our ledger.
    """
    now = timezone.now()
    if organization.is_parent:
        rows = ledger(organization.id).filter(spending(organization), created_at__gte=now - timedelta(days=days))
        spent = -int(rows.aggregate(total=Sum("credits"))["total"] or 0)
    else:
        kept = SpendDay.objects.filter(organization_id=organization.id, day__gt=(now - timedelta(days=days)).date())
        spent = int(kept.aggregate(total=Sum("spent"))["total"] or 0)
    if organization.created_at:
        days = max(1, min(days, (now - organization.created_at).days))
    wallet = organization.known_wallet
    return Burn(spent=spent, reserved=(wallet.reserved or 0) if wallet else 0, days=days)


def history(organization: Organization, days: int = 90) -> list[Day]:
    """Day by day, oldest first, today last. The ledger does not hold a balance for every row, so the balance is walked
    back from today's through what was spent and moved; None when the wallet is not known.
    """
    zone = timezone.get_current_timezone()
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    start = datetime.combine(first, time.min, tzinfo=zone)
    # Bounded above too: PostgreSQL cannot hand over the local day of a row of 31 December 9999.
    end = datetime.combine(today + timedelta(days=1), time.min, tzinfo=zone)
    spent = spending(organization)
    sums = (
        ledger(organization.id)
        .filter(created_at__gte=start, created_at__lt=end)
        .annotate(on=TruncDate("created_at", tzinfo=zone))
        .values("on")
        .annotate(spent=Sum("credits", filter=spent), moved=Sum("credits", filter=~spent))
        .values_list("on", "spent", "moved")
        .order_by("on")
    )
    known = {on: (-int(used or 0), int(moved or 0)) for on, used, moved in sums}
    wallet = organization.known_wallet
    balance = wallet.balance if wallet else None
    found = []
    for back in range(days):
        on = today - timedelta(days=back)
        used, moved = known.get(on, (0, 0))
        found.append(Day(on, used, moved, balance))
        balance = balance + used - moved if balance is not None else None
    return found[::-1]


# --- what belongs to a customer


def ledger(organization_id: str) -> QuerySet[LedgerEvent]:
    return LedgerEvent.objects.filter(organization_id=organization_id)


def projects(organization_id: str) -> QuerySet[Project]:
    return Project.objects.filter(organization_id=organization_id).defer("raw").order_by("name", "id")


def commands_about(organization_id: str) -> QuerySet[Command]:
    """What staff decided about a customer and what is in it, newest first."""
    rows = Command.objects.filter(organization_id=organization_id).select_related("staff", "approval__decided_by")
    return rows.order_by("-created_at", "-id")


def unsettled(organization_id: str) -> list[Command]:
    """Decisions about a customer and what is in it that a person must look at, newest first; a handful."""
    lost = Q(state=State.UNKNOWN, failure=Failure.KEY_EXPIRED)
    failed = Q(state=State.FAILED) & ~Q(failure__in=[Failure.GONE, Failure.DECIDED_ELSEWHERE])
    rows = commands_about(organization_id).filter(lost | failed, settled=False)
    return list(rows[:3])


def audit_events() -> QuerySet[AuditEvent]:
    """The audit logs of all customers and our own, in one; the owner of a row may be missing."""
    return AuditEvent.objects.select_related("organization").defer("organization__raw", "organization__metadata")


# --- how old our copy is


@dataclass(frozen=True)
class CopyAge:
    """When a part of the mirror was last fetched; None before the first time."""

    at: datetime | None
    is_stale: bool


def copy_age(resource: str, organization_id: str) -> CopyAge:
    at = Scope.objects.filter(id=scope_id(resource, organization_id)).values_list("synced_at", flat=True).first()
    return CopyAge(at, at is None or timezone.now() - at > REGISTRY[resource].limit)
