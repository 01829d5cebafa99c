"""Sending without workers: what the operators' commands share."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from notification import actions
from notification.contacts.actions import has_opted_out
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.registry import PreparedMessage, get_message_kind
from notification.states import Reason, Status

OVERDUE = timedelta(minutes=2)  # the sweeper has had its chance by then


def find_due(now: datetime) -> QuerySet[AppointmentNotification]:
    """Rows whose time has come and that nobody has taken yet, the oldest first."""
    return (
        AppointmentNotification.objects.pending()
        .filter(wake_at__lte=now)
        .select_related("salon", "appointment__customer")
        .order_by("wake_at", "pk")
    )


def find_failed(now: datetime) -> QuerySet[AppointmentNotification]:
    """Failed messages about appointments that lie ahead and that were not tried again since.

    What a number can't receive is left out until the customer has another.
    """
    same_number = F("appointment__customer__phone_number")
    return (
        AppointmentNotification.objects.filter(build_failed_filter(now))
        .exclude(reason=Reason.BAD_NUMBER, recipient=same_number)
        .select_related("salon", "appointment__customer")
        .order_by("due_at", "pk")
    )


def find_overdue(now: datetime) -> QuerySet[AppointmentNotification]:
    """Rows whose time came more than `OVERDUE` ago and that nobody has sent."""
    return AppointmentNotification.objects.filter(build_overdue_filter(now))


def build_overdue_filter(now: datetime) -> Q:
    """Waits although its time came more than `OVERDUE` ago."""
    return Q(status=Status.PENDING, wake_at__lt=now - OVERDUE)


def build_failed_filter(now: datetime) -> Q:
    """Failed, was not tried again, and its appointment lies ahead."""
    retries = AppointmentNotification.objects.filter(retry_of=OuterRef("pk"))
    return Q(~Exists(retries), status=Status.FAILED, starts_at__gt=now)


def build_unknown_filter(_now: datetime) -> Q:
    """May have been sent."""
    return Q(status=Status.UNKNOWN)


def cancel_manually(row: AppointmentNotification) -> bool:
    """Take a waiting message back for good: planning will not write it again for this time.

    False when it was not waiting any more.
    """
    taken = actions.cancel_pending([row], Reason.TAKEN_BACK) == 1
    if taken:
        row.refresh_from_db()
        get_message_kind(row.kind).handle_taken_back(row)
    return taken


class Preview(NamedTuple):
    """What sending a row would do, in one line, and whether it would go out."""

    line: str
    goes_out: bool


def preview_notification(row: AppointmentNotification) -> Preview:
    """What sending `row` now would do, or another like it if it failed; nothing is changed."""
    earlier = row.pk if row.status == Status.FAILED else row.retry_of_id
    answer = get_message_kind(row.kind).prepare(row, timezone.now())
    local = row.due_at.astimezone(row.salon.zone)
    due = f"due {local:%Y-%m-%d %H:%M %Z}{format_retry_note(earlier)}"
    head = f"{row.kind} of appointment {row.appointment_number}, {due}"
    if not isinstance(answer, PreparedMessage):
        return Preview(f"{head}: would not be sent ({answer.reason.label})", goes_out=False)
    if not answer.recipient:
        return Preview(f"{head}: would not be sent (no phone number)", goes_out=False)
    if has_opted_out(row.salon.sender_number, answer.recipient):
        line = f"{head}: would not be sent ({answer.recipient} answered STOP)"
        return Preview(line, goes_out=False)
    return Preview(f"{head}, to {answer.recipient}: {answer.body}", goes_out=True)


def deliver_in_process(
    rows: Iterable[AppointmentNotification],
) -> Iterator[AppointmentNotification]:
    """Deliver `rows` in this process; yields each as it stands afterwards."""
    for row in rows:
        deliver_notification(row.pk)
        row.refresh_from_db()
        yield row


def format_delivery_result(row: AppointmentNotification) -> str:
    """What became of a row, in one line."""
    why = f" ({row.get_reason_display()})" if row.reason else ""
    state = f"{row.status}{why}{format_retry_note(row.retry_of_id)}"
    return f"message {row.pk}: {row.kind} of appointment {row.appointment_number}: {state}"


def format_retry_note(earlier: int | None) -> str:
    """Says that a message is sent although `earlier` was."""
    return f", again on purpose after message {earlier}" if earlier else ""


def has_gone_wrong(row: AppointmentNotification) -> bool:
    """Whether a person should look: not sent, and not for a reason that is the customer's own."""
    return row.status in {Status.FAILED, Status.UNKNOWN, Status.PENDING}
