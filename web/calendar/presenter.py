"""What the calendar shows of a span of days, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from appointment.actions import busy_spans
from appointment.actions.checks import LONGEST_APPOINTMENT
from appointment.models import Appointment, AppointmentService, Status
from core.datetimes import format_zoned_datetime
from notification.contacts.models import OptOut
from notification.models import AppointmentNotification
from pages import local_time
from salon.models import Salon, Service
from user.models import ExtendedUser
from web.appointments import message_status, status_buttons

# The ledger's columns that a state is worded from; a week has thousands of rows.
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
# As str(customer) tells it; one without any has a number.
CUSTOMER_NAME = Coalesce(NullIf(F("customer__full_name"), Value("")), F("customer__external_id"))
NO_SERVICE_COLOR = "#64748b"  # the colour of an appointment without a service


def find_appointments_in_span(salon: Salon, first: date, days: int) -> QuerySet[Appointment]:
    """The salon's appointments that take time of `days` days from `first` on, on its clock."""
    begin, _ = local_time.get_day_bounds(first, salon.zone)
    _, end = local_time.get_day_bounds(first + timedelta(days=days - 1), salon.zone)
    # An index ends its search at the earliest start; who reads the whole past is slow.
    since = begin - LONGEST_APPOINTMENT
    appointments = Appointment.objects.filter(salon=salon, appointment_time__gte=since)
    return appointments.overlapping(begin, end)


@dataclass(frozen=True)
class CalendarSpan:
    """The appointments of a span of days, and a mark of how they and their messages stand."""

    events: list[dict[str, Any]]
    stamp: str


def read_calendar_event(
    salon: Salon, appointments: QuerySet[Appointment], now: datetime
) -> dict[str, Any] | None:
    """The only one of `appointments` as the calendar's script draws it; None when there is none."""
    for shown in read_calendar_span(salon, appointments, now).events:
        beside = busy_spans.overlapping(appointments.get())
        return shown | {"overbooked": beside is not None}
    return None


def read_calendar_span(
    salon: Salon, appointments: QuerySet[Appointment], now: datetime
) -> CalendarSpan:
    """The appointments as the calendar's script draws them; three queries, however many there are.

    A week holds hundreds: what is only shown is read as values, not as records.
    """
    shown = list(
        appointments.annotate(
            customer_name=CUSTOMER_NAME, is_stopped=build_opt_out_condition(salon)
        )
    )
    done = load_services_by_appointment(shown)
    rows = load_notifications_by_appointment(shown)
    for appointment in shown:
        appointment.salon = salon
    crowded = busy_spans.overlapping_ids(shown)
    drawn = [
        build_calendar_event(appointment, done[appointment.pk], rows[appointment.pk], now)
        for appointment in shown
    ]
    for one in drawn:
        one["overbooked"] = one["id"] in crowded
    return CalendarSpan(
        drawn, build_span_stamp(shown, [row for some in rows.values() for row in some])
    )


def build_opt_out_condition(salon: Salon) -> Exists:
    """Whether an appointment's customer answered STOP to this salon's sender."""
    number = OuterRef("customer__phone_number")
    return Exists(OptOut.objects.filter(sender=salon.sender_number, phone_number=number))


def load_services_by_appointment(
    appointments: Sequence[Appointment],
) -> dict[int, list[tuple[int, str, str]]]:
    """Id, name and colour of what is done in each appointment, in its order."""
    done: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    items = AppointmentService.objects.filter(
        appointment__in=[appointment.pk for appointment in appointments]
    )
    columns = ("appointment_id", "service_id", "service__name", "service__color")
    for appointment_id, *service in items.values_list(*columns):
        done[appointment_id].append((service[0], service[1], service[2]))
    return done


def load_notifications_by_appointment(
    appointments: Sequence[Appointment],
) -> dict[int, list[AppointmentNotification]]:
    """The messages of each appointment, with the columns that their states need."""
    rows: dict[int, list[AppointmentNotification]] = defaultdict(list)
    ids = [appointment.pk for appointment in appointments]
    for row in AppointmentNotification.objects.filter(appointment_number__in=ids).only(
        *MESSAGE_STATUS_FIELDS
    ):
        rows[row.appointment_number].append(row)
    return rows


def build_calendar_event(
    appointment: Any,  # with its `customer_name` and whether the customer `is_stopped`
    done: Sequence[tuple[int, str, str]],
    rows: Sequence[AppointmentNotification],
    now: datetime,
) -> dict[str, Any]:
    """One appointment: `start` and `end` on the salon's wall clock, `at` and `until` with offsets."""
    zone = appointment.salon.zone
    texts = message_status.list_message_statuses(
        appointment, rows, now, is_stopped=appointment.is_stopped
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
        "services": [pk for pk, _name, _color in done],
        "service_names": ", ".join(name for _pk, name, _color in done),
        "color": done[0][2] if done else NO_SERVICE_COLOR,
        "status": appointment.status,
        "status_label": str(Status(appointment.status).label),
        "can_move": status_buttons.can_move(appointment),
        "allow_overlap": appointment.allow_overlap,
        "note": appointment.comment,
        "texts": [vars(state) for state in texts],
    }


def query_span_stamp(salon: Salon, appointments: QuerySet[Appointment]) -> str:
    """The mark that `read` would tell now, in two short queries."""
    rows = AppointmentNotification.objects.filter(
        appointment_number__in=appointments.order_by().values("pk")
    )
    of_rows = rows.order_by().aggregate(count=Count("pk"), last=Max("modified"))
    of_appointments = appointments.order_by().aggregate(
        count=Count("pk"),
        versions=Sum("version"),
        last=Max("modified"),
        stopped=Count("pk", filter=Q(build_opt_out_condition(salon))),
    )
    return format_stamp(*of_appointments.values(), *of_rows.values())


def build_span_stamp(appointments: Sequence[Any], rows: Sequence[AppointmentNotification]) -> str:
    """`stamp`, from what was read already."""
    return format_stamp(
        len(appointments),
        sum(appointment.version for appointment in appointments),
        max((appointment.modified for appointment in appointments), default=None),
        sum(appointment.is_stopped for appointment in appointments),
        len(rows),
        max((row.modified for row in rows), default=None),
    )


def format_stamp(*values: object) -> str:
    """Numbers and moments in one word."""
    parts = (f"{v.timestamp():.6f}" if isinstance(v, datetime) else str(v or 0) for v in values)
    return "_".join(parts)


def list_salon_staff(salon: Salon) -> list[dict[str, Any]]:
    """Everybody of the salon; `bookable` are those who take bookings now."""
    staff = ExtendedUser.objects.filter(salon=salon).order_by("name", "pk")
    return [
        {"id": one.pk, "name": str(one), "bookable": one.bookable and one.is_active}
        for one in staff
    ]


def list_salon_services(salon: Salon) -> list[dict[str, Any]]:
    """What the salon offers, and what it has offered: appointments may hold that still."""
    return [
        {
            "id": one.pk,
            "name": one.name,
            "minutes": one.minutes,
            "color": one.color,
            "offered": one.is_active,
        }
        for one in Service.objects.filter(salon=salon)
    ]
