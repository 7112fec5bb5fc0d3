"""Marks what the tie-out has to judge, keeps its counts and the sums of each day, and keeps signed days as they are.

Three indexes find the rows of a command: by its id in the metadata of a ledger row, by the transfer it was told, and by
the customer that was archived.
"""

from django.db import migrations

MARKS = """
    CREATE INDEX ledger_named_command ON orgs_ledgerevent ((raw #>> '{metadata,partner_desk_command}'))
        WHERE (raw #>> '{metadata,partner_desk_command}') IS NOT NULL;
    CREATE INDEX ledger_reclaimed_from ON orgs_ledgerevent (counterparty_id) WHERE direction = 'reclaim';
    CREATE INDEX ledger_reclaimed ON orgs_ledgerevent (organization_id) WHERE direction = 'reclaim';
    CREATE INDEX command_told ON outbox_command ((answer ->> 'id')) WHERE kind = 'credits.allocate';

    CREATE FUNCTION orgs_mark_lines() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO orgs_tiemark (key)
        SELECT DISTINCT coalesce(nullif(transfer_id, ''), 'row:' || id) FROM new_rows
        WHERE transfer_id <> '' OR event_type = 'allocation';
        RETURN NULL;
    END $$;
    CREATE TRIGGER orgs_ledgerevent_mark_insert AFTER INSERT ON orgs_ledgerevent
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_mark_lines();
    CREATE TRIGGER orgs_ledgerevent_mark_update AFTER UPDATE ON orgs_ledgerevent
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_mark_lines();
    CREATE TRIGGER orgs_ledgerevent_mark_delete AFTER DELETE ON orgs_ledgerevent
        REFERENCING OLD TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_mark_lines();

    CREATE FUNCTION orgs_mark_command() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO orgs_tiemark (key) VALUES ('command:' || NEW.id);
        -- The transfer that it was told before.
        IF TG_OP = 'UPDATE' AND OLD.answer ->> 'id' IS DISTINCT FROM NEW.answer ->> 'id' THEN
            INSERT INTO orgs_tiemark (key) SELECT OLD.answer ->> 'id' WHERE OLD.answer ->> 'id' <> '';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER outbox_command_mark_insert AFTER INSERT ON outbox_command FOR EACH ROW
        WHEN (NEW.kind IN ('credits.allocate', 'organizations.archive')
              AND (NEW.sent_at IS NOT NULL OR NEW.state = 'succeeded'))
        EXECUTE FUNCTION orgs_mark_command();
    -- Also one that turns out never to have been sent.
    CREATE TRIGGER outbox_command_mark_update AFTER UPDATE ON outbox_command FOR EACH ROW
        WHEN (NEW.kind IN ('credits.allocate', 'organizations.archive')
              AND (NEW.sent_at IS NOT NULL OR OLD.sent_at IS NOT NULL OR NEW.state = 'succeeded'))
        EXECUTE FUNCTION orgs_mark_command();

    INSERT INTO orgs_tiemark (key)
    SELECT DISTINCT coalesce(nullif(transfer_id, ''), 'row:' || id) FROM orgs_ledgerevent
    WHERE transfer_id <> '' OR event_type = 'allocation'
    UNION ALL
    SELECT 'command:' || id FROM outbox_command
    WHERE kind IN ('credits.allocate', 'organizations.archive') AND (sent_at IS NOT NULL OR state = 'succeeded');
    INSERT INTO orgs_books (id, opened_at) VALUES (1, now());
"""
UNMARK = """
    DROP FUNCTION orgs_mark_lines() CASCADE;
    DROP FUNCTION orgs_mark_command() CASCADE;
    DROP INDEX ledger_named_command, ledger_reclaimed_from, ledger_reclaimed, command_told;
    DELETE FROM orgs_tiemark; DELETE FROM orgs_transfer; DELETE FROM orgs_books;
"""

CHANGE = """
        INSERT INTO orgs_transfercount AS c (state, kind, transfers, off)
        SELECT state, kind, sum(n), sum(off) FROM ({rows}) changed
        GROUP BY state, kind HAVING sum(n) <> 0 OR sum(off) <> 0 ORDER BY state, kind
        ON CONFLICT (state, kind) DO UPDATE SET transfers = c.transfers + excluded.transfers, off = c.off + excluded.off
"""
PLUS = "SELECT state, kind, 1 AS n, off FROM new_rows"
MINUS = "SELECT state, kind, -1 AS n, -off AS off FROM old_rows"
COUNTS = f"""
    CREATE FUNCTION orgs_count_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN {CHANGE.format(rows=PLUS)};
        ELSIF TG_OP = 'UPDATE' THEN {CHANGE.format(rows=f"{PLUS} UNION ALL {MINUS}")};
        ELSE {CHANGE.format(rows=MINUS)};
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER orgs_transfer_count_insert AFTER INSERT ON orgs_transfer
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_count_transfers();
    CREATE TRIGGER orgs_transfer_count_update AFTER UPDATE ON orgs_transfer
        REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT
        EXECUTE FUNCTION orgs_count_transfers();
    CREATE TRIGGER orgs_transfer_count_delete AFTER DELETE ON orgs_transfer
        REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_count_transfers();
"""
SUMS = """
    CREATE FUNCTION orgs_movement(kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE kind
            WHEN 'grant' THEN 'added' WHEN 'purchase' THEN 'added' WHEN 'adjustment' THEN 'added'
            WHEN 'allocation' THEN 'given' WHEN 'refill' THEN 'refilled' WHEN 'reclaim' THEN 'reclaimed'
            ELSE 'spent' END
    $$;
    CREATE FUNCTION orgs_side(organization_id text) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT CASE WHEN EXISTS (SELECT FROM orgs_organization WHERE id = organization_id AND parent_id = '')
            THEN 'ours' ELSE 'customers' END
    $$;
    CREATE FUNCTION orgs_keep_day_sum() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO orgs_daysum AS kept (day, side, movement, credits, lines)
        SELECT (created_at AT TIME ZONE 'UTC')::date, orgs_side(organization_id),
               orgs_movement(kind), sum(credits), count(*)
        FROM new_rows GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (day, side, movement) DO UPDATE
            SET credits = kept.credits + excluded.credits, lines = kept.lines + excluded.lines;
        RETURN NULL;
    END $$;
    CREATE TRIGGER orgs_ledgerevent_day_sum AFTER INSERT ON orgs_ledgerevent
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orgs_keep_day_sum();
    INSERT INTO orgs_daysum (day, side, movement, credits, lines)
    SELECT (created_at AT TIME ZONE 'UTC')::date, orgs_side(organization_id),
           orgs_movement(kind), sum(credits), count(*)
    FROM orgs_ledgerevent GROUP BY 1, 2, 3;

    CREATE FUNCTION orgs_signed_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'A signed day cannot be changed.' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER orgs_dayclose_for_good BEFORE UPDATE OR DELETE ON orgs_dayclose
        FOR EACH ROW EXECUTE FUNCTION orgs_signed_for_good();
"""
UNSUM = """
    DROP FUNCTION orgs_keep_day_sum() CASCADE;
    DROP FUNCTION orgs_signed_for_good() CASCADE;
    DROP FUNCTION orgs_movement(text);
    DROP FUNCTION orgs_side(text);
    DELETE FROM orgs_daysum;
"""
UNCOUNT = "DROP FUNCTION orgs_count_transfers() CASCADE; DELETE FROM orgs_transfercount"


class Migration(migrations.Migration):
    dependencies = [("orgs", "0005_customer_counts"), ("outbox", "0007_finance_desk")]

    operations = [migrations.RunSQL(MARKS, UNMARK), migrations.RunSQL(COUNTS, UNCOUNT), migrations.RunSQL(SUMS, UNSUM)]
