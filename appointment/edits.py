"""What an edit changes of a visit that stands in the book."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from appointment.models import Appointment
from appointment.refusals import check_times, refuse_clash, refuse_unmovable
from salon.models import Service

PLACE = {
    "user_id",
    "appointment_time",
    "end_time",
    "allow_overlap",
}  # whose time it takes, and when


@dataclass
class Changes:
    """What an edit changes; what is left out stays as it is."""

    version: int | None = None  # the one the editor saw; None: whatever is stored
    notify: bool = True
    services: Sequence[Service] | None = None
    values: dict[str, Any] = field(default_factory=dict)  # fields of Appointment


def stored_values(visit: Appointment) -> dict[str, Any]:
    """All that an edit may change, but for the services."""
    return {name: getattr(visit, name) for name in (*PLACE, "comment", "column_id")}


def new_services(visit: Appointment, changes: Changes) -> Sequence[Service] | None:
    """The services an edit asks for; None when the visit has just these."""
    if changes.services is None:
        return None
    held = list(visit.items.values_list("service_id", flat=True))
    return changes.services if [one.pk for one in changes.services] != held else None


def set_values(visit: Appointment, changes: Changes, length: timedelta | None) -> None:
    """Put the changed values on the visit. Unless the end is among them it follows the start,
    `length` later; None: as long as it was."""
    length = length or visit.end_time - visit.appointment_time
    for name, value in changes.values.items():
        setattr(visit, name, value.astimezone(UTC) if isinstance(value, datetime) else value)
    if "end_time" not in changes.values:
        visit.end_time = visit.appointment_time + length


def refuse_impossible(visit: Appointment, changed: set[str]) -> None:
    """Refuse another time or other staff where it can't be."""
    if changed & PLACE:
        refuse_unmovable(visit)
        if changed & {"appointment_time", "end_time"}:
            check_times(visit.salon, visit.appointment_time, visit.end_time)
        refuse_clash(visit)
