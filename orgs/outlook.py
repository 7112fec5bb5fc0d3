"""Weighs customers: their pace, when they run dry, what blocks a refill. One statement for one or for all.

The rules are those of orgs/standing.py, which says the same of the one customer on a page; tests/orgs/test_outlook.py
holds the two against each other.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from orgs.standing import NEAR_CAP

PACE_DAYS = 30

WEIGH = f"""
INSERT INTO orgs_outlook (organization_id, burn, days, runs_dry_at, low, near_cap, refills, blocked, weighed_at)
SELECT id, burn, days,
       CASE WHEN burn > 0 AND available IS NOT NULL AND greatest(available, 0)::numeric * days / burn < 36500
            THEN %(now)s + greatest(available, 0)::numeric * days / burn * interval '1 day' END,
       active AND (coalesce(available < refill_threshold, false) OR coalesce(available <= 0, false)),
       active AND coalesce(used * 100 >= monthly_cap * {NEAR_CAP}, false),
       rule AND blocked = '', blocked, %(now)s
FROM (
    SELECT weighed.*, CASE
            WHEN NOT rule OR NOT active OR available IS NULL OR available >= refill_threshold THEN ''
            WHEN monthly_cap - used - balance <= 0 THEN 'cap'
            WHEN least(refill_amount, coalesce(monthly_cap - used - balance, refill_amount)) > ours THEN 'parent'
            ELSE '' END AS blocked
    FROM (
        SELECT organization.id, organization.status = 'active' AS active,
               wallet.available, coalesce(wallet.balance, 0) AS balance, coalesce(wallet.used_this_period, 0) AS used,
               config.monthly_cap, config.refill_threshold, config.refill_amount,
               config.refill_threshold IS NOT NULL AND config.refill_amount IS NOT NULL AS rule,
               greatest(0, coalesce(spent.credits, 0)) + coalesce(wallet.reserved, 0) AS burn,
               least(%(days)s, greatest(1, coalesce(
                   extract(day FROM %(now)s - organization.created_at)::int, %(days)s))) AS days,
               (SELECT least(own.prepaid, own.available) FROM orgs_wallet own
                JOIN orgs_organization parent ON parent.id = own.organization_id AND parent.parent_id = '') AS ours
        FROM orgs_organization organization
        LEFT JOIN orgs_wallet wallet ON wallet.organization_id = organization.id
        LEFT JOIN orgs_creditconfig config ON config.organization_id = organization.id
        LEFT JOIN LATERAL (
            SELECT sum(day.spent)::bigint AS credits FROM orgs_spendday day
            WHERE day.organization_id = organization.id AND day.day > %(since)s
        ) spent ON true
        WHERE organization.parent_id <> '' AND (%(all)s OR organization.id = ANY(%(ids)s))
    ) weighed
) judged
ORDER BY id
ON CONFLICT (organization_id) DO UPDATE SET
    burn = excluded.burn, days = excluded.days, runs_dry_at = excluded.runs_dry_at, low = excluded.low,
    near_cap = excluded.near_cap, refills = excluded.refills, blocked = excluded.blocked,
    weighed_at = excluded.weighed_at
"""  # noqa: S608  a constant of ours


def weigh(organization_ids: Sequence[str] | None = None) -> None:
    """Writes the Outlook of these customers, or of all."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            WEIGH,
            {
                "now": now,
                "since": (now - timedelta(days=PACE_DAYS)).date(),
                "days": PACE_DAYS,
                "all": organization_ids is None,
                "ids": list(organization_ids or []),
            },
        )
