"""From bookings to appointments: what belongs together, when it is, and what stands in it.

Values in, values out: no database and no clock.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from appointment.models import UPCOMING, Status
from core.datetimes import localize
from importing.bookings import Booking


class PlacedBooking(NamedTuple):
    """A booking in its place in our calendar; both times are UTC."""

    start: datetime
    end: datetime
    booking: Booking


@dataclass(frozen=True)
class AppointmentDraft:
    """Bookings of one customer that are one appointment, in their order; times are UTC."""

    start: datetime
    end: datetime
    bookings: tuple[Booking, ...]

    @property
    def first(self) -> Booking:
        return self.bookings[0]


def place_booking(booking: Booking, shift: timedelta, zone: ZoneInfo) -> PlacedBooking:
    """The booking `shift` later, on the clock of `zone`; of an hour that comes twice, the first.

    Raises:
        NoMoment: the clocks skip that time.
        OverflowError: out of the calendar.
    """
    start = localize(booking.start + shift, zone).astimezone(UTC)
    end = start + timedelta(minutes=booking.minutes)
    end.astimezone(zone)  # it must be there on the salon's clock too
    return PlacedBooking(start, end, booking)


def group_bookings_of_day(
    placed: Iterable[PlacedBooking], gap: timedelta
) -> list[AppointmentDraft]:
    """What all customers of one day come for, by start.

    Bookings of one customer with at most `gap` between them are one appointment, whoever the staff;
    those that were called off are not joined with those that were not.
    """
    who = sorted(placed, key=lambda one: (one.booking.customer.key, one.booking.status, one.start))
    groups = groupby(who, key=lambda one: (one.booking.customer.key, one.booking.status))
    appointments = [
        appointment for _, group in groups for appointment in join_adjacent_bookings(group, gap)
    ]
    return sorted(appointments, key=lambda appointment: (appointment.start, appointment.first.line))


def join_adjacent_bookings(
    placed: Iterable[PlacedBooking], gap: timedelta
) -> Iterator[AppointmentDraft]:
    """Appointments from the bookings of one customer, given by start."""
    parts: list[PlacedBooking] = []
    for one in placed:
        if parts and one.start - max(part.end for part in parts) > gap:
            yield build_appointment_draft(parts)
            parts = []
        parts.append(one)
    if parts:
        yield build_appointment_draft(parts)


def build_appointment_draft(parts: Sequence[PlacedBooking]) -> AppointmentDraft:
    end = max(part.end for part in parts)
    return AppointmentDraft(parts[0].start, end, tuple(part.booking for part in parts))


def choose_draft_status(appointment: AppointmentDraft, now: datetime) -> Status:
    """The file's status, else by the time; nobody is awaited for what is over."""
    status = Status(appointment.first.status or Status.BOOKED)
    return Status.COMPLETED if status in UPCOMING and appointment.end <= now else status


def build_draft_comment(appointment: AppointmentDraft) -> str:
    """The notes, and who does what where that is not the work of one."""
    lines = list(dict.fromkeys(booking.note for booking in appointment.bookings if booking.note))
    if len({booking.staff for booking in appointment.bookings}) > 1:
        work = (f"{', '.join(each.services) or '–'}: {each.staff}" for each in appointment.bookings)
        lines.append("; ".join(work))
    return "\n".join(lines)


def split_booking_minutes(booking: Booking, usual: Sequence[int]) -> list[int]:
    """The length of each service: the usual one where that adds up, else equal shares."""
    if sum(usual) == booking.minutes:
        return list(usual)
    return [max(share, 1) for share in split_evenly(booking.minutes, len(usual))]


def split_booking_price(booking: Booking, usual: Sequence[Decimal]) -> list[Decimal]:
    """The price of each service: equal shares of the booking's, to the cent, else the usual."""
    if booking.price is None:
        return list(usual)
    return [Decimal(cents) / 100 for cents in split_evenly(int(booking.price * 100), len(usual))]


def split_evenly(total: int, parts: int) -> list[int]:
    """`total` in so many parts that differ by one at most."""
    return [total // parts + (part < total % parts) for part in range(parts)]


class OverlapTracker:
    """Until when each member of staff is busy, for appointments that come by start."""

    def __init__(self) -> None:
        self.busy_until: dict[Hashable, datetime] = {}

    def is_taken(self, staff: Hashable, start: datetime, end: datetime) -> bool:
        """Whether somebody else has this time; it is taken from now on."""
        until = self.busy_until.get(staff)
        self.busy_until[staff] = max(until, end) if until else end
        return until is not None and start < until
