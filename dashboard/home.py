"""What the home page shows: what needs this person, by what they may do."""

from typing import Any

from django.db.models import F

import ads.queries
import content.queries
import orgs.queries
from dashboard.queries import to_settle
from orgs.models import Organization

SHOWN = 7


def tiles(staff: Any) -> dict[str, Any]:
    """Template context of home; a part that the person may not see is absent."""
    context: dict[str, Any] = {"to_settle": list(to_settle(staff)[:5]), "to_settle_count": to_settle(staff).count()}
    if staff.has_perm("dashboard.view_content"):
        context["review"] = list(content.queries.queue().select_related("organization")[:SHOWN])
        context["review_count"] = content.queries.waiting_count()
    if staff.has_perm("dashboard.view_ads"):
        context["actions"] = list(ads.queries.queue().select_related("organization")[:4])
        context["action_count"] = ads.queries.waiting_count()
    if staff.has_perm("dashboard.view_customers"):
        context["parent"] = orgs.queries.parent()
        context["low_wallets"] = _low_wallets()
    return context


def _low_wallets() -> list[Organization]:
    """Customers under their refill line, or with nothing left and no rule that would refill them."""
    active = orgs.queries.customers().filter(status="active").select_related("wallet", "credit_config")
    return list(active.filter(wallet__available__isnull=False).order_by(F("wallet__available").asc(), "id")[:5])
