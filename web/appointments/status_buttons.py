"""The buttons that move an appointment on in its life, with the words of a reception desk."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from appointment.actions.checks import MOVABLE
from appointment.models import TRANSITIONS, Appointment, Status


@dataclass(frozen=True)
class StatusButton:
    """A button: what it says and the status it leads to."""

    status: str
    label: str


def list_status_buttons(appointment: Appointment) -> list[StatusButton]:
    """What may be done with the appointment now; cancelling has a page of its own."""
    open_again = _("Back to booked") if appointment.status in MOVABLE else _("Reopen")
    labels = {
        Status.CONFIRMED: _("Confirm"),
        Status.ARRIVED: _("Arrived"),
        Status.COMPLETED: _("Done"),
        Status.NO_SHOW: _("No-show"),
        Status.BOOKED: open_again,
    }
    allowed = TRANSITIONS[Status(appointment.status)]
    return [StatusButton(status, label) for status, label in labels.items() if status in allowed]


def can_cancel(appointment: Appointment) -> bool:
    """Whether the appointment may be called off."""
    return Status.CANCELLED in TRANSITIONS[Status(appointment.status)]


def can_move(appointment: Appointment) -> bool:
    """Whether time, staff and services may change."""
    return appointment.status in MOVABLE
