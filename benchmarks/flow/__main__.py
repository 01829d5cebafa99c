"""The whole system under one busy half minute: exactly the right texts, and how late they are.

    python -m benchmarks.flow.__main__ [--quick] [--appointments 300] [--window 30] [--database
    SQLite]

Starts what `make run` starts, books appointments over the REST API whose reminders fall due within
the window, changes half of them while the workers run (moved away, moved a little, there and back,
brought forward, cancelled, deleted; some in the very second their reminder falls due), and compares
what the provider accepted with what it should have. Exit status 1 when any text is missing, doubled
or stale.
"""

from argparse import Namespace
from datetime import timedelta

from benchmarks.flow.scenario import FlowScenario
from testkit import databases, installation_api, report
from testkit.expected_messages import MessageVerdict
from testkit.provider import Provider

RACE_SHARE = 0.05  # of all appointments are changed in the moment their reminder falls due
SECONDS_PER_BOOKING = (
    0.15  # seconds for one appointment and its confirmation, on a machine shared with others
)
LONGEST_END = 60.0  # seconds


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="60 appointments within 10 seconds")
    parser.add_argument("--appointments", type=int)
    parser.add_argument("--window", type=int, help="seconds")
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.appointments = options.appointments or (60 if options.quick else 300)
    options.window = options.window or (10 if options.quick else 30)
    report.run_benchmark("Exactly the right texts", lambda: measure_flow(options))


def measure_flow(options: Namespace) -> bool:
    """Run the scenario on each database and print what came out; whether all was right."""
    verdicts = {
        name: measure_flow_on_database(name, options)
        for name in databases.choose_databases(options.database)
    }
    print(
        f"{options.appointments} appointments, reminders due within {options.window} s, half of"
        " them changed\nwhile the workers run."
        " Lateness: accepted by the provider after it was due.\n"
    )
    print(
        report.format_markdown_table(HEADINGS, [build_flow_row(*item) for item in verdicts.items()])
    )
    for name, verdict in verdicts.items():
        print_wrong_messages(name, verdict)
    return all(verdict.is_right() for verdict in verdicts.values())


def measure_flow_on_database(name: str, options: Namespace) -> MessageVerdict:
    """The scenario on one database."""
    with (
        Provider() as provider,
        databases.open_database_environment(name) as variables,
        installation_api.open_installation(provider, **variables) as installation,
    ):
        api = installation_api.ApiClient(int(installation.port))
        api.sign_in()
        size, window = options.appointments, timedelta(seconds=options.window)
        scenario = FlowScenario(
            api, provider, size=size, window=window, races=int(size * RACE_SHARE)
        )
        scenario.prepare()
        scenario.book(within=timedelta(seconds=5 + int(size * SECONDS_PER_BOOKING)))
        scenario.change()
        scenario.wait_for_the_end(LONGEST_END)
        return scenario.verdict()


HEADINGS = [
    "database", "confirmations", "reminders", "cancellations", "missing", "doubled", "stale",
    "changed as due", "late p50 ms", "p99 ms", "max ms",
]  # fmt: skip


def build_flow_row(name: str, verdict: MessageVerdict) -> list[object]:
    """A line of the table."""
    late = [seconds * 1000 for seconds in verdict.lateness] or [float("nan")]
    return [
        name,
        *(verdict.counts.get(kind, 0) for kind in ("confirmation", "reminder", "cancellation")),
        *(len(texts) for texts in (verdict.missing, verdict.doubled, verdict.stale)),
        verdict.raced,
        *(
            report.RoundedNumber(report.compute_percentile(late, percent), 0)
            for percent in (50, 99, 100)
        ),
    ]


def print_wrong_messages(name: str, verdict: MessageVerdict) -> None:
    """Print the texts that were wrong."""
    for what in ("missing", "doubled", "stale"):
        for text in getattr(verdict, what):
            print(f"\n{name}, {what}: {text}")


if __name__ == "__main__":
    main()
