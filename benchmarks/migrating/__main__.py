"""How long each later migration takes on full tables, and how long people wait meanwhile.

    python -m benchmarks.migrating.__main__ [--quick] [--appointments 200000] [--database SQLite]

A database as the first migrations make it is filled with appointments and two messages for each.
Then all later migrations come one by one, while somebody reads and somebody writes a row of each
large table again and again. Exit status 1 when a row is lost, or when on PostgreSQL one of them
waits longer than two seconds. SQLite knows one writer at a time: there a write waits for a whole
migration.
"""

from argparse import Namespace
from typing import Any

from testkit import databases, report, run_inside

WAIT_GOAL = 2.0  # seconds, on PostgreSQL
# PostgreSQL adds an exclusion constraint to a full table in no other way than under a lock.
NO_OTHER_WAY = "appointment.0003_no_double_booking"
QUICK, FULL = 2_000, 200_000  # appointments
HEADINGS = [
    "database", "migration", "seconds", "longest wait of a read, s", "longest wait of a write, s",
]  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} appointments")
    parser.add_argument("--appointments", type=int)
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.appointments = options.appointments or (QUICK if options.quick else FULL)
    report.run_benchmark("Migrations on full tables", lambda: measure_migrations(options))


def measure_migrations(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    found = {
        name: measure_migrations_on_database(name, options.appointments)
        for name in databases.choose_databases(options.database)
    }
    print(
        report.format_markdown_table(
            HEADINGS, [row for item in found.items() for row in build_migration_rows(*item)]
        )
    )
    for name, result in found.items():
        counts = ", ".join(f"{count:,} {table}" for table, count in result["rows"].items())
        print(f"\n{name}: {counts}; all there afterwards.")
    return all(has_met_migration_goals(*item) for item in found.items())


def measure_migrations_on_database(name: str, appointments: int) -> dict[str, Any]:
    """What `migrating_inside.measure` found on one database."""
    with run_inside.prepare_installation(name) as environment:
        target = "benchmarks.migrating.inside:measure_migrations_inside"
        return dict(run_inside.call_inside_django(environment, target, appointments=appointments))


def build_migration_rows(name: str, result: dict[str, Any]) -> list[list[object]]:
    """The lines of one database."""
    return [
        [
            name,
            step["migration"],
            *(report.RoundedNumber(step[key], 2) for key in ("took", "read", "write")),
        ]
        for step in result["steps"]
    ]


def has_met_migration_goals(name: str, result: dict[str, Any]) -> bool:
    steps = [step for step in result["steps"] if step["migration"] != NO_OTHER_WAY]
    waits = [step[key] for step in steps for key in ("read", "write")]
    return name != databases.POSTGRES or max(waits) <= WAIT_GOAL


if __name__ == "__main__":
    main()
