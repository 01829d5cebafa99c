"""Forecast the texts of an appointment before it is booked."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointment.messages import policies
from appointment.models import Appointment
from customer.models import Customer
from notification import registry
from notification.models import AppointmentNotification
from notification.registry import PreparedMessage
from notification.states import Kind
from pages import local_time
from salon.models import Salon
from web.appointments import message_status


@dataclass(frozen=True)
class ForecastMessage:
    """A text that will be sent: `when` in words, `body` as the customer will read it."""

    kind: str
    when: str
    body: str


def forecast_booking_messages(
    salon: Salon, customer: Customer, start: datetime, now: datetime, *, notify: bool
) -> list[ForecastMessage]:
    """Return the texts of an appointment of `customer` at `start`, in the order of sending."""
    appointment = Appointment(salon=salon, customer=customer, appointment_time=start)
    owed = policies.plan_messages(
        appointment, [], lead_minutes=salon.reminder_time_minutes, now=now
    ).owe
    wanted = [one for one in owed if notify or one.kind != Kind.CONFIRMATION]
    return [build_forecast_message(appointment, one, now) for one in wanted]


def build_forecast_message(
    appointment: Appointment, owed: policies.PlannedMessage, now: datetime
) -> ForecastMessage:
    """Return one planned text, with its wording at the time of sending."""
    notification = AppointmentNotification(
        salon=appointment.salon,
        appointment=appointment,
        starts_at=appointment.appointment_time,
        revision=appointment.revision,
        kind=owed.kind,
        due_at=owed.due_at,
    )
    zone = appointment.salon.zone
    today = now.astimezone(zone).date()
    when = (
        _("at once") if owed.due_at <= now else local_time.format_datetime(owed.due_at, zone, today)
    )
    message = registry.get_message_kind(owed.kind).prepare(notification, owed.due_at)
    return ForecastMessage(
        str(owed.kind.label), when, message.body if isinstance(message, PreparedMessage) else ""
    )


def get_no_message_reason(customer: Customer) -> str:
    """Return why no text can be sent to `customer`; "" when one can."""
    if not customer.phone_number:
        return _("Without a mobile number, no texts can be sent.")
    if customer.reach.opted_out:
        return _("This number answered STOP, so no texts are sent.")
    return ""


def get_short_delivery_warning(customer: Customer) -> str:
    """Return in two words why texts may not arrive; "" when nothing is known."""
    if customer.reach.opted_out:
        return _("answered STOP")
    return _("texts don't arrive") if customer.reach.unreachable else ""


def get_no_reminder_reason(salon: Salon, start: datetime, now: datetime) -> str:
    """Return why an appointment at `start` gets no reminder; "" when it gets one or is past."""
    due = policies.compute_reminder_due(start, salon.reminder_time_minutes, now)
    if due is not None or start <= now:
        return ""
    appointment = Appointment(salon=salon, appointment_time=start)
    return message_status.build_no_reminder_status(appointment).words
