"""Compare the notifications that wait with Redis: each is there, at its time, and no other."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from appointment.consistency.findings import CHUNK, Finding, iterate_chunks
from core.jobs import enqueue
from notification.delivery import manual_sending, reconciliation, sweeper
from notification.models import LONGEST_SEND, AppointmentNotification, new_message_id
from notification.registry import list_message_kinds
from notification.states import Status

SOON = timedelta(minutes=1)  # due within it: Redis may be handing it to a worker right now
RECONCILED_WITHIN = timedelta(minutes=5)  # when the provider answers, it takes less
MOST_UNANSWERED = 3  # after so many without an answer, the provider is not asked again


def find_queue_differences(*, repair: bool) -> Iterator[Finding]:
    """Yield what is overdue or stuck, and how Redis differs from the pending notifications."""
    now = timezone.now()
    yield from find_stuck_notifications(now, repair=repair)
    for notifications in iterate_chunks(manual_sending.find_overdue(now)):
        yield from report_overdue_notifications(notifications, repair=repair)
    waiting = AppointmentNotification.objects.pending().filter(wake_at__gt=now + SOON)
    for notifications in iterate_chunks(waiting):
        yield from find_missing_in_redis(notifications, repair=repair)
    yield from find_extra_in_redis(repair=repair)


def build_notification_finding(
    what: str, notification: AppointmentNotification, detail: str, *, is_repaired: bool
) -> Finding:
    """Build a finding about one notification."""
    return Finding(
        what,
        notification.salon_id,
        notification.appointment_number,
        f"{notification.kind} #{notification.pk} {detail}",
        is_repaired,
    )


def find_stuck_notifications(now: datetime, *, repair: bool) -> Iterator[Finding]:
    """Yield what a worker claimed and never finished, and what stays unknown."""
    held = Q(status=Status.SENDING, claimed_at__lt=now - LONGEST_SEND - SOON)
    unknown = Q(status=Status.UNKNOWN, claimed_at__lt=now - RECONCILED_WITHIN)
    # Each claim writes its time. SQL by hand may not, and then nothing else finds the notification.
    unclaimed = Q(status__in=(Status.SENDING, Status.UNKNOWN), claimed_at=None)
    stuck = AppointmentNotification.objects.filter(held | unknown | unclaimed)
    found = list(stuck.order_by("pk"))
    if repair and found:
        sweeper.mark_unknown()
    unanswered = 0
    for notification in found:
        is_repaired = (
            repair and unanswered < MOST_UNANSWERED and reconcile_stuck_notification(notification)
        )
        unanswered += repair and not is_repaired
        claimed_at = notification.claimed_at
        since = f"{claimed_at:%Y-%m-%d %H:%M} UTC" if claimed_at else "an unknown time"
        detail = f"has been {notification.status} since {since}"
        yield build_notification_finding("stuck", notification, detail, is_repaired=is_repaired)


def reconcile_stuck_notification(notification: AppointmentNotification) -> bool:
    """Ask the provider now; return whether it is settled what became of the message."""
    reconciliation.reconcile_notification(notification.pk)
    unsettled = (Status.SENDING, Status.UNKNOWN)
    same = AppointmentNotification.objects.filter(pk=notification.pk)
    return not same.filter(status__in=unsettled).exists()


def report_overdue_notifications(
    notifications: list[AppointmentNotification], *, repair: bool
) -> Iterator[Finding]:
    """Yield those that are overdue and were claimed by no worker."""
    for notification in notifications:
        # A dead worker may still hold the message with the old id.
        notification.message_id = new_message_id()
    if repair:
        sweeper.enqueue_notifications(notifications)
    for notification in notifications:
        detail = f"has been due since {notification.wake_at:%Y-%m-%d %H:%M} UTC"
        yield build_notification_finding("overdue", notification, detail, is_repaired=repair)


def find_missing_in_redis(
    notifications: Iterable[AppointmentNotification], *, repair: bool
) -> Iterator[Finding]:
    """Yield pending notifications that are not in Redis, or are there for another time."""
    # During a long check, later notifications become due.
    soon = timezone.now() + SOON
    by_message = {each.message_id: each for each in notifications if each.wake_at > soon}
    pauses = enqueue.get_broker().pauses(by_message)
    now = timezone.now()
    suspects = [
        each.pk
        for id_, each in by_message.items()
        if id_ not in pauses or is_another_time(each, now, pauses[id_])
    ]
    # Read again: a worker or an edit may just have changed it.
    pending = AppointmentNotification.objects.pending().filter(pk__in=suspects)
    missing = [each for each in pending if each.message_id in by_message]
    if repair and missing:
        sweeper.enqueue_notifications(missing)
    for each in missing:
        detail = "is in Redis for another time" if each.message_id in pauses else "is not in Redis"
        yield build_notification_finding("not_in_redis", each, detail, is_repaired=repair)


def is_another_time(notification: AppointmentNotification, now: datetime, pause: float) -> bool:
    """Return whether Redis would send it, after `pause` seconds, at another time than its own."""
    return abs(timedelta(seconds=pause) - (notification.wake_at - now)) > SOON


def find_extra_in_redis(*, repair: bool) -> Iterator[Finding]:
    """Yield messages that wait in Redis for a notification that is not pending. They do nothing."""
    actor_names = list_message_actor_names()
    extra: dict[str, int] = {}
    for messages in enqueue.get_broker().waiting_messages(enqueue.QUEUE):
        calls: dict[str, int] = {}
        for id_, message in messages:
            if message is None:
                yield report_unreadable_message(id_, repair=repair)
            elif message.actor_name in actor_names:
                calls[id_] = message.args[0]
        extra |= exclude_pending_messages(calls)
    # Read again: an edit may just have created or cancelled it.
    for id_, notification_id in exclude_pending_messages(extra).items():
        if enqueue.get_broker().pauses([id_], enqueue.QUEUE):
            yield report_extra_message(id_, notification_id, repair=repair)


def report_extra_message(id_: str, notification_id: int, *, repair: bool) -> Finding:
    """Return the finding about a message in Redis whose notification is not pending."""
    if repair:
        enqueue.get_broker().cancel(id_, enqueue.QUEUE)
    notification = AppointmentNotification.objects.filter(pk=notification_id).first()
    detail = f"Redis holds a message for notification #{notification_id}, which is not pending"
    if notification is None:
        return Finding("extra_in_redis", None, None, detail, repair)
    return Finding(
        "extra_in_redis", notification.salon_id, notification.appointment_number, detail, repair
    )


def report_unreadable_message(id_: str, *, repair: bool) -> Finding:
    """Return the finding about data in Redis that another program or a person wrote there."""
    if repair:
        enqueue.get_broker().cancel(id_, enqueue.QUEUE)
    detail = f"Redis holds data under {id_!r} that is not a message"
    return Finding("extra_in_redis", None, None, detail, repair)


def list_message_actor_names() -> set[str]:
    """Return the names of the actors that send notifications."""
    return {kind.actor.actor_name for kind in list_message_kinds()}


def exclude_pending_messages(messages: dict[str, int]) -> dict[str, int]:
    """Return those of `messages` (Redis id → notification) that no pending notification has."""
    pending: set[str] = set()
    ids = list(messages.values())
    for first in range(0, len(ids), CHUNK):
        found = AppointmentNotification.objects.pending().filter(pk__in=ids[first : first + CHUNK])
        pending.update(found.values_list("message_id", flat=True))
    return {id_: number for id_, number in messages.items() if id_ not in pending}
