"""BusySpan left for `availability`; BookingRequest is called BookingRequestId. No table changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("appointment", "0010_a_request_books_once"),
        ("availability", "0001_busy_span"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("BusySpan"),
                migrations.RenameModel("BookingRequest", "BookingRequestId"),
                migrations.AlterModelTable("bookingrequestid", "appointment_bookingrequest"),
            ],
        ),
    ]
