"""An import for a terminal: a bar while it runs, some sentences afterwards."""

from collections.abc import Iterator, Sequence
from typing import IO

from importing.column_mapping.mapping import Mapping
from importing.results import FileResult, ImportResult

BAR_WIDTH = 40  # characters of the bar
FORMAT_NAMES = ("date_format", "time_format", "start_format", "end_format")
MOST_LISTED = 10  # lines or names that a sentence lists


class ProgressBar:
    """A progress bar on a terminal; writes nothing anywhere else."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.is_shown = stream.isatty()

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` bookings are in."""
        if self.is_shown:
            filled = BAR_WIDTH * done // max(total, 1)
            bar = "#" * filled + "." * (BAR_WIDTH - filled)
            self.stream.write(f"\r[{bar}] {done} of {total} bookings")
            self.stream.flush()

    def close(self) -> None:
        if self.is_shown:
            self.stream.write("\n")


def summarize_import(mapping: Mapping, result: ImportResult, *, dry_run: bool) -> Iterator[str]:
    """The result in sentences."""
    if dry_run:
        yield "Dry run: nothing was changed. A real run would do this:"
    yield f"Read as: {format_mapping(mapping)}."
    yield f"Bookings: {format_line_counts(result.book)}."
    if result.first_day:
        yield f"Days: {result.first_day} to {result.last_day}."
    if result.services.read:
        yield f"Services file: {format_line_counts(result.services)}."
    if result.customers.read:
        yield f"Customers file: {format_line_counts(result.customers)}."
    yield (
        f"Appointments: {result.appointments}, of which {result.upcoming} lie ahead;"
        f" {result.reminders} reminders planned, {result.confirmations} confirmations."
    )
    yield (
        f"New: {result.new_customers} customers,"
        f" {len(result.new_staff)} staff{format_name_list(result.new_staff)},"
        f" {len(result.new_services)} services{format_name_list(result.new_services)}."
    )
    yield from describe_special_cases(result)


def describe_special_cases(result: ImportResult) -> Iterator[str]:
    """What was taken in another way than one may think."""
    if result.reminders != result.upcoming:
        yield (
            "No reminder is planned where the appointment is nearer than the salon's reminder"
            " time, or was called off."
        )
    if result.without_number:
        yield (
            f"Without a number: {result.without_number} of the appointments ahead; their customers"
            " get no text until they have one."
        )
    if result.overlaps:
        yield (
            f"Overlaps: {len(result.overlaps)} appointments share time with another of the same"
            " member of staff; they were taken as they"
            f" are{format_name_list(sorted(result.overlaps), 'lines ')}."
        )
    if result.shared:
        yield (
            f"Shared: {result.shared} appointments are the work of several members of staff; who"
            " does the first service has the appointment, its note names the others."
        )


def format_mapping(mapping: Mapping) -> str:
    """Which column was taken for what, and in which format."""
    words = [*mapping.columns.items()]
    words += [(name, getattr(mapping, name)) for name in FORMAT_NAMES if getattr(mapping, name)]
    return ", ".join(f"{word}={header}" for word, header in words)


def format_line_counts(lines: FileResult) -> str:
    """What became of the lines of a file."""
    parts = [f"{lines.read} read", f"{lines.taken} taken", f"{lines.rejected} rejected"]
    if lines.known:
        parts.append(f"{lines.known} taken before")
    if lines.left_out:
        parts.append(f"{lines.left_out} left out as asked")
    if lines.remarks:
        parts.append(f"{len(lines.remarks)} taken with a remark")
    return ", ".join(parts)


def format_name_list(names: Sequence[object], what: str = "") -> str:
    """Names in brackets, the first of many; "" for none."""
    more = ", …" if len(names) > MOST_LISTED else ""
    return f" ({what}{', '.join(map(str, names[:MOST_LISTED]))}{more})" if names else ""


def list_first_problems(name: str, lines: FileResult) -> Iterator[str]:
    """The first lines of a file that somebody has to look at."""
    reasons = list(lines.to_look_at.items())
    for line, reason in reasons[:MOST_LISTED]:
        yield f"{name}, line {line}: {reason}"
    if len(reasons) > MOST_LISTED:
        yield f"{name}: and {len(reasons) - MOST_LISTED} more"
