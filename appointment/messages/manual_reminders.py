"""Reminders sent by hand: for one appointment, or for all within their lead time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from appointment.messages.facts import build_subject
from appointment.models import Appointment
from core.api.errors import Refusal
from notification.factory import build_notification
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon

TRIED_STATUSES = [Status.SENDING, Status.UNKNOWN, Status.SENT, Status.DELIVERED, Status.FAILED]


def build_immediate_reminder(appointment: Appointment, channel: str) -> AppointmentNotification:
    """Build a reminder of `appointment` that is due now, not saved yet.

    `retry_of` names the reminder that was tried last. A reminder that is planned for later stays
    planned.

    Raises:
        Refusal: the appointment is cancelled, completed or has begun (409 `not_expected`).
    """
    now = timezone.now()
    if not appointment.is_expected or appointment.appointment_time <= now:
        raise Refusal(
            "not_expected",
            _("The appointment is cancelled, completed or has begun: no reminder can be sent."),
        )
    earlier = AppointmentNotification.objects.of_appointment(appointment.pk).filter(
        kind=Kind.REMINDER, status__in=TRIED_STATUSES
    )
    return build_notification(
        build_subject(appointment),
        kind=Kind.REMINDER,
        channel=channel,
        due_at=now,
        retry_of=earlier.order_by("pk").last(),
    )


def find_within_lead_time(now: datetime) -> Iterator[Appointment]:
    """Yield the upcoming appointments within their salon's lead time, salon by salon, by start."""
    for salon in Salon.objects.filter(is_active=True, reminder_time_minutes__gt=0):
        lead_time = timedelta(minutes=salon.reminder_time_minutes)
        yield from (
            Appointment.objects.expected()
            .filter(salon=salon, appointment_time__gt=now, appointment_time__lte=now + lead_time)
            .select_related("salon", "customer")
            .order_by("appointment_time", "pk")
        )
