"""Tells what an earlier run has taken, so that the same file again adds nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from appointment.models import UPCOMING, Appointment, Status
from importing.bookings import Booking
from importing.models import ImportedBooking
from importing.results import FileResult
from importing.writing.appointment_drafts import AppointmentDraft
from salon.models import Salon


class ImportedAppointment(NamedTuple):
    """The appointment in which a booking stands by now; times are UTC."""

    id: int
    version: int
    status: str
    start: datetime
    end: datetime


def record_imported_bookings(taken: Iterable[tuple[AppointmentDraft, Appointment]]) -> None:
    """Store which bookings stand in which appointment."""
    ImportedBooking.objects.bulk_create(
        ImportedBooking(salon_id=record.salon_id, key=booking.key, appointment=record)
        for appointment, record in taken
        for booking in appointment.bookings
    )


def drop_already_imported(
    salon: Salon, appointments: Sequence[AppointmentDraft], lines: FileResult, *, shifted: bool
) -> list[AppointmentDraft]:
    """The appointments of which nothing was taken before; the others are counted in `lines`.

    Of a book that is `shifted` the days mean nothing, so they are not compared.
    """
    known = find_imported_appointments(
        salon, [each.key for appointment in appointments for each in appointment.bookings]
    )
    return [
        appointment
        for appointment in appointments
        if not is_already_imported(appointment, known, lines, shifted=shifted)
    ]


def find_imported_appointments(salon: Salon, keys: Sequence[str]) -> dict[str, ImportedAppointment]:
    """The appointments of the bookings that were taken before, by their keys."""
    fields = ("id", "version", "status", "appointment_time", "end_time")
    names = [f"appointment__{field}" for field in fields]
    rows = ImportedBooking.objects.filter(salon=salon, key__in=keys).values_list("key", *names)
    return {key: ImportedAppointment(*values) for key, *values in rows}


def is_already_imported(
    appointment: AppointmentDraft,
    known: dict[str, ImportedAppointment],
    lines: FileResult,
    *,
    shifted: bool,
) -> bool:
    """Whether some of the appointment was taken before; what the file has otherwise is a
    problem."""
    first = next((known[each.key] for each in appointment.bookings if each.key in known), None)
    if first is None:
        return False
    for booking in appointment.bookings:
        there = known.get(booking.key)
        start = appointment.start + (booking.start - appointment.first.start)
        if there is None:
            detail = _(
                "belongs to appointment %(id)d, which was taken before without it: add it there"
            )
            lines.problems[booking.line] = detail % {"id": first.id}
        elif changed := describe_file_change(booking, there, None if shifted else start):
            lines.problems[booking.line] = changed
        else:
            lines.known += 1
    return True


def describe_file_change(
    booking: Booking, known: ImportedAppointment, start: datetime | None
) -> str:
    """What the file says of a booking that lies ahead by now, and the appointment does not; or "".

    An appointment that was changed here since is the salon's own matter.
    """
    now = timezone.now()
    if known.version > 1 or known.start <= now:
        return ""
    theirs = Status(booking.status or Status.BOOKED)
    if (theirs in UPCOMING) != (known.status in UPCOMING):
        detail = _(
            "is %(theirs)s in the file by now; appointment %(id)d is still %(ours)s: change it"
        )
        ours = Status(known.status)
        return detail % {"theirs": theirs.label, "ours": ours.label, "id": known.id}
    if start is not None and start > now and not known.start <= start < known.end:
        return _("is at another time in the file by now: move appointment %(id)d") % {
            "id": known.id
        }
    return ""
