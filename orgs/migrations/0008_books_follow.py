"""Sums that follow a ledger row that changes, a refill that is none, acceptances that are withdrawn.

A row that was read spoilt and is healed by a later reading changes its sums; 0004 and 0006 counted new rows alone.
"""

# ruff: noqa: S608  names of our own tables

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# $rows: (organization_id, created_at, credits, kind, n), n = 1 for a new row and -1 for one that is gone.
DAY_SUMS = """
    INSERT INTO orgs_daysum AS kept (day, side, movement, credits, lines)
    SELECT (created_at AT TIME ZONE 'UTC')::date, orgs_side(organization_id), orgs_movement(kind),
        sum(n * credits), sum(n)
    FROM ({rows}) AS changed
    GROUP BY 1, 2, 3 HAVING sum(n * credits) <> 0 OR sum(n) <> 0 ORDER BY 1, 2, 3
    ON CONFLICT (day, side, movement)
    DO UPDATE SET credits = kept.credits + excluded.credits, lines = kept.lines + excluded.lines;
"""
SPEND_DAYS = """
    INSERT INTO orgs_spendday AS kept (organization_id, day, spent)
    SELECT organization_id, (created_at AT TIME ZONE 'UTC')::date, -sum(n * credits)
    FROM ({rows}) AS changed
    WHERE organization_id IS NOT NULL
      AND kind NOT IN ('allocation', 'reclaim', 'refill', 'grant', 'purchase', 'adjustment')
    GROUP BY 1, 2 HAVING sum(n * credits) <> 0 ORDER BY 1, 2
    ON CONFLICT (organization_id, day) DO UPDATE SET spent = kept.spent + excluded.spent;
"""


def rows(table: str, n: int) -> str:
    return f"SELECT organization_id, created_at, credits, kind, {n} AS n FROM {table}"


NEW, OLD = rows("new_rows", 1), rows("old_rows", -1)
# An upsert that touched what is not summed must not lock the sums.
MOVED = """EXISTS (SELECT 1 FROM new_rows AS a JOIN old_rows AS b USING (id)
    WHERE (a.organization_id, a.created_at, a.credits, a.kind)
    IS DISTINCT FROM (b.organization_id, b.created_at, b.credits, b.kind))"""


def follow(name: str, sums: str) -> str:
    """The triggers on new rows are those of 0004 and 0006."""
    return f"""
        CREATE OR REPLACE FUNCTION orgs_keep_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN {sums.format(rows=NEW)}
            ELSIF TG_OP = 'DELETE' THEN {sums.format(rows=OLD)}
            ELSIF {MOVED} THEN {sums.format(rows=f"{NEW} UNION ALL {OLD}")}
            END IF;
            RETURN NULL;
        END $$;
        CREATE OR REPLACE TRIGGER orgs_ledgerevent_{name}_update AFTER UPDATE ON orgs_ledgerevent
            REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_{name}();
        CREATE OR REPLACE TRIGGER orgs_ledgerevent_{name}_delete AFTER DELETE ON orgs_ledgerevent
            REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_{name}();
    """


ALL = rows("orgs_ledgerevent", 1)
SUMS = f"""
    {follow("day_sum", DAY_SUMS)}
    {follow("spend_day", SPEND_DAYS)}
    DELETE FROM orgs_daysum;
    {DAY_SUMS.format(rows=ALL)}
    DELETE FROM orgs_spendday;
    {SPEND_DAYS.format(rows=ALL)}
    DELETE FROM orgs_ledgermonth;
    INSERT INTO orgs_ledgermonth
        (organization_id, month, kind, project_id, credits_in, rows_in, credits_out, rows_out)
    SELECT organization_id, date_trunc('month', created_at AT TIME ZONE 'UTC')::date, kind, project_id,
        coalesce(sum(credits) FILTER (WHERE credits > 0), 0), count(*) FILTER (WHERE credits > 0),
        coalesce(-sum(credits) FILTER (WHERE credits <= 0), 0), count(*) FILTER (WHERE credits <= 0)
    FROM orgs_ledgerevent WHERE organization_id IS NOT NULL GROUP BY 1, 2, 3, 4;
"""

# What does not match, or waits, for want of a rule is judged again once a larger one is known.
LIMITS = """
    CREATE FUNCTION orgs_allow_refill(customer text, amount bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO orgs_refilllimit AS kept (organization_id, credits) VALUES (customer, amount)
        ON CONFLICT (organization_id) DO UPDATE SET credits = excluded.credits WHERE kept.credits < excluded.credits;
        IF FOUND THEN
            INSERT INTO orgs_tiemark (key)
            SELECT key FROM orgs_transfer WHERE organization_id = customer AND state <> 'matched';
        END IF;
    END $$;
    CREATE FUNCTION orgs_keep_refill_limit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.refill_amount IS NOT NULL AND NEW.refill_threshold IS NOT NULL THEN
            PERFORM orgs_allow_refill(NEW.organization_id, NEW.refill_amount);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER orgs_creditconfig_refill_limit_insert AFTER INSERT ON orgs_creditconfig
        FOR EACH ROW EXECUTE FUNCTION orgs_keep_refill_limit();
    CREATE TRIGGER orgs_creditconfig_refill_limit_update AFTER UPDATE ON orgs_creditconfig FOR EACH ROW
        WHEN ((NEW.refill_amount, NEW.refill_threshold) IS DISTINCT FROM (OLD.refill_amount, OLD.refill_threshold))
        EXECUTE FUNCTION orgs_keep_refill_limit();
    INSERT INTO orgs_refilllimit (organization_id, credits)
    SELECT organization_id, refill_amount FROM orgs_creditconfig
    WHERE refill_amount IS NOT NULL AND refill_threshold IS NOT NULL;
    -- Transfers that were matched as a refill and are none.
    INSERT INTO orgs_tiemark (key) SELECT key FROM orgs_transfer WHERE origin = 'refill';
"""
UNLIMIT = "DROP FUNCTION orgs_keep_refill_limit() CASCADE; DROP FUNCTION orgs_allow_refill(text, bigint)"

KIND = models.GeneratedField(
    db_persist=True,
    expression=models.Case(
        models.When(models.Q(("event_type", "allocation"), _negated=True), then="event_type"),
        models.When(direction="reclaim", then=models.Value("reclaim", models.TextField())),
        models.When(
            raw__metadata__partner_desk_command__isnull=True,
            raw__metadata__trigger="auto_refill",
            then=models.Value("refill", models.TextField()),
        ),
        default="event_type",
    ),
    help_text="The event type, but for allocations that are a refill or a reclaim.",
    output_field=models.TextField(),
)
ODDITIES = [
    ("doubled", "One command, two transfers"),
    ("two_commands", "Two commands, one transfer"),
    ("twice", "Twice on one ledger"),
    ("no_transfer_id", "No transfer id"),
    ("no_parent_row", "Not on our ledger"),
    ("no_child_row", "Not on the customer’s ledger"),
    ("no_rows", "Done, but on no ledger"),
    ("unanswered", "No answer, on no ledger"),
    ("amounts", "Amounts differ"),
    ("other_customer", "Went to another customer"),
    ("unknown_moved", "No answer, but it moved"),
    ("failed_moved", "Not done, but it moved"),
    ("foreign", "A command we do not know"),
    ("off_desk", "Not from this desk"),
    ("unread", "Its ledger cannot be read"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0007_ledger_sums"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # PostgreSQL before 17 cannot change what a column is made of.
        migrations.RemoveIndex("ledgerevent", "ledger_by_kind"),
        migrations.RemoveField("ledgerevent", "kind"),
        migrations.AddField("ledgerevent", "kind", KIND),
        migrations.AddIndex(
            "ledgerevent", models.Index(fields=["organization", "kind", "-created_at", "-id"], name="ledger_by_kind")
        ),
        migrations.RunSQL(SUMS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="RefillLimit",
            fields=[
                ("organization_id", models.TextField(primary_key=True, serialize=False)),
                ("credits", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(LIMITS, UNLIMIT),
        migrations.RemoveConstraint("acceptance", "acceptance_once"),
        migrations.AddField("acceptance", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "acceptance",
            "withdrawn_by",
            models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("acceptance", "withdrawn_note", models.CharField(blank=True, max_length=500)),
        migrations.AddConstraint(
            "acceptance",
            models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)), fields=("key", "facts"), name="acceptance_once"
            ),
        ),
        migrations.AddIndex("acceptance", models.Index(fields=["key"], name="acceptance_of")),
        migrations.AlterField("transfer", "kind", models.CharField(blank=True, choices=ODDITIES, max_length=16)),
        migrations.AlterField(
            "transfer",
            "awaits",
            models.TextField(blank=True, help_text="The scope that must be read; empty when none is awaited."),
        ),
        migrations.RemoveIndex("transfer", "transfer_awaits"),
        migrations.AddIndex(
            "transfer",
            models.Index(
                condition=models.Q(("awaits", ""), _negated=True),
                fields=["awaits", "awaits_read"],
                name="transfer_awaits",
            ),
        ),
    ]
