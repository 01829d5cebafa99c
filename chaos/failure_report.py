"""What is known of one appointment that came out wrong: its changes, its rows, the provider's
calls."""

import json
import re
from collections.abc import Iterator

from chaos.allowed_messages import ChaosVerdict
from chaos.salon_traffic import SalonTraffic
from testkit.expected_messages import TrackedAppointment
from testkit.faulty_provider import FaultyProvider
from testkit.installation_api import ApiClient
from testkit.processes.installation import Installation

MOST_PRINTED = 5  # appointments told of in full
NOTIFICATION_FIELDS = (
    "id",
    "kind",
    "status",
    "reason",
    "attempts",
    "due_at",
    "sent_at",
    "provider_id",
)


def print_wrong_appointments(
    verdict: ChaosVerdict,
    life: SalonTraffic,
    api: ApiClient,
    provider: FaultyProvider,
    installation: Installation,
) -> None:
    """Print all there is about the first appointments that `verdict` finds fault with."""
    said = " ".join(verdict.lost + verdict.doubled + verdict.stale)
    wrong = [appointment for appointment in life.appointments if appointment.phone in said]
    for appointment in wrong[:MOST_PRINTED]:
        print(f"\nAppointment {life.ids[appointment.phone]} of {appointment.customer}:")
        for line in (
            *describe_changes(appointment),
            *describe_accepted_messages(appointment, provider),
        ):
            print(f"  {line}")
        rows = api.get(f"/notifications/?appointment={life.ids[appointment.phone]}")["results"]
        for row in rows:
            print("  row " + json.dumps({name: row[name] for name in NOTIFICATION_FIELDS}))
            for line in find_log_lines(row["id"], installation):
                print(f"    {line}")


def describe_changes(appointment: TrackedAppointment) -> Iterator[str]:
    for change in appointment.history:
        yield f"asked {change.asked:%T.%f}, answered {change.answered:%T.%f}: {change.start}"


def describe_accepted_messages(
    appointment: TrackedAppointment, provider: FaultyProvider
) -> Iterator[str]:
    """What the provider took for this phone; many more calls may have failed before."""
    for text in provider.texts:
        if text.to == appointment.phone:
            yield f"accepted {text.created:%T.%f} {text.sid} for {text.status_callback}"


def find_log_lines(row_id: int, installation: Installation) -> list[str]:
    """The lines of the log that name this row."""
    names = re.compile(rf'"?notification"?[=:] ?{row_id}\b')
    return [line for line in installation.printed().splitlines() if names.search(line)]
