"""Holds the bookings of a file of any size, to give them back day by day.

They lie in a temporary database of its own, which SQLite keeps on disk and removes by itself, so
that memory stays the same whether a book has a thousand lines or a million.
"""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from types import TracebackType
from typing import Any, Self

from importing.bookings import Booking, CustomerRecord

CREATE_TABLE_SQL = """
CREATE TABLE booking (
    key TEXT PRIMARY KEY, day TEXT, line INTEGER, staff TEXT, services TEXT, record TEXT
) WITHOUT ROWID
"""


class StagedBookings:
    """Use it as a context manager."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("")
        self.database.execute(CREATE_TABLE_SQL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.database.close()

    def add(self, booking: Booking) -> int | None:
        """Keep a booking; the line in which the same one stands already, if any."""
        day = booking.start.date().isoformat()
        services = json.dumps(booking.services)
        values = (
            booking.key,
            day,
            booking.line,
            booking.staff,
            services,
            serialize_booking(booking),
        )
        done = self.database.execute("INSERT OR IGNORE INTO booking VALUES (?,?,?,?,?,?)", values)
        if done.rowcount:
            return None
        found = self.database.execute("SELECT line FROM booking WHERE key = ?", (booking.key,))
        return int(found.fetchone()[0])

    def count(self) -> int:
        """How many bookings are kept."""
        return int(self.database.execute("SELECT count(*) FROM booking").fetchone()[0])

    def first_and_last_day(self) -> tuple[date, date]:
        """The days of the earliest and the latest booking; there must be one."""
        days = self.database.execute("SELECT min(day), max(day) FROM booking").fetchone()
        return date.fromisoformat(days[0]), date.fromisoformat(days[1])

    def staff(self) -> list[str]:
        """The names of the staff, each once."""
        rows = self.database.execute("SELECT DISTINCT staff FROM booking ORDER BY staff")
        return [name for (name,) in rows]

    def services(self) -> list[str]:
        """The names of the services, each once."""
        rows = self.database.execute("SELECT DISTINCT services FROM booking ORDER BY services")
        return list(dict.fromkeys(name for (names,) in rows for name in json.loads(names)))

    def days(self) -> Iterator[list[Booking]]:
        """The bookings of each day, from the first day on; within it in the order of the file."""
        rows = self.database.execute("SELECT day, record FROM booking ORDER BY day, line")
        for _, same_day in groupby(rows, key=lambda row: row[0]):
            yield [deserialize_booking(record) for _, record in same_day]


def serialize_booking(booking: Booking) -> str:
    """A booking as text."""
    return json.dumps(booking._replace(remark=""), default=str)


def deserialize_booking(text: str) -> Booking:
    """The booking that became this text."""
    values: list[Any] = json.loads(text)
    booking = Booking(*values)
    return booking._replace(
        customer=CustomerRecord(*values[2]),
        services=tuple(booking.services),
        start=datetime.fromisoformat(values[5]),
        price=None if booking.price is None else Decimal(booking.price),
    )
