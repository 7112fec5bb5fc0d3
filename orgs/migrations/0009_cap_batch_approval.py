import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0008_books_follow"),
        ("outbox", "0008_minders"),
    ]

    operations = [
        migrations.AddField(
            model_name="capbatch",
            name="approval",
            field=models.ForeignKey(
                db_index=False,
                help_text="What a second person was asked about it last, where one was.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outbox.approval",
            ),
        ),
        migrations.AlterField(
            model_name="capbatch",
            name="wish",
            field=models.JSONField(help_text="The numbers that are set: cap, line, amount; null clears."),
        ),
    ]
