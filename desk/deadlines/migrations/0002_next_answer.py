from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0001_deadline"),
        ("tickets", "0008_taken"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="customer_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("first_answer", "First Answer"),
                    ("next_answer", "Next Answer"),
                    ("solution", "Solution"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["due_at"], name="deadline_running"
            ),
        ),
    ]
