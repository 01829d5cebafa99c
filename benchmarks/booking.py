"""What a booking costs: POST /appointments/ with messages, without, bare, and as the recipe has it.

    python -m benchmarks.booking [--quick] [--requests 500] [--database SQLite] [--profile]

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

from benchmarks import databases, inside, report
from benchmarks.booking_rounds import KINDS, Scene, rounds
from runner import parts
from runner.configuration import ROOT, Configuration
from tests.runner.installations import free_port
from tests.waiting import wait_until

BARE_GOAL, RECIPE_GOAL = 1.3, 2.0
DJANGOS_OWN = "SQLite, Django's settings"
HEADINGS = ["database", "through", "kind", "p50 ms", "p95 ms", "p50 / bare", "recipe / p50"]
Taken = dict[str, list[float]]


def main() -> None:
    """Read the options and run."""
    parser = report.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="100 requests of each kind")
    parser.add_argument("--requests", type=int, help="of each kind")
    parser.add_argument("--profile", action="store_true", help="print where our time goes instead")
    databases.add_option(parser)
    options = parser.parse_args()
    options.requests = options.requests or (100 if options.quick else 500)
    report.run("The cost of a booking", lambda: measure(options))


def measure(options: Namespace) -> bool:
    """Measure on each database and print it; a goal that is missed is said, not failed."""
    names = databases.chosen(options.database)
    found: dict[tuple[str, str], Taken] = {}
    for database in names if options.database else [*names, DJANGOS_OWN]:
        found |= {(database, through): taken for through, taken in on(database, options)}
    if not options.profile:
        print(f"{options.requests} requests of each kind, in turns, one at a time.\n")
        rows = [row(*where, kind, taken) for where, taken in found.items() for kind in KINDS]
        print(report.table(HEADINGS, rows), "", sep="\n")
        print(*(goals(*where, taken) for where, taken in found.items()), sep="\n")
        print(*as_each_is_set_up(found), sep="\n")
    return True


def on(database: str, options: Namespace) -> Iterator[tuple[str, Taken]]:
    """What each way to the code took on one database; with --profile only print a profile."""
    port = str(free_port())
    variables = {"DJANGO_SETTINGS_MODULE": "benchmarks.booking_settings", "PORT": port}
    if database == DJANGOS_OWN:
        database, variables["DJANGOS_OWN_SQLITE"] = databases.SQLITE, "1"
    with inside.installation(database, **variables) as environment:
        scene = inside.call(environment, "benchmarks.booking_inside:prepare")
        given = {"scene": scene, "requests": options.requests}
        if options.profile:
            print(inside.call(environment, "benchmarks.booking_inside:profile", **given))
            return
        yield (
            "in process",
            inside.call(environment, "benchmarks.booking_inside:in_process", **given),
        )
        with web_server(environment):
            yield "web server", over_http(int(port), scene, options.requests)


@contextmanager
def web_server(environment: dict[str, str]) -> Iterator[None]:
    """The web server of `make run`, with the command line it has there."""
    told = subprocess.run(
        [*parts.MANAGE, "check_environment"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    configuration = Configuration.from_json(told.stdout)
    server = subprocess.Popen(
        parts.web(configuration).command,
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(configuration.port), timeout=60)
        yield
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def over_http(port: int, scene: Scene, requests: int) -> Taken:
    """Milliseconds of each request over one kept connection, per kind."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Token {scene['token']}"}

    def send(kind: str, values: dict[str, Any]) -> None:
        connection.request("POST", f"/{kind}/", json.dumps(values), headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 201, text

    try:
        return rounds(scene, requests, send, first_day=1000)
    finally:
        connection.close()


def row(database: str, through: str, kind: str, taken: Taken) -> list[object]:
    """A line of the table."""
    p50 = middle(taken, kind)
    return [
        database,
        through,
        KINDS[kind],
        report.Number(p50),
        report.Number(report.percentile(taken[kind], 95)),
        report.Number(p50 / middle(taken, "bare"), 2),
        report.Number(middle(taken, "recipe") / p50, 2),
    ]


def middle(taken: Taken, kind: str) -> float:
    return report.percentile(taken[kind], 50)


def goals(database: str, through: str, taken: Taken) -> str:
    """Whether ours, with messages, is as fast as it was meant to be."""
    over_bare = middle(taken, "appointments") / middle(taken, "bare")
    under_recipe = middle(taken, "recipe") / middle(taken, "appointments")
    messages = middle(taken, "appointments") / middle(taken, "quiet")
    return (
        f"- {database}, {through}: {over_bare:.2f} × bare create"
        f" (goal at most {BARE_GOAL}: {'met' if over_bare <= BARE_GOAL else 'missed'}),"
        f" {under_recipe:.2f} × as fast as the recipe"
        f" (goal at least {RECIPE_GOAL}: {'met' if under_recipe >= RECIPE_GOAL else 'missed'});"
        f" with messages {messages:.2f} × without."
    )


def as_each_is_set_up(found: dict[tuple[str, str], Taken]) -> Iterator[str]:
    """Ours on SQLite as we set it up, against the recipe on SQLite as Django does."""
    for (database, through), taken in found.items():
        ours = found.get((databases.SQLITE, through))
        if database == DJANGOS_OWN and ours is not None:
            times = middle(taken, "recipe") / middle(ours, "appointments")
            yield (
                f"- Ours on our SQLite, {through}: {times:.2f} × as fast as the recipe on"
                " SQLite as Django sets it up (one after the other, not in turns)."
            )


if __name__ == "__main__":
    main()
