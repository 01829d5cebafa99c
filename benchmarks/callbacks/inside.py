"""The part of benchmarks/callbacks/__main__.py that runs inside Django."""

from datetime import UTC, datetime, timedelta

from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon

AT_ONCE = 5000
FAR = timedelta(days=1)  # nobody asks the provider about a text of unknown fate before


def create_sent_notifications(texts: int) -> list[str]:
    """Texts that were handed over, every third without an answer; their codes, in order."""
    salon = Salon.objects.create(name="Aurora", timezone="America/New_York")
    rows = AppointmentNotification.objects.bulk_create(
        (build_sent_notification(salon, number) for number in range(texts)), batch_size=AT_ONCE
    )
    return [row.code for row in rows]


def build_sent_notification(salon: Salon, number: int) -> AppointmentNotification:
    now = datetime.now(UTC)
    is_known = bool(number % 3)
    return AppointmentNotification(
        salon=salon,
        appointment_number=number,
        kind=Kind.REMINDER,
        revision=1,
        status=Status.SENT if is_known else Status.UNKNOWN,
        provider_id=f"SM{number:032}" if is_known else "",
        provider_status="queued" if is_known else "",
        due_at=now,
        wake_at=now + FAR,
        woken_until=now + FAR,
        claimed_at=now,
        sent_at=now if is_known else None,
        starts_at=now + FAR,
        attempts=1,
        recipient=f"+1{2_122_000_000 + number}",
        sender="+12125550100",
        body="See you soon!",
    )


def read_receipt_states() -> dict[int, str]:
    """The state of each text by its number; "" where a receipt left less than all it says."""
    found = {}
    for row in AppointmentNotification.objects.filter(salon__name="Aurora", sender="+12125550100"):
        whole = row.provider_id and row.sent_at and row.provider_status
        whole = whole and bool(row.delivered_at) == (row.status == Status.DELIVERED)
        found[row.appointment_number] = row.status if whole else ""
    return found
