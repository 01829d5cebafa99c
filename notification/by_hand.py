"""Sending without workers: what the operators' commands share."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from notification import services
from notification.delivery import deliver
from notification.models import AppointmentNotification, Reason, Status
from notification.registry import Text, kind
from notification.signals import moved_on

OVERDUE = timedelta(minutes=2)  # the sweeper has had its chance by then


def due_rows(now: datetime) -> QuerySet[AppointmentNotification]:
    """Rows whose time has come and that nobody has taken yet, the oldest first."""
    return (
        AppointmentNotification.objects.pending()
        .filter(wake_at__lte=now)
        .select_related("salon", "appointment__customer")
        .order_by("wake_at", "pk")
    )


def failed_rows(now: datetime) -> QuerySet[AppointmentNotification]:
    """Failed messages about visits that lie ahead and that were not tried again since."""
    return (
        AppointmentNotification.objects.filter(
            status=Status.FAILED, starts_at__gt=now, retries=None
        )
        .select_related("salon", "appointment__customer")
        .order_by("due_at", "pk")
    )


def overdue_rows(now: datetime) -> QuerySet[AppointmentNotification]:
    """Rows whose time came more than `OVERDUE` ago and that nobody has sent."""
    return AppointmentNotification.objects.pending().filter(wake_at__lt=now - OVERDUE)


def take_back(row: AppointmentNotification) -> bool:
    """Take a waiting message back for good: planning will not write it again for this time.

    False when it was not waiting any more.
    """
    taken = services.retire([row], Reason.TAKEN_BACK) == 1
    if taken:
        row.refresh_from_db()
        moved_on.send(AppointmentNotification, row=row)
    return taken


def preview(row: AppointmentNotification) -> str:
    """What sending `row` now would do, in one line; nothing is changed."""
    answer = kind(row.kind).prepare(row, timezone.now())
    local = row.due_at.astimezone(row.salon.zone)
    head = f"{row.kind} of visit {row.visit_id}, due {local:%Y-%m-%d %H:%M %Z}"
    if not isinstance(answer, Text):
        return f"{head}: would not be sent ({answer.reason.label})"
    if not answer.recipient:
        return f"{head}: would not be sent (no phone number)"
    if services.has_opted_out(row.salon.sender_number, answer.recipient):
        return f"{head}: would not be sent ({answer.recipient} answered STOP)"
    return f"{head}, to {answer.recipient}: {answer.body}"


def send(rows: Iterable[AppointmentNotification]) -> Iterator[AppointmentNotification]:
    """Deliver `rows` in this process; yields each as it stands afterwards."""
    for row in rows:
        deliver(row.pk)
        row.refresh_from_db()
        yield row


def result(row: AppointmentNotification) -> str:
    """What became of a row, in one line."""
    again = f", sent again on purpose (first: message {row.retry_of_id})" if row.retry_of_id else ""
    why = f" ({row.get_reason_display()})" if row.reason else ""
    return f"message {row.pk}: {row.kind} of visit {row.visit_id}: {row.status}{why}{again}"


def went_wrong(row: AppointmentNotification) -> bool:
    """Whether a person should look: not sent, and not for a reason that is the customer's own."""
    return row.status in {Status.FAILED, Status.UNKNOWN, Status.PENDING}
