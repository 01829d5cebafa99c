"""Reminding by hand: one appointment, or all that are within their reminder time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from appointment.models import Appointment
from core.api.errors import Refusal
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon

TRIED_STATUSES = [Status.SENDING, Status.UNKNOWN, Status.SENT, Status.DELIVERED, Status.FAILED]


def build_immediate_reminder(appointment: Appointment, channel: str) -> AppointmentNotification:
    """A reminder of `appointment` for this moment, not yet written; names the one that went before.

    Once written, a reminder that is planned for later stays planned.

    Raises:
        Refusal: the appointment is off or has begun (409 `not_expected`).
    """
    now = timezone.now()
    if not appointment.is_expected or appointment.appointment_time <= now:
        raise Refusal("not_expected", _("Nobody is awaited: the appointment is off or has begun."))
    earlier = AppointmentNotification.objects.of_appointment(appointment.pk).filter(
        kind=Kind.REMINDER, status__in=TRIED_STATUSES
    )
    return AppointmentNotification(
        salon=appointment.salon,
        appointment=appointment,
        appointment_number=appointment.pk,
        starts_at=appointment.appointment_time,
        revision=appointment.revision,
        kind=Kind.REMINDER,
        channel=channel,
        due_at=now,
        retry_of=earlier.order_by("pk").last(),
    )


def find_within_lead_time(now: datetime) -> Iterator[Appointment]:
    """Appointments ahead whose reminder time has come, the nearest first, in all salons that remind."""
    for salon in Salon.objects.filter(is_active=True, reminder_time_minutes__gt=0):
        lead = timedelta(minutes=salon.reminder_time_minutes)
        yield from (
            Appointment.objects.expected()
            .filter(salon=salon, appointment_time__gt=now, appointment_time__lte=now + lead)
            .select_related("salon", "customer")
            .order_by("appointment_time", "pk")
        )
