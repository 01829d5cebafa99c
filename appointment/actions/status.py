"""Move an appointment on in its life, cancel it, delete it."""

from django.db import transaction

from appointment.actions.checks import (
    build_transition_refusal,
    check_overlap,
    check_staff_active,
    check_version,
    translate_integrity_errors,
)
from appointment.actions.locks import lock_appointment
from appointment.models import BLOCKING, TRANSITIONS, UPCOMING, Appointment, Status


def change_appointment_status(
    appointment_id: int, status: Status, *, version: int | None = None, notify: bool = True
) -> Appointment:
    """Move an appointment on in its life (`TRANSITIONS`); the same status again changes nothing.

    Raises:
        Refusal: not from here (409 `bad_transition`), changed meanwhile (409 `stale`), the time
            was given to another since (409 `overlap`), or its staff has left (400).
    """
    with translate_integrity_errors(), transaction.atomic():
        appointment = lock_appointment(appointment_id)
        check_version(appointment, version)
        if appointment.status == status:
            return appointment
        if status not in TRANSITIONS[Status(appointment.status)]:
            raise build_transition_refusal(appointment, status)
        if status in UPCOMING and not appointment.is_expected:
            check_staff_active(appointment)
        took_time = appointment.status in BLOCKING
        appointment.status = status
        appointment.cancel_reason = ""
        appointment.notify = notify
        if not took_time and status in BLOCKING:
            check_overlap(appointment)
        appointment.save()
    return appointment


def cancel_appointment(
    appointment_id: int, *, reason: str = "", version: int | None = None, notify: bool = True
) -> Appointment:
    """Call an appointment off: its reminder is taken back, the customer is told unless it has
    begun.

    An appointment that is off already stays as it is.
    """
    with transaction.atomic():
        appointment = lock_appointment(appointment_id)
        check_version(appointment, version)
        if appointment.status == Status.CANCELLED:
            return appointment
        if Status.CANCELLED not in TRANSITIONS[Status(appointment.status)]:
            raise build_transition_refusal(appointment, Status.CANCELLED)
        appointment.status = Status.CANCELLED
        appointment.cancel_reason = reason
        appointment.notify = notify
        appointment.save()
    return appointment


def delete_appointment(appointment_id: int) -> None:
    """Remove an appointment for good; its messages stay in the ledger."""
    with transaction.atomic():
        lock_appointment(appointment_id).delete()
