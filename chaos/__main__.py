"""`make chaos`: a running installation under fire, and whether every text went out exactly once.

    python -m chaos [--quick] [--messages 5000] [--seed N] [--database SQLite]

Starts what `make run` starts against a provider that fails one request in ten, books, moves,
cancels and deletes appointments, and meanwhile kills and freezes workers, kills the scheduler,
kills and empties Redis. Then the faults end, and within two minutes every text that should have
gone out must have, none twice, none of a time that was no longer true. The seed is printed; the
same seed makes the same appointments, faults and victims.
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from random import Random, SystemRandom

from chaos import failure_report
from chaos.allowed_messages import ChaosVerdict, compare_with_allowed
from chaos.fault_injector import FaultInjector
from chaos.salon_traffic import LATEST, SalonTraffic
from testkit import databases, installation_api, report
from testkit.faulty_provider import FaultyProvider
from testkit.processes.installation import Installation, find_free_port
from testkit.run_inside import PROVIDER_ACCOUNT

SETTLED_WITHIN = 120.0  # seconds after the last fault
MESSAGES_PER_APPOINTMENT = 1.75  # texts an appointment causes at least, on average
CLIENTS = 4


def main() -> None:
    """Read the options and run."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes: for every commit")
    parser.add_argument("--messages", type=int, help="texts to cause, about")
    parser.add_argument("--seconds", type=int, help="for how long everything fails")
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32))
    databases.add_database_option(parser)
    options = parser.parse_args()
    options.messages = options.messages or (400 if options.quick else 5000)
    options.seconds = options.seconds or (40 if options.quick else 300)
    if options.quick and not options.database:
        options.database = [databases.SQLITE]
    report.run_benchmark(f"Chaos, seed {options.seed}", lambda: run_chaos(options))


def run_chaos(options: Namespace) -> bool:
    """The whole test on each database; whether nothing was lost, doubled or stale."""
    results = [
        run_chaos_on_database(name, options)
        for name in databases.choose_databases(options.database)
    ]
    return all(results)


def run_chaos_on_database(name: str, options: Namespace) -> bool:
    """The whole test on one database."""
    random = Random(options.seed)
    token = PROVIDER_ACCOUNT["TWILIO_AUTH_TOKEN"]
    port = str(find_free_port())
    variables = {"PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with (
        FaultyProvider(random=Random(random.getrandbits(32)), share=0.1, token=token) as provider,
        databases.open_database_environment(name) as database,
        installation_api.open_installation(provider, **variables, **database) as installation,
    ):
        api = installation_api.ApiClient(int(installation.port))
        api.sign_in()
        life = SalonTraffic(
            api,
            random=Random(random.getrandbits(32)),
            size=int(options.messages / MESSAGES_PER_APPOINTMENT),
            seconds=options.seconds,
            clients=CLIENTS,
        )
        killer = inject_faults(installation, provider, life, random, options)
        verdict, took = wait_until_settled(provider, life)
        left = count_unsettled_notifications(api)
        print_chaos_result(name, verdict, took, left, provider, life, killer)
        failure_report.print_wrong_appointments(verdict, life, api, provider, installation)
        return verdict.is_right and not life.errors and not left and took <= SETTLED_WITHIN


def inject_faults(
    installation: Installation,
    provider: FaultyProvider,
    life: SalonTraffic,
    random: Random,
    options: Namespace,
) -> FaultInjector:
    """Appointments come and go while parts die; returns when the last fault is over."""
    killer = FaultInjector(
        installation,
        random=Random(random.getrandbits(32)),
        pause=5,
        seconds=options.seconds + LATEST,
        redis_harms=3,
    )
    provider.is_bad = True
    killer.start()
    life.go_on()
    killer.join()
    provider.is_bad = False
    return killer


def wait_until_settled(provider: FaultyProvider, life: SalonTraffic) -> tuple[ChaosVerdict, float]:
    """Wait until nothing is missing, `SETTLED_WITHIN` at most; what came out, and after how long.

    Then a little longer, for what should not come.
    """
    began = time.monotonic()
    while True:
        verdict = compare_with_allowed(list(provider.texts), life.appointments, life.salon)
        took = time.monotonic() - began
        if not verdict.lost or took > SETTLED_WITHIN:
            break
        time.sleep(1)
    time.sleep(30)
    return compare_with_allowed(list(provider.texts), life.appointments, life.salon), took


def count_unsettled_notifications(api: installation_api.ApiClient) -> int:
    """Rows that are still on their way, or of which nobody knows."""
    query = "status=sending&status=unknown&page_size=1"
    return int(api.get(f"/notifications/?{query}")["count"])


def print_chaos_result(  # noqa: PLR0917 - the parts of one report
    name: str,
    verdict: ChaosVerdict,
    took: float,
    left: int,
    provider: FaultyProvider,
    life: SalonTraffic,
    killer: FaultInjector,
) -> None:
    """Print one result."""
    headings = ["database", "right", "lost", "doubled", "stale", "unsettled", "settled after s"]
    counts = [len(verdict.lost), len(verdict.doubled), len(verdict.stale), left]
    print(
        report.format_markdown_table(
            headings, [[name, verdict.right, *counts, report.RoundedNumber(took, 0)]]
        )
    )
    if verdict.told_before:
        print(f"\nOf the right ones {verdict.told_before} had been said just before.")
    print(
        f"\nAppointments: {format_counts(life.done)}. Harm: {format_counts(killer.done)},"
        f" {provider.faults} bad answers."
    )
    for what in ("lost", "doubled", "stale"):
        for text in getattr(verdict, what)[:20]:
            print(f"{name}, {what}: {text}")
    for error in life.errors[:20]:
        print(f"{name}, refused: {error}")
    sys.stdout.flush()


def format_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items())


if __name__ == "__main__":
    main()
