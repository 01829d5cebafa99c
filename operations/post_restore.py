"""Preparation of a restored database before the program runs on it again.

The backup has no record of later sends. A notification that was pending then and fell due since
may have been sent: it becomes UNKNOWN, so that it is reconciled with the provider before anything
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
    """Prepare a backup's notifications for today's Redis and provider.

    Returns how many messages will be reconciled with the provider.
    """
    QueueRefill.objects.all().delete()  # the sweeper refills Redis, whatever it holds
    now = timezone.now()
    return sum(
        mark_unknown_if_maybe_sent(notification, made_at, now)
        for notification in iterate_due_notifications(now)
    )


def iterate_due_notifications(now: datetime) -> Iterator[AppointmentNotification]:
    """Yield the notifications that a worker may have sent by now."""
    pending = AppointmentNotification.objects.pending().filter(wake_at__lte=now).order_by("pk")
    pending = pending.select_related("salon", "appointment__customer")
    last = 0
    while chunk := list(pending.filter(pk__gt=last)[:CHUNK_SIZE]):
        yield from chunk
        last = chunk[-1].pk


def mark_unknown_if_maybe_sent(
    notification: AppointmentNotification, made_at: datetime, now: datetime
) -> bool:
    """Mark `notification` UNKNOWN; return False when no worker can have sent it."""
    # The body it had when it fell due.
    message = get_message_kind(notification.kind).prepare(notification, notification.wake_at)
    if not isinstance(message, PreparedMessage) or not message.recipient:
        return False
    sender = notification.salon.sender_number
    if has_opted_out(sender, message.recipient):
        return False
    notification.status, notification.reason = Status.UNKNOWN, Reason.LOST_ANSWER
    notification.error = (
        f"Restored from the backup of {made_at:%Y-%m-%d %H:%M} UTC; perhaps sent since."
    )
    notification.recipient, notification.sender = message.recipient, sender
    notification.body = message.body
    notification.attempts += 1
    notification.claimed_at = notification.wake_at = now
    notification.save()
    return True
