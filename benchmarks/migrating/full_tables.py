"""The book of a busy installation, written as the tables were after the first migrations."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.migrations.state import StateApps

AT_ONCE = 5_000  # appointments inserted together
SALONS, STAFF, CUSTOMERS = 20, 100, 20_000
PER_DAY = 16  # appointments of a member of staff
FIRST_DAY = datetime(2024, 1, 1, 9, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
HOUR_BEFORE = timedelta(minutes=60)
TOUCHED = (
    "appointment_appointment",
    "appointment_appointmentservice",
    "appointment_busyspan",
    "notification_appointmentnotification",
    "customer_customer",
)

# What an installation writes between one migration and the next, by the one that came first.
WRITTEN_SINCE: dict[str, list[str]] = {
    "appointment.0004_id_in_the_old_book": [
        "UPDATE appointment_appointment SET external_id = 'B' || id"
    ],
    "customer.0003_code_in_the_old_book": ["UPDATE customer_customer SET external_id = 'C' || id"],
    "appointment.0006_history_of_visits": [
        "INSERT INTO appointment_historicalappointment (id, created, modified, appointment_time,"
        " end_time, comment, column_id, status, cancel_reason, version, allow_overlap,"
        " history_date, history_type, customer_id, salon_id, user_id)"
        " SELECT id, created, modified, appointment_time, end_time, comment, column_id, status,"
        " cancel_reason, version, allow_overlap, created, '+', customer_id, salon_id, user_id"
        " FROM appointment_appointment"
    ],
}


def fill_tables(apps: StateApps, appointments: int) -> None:
    """Write so many appointments, none beside another, each with a service, its time and two
    messages.

    `apps` are the models as they were; their saves call no hooks.
    """
    people = TableRecords(apps)
    for start in range(0, appointments, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, appointments))
        write_appointments(apps, people, list(numbers))


class TableRecords:
    """Salons with a service each, and in every one of them staff and customers."""

    def __init__(self, apps: StateApps) -> None:
        def make(name: str, values: list[dict[str, Any]]) -> list[Any]:
            model = apps.get_model(name)
            return list(model.objects.bulk_create([model(**each) for each in values]))

        salons = [{"name": f"Salon {n}", "timezone": "America/New_York"} for n in range(SALONS)]
        self.salons = make("salon.Salon", salons)
        of_salons = [{"name": "Cut", "salon": salon} for salon in self.salons]
        self.services = make("salon.Service", of_salons)
        staff = [{"name": f"Stylist {n}", "salon": self.salons[n % SALONS]} for n in range(STAFF)]
        self.staff = make("user.ExtendedUser", staff)
        customers = [
            {
                "full_name": f"Customer {n}",
                "phone_number": f"+1604555{n % 10_000:04}",
                "salon": self.salons[n % SALONS],
            }
            for n in range(CUSTOMERS)
        ]
        self.customers = make("customer.Customer", customers)


def write_appointments(apps: StateApps, people: TableRecords, numbers: list[int]) -> None:
    """Write the appointments of these numbers and all that hangs on them."""
    appointment = apps.get_model("appointment.Appointment")
    appointments = appointment.objects.bulk_create(
        [appointment(**build_appointment_values(people, number)) for number in numbers]
    )
    service, span, message = map(
        apps.get_model,
        (
            "appointment.AppointmentService",
            "appointment.BusySpan",
            "notification.AppointmentNotification",
        ),
    )
    service.objects.bulk_create(
        service(appointment=v, service=people.services[n % SALONS], minutes=30)
        for n, v in zip(numbers, appointments, strict=True)
    )
    span.objects.bulk_create(
        span(appointment=v, user_id=v.user_id, start=v.appointment_time, end=v.end_time)
        for v in appointments
    )
    message.objects.bulk_create(
        message(**values) for v in appointments for values in build_notification_values(v)
    )


def build_appointment_values(people: TableRecords, number: int) -> dict[str, Any]:
    """The values of an appointment: staff take turns, then comes the next half hour."""
    slot, staff = divmod(number, STAFF)
    day, half_hour = divmod(slot, PER_DAY)
    start = FIRST_DAY + timedelta(days=day) + half_hour * HALF_HOUR
    of_salon = number * 7919 % (CUSTOMERS // SALONS) * SALONS + staff % SALONS
    return {
        "salon": people.salons[staff % SALONS],
        "user": people.staff[staff],
        "customer": people.customers[of_salon],
        "appointment_time": start,
        "end_time": start + HALF_HOUR,
        "comment": "Prefers the chair at the window.",
    }


def build_notification_values(appointment: Any) -> list[dict[str, Any]]:
    """A confirmation that was sent, and a reminder that waits."""
    due = appointment.appointment_time - HOUR_BEFORE
    both = {
        "salon_id": appointment.salon_id,
        "appointment": appointment,
        "visit_id": appointment.pk,
        "starts_at": appointment.appointment_time,
        "revision": 1,
        "due_at": due,
        "wake_at": due,
        "woken_until": due,
    }
    sent = {
        "kind": "confirmation",
        "status": "sent",
        "sent_at": due,
        "recipient": "+16045550123",
        "sender": "+12125550100",
        "body": f"Hi, You are booked for {appointment.appointment_time:%Y-%m-%d}.",
        "provider_id": f"SM{appointment.pk:032x}",
    }
    return [both | sent, both | {"kind": "reminder", "offset_minutes": 60}]
