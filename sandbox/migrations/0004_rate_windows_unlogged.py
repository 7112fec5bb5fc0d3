from django.db import migrations


class Migration(migrations.Migration):
    """Every call writes its rate window, and a crash of PostgreSQL may forget them: a minute later they are over."""

    dependencies = [
        ("sandbox", "0003_whole_contract"),
    ]

    operations = [
        migrations.RunSQL(
            "alter table sandbox_ratewindow set unlogged",
            reverse_sql="alter table sandbox_ratewindow set logged",
        ),
    ]
