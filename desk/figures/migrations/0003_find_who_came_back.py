"""Who came back is found in one index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the filling: PostgreSQL changes no table on which the same transaction has changed rows.
    dependencies = [("figures", "0002_when_a_mark_was_made")]
    operations = [
        migrations.AlterField("customermark", "at", models.DateTimeField()),
        migrations.RemoveIndex("customermark", "mark_digest"),
        migrations.AddIndex("customermark", models.Index(fields=["digest", "at"], name="mark_digest")),
    ]
