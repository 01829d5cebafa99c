"""visit_id is called appointment_number: the number stays when the appointment is deleted."""

from django.db import migrations, models
from django.db.models import Q

FIELDS = ["appointment_number", "kind", "channel", "offset_minutes", "revision"]
LIVE = ("pending", "sending", "unknown")


class Migration(migrations.Migration):
    dependencies = [("notification", "0004_unreachable_numbers")]

    operations = [
        migrations.RenameIndex(
            "appointmentnotification",
            old_name="notification_by_visit",
            new_name="notification_by_appointment",
        ),
        migrations.RenameField("appointmentnotification", "visit_id", "appointment_number"),
        # The database renamed the column in its index and constraint; Django must hear of it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("appointmentnotification", "notification_by_appointment"),
                migrations.AddIndex(
                    "appointmentnotification",
                    models.Index(fields=["appointment_number"], name="notification_by_appointment"),
                ),
                migrations.RemoveConstraint("appointmentnotification", "notification_live_once"),
                migrations.AddConstraint(
                    "appointmentnotification",
                    models.UniqueConstraint(
                        fields=FIELDS, condition=Q(status__in=LIVE), name="notification_live_once"
                    ),
                ),
            ],
        ),
    ]
