from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("appointment", "0011_without_busy_span")]

    operations = [
        migrations.RenameField("lastcheck", "visits", "appointments"),
    ]
