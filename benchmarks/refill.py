"""How fast an emptied Redis is filled again from the ledger.

    python -m benchmarks.refill [--quick] [--rows 100000] [--database SQLite]

Pending reminders of the next 90 days stand in the ledger, a tenth of them due within the hour.
The scheduler of `make run` works beside; FLUSHALL; then we look at what is back and in which
order. Exit status 1 when a row was handed over before one that is due earlier, or when what is
due within the hour takes more than 60 s or the rest comes at less than 2,000 a second.
"""

from argparse import Namespace

from benchmarks import databases, inside, report

HOUR_GOAL = 60.0  # seconds until all that is due within the hour is back
RATE_GOAL = 2000.0  # rows a second for the rest
HEADINGS = [
    "database", "rows", "due within the hour", "until noticed s", "the hour is back s",
    "all is back s", "rest: rows/s", "out of order", "scheduler MiB", "goals",
]  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = report.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 rows")
    parser.add_argument("--rows", type=int)
    databases.add_option(parser)
    options = parser.parse_args()
    options.rows = options.rows or (20_000 if options.quick else 100_000)
    report.run("An emptied Redis is filled again", lambda: measure(options))


def measure(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    found = {name: on(name, options.rows) for name in databases.chosen(options.database)}
    print("Seconds since FLUSHALL; the sweep looks every 10 s and works for 8 s at a time.\n")
    print(report.table(HEADINGS, [row(*item) for item in found.items()]))
    return all(is_met(result) for result in found.values())


def on(name: str, rows: int) -> dict[str, float]:
    """What `refill_inside.measure` found on one database."""
    with inside.installation(name) as environment:
        return inside.call(environment, "benchmarks.refill_inside:measure", rows=rows)


def is_met(result: dict[str, float]) -> bool:
    in_time = result["hour"] <= HOUR_GOAL and result["rate"] >= RATE_GOAL
    return in_time and result["out_of_order"] == 0


def row(name: str, result: dict[str, float]) -> list[object]:
    """A line of the table."""
    return [
        name,
        f"{result['rows']:,.0f}",
        f"{result['near']:,.0f}",
        *(report.Number(result[key]) for key in ("noticed", "hour", "all")),
        report.Number(result["rate"], 0),
        int(result["out_of_order"]),
        report.Number(result["memory"], 0),
        "met" if is_met(result) else "missed",
    ]


if __name__ == "__main__":
    main()
