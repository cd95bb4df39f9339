from django.db import migrations

_NAME = "message_words"
# The same expression as in `conversations.search`, or the index is not used.
_MAKE = (
    f"CREATE INDEX {_NAME} ON conversations_message"
    " USING gin (to_tsvector('dutch'::regconfig, COALESCE(text, ''))) WHERE sender = 'customer'"
)


def make(apps, schema_editor):
    """An index over customers' words; SQLite, for small installations, reads them all."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_MAKE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {_NAME}")


class Migration(migrations.Migration):

    dependencies = [("conversations", "0003_review")]

    operations = [migrations.RunPython(make, remove)]
