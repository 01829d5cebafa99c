"""Writes many new appointments at once, as `services.book` and the hooks would write each.

The caller holds the salon's staff (`services.lock_staff`) and has dealt with overlaps.
"""

from collections.abc import Sequence
from typing import Any

from appointment.actions import busy_spans
from appointment.messages import planning
from appointment.models import BLOCKING, Appointment, AppointmentService
from availability.models import BusySpan


def build_appointment(*, notify: bool, **fields: Any) -> Appointment:
    """An appointment that is not stored yet, with the Redis id its reminder will wait under.

    `fields` are those of Appointment. Without `notify` the customer is not told now; the reminder
    is planned either way.
    """
    appointment = Appointment(**fields)
    appointment.notify = notify
    appointment.task_id = planning.choose_task_id(appointment)
    return appointment


def create_appointments(
    appointments: Sequence[Appointment], items: Sequence[AppointmentService]
) -> None:
    """Store appointments, the services within them, the time they take and the messages they
    owe."""
    Appointment.objects.bulk_create(appointments)
    AppointmentService.objects.bulk_create(items)
    BusySpan.objects.bulk_create(
        BusySpan(appointment=appointment, **busy_spans.build_busy_span_fields(appointment))
        for appointment in appointments
        if appointment.status in BLOCKING
    )
    planning.apply_message_plans((appointment, []) for appointment in appointments)
