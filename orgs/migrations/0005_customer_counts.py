"""Keeps how many customers each work list of the list page holds. Triggers run once a statement and touch the counts in
the order of their names, so that two syncs cannot block each other for ever.
"""

# ruff: noqa: S608  names of our own tables

from django.db import migrations

# What a row counts for. A new status at Layers needs no change here: it is in "all" alone.
BY_STATUS = """
    SELECT unnest(ARRAY['all', CASE WHEN status IN ('active', 'suspended', 'archived') THEN status END]) AS name
    FROM {rows} WHERE parent_id <> ''"""
BY_OUTLOOK = """
    SELECT unnest(ARRAY[CASE WHEN runs_dry_soon THEN 'dry' END, CASE WHEN near_cap THEN 'near' END,
                        CASE WHEN blocked <> '' THEN 'blocked' END]) AS name
    FROM {rows}"""
TABLES = {"orgs_organization": BY_STATUS, "orgs_outlook": BY_OUTLOOK}


def keep(table: str, names: str) -> str:
    def change(plus: str, minus: str) -> str:
        parts = [
            f"SELECT name, {sign}1 AS n FROM ({names.format(rows=rows)}) AS {rows}_names"
            for rows, sign in ((plus, ""), (minus, "-"))
            if rows
        ]
        return f"""
            INSERT INTO orgs_customercount AS kept (name, customers)
            SELECT name, sum(n) FROM ({" UNION ALL ".join(parts)}) AS changed
            WHERE name IS NOT NULL GROUP BY name HAVING sum(n) <> 0 ORDER BY name
            ON CONFLICT (name) DO UPDATE SET customers = kept.customers + excluded.customers;"""

    return f"""
        CREATE FUNCTION {table}_customer_count() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN {change("new_rows", "")}
            ELSIF TG_OP = 'UPDATE' THEN {change("new_rows", "old_rows")}
            ELSE {change("", "old_rows")}
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {table}_customer_count_insert AFTER INSERT ON {table}
            REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_customer_count();
        CREATE TRIGGER {table}_customer_count_update AFTER UPDATE ON {table}
            REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_customer_count();
        CREATE TRIGGER {table}_customer_count_delete AFTER DELETE ON {table}
            REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_customer_count();
        INSERT INTO orgs_customercount AS kept (name, customers)
        SELECT name, count(*) FROM ({names.format(rows=table)}) AS counted WHERE name IS NOT NULL GROUP BY name
        ON CONFLICT (name) DO UPDATE SET customers = excluded.customers;
    """


FORWARDS = "".join(keep(table, names) for table, names in TABLES.items())
BACKWARDS = "".join(f"DROP FUNCTION {table}_customer_count() CASCADE;" for table in TABLES) + (
    "DELETE FROM orgs_customercount"
)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_spend_day")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
