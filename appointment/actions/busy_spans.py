"""What a visit occupies, and whether that time is free. Overlaps are looked for in BusySpan."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from appointment.models import BLOCKING, Appointment
from availability.models import BusySpan


def save_busy_span(visit: Appointment, *, is_new: bool = False) -> None:
    """Write the time of the staff that `visit` takes; a visit that is off takes none."""
    if visit.status not in BLOCKING:
        visit.busy_spans.all().delete()
        return
    if is_new or not visit.busy_spans.update(**build_busy_span_fields(visit)):
        BusySpan.objects.create(appointment=visit, **build_busy_span_fields(visit))


def build_busy_span_fields(visit: Appointment) -> dict[str, Any]:
    """The fields of the BusySpan that `visit` takes."""
    return {
        "user_id": visit.user_id,
        "start": visit.appointment_time,
        "end": visit.end_time,
        "exclusive": not visit.allow_overlap,
    }


def find_overlap(
    user_id: int, start: datetime, end: datetime, *, besides: int | None = None
) -> Appointment | None:
    """The first visit that takes time of this member of staff within [start, end), if any.

    The caller holds the lock on the member of staff, or the answer may be out of date.
    """
    spans = BusySpan.objects.filter(user_id=user_id, start__lt=end, end__gt=start)
    if besides is not None:
        spans = spans.exclude(appointment_id=besides)
    span = spans.select_related("appointment__customer").first()
    return span.appointment if span else None


def overlapping(visit: Appointment) -> Appointment | None:
    """The first visit that takes time of the same member of staff with `visit`, if any."""
    if visit.status not in BLOCKING:
        return None
    return find_overlap(visit.user_id, visit.appointment_time, visit.end_time, besides=visit.pk)


def overlapping_ids(visits: Iterable[Appointment]) -> set[int]:
    """The ids of those that share time of one member of staff with another of them."""
    found: set[int] = set()
    latest: dict[int, Appointment] = {}  # of each member of staff, what ends last so far
    taking = [visit for visit in visits if visit.status in BLOCKING]
    for visit in sorted(taking, key=lambda one: one.appointment_time):
        before = latest.get(visit.user_id)
        if before is not None and before.end_time > visit.appointment_time:
            found |= {before.pk, visit.pk}
        if before is None or visit.end_time > before.end_time:
            latest[visit.user_id] = visit
    return found
