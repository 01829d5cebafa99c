"""Customers are found by their names with or without accents. Those there are get theirs here."""

from django.db import migrations

import customer.models
from customer.spelling import fold_text

CHUNK = 2_000  # rows


def fill(apps, schema_editor):
    customers = apps.get_model("customer", "Customer").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(
        customers.filter(pk__gt=last).order_by("pk").only("pk", "full_name")[:CHUNK]
    ):
        for row in rows:
            row.search_name = fold_text(row.full_name)
        customers.bulk_update(rows, ["search_name"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("customer", "0003_code_in_the_old_book"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="search_name",
            field=customer.models.FoldedName(default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
