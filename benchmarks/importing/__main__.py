"""How long a salon's old book takes to move in, and how much memory.

    python -m benchmarks.importing.__main__ [--quick] [--appointments 100000] [--database SQLite]

A real book of 1,906 bookings where SALON_BOOK names the folder that holds it, and a generated one
of 10,000 and of `--appointments` bookings, all of them ahead, each an appointment with a reminder.
Every import has a process of its own; memory is the most that process ever held. After the largest,
pages and lists are asked for in the same process. Exit status 1 when the real book takes more than
20 s, or when memory grows with the book.
"""

import csv
import os
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from testkit import databases, report, run_inside

GOAL = 20.0  # seconds for the real book
GROWTH_GOAL = 1.5  # times the memory of the smaller book, for one ten times as large
SMALL = 10_000
STAFF, SLOTS, CUSTOMERS = 40, 18, 20_000  # slots: half hours a day of each member of staff
HEADINGS = [
    "database", "book", "bookings", "appointments", "reminders", "seconds", "visits/s",
    "again: s", "peak MiB", "before MiB",
]  # fmt: skip
PAGES = ["database", "appointments", "page", "median ms", "p95 ms"]


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 appointments")
    parser.add_argument("--appointments", type=int)
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.appointments = options.appointments or (2 * SMALL if options.quick else 10 * SMALL)
    report.run_benchmark("An old book moves in", lambda: measure_import(options))


def measure_import(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    rows, pages, is_met = [], [], True
    with TemporaryDirectory(prefix="salon-bench-") as folder:
        books = generate_books(Path(folder), options.appointments) | find_real_book()
        for name in databases.choose_databases(options.database):
            found = {book: measure_import_on_database(name, paths) for book, paths in books.items()}
            rows += [build_import_row(name, book, result) for book, result in found.items()]
            large = found["generated"]
            pages += [[name, f"{large['appointments']:,}", *page] for page in large["pages"]]
            is_met &= found.get("real", large)["seconds"] <= GOAL or "real" not in found
            is_met &= large["peak"] <= found["small"]["peak"] * GROWTH_GOAL
    print(report.format_markdown_table(HEADINGS, rows))
    print("\nAfter it, in the same process:\n")
    print(
        report.format_markdown_table(
            PAGES, [[*page[:3], *map(report.RoundedNumber, page[3:])] for page in pages]
        )
    )
    return bool(is_met)


def find_real_book() -> dict[str, list[str]]:
    """The real book and its services, where there is one."""
    folder = os.environ.get("SALON_BOOK")
    if not folder:
        print("SALON_BOOK names no real book: generated ones only.\n")
        return {}
    return {"real": [str(Path(folder) / name) for name in ("future_bookings.csv", "services.csv")]}


def generate_books(folder: Path, appointments: int) -> dict[str, list[str]]:
    """A small and a large book that nobody kept."""
    books = {"small": SMALL, "generated": appointments}
    for name, size in books.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Code", "Name", "Phone", "Staff", "Service", "Date", "Time"])
            writer.writerows(generate_book_lines(size))
    return {name: [str(folder / f"{name}.csv")] for name in books}


def generate_book_lines(size: int) -> Iterator[list[str]]:
    """Bookings without overlap, each of another customer than the one before."""
    first = date(2020, 1, 6)
    for number in range(size):
        slot, staff = divmod(number, STAFF)
        day, half_hour = divmod(slot, SLOTS)
        customer = number * 7919 % CUSTOMERS
        yield [
            f"C{customer:05}",
            f"Customer {customer}",
            f"+1604555{customer % 10_000:04}",
            f"Stylist {staff}",
            f"Service {number % 30}",
            (first + timedelta(days=day)).isoformat(),
            f"{9 + half_hour // 2}:{half_hour % 2 * 30:02}",
        ]


def measure_import_on_database(database: str, paths: list[str]) -> dict[str, Any]:
    """What `importing_inside.measure` found about one book on one database."""
    with run_inside.prepare_installation(database) as environment:
        target = "benchmarks.importing.inside:measure_import_inside"
        return dict(run_inside.call_inside_django(environment, target, paths=paths))


def build_import_row(database: str, book: str, result: dict[str, Any]) -> list[object]:
    """A line of the table."""
    return [
        database,
        book,
        *(f"{result[key]:,}" for key in ("bookings", "appointments", "reminders")),
        report.RoundedNumber(result["seconds"]),
        report.RoundedNumber(result["appointments"] / result["seconds"], 0),
        *(report.RoundedNumber(result[key]) for key in ("again", "peak", "before")),
    ]


if __name__ == "__main__":
    main()
