from django.db import migrations

from layers.mirror.counting import keep_count


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [
        migrations.RunSQL(
            *keep_count(
                table="content_container",
                counter="content_queuecount",
                condition="status = 'completed' AND approval_status = 'pending'",
            )
        )
    ]
