"""Commands of older releases are minded by whoever gave them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0007_finance_desk")]

    operations = [
        migrations.RunSQL(
            "UPDATE outbox_command SET minder_id = staff_id WHERE minder_id IS NULL", migrations.RunSQL.noop
        )
    ]
