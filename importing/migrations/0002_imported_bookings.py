"""TakenBooking is called ImportedBooking; its table keeps its name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("importing", "0001_taken_bookings")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("TakenBooking", "ImportedBooking"),
                migrations.AlterModelTable("importedbooking", "importing_takenbooking"),
            ],
        ),
    ]
