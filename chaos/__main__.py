"""`make chaos`: a running installation under fire, and whether every text went out exactly once.

    python -m chaos [--quick] [--messages 5000] [--seed N] [--database SQLite]

Starts what `make run` starts against a provider that fails one request in ten, books, moves,
cancels and deletes visits, and meanwhile kills and freezes workers, kills the scheduler, kills
and empties Redis. Then the faults end, and within two minutes every text that should have gone
out must have, none twice, none of a time that was no longer true. The seed is printed; the same
seed makes the same visits, faults and victims.
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from random import Random, SystemRandom

from benchmarks import databases, house, report
from benchmarks.inside import ACCOUNT
from chaos import witness
from chaos.killer import Killer
from chaos.model import Verdict, compare
from chaos.provider import BadProvider
from chaos.salon_life import LATEST, SalonLife
from tests.runner.installations import Installation, free_port

SETTLED_WITHIN = 120.0  # seconds after the last fault
MESSAGES_A_VISIT = 1.75  # texts a visit causes at least, on average
CLIENTS = 4


def main() -> None:
    """Read the options and run."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes: for every commit")
    parser.add_argument("--messages", type=int, help="texts to cause, about")
    parser.add_argument("--seconds", type=int, help="for how long everything fails")
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32))
    databases.add_option(parser)
    options = parser.parse_args()
    options.messages = options.messages or (400 if options.quick else 5000)
    options.seconds = options.seconds or (40 if options.quick else 300)
    if options.quick and not options.database:
        options.database = [databases.SQLITE]
    report.run(f"Chaos, seed {options.seed}", lambda: endure(options))


def endure(options: Namespace) -> bool:
    """The whole test on each database; whether nothing was lost, doubled or stale."""
    results = [on(name, options) for name in databases.chosen(options.database)]
    return all(results)


def on(name: str, options: Namespace) -> bool:
    """The whole test on one database."""
    random = Random(options.seed)
    token = ACCOUNT["TWILIO_AUTH_TOKEN"]
    port = str(free_port())
    variables = {"PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with (
        BadProvider(random=Random(random.getrandbits(32)), share=0.1, token=token) as provider,
        databases.environment(name) as database,
        house.opened(provider, **variables, **database) as installation,
    ):
        api = house.Api(int(installation.port))
        api.sign_in()
        life = SalonLife(
            api,
            random=Random(random.getrandbits(32)),
            size=int(options.messages / MESSAGES_A_VISIT),
            seconds=options.seconds,
            clients=CLIENTS,
        )
        killer = under_fire(installation, provider, life, random, options)
        verdict, took = until_settled(provider, life)
        left = unsettled(api)
        show(name, verdict, took, left, provider, life, killer)
        witness.tell(verdict, life, api, provider, installation)
        return verdict.is_right and not life.errors and not left and took <= SETTLED_WITHIN


def under_fire(
    installation: Installation,
    provider: BadProvider,
    life: SalonLife,
    random: Random,
    options: Namespace,
) -> Killer:
    """Visits come and go while parts die; returns when the last fault is over."""
    killer = Killer(
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


def until_settled(provider: BadProvider, life: SalonLife) -> tuple[Verdict, float]:
    """Wait until nothing is missing, `SETTLED_WITHIN` at most; what came out, and after how long.

    Then a little longer, for what should not come.
    """
    began = time.monotonic()
    while True:
        verdict = compare(list(provider.texts), life.visits, life.salon)
        took = time.monotonic() - began
        if not verdict.lost or took > SETTLED_WITHIN:
            break
        time.sleep(1)
    time.sleep(30)
    return compare(list(provider.texts), life.visits, life.salon), took


def unsettled(api: house.Api) -> int:
    """Rows that are still on their way, or of which nobody knows."""
    query = "status=sending&status=unknown&page_size=1"
    return int(api.get(f"/notifications/?{query}")["count"])


def show(  # noqa: PLR0917 - the parts of one report
    name: str,
    verdict: Verdict,
    took: float,
    left: int,
    provider: BadProvider,
    life: SalonLife,
    killer: Killer,
) -> None:
    """Print one result."""
    headings = ["database", "right", "lost", "doubled", "stale", "unsettled", "settled after s"]
    counts = [len(verdict.lost), len(verdict.doubled), len(verdict.stale), left]
    print(report.table(headings, [[name, verdict.right, *counts, report.Number(took, 0)]]))
    if verdict.told_before:
        print(f"\nOf the right ones {verdict.told_before} had been said just before.")
    print(
        f"\nVisits: {words(life.done)}. Harm: {words(killer.done)}, {provider.faults} bad answers."
    )
    for what in ("lost", "doubled", "stale"):
        for text in getattr(verdict, what)[:20]:
            print(f"{name}, {what}: {text}")
    for error in life.errors[:20]:
        print(f"{name}, refused: {error}")
    sys.stdout.flush()


def words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items())


if __name__ == "__main__":
    main()
