"""The day of a salon: who has which appointments, and how far their texts have come."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from appointment.actions import busy_spans
from appointment.models import Appointment
from customer.models import Customer
from notification.contacts import deliverability
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from pages import local_time
from salon.models import Salon
from user.models import ExtendedUser
from web.appointments import message_status, status_buttons


@dataclass(frozen=True)
class DayEntry:
    """An appointment as the day's list shows it."""

    appointment: Appointment
    span: str
    texts: list[message_status.MessageStatus]
    overbooked: bool = False

    @property
    def steps(self) -> list[status_buttons.StatusButton]:
        return status_buttons.list_status_buttons(self.appointment)

    @property
    def can_move(self) -> bool:
        return status_buttons.can_move(self.appointment)

    @property
    def can_cancel(self) -> bool:
        return status_buttons.can_cancel(self.appointment)


@dataclass
class StaffColumn:
    """One member of staff and their appointments, the earliest first."""

    person: ExtendedUser
    entries: list[DayEntry] = field(default_factory=list)


def find_appointments_of_day(salon: Salon, day: date) -> list[Appointment]:
    """The appointments that take time of `day` on the salon's clock; the earliest first."""
    begin, end = local_time.get_day_bounds(day, salon.zone)
    appointments = Appointment.objects.filter(salon=salon).overlapping(begin, end).with_people()
    return list(appointments.order_by("appointment_time", "pk"))


def build_day_entries(
    appointments: Sequence[Appointment], day: date, now: datetime
) -> list[DayEntry]:
    """The appointments with the state of their texts; one query, however many they are."""
    rows: dict[int, list[AppointmentNotification]] = defaultdict(list)
    ids = [appointment.pk for appointment in appointments]
    for row in AppointmentNotification.objects.filter(appointment_number__in=ids):
        rows[row.appointment_number].append(row)
    deliverability.attach_deliverability(attach_salon_to_customers(appointments))
    crowded = busy_spans.overlapping_ids(appointments)
    return [
        DayEntry(
            appointment,
            local_time.format_span(
                appointment.appointment_time, appointment.end_time, appointment.salon.zone, day
            ),
            message_status.list_message_statuses(
                appointment,
                rows[appointment.pk],
                now,
                is_stopped=bool(appointment.customer.reach.opted_out),
            ),
            appointment.pk in crowded,
        )
        for appointment in appointments
    ]


def attach_salon_to_customers(appointments: Sequence[Appointment]) -> list[Customer]:
    """The customers of `appointments`, who know their salon already."""
    for appointment in appointments:
        appointment.customer.salon = appointment.salon
    return [appointment.customer for appointment in appointments]


def build_staff_columns(salon: Salon, entries: Sequence[DayEntry]) -> list[StaffColumn]:
    """A column for everyone who takes bookings or has an appointment among `entries`, by name."""
    busy = {entry.appointment.user_id for entry in entries}
    takes_bookings = Q(bookable=True, is_active=True)
    people = ExtendedUser.objects.filter(takes_bookings | Q(pk__in=busy), salon=salon)
    by_person = {person.pk: StaffColumn(person) for person in people.order_by("name", "pk")}
    for entry in entries:
        by_person[entry.appointment.user_id].entries.append(entry)
    return list(by_person.values())


def build_day_stamp(appointments: Sequence[Appointment]) -> str:
    """A short mark that is another one once an appointment was added, changed or removed."""
    return f"{zlib.crc32(repr([(appointment.pk, appointment.version) for appointment in appointments]).encode()):x}"


def has_sent_confirmation(salon: Salon) -> bool:
    """Whether a confirmation of this salon ever went out."""
    rows = AppointmentNotification.objects.filter(salon=salon, kind=Kind.CONFIRMATION)
    return rows.filter(status__in=(Status.SENT, Status.DELIVERED)).exists()
