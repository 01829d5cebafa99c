"""What Redis or a worker lost is found again from the rows. Runs in the scheduler every 10 s."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from django.db.models import F, Q
from django.utils import timezone

from core.jobs import enqueue
from notification.actions import call_for
from notification.delivery.models import QueueRefill
from notification.delivery.reconciliation import LOOKUP_INTERVAL
from notification.models import LONGEST_SEND, WAKE_GRACE, AppointmentNotification, new_message_id
from notification.states import Reason, Status
from notification.tasks import settle_notification

BATCH = 1000  # rows handed to Redis in one round trip
LONGEST_TURN = 8.0  # seconds; the next sweep goes on where this one stopped
BACKLOG = 1000  # messages ready in Redis: what is overdue is most likely among them

logger = structlog.get_logger(__name__)


def sweep() -> None:
    """Mark what was lost while sending, then wake what Redis does not hold."""
    mark_unknown()
    ends = time.monotonic() + LONGEST_TURN
    try:
        refill_queue(ends)
        enqueue_overdue(ends)
        enqueue_reconciliation()
    except enqueue.REDIS_FAILURES as error:
        logger.warning("sweep_without_redis", error=type(error).__name__)


def mark_unknown() -> int:
    """Rows whose worker died while sending may have been sent: they become UNKNOWN."""
    now = timezone.now()
    lost = AppointmentNotification.objects.filter(
        status=Status.SENDING, claimed_at__lt=now - LONGEST_SEND
    )
    count = lost.update_free(
        status=Status.UNKNOWN,
        reason=Reason.LOST_ANSWER,
        error="The worker stopped before the provider's answer was recorded.",
        modified=now,
    )
    if count:
        logger.warning("sending_interrupted", count=count)
    return count


def refill_queue(ends: float) -> None:
    """When Redis was emptied, hand it every pending row again, nearest first.

    The cursor is kept in the database, so a killed scheduler goes on where it stopped. `ends` is
    a time of the monotonic clock.
    """
    state = load_refill_state()
    while not state.is_done:
        rows = list(
            AppointmentNotification.objects.pending()
            .filter(Q(wake_at__gt=state.wake_at) | Q(wake_at=state.wake_at, pk__gt=state.row_id))
            .order_by("wake_at", "pk")[:BATCH]
        )
        enqueue_notifications(rows)
        if rows:
            state.wake_at, state.row_id = rows[-1].wake_at, rows[-1].pk
        state.is_done = len(rows) < BATCH
        state.save()
        logger.info("queue_refilled", count=len(rows), is_done=state.is_done)
        if time.monotonic() >= ends:
            break


def load_refill_state() -> QueueRefill:
    """How far this Redis was filled; from the start when it is not the one we knew."""
    epoch = enqueue.get_broker().epoch()
    state, _ = QueueRefill.objects.get_or_create(pk=1, defaults={"epoch": ""})
    if state.epoch != epoch:
        if state.epoch:  # else it is the first start
            logger.warning("redis_was_emptied")
        state = QueueRefill(
            pk=1, epoch=epoch, wake_at=datetime(1970, 1, 1, tzinfo=UTC), row_id=0, is_done=False
        )
        state.save()
    return state


def enqueue_overdue(ends: float) -> int:
    """Wake pending rows that Redis should have woken by now; returns how many."""
    count = 0
    while time.monotonic() < ends and enqueue.get_broker().ready(enqueue.QUEUE) < BACKLOG:
        now = timezone.now()
        rows = list(
            AppointmentNotification.objects.pending()
            .filter(woken_until__lte=now)
            .order_by("woken_until")[:BATCH]
        )
        if not rows:
            break
        # Under new ids: a message that was fetched and never finished keeps its own from being
        # queued. The rows are not saved: they keep the id they were planned under.
        for row in rows:
            if row.wake_at <= now:
                row.message_id = new_message_id()
        enqueue_notifications(rows)
        count += len(rows)
        logger.info("overdue_woken", count=len(rows))
        if len(rows) < BATCH:
            break  # what somebody is working on now was left as it is
    return count


def enqueue_reconciliation() -> int:
    """Have workers ask the provider for texts of unknown fate; returns for how many."""
    now = timezone.now()
    # While the provider is silent each question takes long: they must not pile up before texts.
    room = max(0, BACKLOG - enqueue.get_broker().ready(enqueue.QUEUE))
    unknown = AppointmentNotification.objects.filter(status=Status.UNKNOWN)
    waiting = unknown.filter(wake_at__lte=now).order_by("wake_at")
    ids = list(waiting.values_list("pk", flat=True)[:room])
    # Noted first: while the database takes no changes, the same is not queued again and again.
    unknown.filter(pk__in=ids).update_free(wake_at=now + LOOKUP_INTERVAL)
    # The id holds the minute: one question waits in the queue, and a lost one is asked anew.
    minute = int(now.timestamp() // 60)
    enqueue.enqueue_calls(
        [enqueue.ActorCall(settle_notification, (pk,), f"settle-{pk}-{minute}") for pk in ids]
    )
    return len(ids)


def enqueue_notifications(rows: Sequence[AppointmentNotification]) -> None:
    """Hand rows to Redis and note until when it is trusted with them.

    Of those that are due it is noted first: they get a new id each time, and while the database
    takes no changes they would be queued again and again.
    """
    now = timezone.now()
    pending = AppointmentNotification.objects.pending()
    due = pending.filter(pk__in=[row.pk for row in rows if row.wake_at <= now])
    later = pending.filter(pk__in=[row.pk for row in rows if row.wake_at > now])
    due.update_free(woken_until=now + WAKE_GRACE)
    try:
        enqueue.enqueue_calls([call_for(row) for row in rows])
    except enqueue.REDIS_FAILURES:
        due.update_free(woken_until=now)
        raise
    later.filter(woken_until__lt=F("wake_at")).update_free(woken_until=F("wake_at") + WAKE_GRACE)
