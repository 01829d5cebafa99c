"""PostgreSQL's own guard against double booking, behind the staff lock of services.py.

SQLite has no such constraint; there one writer at a time holds the whole database.
"""

from django.db import migrations


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    schema_editor.execute(
        "ALTER TABLE appointment_busyspan ADD CONSTRAINT busy_span_no_double_booking"
        " EXCLUDE USING gist (user_id WITH =, tstzrange(start, \"end\") WITH &&)"
        " WHERE (exclusive) DEFERRABLE INITIALLY IMMEDIATE"
    )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE appointment_busyspan DROP CONSTRAINT busy_span_no_double_booking"
        )


class Migration(migrations.Migration):
    dependencies = [("appointment", "0002_initial")]

    operations = [migrations.RunPython(add, remove)]
