"""Very many pending reminders, written by one statement. For code that runs inside Django."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from notification.models import WAKE_GRACE, AppointmentNotification
from notification.states import Kind
from salon.models import Salon

NEAR = 0.1  # of all rows are due within the hour
# The first fall due long after it was measured how the rest comes back.
FIRST, HOUR, LAST = timedelta(minutes=40), timedelta(hours=1), timedelta(days=90)
LEAD = timedelta(minutes=60)
TABLE = AppointmentNotification._meta.db_table

# How each database says it: the numbers from 0 to %s, a moment so many seconds after 1970, an id
# that nobody guesses.
SQL_EXPRESSIONS = {
    "sqlite": {
        "numbers": "WITH RECURSIVE numbers(n) AS"
        " (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)",
        "moment": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', {}, 'unixepoch')",
        "id": "lower(hex(randomblob(16)))",
    },
    "postgresql": {
        "numbers": "WITH numbers AS (SELECT n FROM generate_series(0, %s) AS n)",
        "moment": "to_timestamp({})",
        "id": "replace(gen_random_uuid()::text, '-', '')",
    },
}


def write_pending_reminders(rows: int) -> int:
    """Write so many pending reminders that Redis does not know; how many are due within the hour.

    The nearest come first, none sooner than `FIRST`, no two at the same moment; each is of an
    appointment of its own that is not there.
    """
    near = int(rows * NEAR)
    if not rows:
        return 0
    salon = Salon.objects.create(name="Aurora", timezone="America/New_York")
    pattern = create_pattern_notification(salon)
    with connection.cursor() as cursor:
        cursor.execute(build_copy_statement(rows, near), [rows - 1, pattern.pk])
    pattern.delete()
    return near


def create_pattern_notification(salon: Salon) -> AppointmentNotification:
    """What all rows have in common."""
    now = datetime.now(UTC)
    return AppointmentNotification.objects.create(
        salon=salon,
        appointment_number=0,
        kind=Kind.REMINDER,
        revision=1,
        offset_minutes=LEAD.seconds // 60,
        due_at=now,
        wake_at=now,
        woken_until=now + LAST,
        starts_at=now + LAST,
    )


def build_copy_statement(rows: int, near: int) -> str:
    """Copies of one row, each with times, appointment and ids of its own."""
    words = SQL_EXPRESSIONS[connection.vendor]
    due = build_due_expression(rows, near)
    own = {
        "appointment_number": "1000000000 + n",
        "due_at": words["moment"].format(due),
        "wake_at": words["moment"].format(due),
        "woken_until": words["moment"].format(f"{due} + {WAKE_GRACE.total_seconds()}"),
        "starts_at": words["moment"].format(f"{due} + {LEAD.total_seconds()}"),
        "message_id": words["id"],
        "code": words["id"],
    }
    columns = [
        field.column
        for field in AppointmentNotification._meta.concrete_fields
        if not field.primary_key
    ]
    values = ", ".join(own.get(column, f"pattern.{column}") for column in columns)
    return (
        f"{words['numbers']} INSERT INTO {TABLE} ({', '.join(columns)})"
        f" SELECT {values} FROM numbers, {TABLE} pattern WHERE pattern.id = %s"
    )


def build_due_expression(rows: int, near: int) -> str:
    """The due time of row n in seconds since 1970, as SQL."""
    now = datetime.now(UTC).timestamp()
    first, hour, last = (now + each.total_seconds() for each in (FIRST, HOUR, LAST))
    soon = f"{first} + {hour - first} * n / {max(near, 1)}"
    later = f"{hour} + {last - hour} * (n - {near} + 1) / {max(rows - near, 1)}"
    return f"(CASE WHEN n < {near} THEN {soon} ELSE {later} END)"
