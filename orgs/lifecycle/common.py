"""What all changes of a customer share: who may, and how an answer gets into the mirror."""

from datetime import datetime

from layers.client import Layers, read
from layers.client.shapes import Organization as OrganizationShape
from layers.client.shapes import Raw
from layers.mirror.upsert import upsert
from layers.outbox.kinds import Trace
from layers.outbox.models import Command
from orgs.deciding import CLOCKS_APART
from orgs.models import Organization
from orgs.outlook import weigh

NEEDS = "dashboard.manage_customers"


def take_in(organization_id: str, raw: Raw) -> None:
    """Puts an answer that is an organization, or a part of one, over our copy of it."""
    row = Organization.objects.filter(id=organization_id).first()
    known = dict(row.raw) if row else {}
    parent_id = read.text(raw, "parentOrganizationId") or (row.parent_id if row else "")
    upsert(
        Organization, [OrganizationShape.of(known | raw | {"id": organization_id, "parentOrganizationId": parent_id})]
    )
    weigh([organization_id])


def traced(client: Layers, command: Command) -> tuple[Raw, datetime | None]:
    """The customer as Layers has it, and when it was changed last."""
    raw = client.organization(command.target)
    return raw, read.moment(raw, "updatedAt")


def not_as_wished(command: Command, changed_at: datetime | None, found: str) -> Trace:
    """The wish does not show. Unchanged since before the first send: it never arrived. Else nobody can tell."""
    sent_at = command.sent_at or command.created_at
    if changed_at and changed_at < sent_at - CLOCKS_APART:
        return Trace(False, f"{found} Nothing was changed there since before this was sent.")
    return Trace(None, f"{found} Either this never arrived, or somebody changed it again since.")
