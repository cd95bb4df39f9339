"""The list of causes with which a new desk begins (`closing/causes.yml`)."""

from pathlib import Path

import yaml
from django.db import migrations


def add(apps, schema_editor):
    Cause = apps.get_model("closing", "Cause")
    names = yaml.safe_load((Path(__file__).parents[1] / "causes.yml").read_text(encoding="utf-8"))
    Cause.objects.bulk_create([Cause(name=name) for name in names], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("closing", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
