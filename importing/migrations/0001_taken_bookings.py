"""The bookings that stand in visits; until now a visit knew the first of its bookings alone."""

import django.db.models.deletion
from django.db import migrations, models

COPY = """
INSERT INTO importing_takenbooking (salon_id, key, appointment_id)
SELECT salon_id, external_id, id FROM appointment_appointment WHERE external_id IS NOT NULL
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("appointment", "0007_services_in_the_history"),
        ("salon", "0003_alter_salon_country"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenBooking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="id in the old book")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taken_bookings",
                        to="appointment.appointment",
                        verbose_name="visit",
                    ),
                ),
                (
                    "salon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="salon.salon",
                    ),
                ),
            ],
            options={
                "verbose_name": "booking of an old book",
                "verbose_name_plural": "bookings of old books",
                "constraints": [
                    models.UniqueConstraint(fields=("salon", "key"), name="importing_taken_once")
                ],
            },
        ),
        migrations.RunSQL(COPY, "DELETE FROM importing_takenbooking"),
    ]
