"""What a visit occupies, and whether that time is free. Overlaps are looked for in BusySpan."""

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
