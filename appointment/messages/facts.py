"""Copy from the models the plain values that planning and the ledger work with."""

from appointment.messages.policies import AppointmentFacts
from appointment.messages.rules import MessagingRules
from appointment.models import Appointment, Status
from notification.factory import Subject


def build_messaging_rules(appointment: Appointment) -> MessagingRules:
    """Return the rules that hold for the messages of `appointment`."""
    return MessagingRules(reminder_minutes=appointment.salon.reminder_time_minutes)


def build_appointment_facts(
    appointment: Appointment, *, was_upcoming: bool = False
) -> AppointmentFacts:
    """Return what decides about the messages of `appointment`.

    `was_upcoming`: it was upcoming before the change that is being saved.
    """
    return AppointmentFacts(
        starts_at=appointment.appointment_time,
        revision=appointment.revision,
        is_upcoming=appointment.is_expected,
        is_cancelled=appointment.status == Status.CANCELLED,
        was_upcoming=was_upcoming,
    )


def build_subject(appointment: Appointment) -> Subject:
    """Return what the ledger copies of `appointment`."""
    return Subject(
        salon=appointment.salon,
        appointment=appointment,
        appointment_number=appointment.pk,
        starts_at=appointment.appointment_time,
        revision=appointment.revision,
    )
