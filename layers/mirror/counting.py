"""Counts that are kept, not counted: SQL for migrations that keep one number per customer up to date by trigger."""


def keep_count(*, table: str, counter: str, condition: str) -> tuple[str, str]:
    """(forwards, backwards) SQL: `counter.waiting` is the number of rows of `table` per customer where `condition`.

    Triggers run once a statement, so an upsert of 2,000 rows costs one update per customer it touches. They lock the
    counters in the order of their keys, so that two syncs cannot block each other for ever.
    """
    change = """
        INSERT INTO {counter} AS c (organization_id, waiting)
        SELECT organization_id, sum(n) FROM ({rows}) AS changed
        GROUP BY organization_id HAVING sum(n) <> 0 ORDER BY organization_id
        ON CONFLICT (organization_id) DO UPDATE SET waiting = c.waiting + excluded.waiting;"""
    plus = f"SELECT organization_id, 1 AS n FROM new_rows WHERE {condition}"
    minus = f"SELECT organization_id, -1 AS n FROM old_rows WHERE {condition}"
    forwards = f"""
        CREATE FUNCTION {table}_count() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN {change.format(counter=counter, rows=plus)}
            ELSIF TG_OP = 'UPDATE' THEN {change.format(counter=counter, rows=f"{plus} UNION ALL {minus}")}
            ELSE {change.format(counter=counter, rows=minus)}
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {table}_count_insert AFTER INSERT ON {table}
            REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_count();
        CREATE TRIGGER {table}_count_update AFTER UPDATE ON {table}
            REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_count();
        CREATE TRIGGER {table}_count_delete AFTER DELETE ON {table}
            REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_count();
    """
    return forwards, f"DROP FUNCTION {table}_count() CASCADE"
