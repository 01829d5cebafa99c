"""What is known of one visit that came out wrong: its changes, its rows, the provider's calls."""

import json
import re
from collections.abc import Iterator

from benchmarks.flow_model import Visit
from benchmarks.house import Api
from chaos.model import Verdict
from chaos.provider import BadProvider
from chaos.salon_life import SalonLife
from tests.runner.installations import Installation

MOST = 5  # visits told of in full
OF_A_ROW = ("id", "kind", "status", "reason", "attempts", "due_at", "sent_at", "provider_id")


def tell(
    verdict: Verdict, life: SalonLife, api: Api, provider: BadProvider, installation: Installation
) -> None:
    """Print all there is about the first visits that `verdict` finds fault with."""
    said = " ".join(verdict.lost + verdict.doubled + verdict.stale)
    wrong = [visit for visit in life.visits if visit.phone in said]
    for visit in wrong[:MOST]:
        print(f"\nVisit {life.ids[visit.phone]} of {visit.customer}:")
        for line in (*changes(visit), *calls(visit, provider)):
            print(f"  {line}")
        rows = api.get(f"/notifications/?appointment={life.ids[visit.phone]}")["results"]
        for row in rows:
            print("  row " + json.dumps({name: row[name] for name in OF_A_ROW}))
            for line in logged(row["id"], installation):
                print(f"    {line}")


def changes(visit: Visit) -> Iterator[str]:
    for change in visit.history:
        yield f"asked {change.asked:%T.%f}, answered {change.answered:%T.%f}: {change.start}"


def calls(visit: Visit, provider: BadProvider) -> Iterator[str]:
    """What the provider took for this phone; many more calls may have failed before."""
    for text in provider.texts:
        if text.to == visit.phone:
            yield f"accepted {text.created:%T.%f} {text.sid} for {text.status_callback}"


def logged(row_id: int, installation: Installation) -> list[str]:
    """The lines of the log that name this row."""
    names = re.compile(rf'"?notification"?[=:] ?{row_id}\b')
    return [line for line in installation.printed().splitlines() if names.search(line)]
