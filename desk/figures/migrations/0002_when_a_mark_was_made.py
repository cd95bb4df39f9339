"""A mark knows when its contact was opened."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Contact, Mark = (apps.get_model("figures", name) for name in ("Contact", "CustomerMark"))
    opened = Contact.objects.filter(pk=OuterRef("contact")).values("opened_at")[:1]
    Mark.objects.update(at=Subquery(opened))


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_contacts")]
    operations = [
        migrations.AddField("customermark", "at", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
