"""Keeps what each wallet gained on each day, and what went in and out each month by kind and project.

Sums of whatever rows there are: the order of their arrival and rows that come twice make no difference.
"""

from django.db import migrations

# $rows: (organization_id, created_at, credits, kind, project_id, n), n = 1 for a new row and -1 for one that is gone.
DAYS = """
    INSERT INTO orgs_ledgerday AS kept (organization_id, day, credits, rows)
    SELECT organization_id, (created_at AT TIME ZONE 'UTC')::date, sum(n * credits), sum(n)
    FROM ({rows}) AS changed WHERE organization_id IS NOT NULL
    GROUP BY 1, 2 HAVING sum(n * credits) <> 0 OR sum(n) <> 0 ORDER BY 1, 2
    ON CONFLICT (organization_id, day)
    DO UPDATE SET credits = kept.credits + excluded.credits, rows = kept.rows + excluded.rows;
"""
MONTHS = """
    INSERT INTO orgs_ledgermonth AS kept
        (organization_id, month, kind, project_id, credits_in, rows_in, credits_out, rows_out)
    SELECT organization_id, date_trunc('month', created_at AT TIME ZONE 'UTC')::date, kind, project_id,
        coalesce(sum(n * credits) FILTER (WHERE credits > 0), 0), coalesce(sum(n) FILTER (WHERE credits > 0), 0),
        coalesce(-sum(n * credits) FILTER (WHERE credits <= 0), 0), coalesce(sum(n) FILTER (WHERE credits <= 0), 0)
    FROM ({rows}) AS changed WHERE organization_id IS NOT NULL
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (organization_id, month, kind, project_id) DO UPDATE SET
        credits_in = kept.credits_in + excluded.credits_in, rows_in = kept.rows_in + excluded.rows_in,
        credits_out = kept.credits_out + excluded.credits_out, rows_out = kept.rows_out + excluded.rows_out;
"""


def rows(table: str, n: int) -> str:
    return f"SELECT organization_id, created_at, credits, kind, project_id, {n} AS n FROM {table}"  # noqa: S608


def keep(changed: str) -> str:
    return DAYS.format(rows=changed) + MONTHS.format(rows=changed)


NEW, OLD = rows("new_rows", 1), rows("old_rows", -1)
# An upsert that touched what is not summed must not lock the sums.
MOVED = """EXISTS (SELECT 1 FROM new_rows AS a JOIN old_rows AS b USING (id)
    WHERE (a.organization_id, a.created_at, a.credits, a.kind, a.project_id)
    IS DISTINCT FROM (b.organization_id, b.created_at, b.credits, b.kind, b.project_id))"""

FORWARDS = f"""
    CREATE FUNCTION orgs_keep_ledger_sums() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN {keep(NEW)}
        ELSIF TG_OP = 'DELETE' THEN {keep(OLD)}
        ELSIF {MOVED} THEN {keep(f"{NEW} UNION ALL {OLD}")}
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER orgs_ledgerevent_sums_insert AFTER INSERT ON orgs_ledgerevent
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_ledger_sums();
    CREATE TRIGGER orgs_ledgerevent_sums_update AFTER UPDATE ON orgs_ledgerevent
        REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_ledger_sums();
    CREATE TRIGGER orgs_ledgerevent_sums_delete AFTER DELETE ON orgs_ledgerevent
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_ledger_sums();
    {keep(rows("orgs_ledgerevent", 1))}
"""
BACKWARDS = """
    DROP FUNCTION orgs_keep_ledger_sums() CASCADE; DELETE FROM orgs_ledgerday; DELETE FROM orgs_ledgermonth
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0006_tie_out")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
