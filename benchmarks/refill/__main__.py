"""How fast an emptied Redis is filled again from the ledger.

    python -m benchmarks.refill.__main__ [--quick] [--rows 100000] [--database SQLite]

Pending reminders of the next 90 days stand in the ledger, a tenth of them due within the hour.
The scheduler of `make run` works beside; FLUSHALL; then we look at what is back and in which
order. Exit status 1 when a row was handed over before one that is due earlier, or when what is
due within the hour takes more than 60 s or the rest comes at less than 2,000 a second.
"""

from argparse import Namespace

from benchmarks.refill.goals import has_met_refill_goals
from testkit import databases, report, run_inside

HEADINGS = [
    "database", "rows", "due within the hour", "until noticed s", "the hour is back s",
    "all is back s", "rest: rows/s", "out of order", "scheduler MiB", "goals",
]  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 rows")
    parser.add_argument("--rows", type=int)
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.rows = options.rows or (20_000 if options.quick else 100_000)
    report.run_benchmark("An emptied Redis is filled again", lambda: measure_refill(options))


def measure_refill(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    found = {
        name: measure_refill_on_database(name, options.rows)
        for name in databases.choose_databases(options.database)
    }
    print("Seconds since FLUSHALL; the sweep looks every 10 s and works for 8 s at a time.\n")
    print(
        report.format_markdown_table(HEADINGS, [build_refill_row(*item) for item in found.items()])
    )
    return all(has_met_refill_goals(result) for result in found.values())


def measure_refill_on_database(name: str, rows: int) -> dict[str, float]:
    """What `refill_inside.measure` found on one database."""
    with run_inside.prepare_installation(name) as environment:
        return run_inside.call_inside_django(
            environment, "benchmarks.refill.inside:measure_refill_inside", rows=rows
        )


def build_refill_row(name: str, result: dict[str, float]) -> list[object]:
    """A line of the table."""
    return [
        name,
        f"{result['rows']:,.0f}",
        f"{result['near']:,.0f}",
        *(report.RoundedNumber(result[key]) for key in ("noticed", "hour", "all")),
        report.RoundedNumber(result["rate"], 0),
        int(result["out_of_order"]),
        report.RoundedNumber(result["memory"], 0),
        "met" if has_met_refill_goals(result) else "missed",
    ]


if __name__ == "__main__":
    main()
