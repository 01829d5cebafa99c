"""What a booking costs: POST /appointments/ with messages, without, bare, and as the recipe has it.

    python -m benchmarks.booking.__main__ [--quick] [--requests 500] [--database SQLite] [--profile]

Every kind passes through the same middleware, sign-in, permission and JSON; the kinds take turns,
one request at a time, so that what disturbs one disturbs all. No worker runs beside. The recipe
does less: it looks for no overlap, keeps no ledger, sends no confirmation and trusts every id. It
is measured on our databases and on SQLite as Django sets it up, where the recipe is published.
The goals are reported, they don't fail the run.
"""

import json
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

from benchmarks.booking.rounds import KINDS, Scene, time_request_rounds
from runner import parts
from runner.configuration import ROOT, Configuration
from testkit import databases, report, run_inside
from testkit.processes.installation import find_free_port
from testkit.waiting import wait_until

BARE_GOAL, RECIPE_GOAL = 1.3, 2.0
DJANGO_DEFAULT_SQLITE = "SQLite, Django's settings"
HEADINGS = ["database", "through", "kind", "p50 ms", "p95 ms", "p50 / bare", "recipe / p50"]
RequestTimes = dict[str, list[float]]


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="100 requests of each kind")
    parser.add_argument("--requests", type=int, help="of each kind")
    parser.add_argument("--profile", action="store_true", help="print where our time goes instead")
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.requests = options.requests or (100 if options.quick else 500)
    report.run_benchmark("The cost of a booking", lambda: measure_booking_cost(options))


def measure_booking_cost(options: Namespace) -> bool:
    """Measure on each database and print it; a goal that is missed is said, not failed."""
    names = databases.choose_databases(options.database)
    found: dict[tuple[str, str], RequestTimes] = {}
    for database in names if options.database else [*names, DJANGO_DEFAULT_SQLITE]:
        found |= {
            (database, through): taken
            for through, taken in measure_booking_cost_on_database(database, options)
        }
    if not options.profile:
        print(f"{options.requests} requests of each kind, in turns, one at a time.\n")
        rows = [
            build_booking_row(*where, kind, taken)
            for where, taken in found.items()
            for kind in KINDS
        ]
        print(report.format_markdown_table(HEADINGS, rows), "", sep="\n")
        print(*(describe_booking_goals(*where, taken) for where, taken in found.items()), sep="\n")
        print(*compare_with_default_sqlite(found), sep="\n")
    return True


def measure_booking_cost_on_database(
    database: str, options: Namespace
) -> Iterator[tuple[str, RequestTimes]]:
    """What each way to the code took on one database; with --profile only print a profile."""
    port = str(find_free_port())
    variables = {"DJANGO_SETTINGS_MODULE": "benchmarks.booking.settings", "PORT": port}
    if database == DJANGO_DEFAULT_SQLITE:
        database, variables["DJANGOS_OWN_SQLITE"] = databases.SQLITE, "1"
    with run_inside.prepare_installation(database, **variables) as environment:
        scene = run_inside.call_inside_django(
            environment, "benchmarks.booking.inside:prepare_booking_scene"
        )
        given = {"scene": scene, "requests": options.requests}
        if options.profile:
            print(
                run_inside.call_inside_django(
                    environment, "benchmarks.booking.inside:profile_client_requests", **given
                )
            )
            return
        yield (
            "in process",
            run_inside.call_inside_django(
                environment, "benchmarks.booking.inside:time_client_requests", **given
            ),
        )
        with run_web_server(environment):
            yield "web server", time_http_requests(int(port), scene, options.requests)


@contextmanager
def run_web_server(environment: dict[str, str]) -> Iterator[None]:
    """The web server of `make run`, with the command line it has there."""
    told = subprocess.run(
        [*parts.MANAGE, "check_environment"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    configuration = Configuration.from_json(told.stdout)
    server = subprocess.Popen(
        parts.build_web_part(configuration).command,
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_web_server_live(configuration.port), timeout=60)
        yield
    finally:
        server.terminate()
        server.wait(20)


def is_web_server_live(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def time_http_requests(port: int, scene: Scene, requests: int) -> RequestTimes:
    """Milliseconds of each request over one kept connection, per kind."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Token {scene['token']}"}

    def send(kind: str, values: dict[str, Any]) -> None:
        connection.request("POST", f"/{kind}/", json.dumps(values), headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 201, text

    try:
        return time_request_rounds(scene, requests, send, first_day=1000)
    finally:
        connection.close()


def build_booking_row(database: str, through: str, kind: str, taken: RequestTimes) -> list[object]:
    """A line of the table."""
    p50 = compute_median_time(taken, kind)
    return [
        database,
        through,
        KINDS[kind],
        report.RoundedNumber(p50),
        report.RoundedNumber(report.compute_percentile(taken[kind], 95)),
        report.RoundedNumber(p50 / compute_median_time(taken, "bare"), 2),
        report.RoundedNumber(compute_median_time(taken, "recipe") / p50, 2),
    ]


def compute_median_time(taken: RequestTimes, kind: str) -> float:
    return report.compute_percentile(taken[kind], 50)


def describe_booking_goals(database: str, through: str, taken: RequestTimes) -> str:
    """Whether ours, with messages, is as fast as it was meant to be."""
    over_bare = compute_median_time(taken, "appointments") / compute_median_time(taken, "bare")
    under_recipe = compute_median_time(taken, "recipe") / compute_median_time(taken, "appointments")
    messages = compute_median_time(taken, "appointments") / compute_median_time(taken, "quiet")
    return (
        f"- {database}, {through}: {over_bare:.2f} × bare create"
        f" (goal at most {BARE_GOAL}: {'met' if over_bare <= BARE_GOAL else 'missed'}),"
        f" {under_recipe:.2f} × as fast as the recipe"
        f" (goal at least {RECIPE_GOAL}: {'met' if under_recipe >= RECIPE_GOAL else 'missed'});"
        f" with messages {messages:.2f} × without."
    )


def compare_with_default_sqlite(found: dict[tuple[str, str], RequestTimes]) -> Iterator[str]:
    """Ours on SQLite as we set it up, against the recipe on SQLite as Django does."""
    for (database, through), taken in found.items():
        ours = found.get((databases.SQLITE, through))
        if database == DJANGO_DEFAULT_SQLITE and ours is not None:
            times = compute_median_time(taken, "recipe") / compute_median_time(ours, "appointments")
            yield (
                f"- Ours on our SQLite, {through}: {times:.2f} × as fast as the recipe on"
                " SQLite as Django sets it up (one after the other, not in turns)."
            )


if __name__ == "__main__":
    main()
