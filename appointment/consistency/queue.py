"""Whether the messages that wait are on their way: due, in Redis, at their time, and no others."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from appointment.consistency.findings import CHUNK, Finding, iterate_chunks
from core.jobs import enqueue
from notification.delivery import manual_sending, reconciliation, sweeper
from notification.models import LONGEST_SEND, AppointmentNotification, new_message_id
from notification.registry import get_message_kind
from notification.states import Status

SOON = timedelta(minutes=1)  # what is due within it may be on its way out of Redis right now
RECONCILED_WITHIN = timedelta(minutes=5)  # a provider that answers settles an unknown fate sooner
MOST_UNANSWERED = 3  # texts that stay unknown, after which the provider is asked no more


def find_queue_differences(*, repair: bool) -> Iterator[Finding]:
    """What is overdue or stuck, and how Redis differs from the rows that wait."""
    now = timezone.now()
    yield from find_stuck_notifications(now, repair=repair)
    for rows in iterate_chunks(manual_sending.find_overdue(now)):
        yield from report_overdue_notifications(rows, repair=repair)
    for rows in iterate_chunks(
        AppointmentNotification.objects.pending().filter(wake_at__gt=now + SOON)
    ):
        yield from find_missing_in_redis(rows, repair=repair)
    yield from find_extra_in_redis(repair=repair)


def build_notification_finding(
    what: str, row: AppointmentNotification, detail: str, *, is_mended: bool
) -> Finding:
    """A finding about one row of the ledger."""
    return Finding(
        what, row.salon_id, row.appointment_number, f"{row.kind} #{row.pk} {detail}", is_mended
    )


def find_stuck_notifications(now: datetime, *, repair: bool) -> Iterator[Finding]:
    """Texts that a worker took and never finished, and those of a fate that stays unknown."""
    rows = AppointmentNotification.objects
    held = Q(status=Status.SENDING, claimed_at__lt=now - LONGEST_SEND - SOON)
    doubtful = Q(status=Status.UNKNOWN, claimed_at__lt=now - RECONCILED_WITHIN)
    # Each claim writes its moment; SQL by hand may not, and then nothing settles the row.
    unclaimed = Q(status__in=(Status.SENDING, Status.UNKNOWN), claimed_at=None)
    found = list(rows.filter(held | doubtful | unclaimed).order_by("pk"))
    if repair and found:
        sweeper.mark_unknown()
    silent = 0
    for row in found:
        is_mended = repair and silent < MOST_UNANSWERED and try_reconcile(row)
        silent += repair and not is_mended
        since = f"{row.claimed_at:%Y-%m-%d %H:%M} UTC" if row.claimed_at else "no known time"
        yield build_notification_finding(
            "stuck", row, f"has been {row.status} since {since}", is_mended=is_mended
        )


def try_reconcile(row: AppointmentNotification) -> bool:
    """Ask the provider now; whether the fate of `row` is known then."""
    reconciliation.reconcile_notification(row.pk)
    unclear = (Status.SENDING, Status.UNKNOWN)
    return not AppointmentNotification.objects.filter(pk=row.pk, status__in=unclear).exists()


def report_overdue_notifications(
    rows: list[AppointmentNotification], *, repair: bool
) -> Iterator[Finding]:
    """Rows whose time has passed and that no worker took."""
    for row in rows:
        row.message_id = new_message_id()  # the one it had may be in the hands of a dead worker
    if repair:
        sweeper.enqueue_notifications(rows)
    for row in rows:
        since = f"{row.wake_at:%Y-%m-%d %H:%M} UTC"
        yield build_notification_finding(
            "overdue", row, f"has been due since {since}", is_mended=repair
        )


def find_missing_in_redis(
    rows: Iterable[AppointmentNotification], *, repair: bool
) -> Iterator[Finding]:
    """Rows that wait in the ledger and not in Redis, or there for another time."""
    # A long check has its later rows become due meanwhile.
    soon = timezone.now() + SOON
    by_message = {row.message_id: row for row in rows if row.wake_at > soon}
    pauses = enqueue.get_broker().pauses(by_message)
    now = timezone.now()
    wrong = [
        row.pk
        for id_, row in by_message.items()
        if id_ not in pauses or is_another_time(row, now, pauses[id_])
    ]
    # Read again: a worker or an edit may just have dealt with it.
    still = AppointmentNotification.objects.pending().filter(pk__in=wrong)
    lost = [row for row in still if row.message_id in by_message]
    if repair and lost:
        sweeper.enqueue_notifications(lost)
    for row in lost:
        detail = "is in Redis for another time" if row.message_id in pauses else "is not in Redis"
        yield build_notification_finding("not_in_redis", row, detail, is_mended=repair)


def is_another_time(row: AppointmentNotification, now: datetime, pause: float) -> bool:
    """Whether Redis would wake `row`, in `pause` seconds, at another time than its own."""
    return abs(timedelta(seconds=pause) - (row.wake_at - now)) > SOON


def find_extra_in_redis(*, repair: bool) -> Iterator[Finding]:
    """Messages that wait in Redis for a row that waits no more. They would do nothing."""
    strangers: dict[str, int] = {}
    for messages in enqueue.get_broker().waiting_messages(enqueue.QUEUE):
        yield from (
            report_unreadable_message(id_, repair=repair)
            for id_, message in messages
            if message is None
        )
        calls = {id_: message for id_, message in messages if message is not None}
        strangers |= exclude_pending_messages(
            {
                id_: call.args[0]
                for id_, call in calls.items()
                if call.actor_name in get_message_actor_names()
            }
        )
    for id_, row_id in exclude_pending_messages(
        strangers
    ).items():  # again: a change may just have been made
        if not enqueue.get_broker().pauses([id_], enqueue.QUEUE):
            continue
        if repair:
            enqueue.get_broker().cancel(id_, enqueue.QUEUE)
        row = AppointmentNotification.objects.filter(pk=row_id).first()
        detail = f"Redis would wake message #{row_id}, which does not wait for it"
        salon_id, appointment_id = (row.salon_id, row.appointment_number) if row else (None, None)
        yield Finding("extra_in_redis", salon_id, appointment_id, detail, repair)


def report_unreadable_message(id_: str, *, repair: bool) -> Finding:
    """Something under `id_` in Redis that another program, or a person, has put there."""
    if repair:
        enqueue.get_broker().cancel(id_, enqueue.QUEUE)
    detail = f"Redis holds something under {id_!r} that is no message"
    return Finding("extra_in_redis", None, None, detail, repair)


def get_message_actor_names() -> set[str]:
    """The actors that the ledger has called."""
    return {get_message_kind(name).actor.actor_name for name in settings.NOTIFICATION_KINDS}


def exclude_pending_messages(messages: dict[str, int]) -> dict[str, int]:
    """Those of `messages` (Redis id → row) for which no row waits under that id."""
    waiting: set[str] = set()
    ids = list(messages.values())
    for first in range(0, len(ids), CHUNK):
        rows = AppointmentNotification.objects.pending().filter(pk__in=ids[first : first + CHUNK])
        waiting.update(rows.values_list("message_id", flat=True))
    return {id_: row_id for id_, row_id in messages.items() if id_ not in waiting}
