"""The whole system under one busy half minute: exactly the right texts, and how late they are.

    python -m benchmarks.flow [--quick] [--visits 300] [--window 30] [--database SQLite]

Starts what `make run` starts, books visits over the REST API whose reminders fall due within the
window, changes half of them while the workers run (moved away, moved a little, there and back,
brought forward, cancelled, deleted; some in the very second their reminder falls due), and
compares what the provider accepted with what it should have. Exit status 1 when any text is
missing, doubled or stale.
"""

from argparse import Namespace
from datetime import timedelta

from benchmarks import databases, house, report
from benchmarks.flow_model import Verdict
from benchmarks.flow_scenario import Scenario
from tests.provider import Provider

RACES = 0.05  # of all visits are changed in the moment their reminder falls due
BOOKING = 0.15  # seconds for one visit and its confirmation, on a machine shared with others
LONGEST_END = 60.0  # seconds


def main() -> None:
    """Read the options and run."""
    parser = report.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="60 visits within 10 seconds")
    parser.add_argument("--visits", type=int)
    parser.add_argument("--window", type=int, help="seconds")
    databases.add_option(parser)
    options = parser.parse_args()
    options.visits = options.visits or (60 if options.quick else 300)
    options.window = options.window or (10 if options.quick else 30)
    report.run("Exactly the right texts", lambda: measure(options))


def measure(options: Namespace) -> bool:
    """Run the scenario on each database and print what came out; whether all was right."""
    verdicts = {name: on(name, options) for name in databases.chosen(options.database)}
    print(
        f"{options.visits} visits, reminders due within {options.window} s, half of them changed\n"
        "while the workers run. Lateness: accepted by the provider after it was due.\n"
    )
    print(report.table(HEADINGS, [row(*item) for item in verdicts.items()]))
    for name, verdict in verdicts.items():
        complain(name, verdict)
    return all(verdict.is_right() for verdict in verdicts.values())


def on(name: str, options: Namespace) -> Verdict:
    """The scenario on one database."""
    with (
        Provider() as provider,
        databases.environment(name) as variables,
        house.opened(provider, **variables) as installation,
    ):
        api = house.Api(int(installation.port))
        api.sign_in()
        size, window = options.visits, timedelta(seconds=options.window)
        scenario = Scenario(api, provider, size=size, window=window, races=int(size * RACES))
        scenario.prepare()
        scenario.book(within=timedelta(seconds=5 + int(size * BOOKING)))
        scenario.change()
        scenario.wait_for_the_end(LONGEST_END)
        return scenario.verdict()


HEADINGS = [
    "database", "confirmations", "reminders", "cancellations", "missing", "doubled", "stale",
    "changed as due", "late p50 ms", "p99 ms", "max ms",
]  # fmt: skip


def row(name: str, verdict: Verdict) -> list[object]:
    """A line of the table."""
    late = [seconds * 1000 for seconds in verdict.lateness] or [float("nan")]
    return [
        name,
        *(verdict.counts.get(kind, 0) for kind in ("confirmation", "reminder", "cancellation")),
        *(len(texts) for texts in (verdict.missing, verdict.doubled, verdict.stale)),
        verdict.raced,
        *(report.Number(report.percentile(late, percent), 0) for percent in (50, 99, 100)),
    ]


def complain(name: str, verdict: Verdict) -> None:
    """Print the texts that were wrong."""
    for what in ("missing", "doubled", "stale"):
        for text in getattr(verdict, what):
            print(f"\n{name}, {what}: {text}")


if __name__ == "__main__":
    main()
