"""10,000 reminders fall due within a minute: how many a second leave, how late, what else waits.

    python -m benchmarks.storm.__main__ [--quick] [--size 10000] [--threads 8] [--database SQLite]

Starts what `make run` starts with two worker processes, against a provider that answers after
100 ms, and lets the reminders of 50 salons fall due evenly over a minute. Eight threads can send
80 a second at best. Meanwhile a salon looks at its day and books. With 16, 32 and 64 threads all
fall due within ten seconds, so that the workers are what limits. Exit status 1 when a text is
missing, doubled or wrong, or when eight threads send less than 68 a second.
"""

import time
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.storm.background_requests import BackgroundRequests
from benchmarks.storm.result import GOAL_THREADS, HEADINGS, StormResult
from testkit import databases, expected_messages, installation_api, report
from testkit.processes import cpu_usage
from testkit.processes.installation import Installation
from testkit.quick_provider import QuickProvider

LATENCY = 0.1  # seconds
PROCESSES = 2
SALONS, LEAD = 50, timedelta(minutes=60)
SECONDS_PER_APPOINTMENT = 0.004  # seconds for each appointment, on a machine shared with others
LONGEST = 600.0  # seconds until what is missing counts as lost
LISTENING_SECONDS = 5.0  # seconds for texts that should not come


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="800 reminders within 5 s, 8 threads")
    parser.add_argument("--size", type=int, help="reminders")
    parser.add_argument("--window", type=float, help="seconds within which they fall due")
    parser.add_argument("--threads", type=int, action="append", help="in all; may be repeated")
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.size = options.size or (800 if options.quick else 10_000)
    options.threads = options.threads or ([8] if options.quick else [8, 16, 32, 64])
    report.run_benchmark("A storm of reminders", lambda: measure_storm(options))


def measure_storm(options: Namespace) -> bool:
    """Measure on each database with each number of threads; whether the goals were met."""
    results = []
    for database in databases.choose_databases(options.database):
        for threads in options.threads:
            results.append(measure_storm_on_database(database, threads, options))
            print(results[-1].words(), flush=True)
    print(
        "", report.format_markdown_table(HEADINGS, [result.row() for result in results]), sep="\n"
    )
    print("\nCores kept busy:\n")
    rows: list[tuple[list[object], dict[str, float]]]
    rows = [([result.database, result.threads], result.cores) for result in results]
    print(cpu_usage.format_cores_table(["database", "threads"], rows))
    return all(result.is_met() for result in results)


def measure_storm_on_database(database: str, threads: int, options: Namespace) -> StormResult:
    """One storm."""
    window = options.window or choose_storm_window(options, threads)
    variables = {"WORKER_PROCESSES": str(PROCESSES), "WORKER_THREADS": str(threads // PROCESSES)}
    with (
        QuickProvider(LATENCY) as provider,
        databases.open_database_environment(database) as of_database,
        installation_api.open_installation(
            provider, **variables, **installation_api.SERVER_VARIABLES, **of_database
        ) as installation,
    ):
        storm = Storm(installation, options.size, window)
        storm.prepare()
        with BackgroundRequests(storm.api) as visitors:
            meter = cpu_usage.CpuMeter({provider.pid: "provider"})
            storm.wait(provider)
            cores = meter.cores()
        time.sleep(LISTENING_SECONDS)
        texts = provider.texts()
        return StormResult(
            database,
            threads,
            window=window,
            first=storm.first,
            expected=storm.expected,
            texts=texts,
            states=storm.states(),
            visitors=visitors,
            cores=cores,
        )


def choose_storm_window(options: Namespace, threads: int) -> float:
    """Seconds within which all fall due: the goal's minute, or so few that a queue builds up."""
    if options.quick:
        return 5.0
    return 60.0 if threads == GOAL_THREADS else 10.0


class Storm:
    """The reminders of one run: `size` of them, due within `window` seconds."""

    def __init__(self, installation: Installation, size: int, window: float) -> None:
        self.installation, self.size, self.window = installation, size, window
        self.api = installation_api.ApiClient(int(installation.port))
        self.api.sign_in()
        self.first = float(int(time.time() + 10 + size * SECONDS_PER_APPOINTMENT))
        self.due = [self.first + number * window / size for number in range(size)]
        self.zone = find_noon_zone()
        self.expected: dict[tuple[str, str], float] = {}

    def prepare(self) -> None:
        """Write the appointments and wait until the first reminder is due."""
        people = [(f"Customer {n}", f"+1{2_122_000_000 + n}") for n in range(self.size)]
        for number, (name, phone) in enumerate(people):
            self.expected[phone, self.text(number, name)] = self.due[number]
        filled = {"zone": self.zone, "salons": SALONS, "customers": people, "due": self.due}
        installation_api.call_in_installation(
            self.installation, "benchmarks.storm.inside:create_storm_appointments", **filled
        )
        left = self.first - time.time()
        if left < 0:
            raise TooSlow(f"the appointments took {-left:.0f} s longer to write than was planned")
        time.sleep(left)

    def text(self, number: int, name: str) -> str:
        """The reminder as its customer should read it."""
        due = datetime.fromtimestamp(self.due[number], UTC)
        salon = expected_messages.TrackedSalon(
            f"Salon {number % SALONS}", ZoneInfo(self.zone), LEAD
        )
        return expected_messages.format_reminder(
            due + LEAD, due, expected_messages.TrackedAppointment("", name), salon
        )

    def wait(self, provider: QuickProvider) -> None:
        """Until all are sent, or the longest time has passed."""
        deadline = time.time() + LONGEST
        while provider.count() < self.size and time.time() < deadline:
            time.sleep(0.5)

    def states(self) -> dict[str, int]:
        """How many of the reminders are in which state."""
        return dict(
            installation_api.call_in_installation(
                self.installation, "benchmarks.storm.inside:count_reminder_states"
            )
        )


class TooSlow(Exception):
    """The machine is too slow, or too busy, for so many appointments."""


def find_noon_zone() -> str:
    """A zone where it is about noon, so that no text names another day than the appointment's."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


if __name__ == "__main__":
    main()
