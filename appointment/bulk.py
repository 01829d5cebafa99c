"""Writes many new visits at once, as `services.book` and the hooks would write each.

The caller holds the salon's staff (`services.lock_staff`) and has dealt with overlaps.
"""

from collections.abc import Sequence
from typing import Any

from appointment import notices, occupancy
from appointment.models import OCCUPYING, Appointment, AppointmentService, BusySpan


def new_visit(*, notify: bool, **fields: Any) -> Appointment:
    """A visit that is not stored yet, with the Redis id its reminder will wait under.

    `fields` are those of Appointment. Without `notify` the customer is not told now; the reminder
    is planned either way.
    """
    visit = Appointment(**fields)
    visit.notify = notify
    visit.task_id = notices.choose_task_id(visit)
    return visit


def add(visits: Sequence[Appointment], items: Sequence[AppointmentService]) -> None:
    """Store visits, the services within them, the time they take and the messages they owe."""
    Appointment.objects.bulk_create(visits)
    AppointmentService.objects.bulk_create(items)
    BusySpan.objects.bulk_create(
        BusySpan(appointment=visit, **occupancy.time_of(visit))
        for visit in visits
        if visit.status in OCCUPYING
    )
    notices.apply((visit, []) for visit in visits)
