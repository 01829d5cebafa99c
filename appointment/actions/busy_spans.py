"""What an appointment occupies, and whether that time is free. Overlaps are looked for in
BusySpan."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from appointment.models import BLOCKING, Appointment
from availability.models import BusySpan


def save_busy_span(appointment: Appointment, *, is_new: bool = False) -> None:
    """Write the time of the staff that `appointment` takes; an appointment that is off takes
    none."""
    if appointment.status not in BLOCKING:
        appointment.busy_spans.all().delete()
        return
    if is_new or not appointment.busy_spans.update(**build_busy_span_fields(appointment)):
        BusySpan.objects.create(appointment=appointment, **build_busy_span_fields(appointment))


def build_busy_span_fields(appointment: Appointment) -> dict[str, Any]:
    """The fields of the BusySpan that `appointment` takes."""
    return {
        "user_id": appointment.user_id,
        "start": appointment.appointment_time,
        "end": appointment.end_time,
        "exclusive": not appointment.allow_overlap,
    }


def find_overlap(
    user_id: int, start: datetime, end: datetime, *, besides: int | None = None
) -> Appointment | None:
    """The first appointment that takes time of this member of staff within [start, end), if any.

    The caller holds the lock on the member of staff, or the answer may be out of date.
    """
    spans = BusySpan.objects.filter(user_id=user_id, start__lt=end, end__gt=start)
    if besides is not None:
        spans = spans.exclude(appointment_id=besides)
    span = spans.select_related("appointment__customer").first()
    return span.appointment if span else None


def overlapping(appointment: Appointment) -> Appointment | None:
    """The first appointment that takes time of the same member of staff with `appointment`, if
    any."""
    if appointment.status not in BLOCKING:
        return None
    return find_overlap(
        appointment.user_id,
        appointment.appointment_time,
        appointment.end_time,
        besides=appointment.pk,
    )


def overlapping_ids(appointments: Iterable[Appointment]) -> set[int]:
    """The ids of those that share time of one member of staff with another of them."""
    found: set[int] = set()
    latest: dict[int, Appointment] = {}  # of each member of staff, what ends last so far
    taking = [appointment for appointment in appointments if appointment.status in BLOCKING]
    for appointment in sorted(taking, key=lambda one: one.appointment_time):
        before = latest.get(appointment.user_id)
        if before is not None and before.end_time > appointment.appointment_time:
            found |= {before.pk, appointment.pk}
        if before is None or appointment.end_time > before.end_time:
            latest[appointment.user_id] = appointment
    return found
