"""What a visit occupies, and whether that time is free. Overlaps are looked for in BusySpan."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from appointment.models import OCCUPYING, Appointment, BusySpan


def occupy(visit: Appointment, *, is_new: bool = False) -> None:
    """Write the time of the staff that `visit` takes; a visit that is off takes none."""
    if visit.status not in OCCUPYING:
        visit.busy_spans.all().delete()
        return
    if is_new or not visit.busy_spans.update(**time_of(visit)):
        BusySpan.objects.create(appointment=visit, **time_of(visit))


def time_of(visit: Appointment) -> dict[str, Any]:
    """The fields of the BusySpan that `visit` takes."""
    return {
        "user_id": visit.user_id,
        "start": visit.appointment_time,
        "end": visit.end_time,
        "exclusive": not visit.allow_overlap,
    }


def clash(
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


def beside(visit: Appointment) -> Appointment | None:
    """The first visit that takes time of the same member of staff with `visit`, if any."""
    if visit.status not in OCCUPYING:
        return None
    return clash(visit.user_id, visit.appointment_time, visit.end_time, besides=visit.pk)


def crowded(visits: Iterable[Appointment]) -> set[int]:
    """The ids of those that share time of one member of staff with another of them."""
    found: set[int] = set()
    latest: dict[int, Appointment] = {}  # of each member of staff, what ends last so far
    taking = [visit for visit in visits if visit.status in OCCUPYING]
    for visit in sorted(taking, key=lambda one: one.appointment_time):
        before = latest.get(visit.user_id)
        if before is not None and before.end_time > visit.appointment_time:
            found |= {before.pk, visit.pk}
        if before is None or visit.end_time > before.end_time:
            latest[visit.user_id] = visit
    return found
