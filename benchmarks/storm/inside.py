"""The part of benchmarks/storm/__main__.py that runs inside Django: appointments whose reminders
fall due."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from appointment.models import Appointment
from core.jobs import enqueue
from customer.models import Customer
from notification import actions as ledger
from notification.models import WAKE_GRACE, AppointmentNotification, new_message_id
from notification.states import Kind
from salon.models import Salon
from user.models import ExtendedUser

NAME = "Salon "  # and a number
AT_ONCE = 1000  # a multiple of the number of salons
LEAD, LENGTH = timedelta(minutes=60), timedelta(minutes=30)


def create_storm_appointments(
    zone: str, salons: int, customers: list[tuple[str, str]], due: list[float]
) -> None:
    """An appointment with a pending reminder for each customer (name and number), waiting in Redis.

    `due` is in seconds since 1970; the appointments go round the salons, whose clock is that of
    `zone`.
    """
    stylists = [create_stylist(f"{NAME}{number}", zone) for number in range(salons)]
    for start in range(0, len(customers), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        add_storm_appointments(
            stylists, customers[part], [datetime.fromtimestamp(at, UTC) for at in due[part]]
        )


def create_stylist(salon_name: str, zone: str) -> ExtendedUser:
    """The only member of staff of that salon."""
    salon = Salon.objects.filter(name=salon_name).first()
    if salon is None:
        salon = Salon.objects.create(name=salon_name, timezone=zone)
    return ExtendedUser.objects.create(salon=salon, name="Stylist")


def add_storm_appointments(
    stylists: list[ExtendedUser], customers: list[tuple[str, str]], due: list[datetime]
) -> None:
    """Some of them, as booking would have written them."""
    people = Customer.objects.bulk_create(
        Customer(
            salon=stylists[number % len(stylists)].salon,
            full_name=full_name,
            phone_number=phone_number,
        )
        for number, (full_name, phone_number) in enumerate(customers)
    )
    appointments = Appointment.objects.bulk_create(
        Appointment(
            salon=customer.salon,
            user=stylists[number % len(stylists)],
            customer=customer,
            appointment_time=at + LEAD,
            end_time=at + LEAD + LENGTH,
            task_id=new_message_id(),
        )
        for number, (customer, at) in enumerate(zip(people, due, strict=True))
    )
    rows = AppointmentNotification.objects.bulk_create(
        build_pending_reminder(appointment) for appointment in appointments
    )
    enqueue.enqueue_calls([ledger.call_for(row) for row in rows])


def build_pending_reminder(appointment: Appointment) -> AppointmentNotification:
    due = appointment.appointment_time - LEAD
    return AppointmentNotification(
        salon=appointment.salon,
        appointment=appointment,
        appointment_number=appointment.pk,
        starts_at=appointment.appointment_time,
        revision=appointment.revision,
        kind=Kind.REMINDER,
        offset_minutes=LEAD.seconds // 60,
        due_at=due,
        wake_at=due,
        woken_until=due + WAKE_GRACE,
        message_id=appointment.task_id,
    )


def count_reminder_states() -> dict[str, int]:
    """How many reminders are in which state."""
    rows = AppointmentNotification.objects.filter(salon__name__startswith=NAME)
    return dict(Counter(rows.values_list("status", flat=True)))
