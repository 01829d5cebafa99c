"""The appointments of a day by staff member, with the status of their texts."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from appointment.actions import busy_spans
from appointment.models import Appointment
from customer.models import Customer
from notification.contacts import queries
from notification.models import AppointmentNotification
from pages import local_time
from salon.models import Salon
from user.models import ExtendedUser
from web.appointments import message_status, status_buttons


@dataclass(frozen=True)
class DayEntry:
    """An appointment in the day's list."""

    appointment: Appointment
    span: str
    texts: list[message_status.MessageStatus]
    overbooked: bool = False

    @property
    def buttons(self) -> list[status_buttons.StatusButton]:
        return status_buttons.list_status_buttons(self.appointment)

    @property
    def can_move(self) -> bool:
        return status_buttons.can_move(self.appointment)

    @property
    def can_cancel(self) -> bool:
        return status_buttons.can_cancel(self.appointment)


@dataclass
class StaffColumn:
    """One staff member and their appointments, the earliest first."""

    staff_member: ExtendedUser
    entries: list[DayEntry] = field(default_factory=list)


def find_appointments_of_day(salon: Salon, day: date) -> list[Appointment]:
    """Return the appointments that overlap `day` on the salon's clock, the earliest first."""
    begin, end = local_time.get_day_bounds(day, salon.zone)
    appointments = Appointment.objects.filter(salon=salon).overlapping(begin, end).with_people()
    return list(appointments.order_by("appointment_time", "pk"))


def build_day_entries(
    appointments: Sequence[Appointment], day: date, now: datetime
) -> list[DayEntry]:
    """Return the appointments with the status of their texts, in one query."""
    notifications: dict[int, list[AppointmentNotification]] = defaultdict(list)
    ids = [appointment.pk for appointment in appointments]
    for notification in AppointmentNotification.objects.filter(appointment_number__in=ids):
        notifications[notification.appointment_number].append(notification)
    queries.attach_deliverability(attach_salon_to_customers(appointments))
    overlapping = busy_spans.overlapping_ids(appointments)
    return [
        DayEntry(
            appointment,
            local_time.format_span(
                appointment.appointment_time, appointment.end_time, appointment.salon.zone, day
            ),
            message_status.list_message_statuses(
                appointment,
                notifications[appointment.pk],
                now,
                is_stopped=bool(appointment.customer.reach.opted_out),
            ),
            appointment.pk in overlapping,
        )
        for appointment in appointments
    ]


def attach_salon_to_customers(appointments: Sequence[Appointment]) -> list[Customer]:
    """Attach the salon, already loaded, to the customers of `appointments`; return them."""
    for appointment in appointments:
        appointment.customer.salon = appointment.salon
    return [appointment.customer for appointment in appointments]


def build_staff_columns(salon: Salon, entries: Sequence[DayEntry]) -> list[StaffColumn]:
    """Return a column for everyone who takes bookings or has one of `entries`, by name."""
    busy = {entry.appointment.user_id for entry in entries}
    takes_bookings = Q(bookable=True, is_active=True)
    staff = ExtendedUser.objects.filter(takes_bookings | Q(pk__in=busy), salon=salon)
    columns = {user.pk: StaffColumn(user) for user in staff.order_by("name", "pk")}
    for entry in entries:
        columns[entry.appointment.user_id].entries.append(entry)
    return list(columns.values())


def build_day_stamp(appointments: Sequence[Appointment]) -> str:
    """Return a short stamp that changes when an appointment is added, changed or removed."""
    versions = repr([(appointment.pk, appointment.version) for appointment in appointments])
    return f"{zlib.crc32(versions.encode()):x}"
