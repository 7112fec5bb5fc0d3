"""Weighs customers: their pace, when they run dry, what blocks a refill. One statement for one or for all.

The rules are those of orgs/standing.py, which says the same of the one customer on a page; tests/orgs/test_outlook.py
holds the two against each other.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from layers.outbox.models import OPEN
from orgs.standing import NEAR_CAP, SHORT

PACE_DAYS = 30

WEIGH = f"""
INSERT INTO orgs_outlook AS kept (
    organization_id, burn, days, worst_week, runs_dry_at, runs_dry_soon, near_cap, cap_share, read_at, refills,
    blocked, next_refill, week_refills, weighed_at)
SELECT id, burn, days, worst_week,
       CASE WHEN active AND lasts < 36500 THEN %(now)s + lasts * interval '1 day' END,
       active AND NOT (rule AND blocked = '') AND (coalesce(available <= 0, false) OR coalesce(lasts < {SHORT}, false)),
       active AND coalesce(cap_share >= {NEAR_CAP}, false), cap_share, read_at,
       rule AND blocked = '', blocked,
       CASE WHEN rule AND active THEN least(refill_amount, room) ELSE 0 END,
       -- As many refills as lift it over its line again after such a week, as far as the cap leaves room.
       CASE WHEN rule AND active AND left_after < refill_threshold THEN
           least(ceil((refill_threshold - left_after)::numeric / refill_amount) * refill_amount, room) ELSE 0 END,
       %(now)s
FROM (
    SELECT weighed.*, CASE
            WHEN NOT rule OR NOT active OR available IS NULL OR available >= refill_threshold THEN ''
            WHEN room <= 0 THEN 'cap'
            WHEN least(refill_amount, room) > ours THEN 'parent'
            ELSE '' END AS blocked,
           available - worst_week AS left_after,
           CASE WHEN burn > 0 AND available IS NOT NULL
                THEN greatest(available, 0)::numeric * days / burn END AS lasts,
           -- A cap of nothing counts as used up.
           CASE WHEN monthly_cap > 0 THEN floor(least(taken * 100 / monthly_cap, 1000000))::int
                WHEN monthly_cap = 0 THEN 100 END AS cap_share
    FROM (
        SELECT organization.id, organization.status = 'active' AS active,
               wallet.available,
               -- What running jobs hold counts against the cap as well.
               coalesce(wallet.used_this_period, 0)::numeric + coalesce(wallet.reserved, 0) AS taken,
               CASE WHEN organization.status <> 'archived' THEN coalesce(wallet.synced_at, 'epoch') END AS read_at,
               config.monthly_cap, config.refill_threshold, config.refill_amount,
               -- What refills may still move before the cap; NULL without one.
               CASE WHEN config.monthly_cap IS NOT NULL THEN greatest(0, config.monthly_cap::numeric
                   - coalesce(wallet.used_this_period, 0) - coalesce(wallet.balance, 0)) END AS room,
               config.refill_threshold IS NOT NULL AND coalesce(config.refill_amount, 0) > 0 AS rule,
               greatest(0, coalesce(spent.credits, 0)) + coalesce(wallet.reserved, 0) AS burn,
               greatest(0, CASE WHEN %(all)s THEN coalesce(known.worst_week, 0)
                   ELSE coalesce(week.worst, 0) END) AS worst_week,
               least(%(days)s, greatest(1, coalesce(
                   extract(day FROM %(now)s - organization.created_at)::int, %(days)s))) AS days,
               -- Less what is on its way out of it: orgs/giving/claims.py.
               (SELECT greatest(0, least(own.prepaid, own.available) - coalesce((
                    SELECT sum((command.payload ->> 'credits')::bigint) FROM outbox_command command
                    WHERE command.kind = 'credits.allocate' AND (command.state = ANY(%(open)s)
                        OR (command.state = 'succeeded' AND command.finished_at > own.remote_updated_at))
                ), 0)) FROM orgs_wallet own
                JOIN orgs_organization parent ON parent.id = own.organization_id AND parent.parent_id = '') AS ours
        FROM orgs_organization organization
        LEFT JOIN orgs_wallet wallet ON wallet.organization_id = organization.id
        LEFT JOIN orgs_creditconfig config ON config.organization_id = organization.id
        LEFT JOIN orgs_outlook known ON known.organization_id = organization.id
        LEFT JOIN LATERAL (
            SELECT sum(day.spent)::bigint AS credits FROM orgs_spendday day
            WHERE day.organization_id = organization.id AND day.day > %(since)s
        ) spent ON true
        LEFT JOIN LATERAL (
            SELECT max(seven)::bigint AS worst FROM (
                SELECT sum(day.spent) OVER (ORDER BY day.day - date '2000-01-01' RANGE 6 PRECEDING) AS seven
                FROM orgs_spendday day
                WHERE NOT %(all)s AND day.organization_id = organization.id AND day.day > %(since)s
            ) weeks
        ) week ON true
        WHERE organization.parent_id <> '' AND (%(all)s OR organization.id = ANY(%(ids)s))
    ) weighed
) judged
ORDER BY id
ON CONFLICT (organization_id) DO UPDATE SET
    burn = excluded.burn, days = excluded.days, worst_week = excluded.worst_week, runs_dry_at = excluded.runs_dry_at,
    runs_dry_soon = excluded.runs_dry_soon, near_cap = excluded.near_cap, cap_share = excluded.cap_share,
    read_at = excluded.read_at, refills = excluded.refills, blocked = excluded.blocked,
    next_refill = excluded.next_refill, week_refills = excluded.week_refills, weighed_at = excluded.weighed_at
-- One that took longer must not put back what another has seen since.
WHERE kept.weighed_at <= excluded.weighed_at
"""  # noqa: S608  a constant of ours


def weigh(organization_ids: Sequence[str] | None = None) -> None:
    """Writes the Outlook of these customers, or of all.

    The worst week is measured for named customers only: each is weighed by name whenever its wallet has been read, and
    for all at once this is the part that takes long.
    """
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
                "open": list(OPEN),
            },
        )
