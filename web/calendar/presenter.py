"""The appointments of a span of days for the calendar, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from appointment.actions import busy_spans
from appointment.actions.checks import LONGEST_APPOINTMENT
from appointment.models import Appointment, AppointmentService, Status
from core.datetimes import format_zoned_datetime
from notification.models import AppointmentNotification
from pages import local_time
from salon.models import Salon, Service
from user.models import ExtendedUser
from web.appointments import message_status, status_buttons
from web.calendar.span_stamp import build_opt_out_condition, build_span_stamp

# The ledger's columns that a status line needs; a week has thousands of notifications.
MESSAGE_STATUS_FIELDS = (
    *(
        "appointment_number",
        "revision",
        "kind",
        "status",
        "reason",
        "due_at",
        "wake_at",
        "attempts",
    ),
    *("sent_at", "delivered_at", "modified"),
)
# The same as str(customer); a customer without a name is shown by number.
CUSTOMER_NAME = Coalesce(NullIf(F("customer__full_name"), Value("")), F("customer__external_id"))
NO_SERVICE_COLOR = "#64748b"  # the colour of an appointment without a service


def find_appointments_in_span(salon: Salon, first: date, days: int) -> QuerySet[Appointment]:
    """Return the appointments that overlap `days` days from `first` on, on the salon's clock."""
    begin, _ = local_time.get_day_bounds(first, salon.zone)
    _, end = local_time.get_day_bounds(first + timedelta(days=days - 1), salon.zone)
    # With an earliest start, the index is not searched through the whole past.
    since = begin - LONGEST_APPOINTMENT
    appointments = Appointment.objects.filter(salon=salon, appointment_time__gte=since)
    return appointments.overlapping(begin, end)


@dataclass(frozen=True)
class CalendarSpan:
    """The appointments of a span of days, and a stamp of them and their messages."""

    events: list[dict[str, Any]]
    stamp: str


def read_calendar_event(
    salon: Salon, appointments: QuerySet[Appointment], now: datetime
) -> dict[str, Any] | None:
    """Return the only one of `appointments` for the calendar's script; None without one."""
    for event in read_calendar_span(salon, appointments, now).events:
        overlap = busy_spans.overlapping(appointments.get())
        return event | {"overbooked": overlap is not None}
    return None


def read_calendar_span(
    salon: Salon, appointments: QuerySet[Appointment], now: datetime
) -> CalendarSpan:
    """Return the appointments for the calendar's script, in three queries however many they are.

    A week holds hundreds, so names and services are read as values, not as records.
    """
    records = list(
        appointments.annotate(
            customer_name=CUSTOMER_NAME, is_stopped=build_opt_out_condition(salon)
        )
    )
    services = load_services_by_appointment(records)
    notifications = load_notifications_by_appointment(records)
    for appointment in records:
        appointment.salon = salon
    overlapping = busy_spans.overlapping_ids(records)
    events = [
        build_calendar_event(
            appointment, services[appointment.pk], notifications[appointment.pk], now
        )
        for appointment in records
    ]
    for event in events:
        event["overbooked"] = event["id"] in overlapping
    stamp = build_span_stamp(records, [*chain.from_iterable(notifications.values())])
    return CalendarSpan(events, stamp)


def load_services_by_appointment(
    appointments: Sequence[Appointment],
) -> dict[int, list[tuple[int, str, str]]]:
    """Return id, name and colour of the services of each appointment, in their order."""
    services: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    items = AppointmentService.objects.filter(
        appointment__in=[appointment.pk for appointment in appointments]
    )
    columns = ("appointment_id", "service_id", "service__name", "service__color")
    for appointment_id, *service in items.values_list(*columns):
        services[appointment_id].append((service[0], service[1], service[2]))
    return services


def load_notifications_by_appointment(
    appointments: Sequence[Appointment],
) -> dict[int, list[AppointmentNotification]]:
    """Return the notifications of each appointment, with the columns of a status line."""
    by_appointment: dict[int, list[AppointmentNotification]] = defaultdict(list)
    ids = [appointment.pk for appointment in appointments]
    found = AppointmentNotification.objects.filter(appointment_number__in=ids)
    for notification in found.only(*MESSAGE_STATUS_FIELDS):
        by_appointment[notification.appointment_number].append(notification)
    return by_appointment


def build_calendar_event(
    appointment: Any,  # with its `customer_name` and whether the customer `is_stopped`
    services: Sequence[tuple[int, str, str]],
    notifications: Sequence[AppointmentNotification],
    now: datetime,
) -> dict[str, Any]:
    """Return one appointment for the script.

    `start` and `end` are on the salon's clock, `at` and `until` carry their offsets.
    """
    zone = appointment.salon.zone
    texts = message_status.list_message_statuses(
        appointment, notifications, now, is_stopped=appointment.is_stopped
    )
    at, until = (
        format_zoned_datetime(appointment.appointment_time, zone),
        format_zoned_datetime(appointment.end_time, zone),
    )
    return {
        "id": appointment.pk,
        "version": appointment.version,
        "start": at[:19],
        "end": until[:19],
        "at": at,
        "until": until,
        "staff": appointment.user_id,
        "customer": appointment.customer_id,
        "name": appointment.customer_name or f"#{appointment.customer_id}",
        "services": [pk for pk, _name, _color in services],
        "service_names": ", ".join(name for _pk, name, _color in services),
        "color": services[0][2] if services else NO_SERVICE_COLOR,
        "status": appointment.status,
        "status_label": str(Status(appointment.status).label),
        "can_move": status_buttons.can_move(appointment),
        "allow_overlap": appointment.allow_overlap,
        "note": appointment.comment,
        "texts": [vars(status) for status in texts],
    }


def list_salon_staff(salon: Salon) -> list[dict[str, Any]]:
    """Return all staff of the salon; `bookable` is true for those who take bookings now."""
    staff = ExtendedUser.objects.filter(salon=salon).order_by("name", "pk")
    return [
        {"id": user.pk, "name": str(user), "bookable": user.bookable and user.is_active}
        for user in staff
    ]


def list_salon_services(salon: Salon) -> list[dict[str, Any]]:
    """Return all services, also those no longer offered: appointments may still have them."""
    return [
        {
            "id": service.pk,
            "name": service.name,
            "minutes": service.minutes,
            "color": service.color,
            "offered": service.is_active,
        }
        for service in Service.objects.filter(salon=salon)
    ]
