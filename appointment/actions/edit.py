"""What an edit changes of an appointment that stands in the book."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from appointment.actions.book import (
    add_services,
    compute_services_length,
    format_service_names,
)
from appointment.actions.checks import (
    check_movable,
    check_overlap,
    check_times,
    check_version,
    translate_integrity_errors,
)
from appointment.actions.locks import lock_appointment
from appointment.models import Appointment
from salon.models import Service

SCHEDULE_FIELDS = {
    "user_id",
    "appointment_time",
    "end_time",
    "allow_overlap",
}  # whose time it takes, and when


@dataclass
class AppointmentChanges:
    """What an edit changes; what is left out stays as it is."""

    version: int | None = None  # the one the editor saw; None: whatever is stored
    notify: bool = True
    services: Sequence[Service] | None = None
    values: dict[str, Any] = field(default_factory=dict)  # fields of Appointment


def get_editable_values(appointment: Appointment) -> dict[str, Any]:
    """All that an edit may change, but for the services."""
    return {name: getattr(appointment, name) for name in (*SCHEDULE_FIELDS, "comment", "column_id")}


def get_changed_services(
    appointment: Appointment, changes: AppointmentChanges
) -> Sequence[Service] | None:
    """The services an edit asks for; None when the appointment has just these."""
    if changes.services is None:
        return None
    held = list(appointment.items.values_list("service_id", flat=True))
    return changes.services if [one.pk for one in changes.services] != held else None


def apply_changes(
    appointment: Appointment, changes: AppointmentChanges, length: timedelta | None
) -> None:
    """Put the changed values on the appointment. Unless the end is among them it follows the start,
    `length` later; None: as long as it was."""
    length = length or appointment.end_time - appointment.appointment_time
    for name, value in changes.values.items():
        setattr(appointment, name, value.astimezone(UTC) if isinstance(value, datetime) else value)
    if "end_time" not in changes.values:
        appointment.end_time = appointment.appointment_time + length


def check_schedule_change(appointment: Appointment, changed: set[str]) -> None:
    """Refuse another time or other staff where it can't be."""
    if changed & SCHEDULE_FIELDS:
        check_movable(appointment)
        if changed & {"appointment_time", "end_time"}:
            check_times(appointment.salon, appointment.appointment_time, appointment.end_time)
        check_overlap(appointment)


def edit_appointment(appointment_id: int, changes: AppointmentChanges) -> Appointment:
    """Change an appointment: time, staff, services, note. A new start alone keeps the length.

    What is stored already changes nothing: nobody's copy becomes stale by it.

    Raises:
        Refusal: changed meanwhile (409 `stale`), taken (409 `overlap`), over (409 `not_active`),
            or times that can't be (400).
    """
    with translate_integrity_errors(), transaction.atomic():
        appointment = lock_appointment(appointment_id, also_staff=changes.values.get("user"))
        check_version(appointment, changes.version)
        was = get_editable_values(appointment)
        services = get_changed_services(appointment, changes)
        length = None if services is None else compute_services_length(services)
        apply_changes(appointment, changes, length)
        changed = {
            name for name, value in get_editable_values(appointment).items() if value != was[name]
        }
        check_schedule_change(appointment, changed)
        if changed or services is not None:
            save_edit(appointment, changes, services)
    return appointment


def save_edit(
    appointment: Appointment, changes: AppointmentChanges, services: Sequence[Service] | None
) -> None:
    """Store what was changed; services at the length and price they have now."""
    appointment.notify = changes.notify
    appointment.service_names = None if services is None else format_service_names(services)
    appointment.save()
    if services is not None:
        appointment.items.all().delete()
        add_services(appointment, services)
