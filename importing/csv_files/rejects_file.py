"""Write the lines that were not imported to a CSV file, each with its reasons."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from importing.csv_files.tables import Table

FORMULA_PATTERN = re.compile(r"[=@]|[+-](?![\d\s().-]*$)")  # but no phone number


def write_rejects_file(path: Path, table: Table, reasons: dict[int, str]) -> None:
    """Write the lines of `table` that have a reason, in its own form.

    Nobody else on the machine may read it: it names customers.
    """
    path.touch(mode=0o600)
    with path.open("w", encoding=table.encoding, errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=table.delimiter)
        for row in build_reject_rows(table, reasons):
            writer.writerow([escape_formula(str(cell)) for cell in row])


def escape_formula(cell: str) -> str:
    """The cell as text, also for a spreadsheet that would take it for a formula."""
    return f"'{cell}" if FORMULA_PATTERN.match(cell) else cell


def build_reject_rows(table: Table, reasons: dict[int, str]) -> Iterable[list[object]]:
    """A header, and a row for each line that has a reason."""
    yield ["line", "reason", *table.headers]
    for line in table.lines():
        if line.number in reasons:
            cells = [line.cells.get(header, "") for header in table.headers]
            yield [line.number, reasons[line.number], *cells]
