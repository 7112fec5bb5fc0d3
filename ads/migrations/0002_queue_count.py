from django.db import migrations

from layers.mirror.counting import keep_count


class Migration(migrations.Migration):
    dependencies = [("ads", "0001_initial")]

    operations = [
        migrations.RunSQL(
            *keep_count(table="ads_pendingaction", counter="ads_queuecount", condition="status = 'pending'")
        )
    ]
