"""What an import did, in numbers, and the lines it could not take."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _

from importing.bookings import Rejected
from importing.tables import Line, Table

Read = TypeVar("Read")


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
    visits: int = 0
    upcoming: int = 0  # of the visits: those that have not begun
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
            lines.problems[line.number] = _("more cells than the header names")
            continue
        try:
            made = read(line)
        except Rejected as problem:
            lines.problems[line.number] = str(problem)
        else:
            yield made


def write_rejects(path: Path, table: Table, reasons: dict[int, str]) -> None:
    """Write the lines of `table` that have a reason, in its own form, so that they can be mended
    and given to another import. Nobody else on the machine may read it: it names customers.
    """
    path.touch(mode=0o600)
    with path.open("w", encoding=table.encoding, errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=table.delimiter)
        writer.writerow(["line", "reason", *table.headers])
        writer.writerows(rows_with_reasons(table, reasons))


def rows_with_reasons(table: Table, reasons: dict[int, str]) -> Iterable[list[object]]:
    for line in table.lines():
        if line.number in reasons:
            cells = [line.cells.get(header, "") for header in table.headers]
            yield [line.number, reasons[line.number], *cells]
