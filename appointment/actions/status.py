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
    visit_id: int, status: Status, *, version: int | None = None, notify: bool = True
) -> Appointment:
    """Move a visit on in its life (`TRANSITIONS`); the same status again changes nothing.

    Raises:
        Refusal: not from here (409 `bad_transition`), changed meanwhile (409 `stale`), the time
            was given to another since (409 `overlap`), or its staff has left (400).
    """
    with translate_integrity_errors(), transaction.atomic():
        visit = lock_appointment(visit_id)
        check_version(visit, version)
        if visit.status == status:
            return visit
        if status not in TRANSITIONS[Status(visit.status)]:
            raise build_transition_refusal(visit, status)
        if status in UPCOMING and not visit.is_expected:
            check_staff_active(visit)
        took_time = visit.status in BLOCKING
        visit.status = status
        visit.cancel_reason = ""
        visit.notify = notify
        if not took_time and status in BLOCKING:
            check_overlap(visit)
        visit.save()
    return visit


def cancel_appointment(
    visit_id: int, *, reason: str = "", version: int | None = None, notify: bool = True
) -> Appointment:
    """Call a visit off: its reminder is taken back, the customer is told unless it has begun.

    A visit that is off already stays as it is.
    """
    with transaction.atomic():
        visit = lock_appointment(visit_id)
        check_version(visit, version)
        if visit.status == Status.CANCELLED:
            return visit
        if Status.CANCELLED not in TRANSITIONS[Status(visit.status)]:
            raise build_transition_refusal(visit, Status.CANCELLED)
        visit.status = Status.CANCELLED
        visit.cancel_reason = reason
        visit.notify = notify
        visit.save()
    return visit


def delete_appointment(visit_id: int) -> None:
    """Remove a visit for good; its messages stay in the ledger."""
    with transaction.atomic():
        lock_appointment(visit_id).delete()
