"""What the old book calls an imported visit: NULL for all others.

Neither database rewrites the table for it, and the index holds imported visits alone.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointment", "0003_no_double_booking"),
        ("salon", "0002_contact_details"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="external_id",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=64,
                null=True,
                verbose_name="id in the old book",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id__isnull", False)),
                fields=("salon", "external_id"),
                name="appointment_external_id_once",
            ),
        ),
    ]
