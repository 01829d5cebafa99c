"""150 signed receipts a second for a minute: how fast the web takes them, and whether one is lost.

    python -m benchmarks.callbacks.__main__ [--quick] [--rate 150] [--seconds 60] [--database
    SQLite]

Starts what `make run` starts. Each text of the ledger gets two receipts, of the words "sent" and
"delivered", in any order, some twice; a third of the texts were of unknown fate before. They are
posted at planned moments, each on a connection of its own, whatever the answers take, and a
receipt's milliseconds count from its planned moment. Exit status 1 when one in a hundred takes
longer than a second, one is not answered 200, or a text ends in another state than it should.
"""

import asyncio
from argparse import Namespace
from typing import Any

from benchmarks.callbacks.receipt_poster import ReceiptPoster
from benchmarks.callbacks.receipts import (
    compute_expected_states,
    has_met_receipt_goals,
    plan_receipts,
)
from testkit import databases, installation_api, report
from testkit.processes import cpu_usage
from testkit.processes.installation import find_free_port
from testkit.quick_provider import QuickProvider

HEADINGS = [
    "database", "texts", "receipts", "p50 ms", "p99 ms", "slowest ms", "not 200",
    "wrong states", "goals",
]  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="for 10 seconds")
    parser.add_argument("--rate", type=int, default=150, help="receipts a second")
    parser.add_argument("--seconds", type=int)
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.seconds = options.seconds or (10 if options.quick else 60)
    report.run_benchmark("Receipts", lambda: measure_receipts(options))


def measure_receipts(options: Namespace) -> bool:
    """Measure on each database and print it; whether the goals were met."""
    results = {
        name: measure_receipts_on_database(name, options)
        for name in databases.choose_databases(options.database)
    }
    print(
        report.format_markdown_table(
            HEADINGS, [build_receipt_row(*item) for item in results.items()]
        )
    )
    print("\nCores kept busy:\n")
    print(
        cpu_usage.format_cores_table(
            ["database"], [([name], r["cores"]) for name, r in results.items()]
        )
    )
    print(f"\n{report.describe_load()} at the end")
    return all(has_met_receipt_goals(result) for result in results.values())


def measure_receipts_on_database(database: str, options: Namespace) -> dict[str, Any]:
    """One run on a fresh installation."""
    port = str(find_free_port())
    address = f"http://127.0.0.1:{port}"
    receipts = plan_receipts(options.rate * options.seconds // 2)
    with (
        QuickProvider() as provider,
        databases.open_database_environment(database) as of_database,
        installation_api.open_installation(
            provider,
            PORT=port,
            PUBLIC_URL=address,
            **installation_api.SERVER_VARIABLES,
            **of_database,
        ) as installation,
    ):
        texts = len(receipts) // 2
        codes = installation_api.call_in_installation(
            installation, "benchmarks.callbacks.inside:create_sent_notifications", texts=texts
        )
        meter = cpu_usage.CpuMeter({provider.pid: "provider"})
        answers = asyncio.run(ReceiptPoster(int(port), address, codes).post(receipts, options.rate))
        cores = meter.cores()
        found = installation_api.call_in_installation(
            installation, "benchmarks.callbacks.inside:read_receipt_states"
        )
        wrong = {
            n: state for n, state in compute_expected_states(receipts).items() if found[n] != state
        }
        return {"texts": texts, "answers": answers, "wrong": wrong, "cores": cores}


def build_receipt_row(database: str, result: dict[str, Any]) -> list[object]:
    """A line of the table."""
    statuses, took = zip(*result["answers"], strict=True)
    return [
        database,
        f"{result['texts']:,}",
        f"{len(took):,}",
        *(
            report.RoundedNumber(report.compute_percentile(took, percent), 0)
            for percent in (50, 99, 100)
        ),
        sum(status != 200 for status in statuses),
        len(result["wrong"]),
        "met" if has_met_receipt_goals(result) else "missed",
    ]


if __name__ == "__main__":
    main()
