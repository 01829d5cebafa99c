"""Writes many new visits at once, as `services.book` and the hooks would write each.

The caller holds the salon's staff (`services.lock_staff`) and has dealt with overlaps.
"""

from collections.abc import Sequence
from typing import Any

from appointment.actions import busy_spans
from appointment.messages import planning
from appointment.models import BLOCKING, Appointment, AppointmentService
from availability.models import BusySpan


def build_appointment(*, notify: bool, **fields: Any) -> Appointment:
    """A visit that is not stored yet, with the Redis id its reminder will wait under.

    `fields` are those of Appointment. Without `notify` the customer is not told now; the reminder
    is planned either way.
    """
    visit = Appointment(**fields)
    visit.notify = notify
    visit.task_id = planning.choose_task_id(visit)
    return visit


def create_appointments(visits: Sequence[Appointment], items: Sequence[AppointmentService]) -> None:
    """Store visits, the services within them, the time they take and the messages they owe."""
    Appointment.objects.bulk_create(visits)
    AppointmentService.objects.bulk_create(items)
    BusySpan.objects.bulk_create(
        BusySpan(appointment=visit, **busy_spans.build_busy_span_fields(visit))
        for visit in visits
        if visit.status in BLOCKING
    )
    planning.apply_message_plans((visit, []) for visit in visits)
