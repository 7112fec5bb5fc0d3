"""Keeps what generation took from each wallet on each day. Rows of the ledger never change, so only inserts count."""

from django.db import migrations

FORWARDS = """
    CREATE FUNCTION orgs_keep_spend_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO orgs_spendday AS kept (organization_id, day, spent)
        SELECT organization_id, (created_at AT TIME ZONE 'UTC')::date, -sum(credits)
        FROM new_rows
        WHERE organization_id IS NOT NULL
          AND event_type NOT IN ('grant', 'purchase', 'allocation', 'adjustment')
        GROUP BY 1, 2 HAVING sum(credits) <> 0 ORDER BY 1, 2
        ON CONFLICT (organization_id, day) DO UPDATE SET spent = kept.spent + excluded.spent;
        RETURN NULL;
    END $$;
    CREATE TRIGGER orgs_ledgerevent_spend_day AFTER INSERT ON orgs_ledgerevent
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_spend_day();
    INSERT INTO orgs_spendday (organization_id, day, spent)
    SELECT organization_id, (created_at AT TIME ZONE 'UTC')::date, -sum(credits)
    FROM orgs_ledgerevent
    WHERE organization_id IS NOT NULL
      AND event_type NOT IN ('grant', 'purchase', 'allocation', 'adjustment')
    GROUP BY 1, 2 HAVING sum(credits) <> 0;
"""
BACKWARDS = "DROP FUNCTION orgs_keep_spend_day() CASCADE; DELETE FROM orgs_spendday"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_finance_desk")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
