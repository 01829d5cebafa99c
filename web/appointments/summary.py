"""An appointment in one line."""

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from appointment.models import Appointment
from notification.models import AppointmentNotification
from pages import local_time
from web.appointments import message_status


def format_appointment_span(appointment: Appointment) -> str:
    """Return when an appointment starts and ends, on its day."""
    zone = appointment.salon.zone
    day = appointment.appointment_time.astimezone(zone).date()
    return local_time.format_span(appointment.appointment_time, appointment.end_time, zone, day)


def format_appointment_summary(appointment: Appointment) -> str:
    """Return the appointment and its texts in one line."""
    now, zone = timezone.now(), appointment.salon.zone
    day = local_time.format_day(appointment.appointment_time.astimezone(zone).date())
    notifications = AppointmentNotification.objects.of_appointment(appointment.pk)
    is_stopped = bool(appointment.customer.reach.opted_out)
    statuses = message_status.list_message_statuses(
        appointment, notifications, now, is_stopped=is_stopped
    )
    texts = [f"{status.kind} {status.words}" for status in statuses]
    span = format_appointment_span(appointment)
    return "; ".join([f"{appointment.customer}, {day}, {span}", *texts])


def redirect_to_day(appointment: Appointment) -> HttpResponseRedirect:
    """Lead to the appointment in its day's list."""
    day = appointment.appointment_time.astimezone(appointment.salon.zone).date()
    return HttpResponseRedirect(
        f"{reverse('web:day')}?date={day:%Y-%m-%d}#appointment-{appointment.pk}"
    )
