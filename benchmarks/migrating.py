"""How long each later migration takes on full tables, and how long people wait meanwhile.

    python -m benchmarks.migrating [--quick] [--visits 200000] [--database SQLite]

A database as the first migrations make it is filled with visits and two messages for each. Then all
later migrations come one by one, while somebody reads and somebody writes a row of each large table
again and again. Exit status 1 when a row is lost, or when on PostgreSQL one of them waits longer
than two seconds. SQLite knows one writer at a time: there a write waits for a whole migration.
"""

from argparse import Namespace
from typing import Any

from benchmarks import databases, inside, report

WAIT_GOAL = 2.0  # seconds, on PostgreSQL
# PostgreSQL adds an exclusion constraint to a full table in no other way than under a lock.
NO_OTHER_WAY = "appointment.0003_no_double_booking"
QUICK, FULL = 2_000, 200_000  # visits
HEADINGS = [
    "database", "migration", "seconds", "longest wait of a read, s", "longest wait of a write, s",
]  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = report.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} visits")
    parser.add_argument("--visits", type=int)
    databases.add_option(parser)
    options = parser.parse_args()
    options.visits = options.visits or (QUICK if options.quick else FULL)
    report.run("Migrations on full tables", lambda: measure(options))


def measure(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    found = {name: on(name, options.visits) for name in databases.chosen(options.database)}
    print(report.table(HEADINGS, [row for item in found.items() for row in rows(*item)]))
    for name, result in found.items():
        counts = ", ".join(f"{count:,} {table}" for table, count in result["rows"].items())
        print(f"\n{name}: {counts}; all there afterwards.")
    return all(is_met(*item) for item in found.items())


def on(name: str, visits: int) -> dict[str, Any]:
    """What `migrating_inside.measure` found on one database."""
    with inside.installation(name) as environment:
        target = "benchmarks.migrating_inside:measure"
        return dict(inside.call(environment, target, visits=visits))


def rows(name: str, result: dict[str, Any]) -> list[list[object]]:
    """The lines of one database."""
    return [
        [
            name,
            step["migration"],
            *(report.Number(step[key], 2) for key in ("took", "read", "write")),
        ]
        for step in result["steps"]
    ]


def is_met(name: str, result: dict[str, Any]) -> bool:
    steps = [step for step in result["steps"] if step["migration"] != NO_OTHER_WAY]
    waits = [step[key] for step in steps for key in ("read", "write")]
    return name != databases.POSTGRES or max(waits) <= WAIT_GOAL


if __name__ == "__main__":
    main()
