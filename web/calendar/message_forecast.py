"""Which texts an appointment that is not booked yet would cause, and what they would say."""

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
    """A text that will go out: `when` in words; `body` as the customer will read it."""

    kind: str
    when: str
    body: str


def forecast_booking_messages(
    salon: Salon, customer: Customer, start: datetime, now: datetime, *, notify: bool
) -> list[ForecastMessage]:
    """The texts about an appointment of `customer` at `start`, the first to go out first."""
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
    """Build the forecast of one message, worded as it would be when it is due."""
    zone = appointment.salon.zone
    today = now.astimezone(zone).date()
    due = notification.due_at
    when = _("at once") if due <= now else local_time.format_datetime(due, zone, today)
    answer = registry.get_message_kind(notification.kind).prepare(notification, due)
    body = answer.body if isinstance(answer, PreparedMessage) else ""
    return ForecastMessage(str(notification.get_kind_display()), when, body)


def get_no_message_reason(customer: Customer) -> str:
    """Why no text can go out to `customer`; "" when one can."""
    if not customer.phone_number:
        return _("Without a mobile number nothing can be texted.")
    if customer.reach.opted_out:
        return _("This number answered STOP: it gets no texts.")
    return ""


def get_short_delivery_warning(customer: Customer) -> str:
    """In two words, why texts may not arrive; "" when nothing is known against it."""
    if customer.reach.opted_out:
        return _("answered STOP")
    return _("texts don't arrive") if customer.reach.unreachable else ""


def get_no_reminder_reason(salon: Salon, start: datetime, now: datetime) -> str:
    """Why an appointment at `start` gets no reminder; "" when it gets one or is over."""
    appointment = Appointment(salon=salon, appointment_time=start)
    due = policies.compute_reminder_due(start, build_messaging_rules(appointment), now)
    if due is not None or start <= now:
        return ""
    return message_status.build_no_reminder_status(appointment).words
