from django.db import migrations

# The same expressions as Django makes for `entities__order_number=…` (`tickets.search`, `tickets.merge`).
_INDEXES = {
    "ticket_order": "(entities -> 'order_number')",
    "ticket_proven_order": "(verified -> 'order_number')",
    "ticket_customer": "(verified -> 'customer_number')",
}


def make(apps, schema_editor):
    """Indexes over numbers that customers gave; SQLite, for small installations, reads all tickets."""
    if schema_editor.connection.vendor == "postgresql":
        for name, expression in _INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON tickets_ticket ({expression})")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in _INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):

    dependencies = [("tickets", "0005_rated")]

    operations = [migrations.RunPython(make, remove)]
