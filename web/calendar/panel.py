"""The panel beside the calendar, about one appointment."""

from django.urls import reverse
from django.utils import timezone

from appointment.models import Appointment, Status
from web.appointments import history, status_buttons
from web.appointments.presenter import build_appointment_context

MAX_OTHER_APPOINTMENTS = 6
API_ACTIONS = {
    Status.BOOKED: "reopen",
    Status.CONFIRMED: "confirm",
    Status.ARRIVED: "arrive",
    Status.COMPLETED: "complete",
    Status.NO_SHOW: "no-show",
}


def build_panel_context(appointment: Appointment) -> dict[str, object]:
    """Return the template variables of the panel."""
    others = appointment.customer.appointments.exclude(pk=appointment.pk).with_people()
    return build_appointment_context(appointment) | {
        "api_buttons": [
            (button, build_status_url(appointment, button))
            for button in status_buttons.list_status_buttons(appointment)
        ],
        "others": others.order_by("-appointment_time")[:MAX_OTHER_APPOINTMENTS],
        "changes": history.build_appointment_history(appointment),
        "has_begun": appointment.appointment_time <= timezone.now(),
    }


def build_status_url(appointment: Appointment, button: status_buttons.StatusButton) -> str:
    """Return the API route that carries out what the button is for."""
    return reverse(f"appointment-{API_ACTIONS[Status(button.status)]}", args=[appointment.pk])
