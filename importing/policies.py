"""From bookings to visits: what belongs together, when it is, and what stands in it.

Values in, values out: no database and no clock.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from appointment.models import EXPECTED, Status
from booking_api.moments import on_clock
from importing.bookings import Booking


class Placed(NamedTuple):
    """A booking in its place in our calendar; both times are UTC."""

    start: datetime
    end: datetime
    booking: Booking


@dataclass(frozen=True)
class Visit:
    """Bookings of one customer that are one visit, in their order; times are UTC."""

    start: datetime
    end: datetime
    bookings: tuple[Booking, ...]

    @property
    def first(self) -> Booking:
        return self.bookings[0]


def place(booking: Booking, shift: timedelta, zone: ZoneInfo) -> Placed:
    """The booking `shift` later, on the clock of `zone`; of an hour that comes twice, the first.

    Raises:
        NoMoment: the clocks skip that time.
        OverflowError: out of the calendar.
    """
    start = on_clock(booking.start + shift, zone).astimezone(UTC)
    end = start + timedelta(minutes=booking.minutes)
    end.astimezone(zone)  # it must be there on the salon's clock too
    return Placed(start, end, booking)


def visits_of_a_day(placed: Iterable[Placed], gap: timedelta) -> list[Visit]:
    """What all customers of one day come for, by start.

    Bookings of one customer with at most `gap` between them are one visit, whoever the staff;
    those that were called off are not joined with those that were not.
    """
    who = sorted(placed, key=lambda one: (one.booking.customer.key, one.booking.status, one.start))
    groups = groupby(who, key=lambda one: (one.booking.customer.key, one.booking.status))
    visits = [visit for _, group in groups for visit in joined(group, gap)]
    return sorted(visits, key=lambda visit: (visit.start, visit.first.line))


def joined(placed: Iterable[Placed], gap: timedelta) -> Iterator[Visit]:
    """Visits from the bookings of one customer, given by start."""
    parts: list[Placed] = []
    for one in placed:
        if parts and one.start - max(part.end for part in parts) > gap:
            yield visit_of(parts)
            parts = []
        parts.append(one)
    if parts:
        yield visit_of(parts)


def visit_of(parts: Sequence[Placed]) -> Visit:
    end = max(part.end for part in parts)
    return Visit(parts[0].start, end, tuple(part.booking for part in parts))


def status_of(visit: Visit, now: datetime) -> Status:
    """The file's status, else by the time; nobody is awaited for what is over."""
    status = Status(visit.first.status or Status.BOOKED)
    return Status.COMPLETED if status in EXPECTED and visit.end <= now else status


def comment_of(visit: Visit) -> str:
    """The notes, and who does what where that is not the work of one."""
    lines = list(dict.fromkeys(booking.note for booking in visit.bookings if booking.note))
    if len({booking.staff for booking in visit.bookings}) > 1:
        work = (f"{', '.join(each.services) or '–'}: {each.staff}" for each in visit.bookings)
        lines.append("; ".join(work))
    return "\n".join(lines)


def minutes_of(booking: Booking, usual: Sequence[int]) -> list[int]:
    """The length of each service: the usual one where that adds up, else equal shares."""
    if sum(usual) == booking.minutes:
        return list(usual)
    return [max(share, 1) for share in shares(booking.minutes, len(usual))]


def prices_of(booking: Booking, usual: Sequence[Decimal]) -> list[Decimal]:
    """The price of each service: equal shares of the booking's, to the cent, else the usual."""
    if booking.price is None:
        return list(usual)
    return [Decimal(cents) / 100 for cents in shares(int(booking.price * 100), len(usual))]


def shares(total: int, parts: int) -> list[int]:
    """`total` in so many parts that differ by one at most."""
    return [total // parts + (part < total % parts) for part in range(parts)]


class Diary:
    """Until when each member of staff is busy, for visits that come by start."""

    def __init__(self) -> None:
        self.busy_until: dict[Hashable, datetime] = {}

    def is_taken(self, staff: Hashable, start: datetime, end: datetime) -> bool:
        """Whether somebody else has this time; it is taken from now on."""
        until = self.busy_until.get(staff)
        self.busy_until[staff] = max(until, end) if until else end
        return until is not None and start < until
