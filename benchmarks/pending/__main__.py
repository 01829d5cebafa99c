"""A million pending reminders: what they cost a worker, and whether a near one is on time.

    python -m benchmarks.pending.__main__ [--quick] [--rows 1000000] [--database SQLite]

Starts what `make run` starts, sends some texts and notes what its idle workers hold. Then that
many reminders of the next 90 days are pending, a tenth of them due within the hour: some more
fall due, the workers' memory is read again, and Redis is emptied. Exit status 1 when a worker
holds over a tenth more than an idle one, a near reminder comes more than two seconds late, what
is due within the hour takes over 60 s to come back, or the rest comes at less than 2,000 a second
or out of order.
"""

import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from benchmarks.refill.goals import has_met_refill_goals
from testkit import databases, installation_api, report
from testkit.processes.installation import Installation
from testkit.quick_provider import QuickProvider
from testkit.waiting import wait_until

MEMORY_GOAL = 1.1  # times that of an idle worker
LATE_GOAL = 2.0  # seconds
NEAR = 60  # reminders that fall due, a second apart each two
SOON = 10.0  # seconds until the first of them is due
LONGEST = 1800.0  # seconds
HEADINGS = [
    "database", "pending", "written in s", "worker idle MiB", "worker MiB", "Redis MiB",
    "near ones late p50 ms", "slowest ms", "the hour is back s", "all is back s", "rest: rows/s",
    "out of order", "goals",
]  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 rows")
    parser.add_argument("--rows", type=int)
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.rows = options.rows or (50_000 if options.quick else 1_000_000)
    report.run_benchmark("Very many pending", lambda: measure_pending_reminders(options))


def measure_pending_reminders(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    found = {
        name: measure_pending_on_database(name, options.rows)
        for name in databases.choose_databases(options.database)
    }
    print(
        report.format_markdown_table(HEADINGS, [build_pending_row(*item) for item in found.items()])
    )
    print(f"\n{report.describe_load()} at the end")
    return all(has_met_pending_goals(result) for result in found.values())


def measure_pending_on_database(database: str, rows: int) -> dict[str, Any]:
    """One run on a fresh installation."""
    with (
        QuickProvider(latency=0.0) as provider,
        databases.open_database_environment(database) as of_database,
        installation_api.open_installation(
            provider, **installation_api.SERVER_VARIABLES, **of_database
        ) as installation,
    ):
        measure_reminder_lateness(
            installation, provider, "2125550"
        )  # a worker that never sent anything holds less
        idle = read_largest_worker_memory(installation)
        began = time.monotonic()
        near = installation_api.call_in_installation(
            installation, "benchmarks.refill.full_ledger:write_pending_reminders", rows=rows
        )
        written = time.monotonic() - began
        emptied = installation_api.call_in_installation(
            installation, "benchmarks.refill.inside:empty_redis_and_measure", near=near
        )
        late = measure_reminder_lateness(installation, provider, "3055550")
        held = {
            "idle": idle,
            "memory": read_largest_worker_memory(installation),
            "written": written,
            "late": late,
        }
        redis = installation_api.call_in_installation(
            installation, "benchmarks.pending.inside:read_redis_memory"
        )
        return {**held, **emptied, "redis": redis}


def measure_reminder_lateness(
    installation: Installation, provider: QuickProvider, prefix: str
) -> list[float]:
    """Milliseconds after their due time that some reminders reach the provider."""
    first = time.time() + SOON
    due = {f"+1{prefix}{number:03}": first + number / 2 for number in range(NEAR)}
    filled = {
        "zone": "America/New_York",
        "salons": 1,
        "customers": [("Jane Roe", phone) for phone in due],
        "due": list(due.values()),
    }
    installation_api.call_in_installation(
        installation, "benchmarks.storm.inside:create_storm_appointments", **filled
    )
    sent = provider.count()
    wait_until(lambda: provider.count() >= sent + NEAR, timeout=SOON + NEAR + LONGEST)
    return [(text.at - due[text.to]) * 1000 for text in provider.texts() if text.to in due]


def read_largest_worker_memory(installation: Installation) -> float:
    """MiB that the largest worker process holds."""
    sizes = [read_resident_memory(pid) for pid in installation.processes.find("dramatiq")]
    return max(sizes)


def read_resident_memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def has_met_pending_goals(result: dict[str, Any]) -> bool:
    flat = result["memory"] <= MEMORY_GOAL * result["idle"]
    return flat and max(result["late"]) <= LATE_GOAL * 1000 and has_met_refill_goals(result)


def build_pending_row(database: str, result: dict[str, Any]) -> list[object]:
    """A line of the table."""
    return [
        database,
        f"{result['rows']:,}",
        *(report.RoundedNumber(result[key], 0) for key in ("written", "idle", "memory", "redis")),
        *(
            report.RoundedNumber(report.compute_percentile(result["late"], percent), 0)
            for percent in (50, 100)
        ),
        *(report.RoundedNumber(result[key]) for key in ("hour", "all")),
        report.RoundedNumber(result["rate"], 0),
        int(result["out_of_order"]),
        "met" if has_met_pending_goals(result) else "missed",
    ]


if __name__ == "__main__":
    main()
