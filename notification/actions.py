"""The only writers of the ledger, delivery (delivery.py) aside."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.errors import Refusal
from core.jobs import enqueue
from notification.models import WAKE_GRACE, AppointmentNotification
from notification.registry import get_message_kind
from notification.signals import moved_on
from notification.states import ACCEPTED, Reason, Status


def create_notifications(rows: Sequence[AppointmentNotification]) -> None:
    """Write rows and have Redis wake the pending ones at their time, once this is committed."""
    for row in rows:
        row.wake_at = row.due_at
        row.woken_until = row.due_at + WAKE_GRACE
    AppointmentNotification.objects.bulk_create(rows)
    enqueue_on_commit([row for row in rows if row.status == Status.PENDING])


def cancel_pending(rows: Sequence[AppointmentNotification], reason: Reason) -> int:
    """Take pending rows back, in the ledger now and out of Redis once this is committed.

    A row that a worker has claimed meanwhile stays as it is: its text is on its way. Returns how
    many were taken back.
    """
    count = (
        AppointmentNotification.objects.pending()
        .filter(pk__in=[row.pk for row in rows])
        .update(status=Status.CANCELLED, reason=reason, modified=timezone.now())
    )
    enqueue.cancel_messages_on_commit([row.message_id for row in rows])
    return count


def retry(row: AppointmentNotification, pause: timedelta = timedelta(0)) -> AppointmentNotification:
    """Say the same once more, on purpose: a new row that names the old one, due after `pause`.

    Raises:
        Refusal: the same message is waiting or being sent (409 `on_its_way`).
    """
    twin = AppointmentNotification(
        salon=row.salon,
        appointment=row.appointment,
        appointment_number=row.appointment_number,
        starts_at=row.starts_at,
        kind=row.kind,
        channel=row.channel,
        offset_minutes=row.offset_minutes,
        revision=row.revision,
        due_at=timezone.now() + pause,
        recipient=row.recipient,
        retry_of=row,
    )
    create_single_notification(twin)
    # A reminder that waits is the one its appointment names.
    transaction.on_commit(lambda: tell_moved_on(twin), robust=True)
    return twin


def tell_moved_on(row: AppointmentNotification) -> None:
    """Tell the rooms above that this row waits no more, or under another Redis id."""
    moved_on.send(AppointmentNotification, row=row)


def cancel_queued_retry(row: AppointmentNotification) -> None:
    """A row that was to be sent again had gone out: Redis need not wake it."""
    enqueue.cancel_messages_on_commit([row.message_id])
    transaction.on_commit(lambda: tell_moved_on(row), robust=True)


def retry_failed_notification(row: AppointmentNotification) -> AppointmentNotification:
    """`again`, because somebody pressed a button beside a text that failed.

    Raises:
        Refusal: it did not fail (409 `not_failed`), went out since (409 `sent_since`), the appointment
            has begun (409 `has_begun`), or the same message is waiting or being sent (409
            `on_its_way`).
    """
    if row.status != Status.FAILED:
        raise Refusal("not_failed", _("Only a text that failed can be sent again."))
    if AppointmentNotification.objects.repeating(row).filter(status__in=ACCEPTED).exists():
        raise Refusal("sent_since", _("This text was sent again already and went out."))
    if row.starts_at <= timezone.now():
        raise Refusal(
            "has_begun", _("The appointment has begun: nothing is texted about it any more.")
        )
    return retry(row)


def create_single_notification(row: AppointmentNotification) -> None:
    """`plan` a single row that somebody asked for.

    Raises:
        Refusal: the same message is waiting or being sent (409 `on_its_way`).
    """
    try:
        with transaction.atomic():
            create_notifications([row])
    except IntegrityError as error:
        detail = _("This message is on its way already.")
        raise Refusal("on_its_way", detail) from error


def call_for(row: AppointmentNotification) -> enqueue.ActorCall:
    """The call Redis shall make for `row`, at its time and under its id."""
    return enqueue.ActorCall(
        get_message_kind(row.kind).actor, (row.pk,), row.message_id, row.wake_at
    )


def enqueue_on_commit(rows: Sequence[AppointmentNotification]) -> None:
    """Have Redis wake `rows`; if it can't be reached, leave them to the next sweep."""
    ids = [row.pk for row in rows]

    def leave_to_sweeper() -> None:
        AppointmentNotification.objects.pending().filter(pk__in=ids).update_free(
            woken_until=timezone.now()
        )

    enqueue.enqueue_calls_on_commit([call_for(row) for row in rows], leave_to_sweeper)
