"""Build what an appointment's page shows."""

from django.utils import timezone

from appointment.actions import busy_spans
from appointment.models import Appointment
from notification.models import AppointmentNotification
from web.appointments import message_status, status_buttons
from web.appointments.summary import format_appointment_span


def build_appointment_context(shown: Appointment) -> dict[str, object]:
    """What pages about one appointment show of it."""
    return {
        "appointment": shown,
        "span": format_appointment_span(shown),
        "history": load_message_history(shown),
        "steps": status_buttons.list_status_buttons(shown),
        "can_cancel": status_buttons.can_cancel(shown),
        "can_move": status_buttons.can_move(shown),
        **build_overlap_context(shown),
    }


def build_overlap_context(shown: Appointment) -> dict[str, object]:
    """The appointment that shares the time, as staff meant it to or as an import brought it."""
    other = busy_spans.overlapping(shown)
    return {"beside": other, "beside_span": format_appointment_span(other)} if other else {}


def load_message_history(shown: Appointment) -> list[message_status.MessageHistoryEntry]:
    """The texts of an appointment, in the order they were planned."""
    rows = AppointmentNotification.objects.of_appointment(shown.pk)
    rows = rows.select_related("salon", "appointment__customer")
    is_stopped = bool(shown.customer.reach.opted_out)
    return message_status.build_message_history(
        rows, shown.salon.zone, timezone.now(), is_stopped=is_stopped
    )
