"""Build the rows of the ledger: the one place that constructs an `AppointmentNotification`."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from notification.models import AppointmentNotification
from notification.states import Channel

if TYPE_CHECKING:
    from appointment.models import Appointment
    from salon.models import Salon


@dataclass(frozen=True)
class Subject:
    """The facts about an appointment that the ledger copies, and so keeps when it is deleted."""

    salon: "Salon"
    appointment: "Appointment | None"  # None once it is deleted
    appointment_number: int
    starts_at: datetime
    revision: int


def copy_subject(notification: AppointmentNotification) -> Subject:
    """Return the subject of a notification that is in the ledger already."""
    return Subject(
        notification.salon,
        notification.appointment,
        notification.appointment_number,
        notification.starts_at,
        notification.revision,
    )


def build_notification(
    subject: Subject,
    *,
    kind: str,
    due_at: datetime,
    channel: str = Channel.SMS,
    offset_minutes: int = 0,
    recipient: str = "",
    retry_of: AppointmentNotification | None = None,
) -> AppointmentNotification:
    """Build a pending notification, not saved yet: `actions.create_notifications` saves it.

    `recipient` is set only where the customer may be gone when the message is sent.
    """
    return AppointmentNotification(
        salon=subject.salon,
        appointment=subject.appointment,
        appointment_number=subject.appointment_number,
        starts_at=subject.starts_at,
        revision=subject.revision,
        kind=kind,
        channel=channel,
        offset_minutes=offset_minutes,
        due_at=due_at,
        recipient=recipient,
        retry_of=retry_of,
    )
