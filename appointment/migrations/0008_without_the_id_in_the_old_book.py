"""Which bookings of an old book a visit holds stands with the import now.

Neither database rewrites the table for it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("appointment", "0007_services_in_the_history"),
        ("importing", "0001_taken_bookings"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_external_id_once",
        ),
        migrations.RemoveField(
            model_name="appointment",
            name="external_id",
        ),
    ]
