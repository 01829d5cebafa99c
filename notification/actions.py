"""Create, cancel and retry notifications. Only delivery writes to the ledger besides."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.api.errors import Refusal
from core.jobs import enqueue
from notification.factory import build_notification, copy_subject
from notification.models import WAKE_GRACE, AppointmentNotification
from notification.registry import get_message_kind
from notification.states import ACCEPTED, Reason, Status


def create_notifications(notifications: Sequence[AppointmentNotification]) -> None:
    """Save notifications; once this is committed, enqueue the pending ones for their time."""
    for notification in notifications:
        notification.wake_at = notification.due_at
        notification.woken_until = notification.due_at + WAKE_GRACE
    AppointmentNotification.objects.bulk_create(notifications)
    enqueue_on_commit([n for n in notifications if n.status == Status.PENDING])


def cancel_pending(notifications: Sequence[AppointmentNotification], reason: Reason) -> int:
    """Cancel those that are still pending, in the ledger now and in Redis after the commit.

    One that a worker has claimed meanwhile stays as it is: its message is being sent. Returns how
    many were cancelled.
    """
    count = (
        AppointmentNotification.objects.pending()
        .filter(pk__in=[notification.pk for notification in notifications])
        .update(status=Status.CANCELLED, reason=reason, modified=timezone.now())
    )
    enqueue.cancel_messages_on_commit([notification.message_id for notification in notifications])
    return count


def retry(
    notification: AppointmentNotification, pause: timedelta = timedelta(0)
) -> AppointmentNotification:
    """Create the same notification again, due after `pause`; its `retry_of` names the first.

    Raises:
        Refusal: the same message is waiting or being sent (409 `on_its_way`).
    """
    twin = build_notification(
        copy_subject(notification),
        kind=notification.kind,
        channel=notification.channel,
        offset_minutes=notification.offset_minutes,
        due_at=timezone.now() + pause,
        recipient=notification.recipient,
        retry_of=notification,
    )
    create_single_notification(twin)
    return twin


def cancel_queued_retry(row: AppointmentNotification) -> None:
    """Cancel the call of a retry that turned out to be sent already."""
    enqueue.cancel_messages_on_commit([row.message_id])


def retry_failed_notification(notification: AppointmentNotification) -> AppointmentNotification:
    """Retry a failed notification because a person asked for it.

    Raises:
        Refusal: it did not fail (409 `not_failed`), was sent since (409 `sent_since`), the
            appointment has begun (409 `has_begun`), or the same message is waiting or being sent
            (409 `on_its_way`).
    """
    if notification.status != Status.FAILED:
        raise Refusal("not_failed", _("Only a message that failed can be sent again."))
    repeating = AppointmentNotification.objects.repeating(notification)
    if repeating.filter(status__in=ACCEPTED).exists():
        raise Refusal("sent_since", _("This message has been sent again already."))
    if notification.starts_at <= timezone.now():
        detail = _("The appointment has begun: messages about it are no longer sent.")
        raise Refusal("has_begun", detail)
    return retry(notification)


def create_single_notification(notification: AppointmentNotification) -> None:
    """Create one notification that a person asked for.

    Raises:
        Refusal: the same message is waiting or being sent (409 `on_its_way`).
    """
    try:
        with transaction.atomic():
            create_notifications([notification])
    except IntegrityError as error:
        detail = _("This message is on its way already.")
        raise Refusal("on_its_way", detail) from error


def call_for(notification: AppointmentNotification) -> enqueue.ActorCall:
    """Return the call that sends `notification`, at its time and under its Redis id."""
    return enqueue.ActorCall(
        get_message_kind(notification.kind).actor,
        (notification.pk,),
        notification.message_id,
        notification.wake_at,
    )


def enqueue_on_commit(notifications: Sequence[AppointmentNotification]) -> None:
    """Enqueue `notifications` after the commit; while Redis is down, leave them to the sweeper."""
    ids = [notification.pk for notification in notifications]

    def leave_to_sweeper() -> None:
        AppointmentNotification.objects.pending().filter(pk__in=ids).update_free(
            woken_until=timezone.now()
        )

    calls = [call_for(notification) for notification in notifications]
    enqueue.enqueue_calls_on_commit(calls, leave_to_sweeper)
