"""A wake-up becomes a text: look again, claim the row, send, record.

No transaction is open while the provider is called. See docs/states.md for the states of a row.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InternalError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.db import storage_errors
from core.environment import TWILIO_API_URL
from notification import actions
from notification.channels.base import get_channel
from notification.channels.outcomes import Accepted, NotSent, Outcome, Refused, Unknown
from notification.contacts.actions import has_opted_out, learn_from_failure
from notification.models import WAKE_GRACE, AppointmentNotification, new_message_id
from notification.registry import DoNotSend, PreparedMessage, get_message_kind
from notification.rules import retry_pauses
from notification.states import Reason, Status, may_become

logger = structlog.get_logger(__name__)

LONGEST_HOLD = timedelta(seconds=5)  # between the claim and the call to the provider
# What a claim writes.
CLAIM_COLUMNS = (
    "status",
    "reason",
    "attempts",
    "claimed_at",
    "sender",
    "recipient",
    "body",
    "modified",
)


def deliver_notification(notification_id: int) -> None:
    """Send the message of this row, if it is its time and still right. Safe to call any time."""
    try:
        attempt_delivery(notification_id)
    except (OperationalError, InternalError) as error:
        # Where nothing was claimed, the sweeper wakes the row again. Where the text was sent and
        # that can't be written, the row becomes UNKNOWN and the provider is asked.
        what = storage_errors.report_storage_error(error) or type(error).__name__
        logger.warning("delivery_interrupted", notification=notification_id, error=what)
        connection.close()  # one that was opened while the disk was read-only stays so


def attempt_delivery(notification_id: int) -> None:
    """`deliver`, with a database that works. Raises what it says when it doesn't."""
    try:
        row = claim_notification(notification_id)
    except (OperationalError, InternalError):
        raise
    except Exception as error:
        # A row that can't be prepared must not come back each minute for ever.
        logger.exception("prepare_failed", notification=notification_id)
        postpone_after_error(notification_id, error)
        return
    if row is None:
        return
    if row.status == Status.SENDING:
        record_outcome(row, send_through_channel(row))


def claim_notification(notification_id: int) -> AppointmentNotification | None:
    """Take a pending row whose time has come and settle what it says now.

    Returns the row, SENDING with recipient and body, or settled without a text; None when it
    isn't waiting any more, or when the wake-up came early.

    Nothing is locked while the text is worded. Whatever makes a pending row wrong (its appointment
    moved, cancelled, deleted) also takes it back, so that the last statement finds it pending no
    longer.
    """
    now = timezone.now()
    row = get_due_notification(notification_id, now)
    if row is None:
        return None
    unclaimed = AppointmentNotification.objects.pending().filter(pk=row.pk, attempts=row.attempts)
    row.status, row.claimed_at, row.attempts = Status.SENDING, now, row.attempts + 1
    row.sender, row.modified = row.salon.sender_number, now
    apply_prepared_message(row, get_message_kind(row.kind).prepare(row, now))
    return row if unclaimed.update(**{name: getattr(row, name) for name in CLAIM_COLUMNS}) else None


def get_due_notification(notification_id: int, now: datetime) -> AppointmentNotification | None:
    """The row with all that its text speaks of, if it is waiting and its time has come."""
    waiting = AppointmentNotification.objects.pending()
    with_appointment = waiting.select_related("salon", "appointment__customer")
    try:
        row = with_appointment.get(pk=notification_id)
    except AppointmentNotification.DoesNotExist:
        return None
    if row.wake_at <= now:
        return row
    # Redis' clock is ahead of ours: have it wake the row again at the right moment.
    actions.enqueue_on_commit([row])
    return None


def apply_prepared_message(
    row: AppointmentNotification, answer: PreparedMessage | DoNotSend
) -> None:
    """Put on the row what shall be sent, or why nothing is."""
    if isinstance(answer, PreparedMessage):
        row.recipient, row.body = answer.recipient, answer.body
        if not answer.recipient:
            answer = DoNotSend(Status.SKIPPED, Reason.NO_PHONE)
        elif has_opted_out(row.sender, answer.recipient):
            answer = DoNotSend(Status.SKIPPED, Reason.OPTED_OUT)
    if isinstance(answer, DoNotSend):
        row.status, row.reason = answer.status, answer.reason


def send_through_channel(row: AppointmentNotification) -> Outcome:
    """Hand the text to its channel; what became of it comes back as a value.

    A worker that was frozen after its claim sends nothing: the row may be another's by now.
    """
    if row.claimed_at is None or timezone.now() - row.claimed_at > LONGEST_HOLD:
        return NotSent("The worker was held up between the claim and the call.")
    return get_channel(row.channel).send(
        recipient=row.recipient,
        sender=row.sender,
        body=row.body,
        callback_url=build_callback_url(row),
    )


def build_callback_url(row: AppointmentNotification) -> str | None:
    """Where the provider reports on this row; None where it could not reach us."""
    if settings.PUBLIC_URL_IS_LOCAL and settings.TWILIO_API_BASE_URL == TWILIO_API_URL:
        return None
    return settings.PUBLIC_URL + reverse("notification:twilio-status", args=[row.code])


def record_outcome(row: AppointmentNotification, outcome: Outcome) -> None:
    """Write what became of a text. A receipt that was faster is not overwritten."""
    changes = build_outcome_columns(outcome, row, timezone.now())
    match outcome:
        case NotSent():
            changed = schedule_next_attempt(row, changes)
        case Refused():
            changed = record_refusal(row, changes, outcome)
        case Accepted() | Unknown():
            changed = update_attempt(row, changes)
    logger.info(
        "notification_recorded",
        notification=row.pk,
        kind=row.kind,
        status=str(changes["status"]),
        reason=str(changes.get("reason", "")),
        error_code=changes.get("error_code", ""),
        recorded=changed,
    )


def update_attempt(row: AppointmentNotification, changes: dict[str, Any]) -> bool:
    """Write `changes`, unless the row went another way meanwhile."""
    mine = AppointmentNotification.objects.filter(
        # A worker that was frozen must not speak for a later attempt.
        pk=row.pk,
        attempts=row.attempts,
        status__in=may_become(changes["status"]),
    )
    return bool(mine.update(**changes))


def schedule_next_attempt(row: AppointmentNotification, changes: dict[str, Any]) -> bool:
    """Write that nothing was sent, and have Redis wake the row for another attempt."""
    with transaction.atomic():
        changed = update_attempt(row, changes)
        if changed:
            row.message_id, row.wake_at = changes["message_id"], changes["wake_at"]
            actions.enqueue_on_commit([row])
    return changed


def record_refusal(row: AppointmentNotification, changes: dict[str, Any], outcome: Refused) -> bool:
    """Write that the provider refused the text, and what that says of the number."""
    with transaction.atomic():
        changed = update_attempt(row, changes)
        if changed:
            learn_from_failure(row, outcome.reason, outcome.code)
    return changed


def build_outcome_columns(
    outcome: Outcome, row: AppointmentNotification, now: datetime
) -> dict[str, Any]:
    """The columns that `outcome` changes."""
    changes: dict[str, Any] = {"modified": now, "error": "", "error_code": "", "reason": ""}
    match outcome:
        case Accepted():
            changes |= {"status": Status.SENT, "sent_at": now}
            changes |= {
                "provider_id": outcome.provider_id,
                "provider_status": outcome.provider_status,
            }
        case NotSent():
            pause = retry_pauses.compute_retry_pause(
                row.attempts,
                left=row.starts_at - now,
                row=row.pk,
                retry_after=outcome.retry_after,
            )
            changes |= build_pending_columns(now + pause)
            changes |= {"error": outcome.message, "error_code": outcome.code}
            changes |= {"reason": Reason.PROVIDER_BUSY}
        case Refused():
            changes |= {"status": Status.FAILED, "reason": outcome.reason}
            changes |= {"error": outcome.message, "error_code": outcome.code}
        case Unknown():
            changes |= {"status": Status.UNKNOWN, "reason": Reason.LOST_ANSWER}
            changes |= {"error": outcome.message}
    return changes


def build_pending_columns(moment: datetime) -> dict[str, Any]:
    """The columns of a row that waits again, under a Redis id of its own."""
    return {
        "status": Status.PENDING,
        "wake_at": moment,
        "woken_until": moment + WAKE_GRACE,
        "message_id": new_message_id(),
    }


def postpone_after_error(notification_id: int, error: Exception) -> None:
    """Let a row that raised wait longer each time, and end it after `policies.MOST_FAULTS`."""
    row = AppointmentNotification.objects.pending().filter(pk=notification_id).first()
    if row is None:
        return
    attempts = row.attempts + 1
    now = timezone.now()
    pause = retry_pauses.compute_retry_pause(attempts, left=row.starts_at - now, row=row.pk)
    changes = build_pending_columns(now + pause)
    if attempts >= retry_pauses.MOST_FAULTS:
        changes = {"status": Status.FAILED}
    changes |= {"attempts": attempts, "reason": Reason.INTERNAL_ERROR}
    AppointmentNotification.objects.pending().filter(pk=row.pk).update(
        **changes, error=type(error).__name__, modified=now
    )
