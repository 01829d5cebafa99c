"""Forecast the texts of an appointment before it is booked."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointment.messages import planning, policies
from appointment.messages.facts import build_messaging_rules
from appointment.models import Appointment
from customer.models import Customer
from notification import registry
from notification.models import AppointmentNotification
from notification.registry import PreparedMessage
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
    rules = build_messaging_rules(appointment)
    planned = planning.plan_messages(appointment, [], rules=rules, now=now).to_create
    return [
        build_forecast_message(appointment, notification, now)
        for notification in planning.build_planned_notifications(
            appointment, planned, notify=notify
        )
        if notification.is_pending
    ]


def build_forecast_message(
    appointment: Appointment, notification: AppointmentNotification, now: datetime
) -> ForecastMessage:
    """Return one planned text, with its wording at the time of sending."""
    zone = appointment.salon.zone
    today = now.astimezone(zone).date()
    due = notification.due_at
    when = _("at once") if due <= now else local_time.format_datetime(due, zone, today)
    message = registry.get_message_kind(notification.kind).prepare(notification, due)
    body = message.body if isinstance(message, PreparedMessage) else ""
    return ForecastMessage(str(notification.get_kind_display()), when, body)


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
    appointment = Appointment(salon=salon, appointment_time=start)
    due = policies.compute_reminder_due(start, build_messaging_rules(appointment), now)
    if due is not None or start <= now:
        return ""
    return message_status.build_no_reminder_status(appointment).words
