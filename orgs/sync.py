"""Fetches customers and what they own: wallets, ledgers, projects, audit logs (contract/control-plane.md)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from layers.client import Layers, read
from layers.client.ad_shapes import AuditEvent as AuditShape
from layers.client.shapes import CreditConfig as ConfigShape
from layers.client.shapes import LedgerEvent as LedgerShape
from layers.client.shapes import Organization as OrganizationShape
from layers.client.shapes import Project as ProjectShape
from layers.client.shapes import Raw
from layers.client.shapes import Wallet as WalletShape
from layers.mirror.budget import Lane, budget
from layers.mirror.models import Scope
from layers.mirror.resources import resource
from layers.mirror.scopes import follow, scope_id, window_start
from layers.mirror.upsert import upsert
from orgs.models import AuditEvent, CreditConfig, LedgerEvent, Organization, Project, Wallet
from orgs.outlook import weigh

OURS = ("wallet", "ledger", "projects", "audit")
PER_CUSTOMER = (*OURS, "keys")
SLIM_PROJECT = ["organization_id", "name", "status", "customer_external_id", "language", "time_zone", "created_at"]


def wallet_scopes(organization_id: str) -> list[str]:
    """The scopes that show where a customer's credits are; for commands that move them."""
    return [scope_id("wallet", organization_id), scope_id("ledger", organization_id)]


@resource("organizations", "Customers", every=60, limit=300)
def sync_organizations(client: Layers, scope: Scope) -> None:
    """Ourselves from whoami, then every child. New customers join the work list here."""
    me = client.whoami()
    budget(Lane.SWEEP).learn_tier(read.text(me, "rateLimitTier"))
    own_id = str(me.get("organizationId") or "")
    own = {"id": own_id, "name": me.get("organizationName"), "status": "active", "scopes": me.get("scopes")}
    upsert(Organization, [OrganizationShape.of(own)])
    for resource_name in OURS:
        follow(resource_name, [own_id])
    for page in client.organizations():
        # Whom the list of our children names is a child, even when the row itself does not say whose.
        rows = [OrganizationShape.of({"parentOrganizationId": own_id} | _named(raw)) for raw in page.items]
        upsert(Organization, rows)
        for row in rows:
            for resource_name in PER_CUSTOMER:
                follow(resource_name, [row.id], organization_id=row.id)


def _named(raw: Raw) -> Raw:
    return {name: value for name, value in raw.items() if value is not None}


@resource("wallet", "Wallets", every=60, limit=300)
def sync_wallet(client: Layers, scope: Scope) -> None:
    at = timezone.now()
    upsert(Wallet, [WalletShape.of(scope.key, client.wallet(child=scope.organization_id), at)])
    if scope.organization_id:
        config = client.credit_config(scope.organization_id)
        upsert(CreditConfig, [ConfigShape.of(scope.key, config, at)])
        weigh([scope.key])


@resource("ledger", "Ledgers", every=120, limit=600)
def sync_ledger(client: Layers, scope: Scope) -> None:
    """Rows never change, so the window that reaches behind the newest one is enough; a sweep heals the rest."""
    since = window_start(scope)
    for page in client.ledger(child=scope.organization_id, since=since):
        rows = [LedgerShape.of(scope.key, raw) for raw in page.items]
        upsert(LedgerEvent, rows)
        move_watermark(scope, (row.created_at for row in rows))


@resource("projects", "Projects", every=300, limit=1200)
def sync_projects(client: Layers, scope: Scope) -> None:
    """List rows lack the brand, so a project that is new or has changed is read whole."""
    for page in client.projects(act_as=scope.organization_id):
        slim = [ProjectShape.of(scope.key, raw) for raw in page.items]
        known = dict(Project.objects.filter(id__in=[row.id for row in slim]).values_list("id", "remote_updated_at"))
        changed = [row for row in slim if known.get(row.id) is None or known[row.id] < row.remote_updated_at]
        for resource_name in ("content", "ads"):
            follow(resource_name, [row.id for row in slim if row.id], organization_id=scope.organization_id)
        # Whole first: once the slim row has the new version, nothing would tell that the brand is still missing.
        whole = (client.project(row.id, act_as=scope.organization_id) for row in changed if row.id)
        upsert(Project, [ProjectShape.of(scope.key, raw) for raw in whole])
        upsert(Project, slim, only=SLIM_PROJECT)


@resource("audit", "Audit logs", every=45, limit=300)
def sync_audit(client: Layers, scope: Scope) -> None:
    since = window_start(scope)
    for page in client.audit_log(act_as=scope.organization_id, since=since):
        rows = [AuditShape.of(scope.key, raw) for raw in page.items]
        upsert(AuditEvent, rows)
        move_watermark(scope, (row.occurred_at for row in rows))


def move_watermark(scope: Scope, seen: Iterable[datetime]) -> None:
    newest = max(seen, default=None)
    # Never past our own clock: one row stamped in the far future would hide everything after it.
    if newest is not None and newest <= timezone.now():
        scope.watermark = max(newest, scope.watermark or newest)
