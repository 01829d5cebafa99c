"""What a restored database needs before the program runs on it again.

It knows nothing of what happened after the backup. A message that was pending then and fell due
since may have been sent: its row becomes UNKNOWN, so that the provider is asked before anything
goes out. What falls due from now on stays pending; the sweeper hands it to Redis.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from notification.contacts.actions import has_opted_out
from notification.delivery.models import QueueRefill
from notification.models import AppointmentNotification
from notification.registry import PreparedMessage, get_message_kind
from notification.states import Reason, Status

CHUNK_SIZE = 500  # rows held in memory at a time


def prepare_restored_notifications(made_at: datetime) -> int:
    """Make the rows of a backup fit for Redis and the provider of today.

    Returns how many messages the provider will be asked about.
    """
    QueueRefill.objects.all().delete()  # whatever Redis holds, the sweeper fills it anew
    now = timezone.now()
    return sum(
        mark_unknown_if_maybe_sent(row, made_at, now) for row in iterate_due_notifications(now)
    )


def iterate_due_notifications(now: datetime) -> Iterator[AppointmentNotification]:
    """The rows that a worker may have sent by now."""
    rows = AppointmentNotification.objects.pending().filter(wake_at__lte=now).order_by("pk")
    rows = rows.select_related("salon", "appointment__customer")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK_SIZE]):
        yield from chunk
        last = chunk[-1].pk


def mark_unknown_if_maybe_sent(
    row: AppointmentNotification, made_at: datetime, now: datetime
) -> bool:
    """Have the provider asked about `row`; False when no worker can have sent it."""
    answer = get_message_kind(row.kind).prepare(
        row, row.wake_at
    )  # as it was worded when it fell due
    if not isinstance(answer, PreparedMessage) or not answer.recipient:
        return False
    sender = row.salon.sender_number
    if has_opted_out(sender, answer.recipient):
        return False
    row.status, row.reason = Status.UNKNOWN, Reason.LOST_ANSWER
    row.error = f"Restored from the backup of {made_at:%Y-%m-%d %H:%M} UTC; perhaps sent since."
    row.recipient, row.sender, row.body = answer.recipient, sender, answer.body
    row.attempts, row.claimed_at, row.wake_at = row.attempts + 1, now, now
    row.save()
    return True
