"""The code under which an imported customer stood in the old book: NULL for all others.

Neither database rewrites the table for it, and the index holds imported customers alone.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customer", "0002_contact_details"), ("salon", "0002_contact_details")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="external_id",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=64,
                null=True,
                verbose_name="code in the old book",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id__isnull", False)),
                fields=("salon", "external_id"),
                name="customer_external_id_once",
            ),
        ),
    ]
