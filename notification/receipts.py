"""Delivery receipts: they come late, twice, out of order, and never take a state back."""

from typing import Any

import structlog
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from booking_api.errors import Refusal
from notification import policies, services, twilio
from notification.models import AppointmentNotification, Reason, Status, may_become
from notification.registry import Withheld, kind

logger = structlog.get_logger(__name__)

# The provider's words for what became of a text, and ours. Words we don't know change nothing.
MEANING = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
}


def take(code: str, *, provider_id: str, provider_status: str, error_code: str) -> bool:
    """Note a receipt on the row called `code`; False when it changes nothing.

    What follows from it is written in the same transaction: a receipt comes once, and repeated it
    changes nothing, so that an old one can't undo a START.
    """
    row = AppointmentNotification.objects.filter(code=code).first()
    status = MEANING.get(provider_status)
    if row is None or status is None or is_not_of(row, provider_id):
        logger.info("receipt_ignored", known=row is not None, provider_status=provider_status)
        return False
    columns = changes(status, provider_status, error_code)
    if not row.provider_id and is_free(provider_id):
        columns["provider_id"] = provider_id
    changed = move(row, status, columns, error_code)
    logger.info("receipt_taken", notification=row.pk, status=str(status), changed=changed)
    return changed


def move(
    row: AppointmentNotification, status: Status, columns: dict[str, Any], error_code: str
) -> bool:
    """Write `columns`, where the table of transitions allows `status`, with all that follows."""
    if row.status not in may_become(status):
        return False  # nor later: most receipts are such, and cost the database no write
    rows = AppointmentNotification.objects.filter(pk=row.pk, status__in=may_become(status))
    with transaction.atomic():
        changed = bool(rows.update(**columns))
        if changed:
            follow(row, status, error_code)
    return changed


def is_not_of(row: AppointmentNotification, provider_id: str) -> bool:
    """Whether `row` was never handed over, or its text is known by another id.

    A row that was sent anew, because the provider did not show the first text, is not failed by a
    late receipt of that one.
    """
    is_another = bool(row.provider_id and provider_id) and row.provider_id != provider_id
    return is_another or not row.recipient


def follow(row: AppointmentNotification, status: Status, error_code: str) -> None:
    """Do what a new state asks for, inside the caller's transaction; `row` is as it was before."""
    if row.status == Status.PENDING:
        services.stop_waiting(row)
    if status == Status.DELIVERED:
        services.mark_reached(row)
    elif status == Status.FAILED:
        services.learn_from_failure(row, reason_of(error_code), error_code)
        repeat_later(row, error_code)


def repeat_later(row: AppointmentNotification, error_code: str) -> None:
    """Plan a text that did not arrive once more, as a row of its own, where that may help.

    Where it did not help often enough, the number is marked. What is out of date is not repeated.
    """
    before = retries_before(row)
    if policies.silent_for_good(error_code, before):
        services.mark_unreachable(row, error_code)
    pause = policies.late_retry(error_code, before, row.starts_at, timezone.now())
    if pause is None or isinstance(kind(row.kind).prepare(row, timezone.now()), Withheld):
        return
    try:
        again = services.again(row, pause)
    except Refusal:
        return  # somebody sent it again by hand
    logger.info("undelivered_repeated", notification=row.pk, again=again.pk)


def retries_before(row: AppointmentNotification) -> int:
    """How often the text was repeated up to this row."""
    count, first = 0, row
    while first.retry_of is not None:
        count, first = count + 1, first.retry_of
    return count


def is_free(provider_id: str) -> bool:
    """Whether no row goes by this id of the provider's yet."""
    return not AppointmentNotification.objects.filter(provider_id=provider_id).exists()


def changes(status: Status, provider_status: str, error_code: str) -> dict[str, Any]:
    """The columns a receipt changes. It also proves that a text of unknown fate was accepted."""
    now = timezone.now()
    columns: dict[str, Any] = {
        "status": status,
        "provider_status": provider_status,
        "sent_at": Coalesce("sent_at", now),
        "reason": "",
        "error": "",
        "error_code": error_code,
        "modified": now,
    }
    if status == Status.DELIVERED:
        columns["delivered_at"] = now
    if status == Status.FAILED:
        columns["reason"] = reason_of(error_code)
    return columns


def reason_of(error_code: str) -> Reason:
    """Why a text that was accepted did not arrive."""
    return Reason(twilio.reason_of(error_code) or Reason.UNDELIVERED)
