"""Template variables of the pages about one appointment."""

from django.utils import timezone

from appointment.actions import busy_spans
from appointment.models import Appointment
from notification.models import AppointmentNotification
from web.appointments import message_status, status_buttons
from web.appointments.summary import format_appointment_span


def build_appointment_context(appointment: Appointment) -> dict[str, object]:
    """Return the template variables about one appointment."""
    return {
        "appointment": appointment,
        "span": format_appointment_span(appointment),
        "history": load_message_history(appointment),
        "buttons": status_buttons.list_status_buttons(appointment),
        "can_cancel": status_buttons.can_cancel(appointment),
        "can_move": status_buttons.can_move(appointment),
        **build_overlap_context(appointment),
    }


def build_overlap_context(appointment: Appointment) -> dict[str, object]:
    """Return the overlapping appointment, overbooked on purpose or imported."""
    overlap = busy_spans.overlapping(appointment)
    if overlap is None:
        return {}
    return {"overlap": overlap, "overlap_span": format_appointment_span(overlap)}


def load_message_history(appointment: Appointment) -> list[message_status.MessageHistoryEntry]:
    """Return the texts of an appointment, in the order they were planned."""
    notifications = AppointmentNotification.objects.of_appointment(appointment.pk)
    notifications = notifications.select_related("salon", "appointment__customer")
    is_stopped = bool(appointment.customer.reach.opted_out)
    return message_status.build_message_history(
        notifications, appointment.salon.zone, timezone.now(), is_stopped=is_stopped
    )
