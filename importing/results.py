"""What an import did, in numbers, and the lines it could not take."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _

from importing.bookings import Rejected
from importing.tables import Line, Table

Read = TypeVar("Read")
FORMULA = re.compile(r"[=@]|[+-](?![\d\s().-]*$)")  # but no phone number


@dataclass
class Lines:
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
class Result:
    """What a whole import did, or would do."""

    book: Lines = field(default_factory=Lines)
    services: Lines = field(default_factory=Lines)
    customers: Lines = field(default_factory=Lines)
    first_day: date | None = None  # of the bookings, as the book has them
    last_day: date | None = None
    visits: int = 0
    upcoming: int = 0  # of the visits: those that have not begun
    without_number: int = 0  # of the upcoming: their customers get no text
    reminders: int = 0
    confirmations: int = 0
    overlaps: list[int] = field(default_factory=list)  # the lines of visits beside another
    shared: int = 0  # visits with the work of several members of staff
    new_staff: list[str] = field(default_factory=list)
    new_services: list[str] = field(default_factory=list)
    new_customers: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing that somebody has to look at."""
        return not any(lines.to_look_at for lines in (self.book, self.services, self.customers))


def checked(table: Table, lines: Lines, read: Callable[[Line], Read]) -> Iterator[Read]:
    """What `read` makes of each line; those it rejects are the problems of `lines`."""
    for line in table.lines():
        lines.read += 1
        if line.has_surplus:
            lines.problems[line.number] = _("more cells than the header names") + held_together(
                line
            )
            continue
        try:
            made = read(line)
        except Rejected as problem:
            lines.problems[line.number] = str(problem) + held_together(line)
        else:
            yield made


def held_together(line: Line) -> str:
    """Says so where quotation marks make one line of several."""
    if line.last == line.number:
        return ""
    detail = _(" (quotation marks hold the lines up to %(last)d together)")
    return detail % {"last": line.last}


def write_rejects(path: Path, table: Table, reasons: dict[int, str]) -> None:
    """Write the lines of `table` that have a reason, in its own form.

    Nobody else on the machine may read it: it names customers.
    """
    path.touch(mode=0o600)
    with path.open("w", encoding=table.encoding, errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=table.delimiter)
        for row in rows_with_reasons(table, reasons):
            writer.writerow([harmless(str(cell)) for cell in row])


def harmless(cell: str) -> str:
    """The cell as text, also for a spreadsheet that would take it for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def rows_with_reasons(table: Table, reasons: dict[int, str]) -> Iterable[list[object]]:
    """A header, and a row for each line that has a reason."""
    yield ["line", "reason", *table.headers]
    for line in table.lines():
        if line.number in reasons:
            cells = [line.cells.get(header, "") for header in table.headers]
            yield [line.number, reasons[line.number], *cells]
