from django.db import migrations, models

# least() leaves nulls out. A dispatched row was decided before its dispatch, an undecided one at its expiry.
SETTLE = """
    CREATE FUNCTION ads_pendingaction_settle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.status = 'pending' THEN NEW.settled_at := NULL;
        ELSIF NEW.settled_at IS NULL THEN
            NEW.settled_at := least(NEW.remote_updated_at, NEW.expires_at, NEW.dispatched_at);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ads_pendingaction_settle BEFORE INSERT OR UPDATE ON ads_pendingaction
        FOR EACH ROW EXECUTE FUNCTION ads_pendingaction_settle();
    UPDATE ads_pendingaction SET settled_at = NULL WHERE status <> 'pending';
"""
DECIDED = models.Q(settled_at__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("ads", "0002_queue_count"), ("orgs", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="pendingaction", name="action_by_status"),
        migrations.AddField(
            model_name="pendingaction",
            name="settled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(SETTLE, "DROP FUNCTION ads_pendingaction_settle() CASCADE"),
        migrations.AddIndex(
            model_name="layer",
            index=models.Index(condition=models.Q(kill_switch_active=True), fields=["id"], name="layer_switched_off"),
        ),
        migrations.AddIndex(
            model_name="pendingaction",
            index=models.Index(condition=DECIDED, fields=["-settled_at", "-id"], name="action_settled"),
        ),
        migrations.AddIndex(
            model_name="pendingaction",
            index=models.Index(
                condition=DECIDED, fields=["organization", "-settled_at", "-id"], name="action_settled_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="pendingaction",
            index=models.Index(condition=DECIDED, fields=["status", "-settled_at", "-id"], name="action_by_status"),
        ),
    ]
