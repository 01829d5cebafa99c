"""What an import did, in numbers, and the lines it could not take."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from importing.bookings import LineRejected
from importing.csv_files.tables import Line, Table

ReadLine = TypeVar("ReadLine")


@dataclass
class FileResult:
    """What became of the lines of one file; `read` is the sum of the others but the remarks."""

    read: int = 0
    taken: int = 0
    known: int = 0  # taken by an earlier run
    left_out: int = 0  # as was asked for
    problems: dict[int, str] = field(default_factory=dict)  # not taken, by the number of the line
    remarks: dict[int, str] = field(default_factory=dict)  # taken, but for what is said here

    @property
    def rejected(self) -> int:
        return len(self.problems)

    @property
    def to_look_at(self) -> dict[int, str]:
        """What somebody has to look at, by line."""
        return dict(sorted((self.remarks | self.problems).items()))


@dataclass
class ImportResult:
    """What a whole import did, or would do."""

    book: FileResult = field(default_factory=FileResult)
    services: FileResult = field(default_factory=FileResult)
    customers: FileResult = field(default_factory=FileResult)
    first_day: date | None = None  # of the bookings, as the book has them
    last_day: date | None = None
    appointments: int = 0
    upcoming: int = 0  # of the appointments: those that have not begun
    without_number: int = 0  # of the upcoming: their customers get no text
    reminders: int = 0
    confirmations: int = 0
    overlaps: list[int] = field(default_factory=list)  # the lines of appointments beside another
    shared: int = 0  # appointments with the work of several members of staff
    new_staff: list[str] = field(default_factory=list)
    new_services: list[str] = field(default_factory=list)
    new_customers: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing that somebody has to look at."""
        return not any(lines.to_look_at for lines in (self.book, self.services, self.customers))


def read_valid_lines(
    table: Table, lines: FileResult, read: Callable[[Line], ReadLine]
) -> Iterator[ReadLine]:
    """What `read` makes of each line; those it rejects are the problems of `lines`."""
    for line in table.lines():
        lines.read += 1
        if line.has_surplus:
            lines.problems[line.number] = _(
                "more cells than the header names"
            ) + describe_joined_lines(line)
            continue
        try:
            made = read(line)
        except LineRejected as problem:
            lines.problems[line.number] = str(problem) + describe_joined_lines(line)
        else:
            yield made


def describe_joined_lines(line: Line) -> str:
    """Says so where quotation marks make one line of several."""
    if line.last == line.number:
        return ""
    detail = _(" (quotation marks hold the lines up to %(last)d together)")
    return detail % {"last": line.last}
