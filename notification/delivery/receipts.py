"""Delivery receipts: they come late, twice, out of order, and never take a state back."""

from typing import Any

import structlog
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.api.errors import Refusal
from notification import actions
from notification.channels.sms.error_codes import (
    compute_late_retry_pause,
    get_refusal_reason,
    is_silent_for_good,
)
from notification.contacts.actions import learn_from_failure, mark_reached, mark_unreachable
from notification.models import AppointmentNotification
from notification.registry import DoNotSend, get_message_kind
from notification.states import Reason, Status, may_become

logger = structlog.get_logger(__name__)

# The provider's words for what became of a text, and ours. Words we don't know change nothing.
STATUS_BY_PROVIDER_STATUS = {
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


def record_receipt(code: str, *, provider_id: str, provider_status: str, error_code: str) -> bool:
    """Note a receipt on the row called `code`; False when it changes nothing.

    What follows from it is written in the same transaction: a receipt comes once, and repeated it
    changes nothing, so that an old one can't undo a START.
    """
    row = AppointmentNotification.objects.filter(code=code).first()
    status = STATUS_BY_PROVIDER_STATUS.get(provider_status)
    if row is None or status is None or is_of_another_message(row, provider_id):
        logger.info("receipt_ignored", known=row is not None, provider_status=provider_status)
        return False
    columns = build_receipt_columns(status, provider_status, error_code)
    if not row.provider_id and is_unused_provider_id(provider_id):
        columns["provider_id"] = provider_id
    changed = apply_status(row, status, columns, error_code)
    logger.info("receipt_taken", notification=row.pk, status=str(status), changed=changed)
    return changed


def apply_status(
    row: AppointmentNotification, status: Status, columns: dict[str, Any], error_code: str
) -> bool:
    """Write `columns`, where the table of transitions allows `status`, with all that follows."""
    if row.status not in may_become(status):
        return False  # nor later: most receipts are such, and cost the database no write
    rows = AppointmentNotification.objects.filter(pk=row.pk, status__in=may_become(status))
    with transaction.atomic():
        changed = bool(rows.update(**columns))
        if changed:
            handle_new_status(row, status, error_code)
    return changed


def is_of_another_message(row: AppointmentNotification, provider_id: str) -> bool:
    """Whether `row` was never handed over, or its text is known by another id.

    A row that was sent anew, because the provider did not show the first text, is not failed by a
    late receipt of that one.
    """
    is_another = bool(row.provider_id and provider_id) and row.provider_id != provider_id
    return is_another or not row.recipient


def handle_new_status(row: AppointmentNotification, status: Status, error_code: str) -> None:
    """Do what a new state asks for, inside the caller's transaction; `row` is as it was before."""
    if row.status == Status.PENDING:
        actions.cancel_queued_retry(row)
    if status == Status.DELIVERED:
        mark_reached(row)
    elif status == Status.FAILED:
        learn_from_failure(row, get_failure_reason(error_code), error_code)
        retry_undelivered(row, error_code)


def retry_undelivered(row: AppointmentNotification, error_code: str) -> None:
    """Plan a text that did not arrive once more, as a row of its own, where that may help.

    Where it did not help often enough, the number is marked. What is out of date is not repeated.
    """
    before = count_earlier_retries(row)
    if is_silent_for_good(error_code, before):
        mark_unreachable(row, error_code)
    pause = compute_late_retry_pause(error_code, before, row.starts_at, timezone.now())
    if pause is None or isinstance(
        get_message_kind(row.kind).prepare(row, timezone.now()), DoNotSend
    ):
        return
    try:
        again = actions.retry(row, pause)
    except Refusal:
        return  # somebody sent it again by hand
    logger.info("undelivered_repeated", notification=row.pk, again=again.pk)


def count_earlier_retries(row: AppointmentNotification) -> int:
    """How often the text was repeated up to this row."""
    count, first = 0, row
    while first.retry_of is not None:
        count, first = count + 1, first.retry_of
    return count


def is_unused_provider_id(provider_id: str) -> bool:
    """Whether no row goes by this id of the provider's yet."""
    return not AppointmentNotification.objects.filter(provider_id=provider_id).exists()


def build_receipt_columns(status: Status, provider_status: str, error_code: str) -> dict[str, Any]:
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
        columns["reason"] = get_failure_reason(error_code)
    return columns


def get_failure_reason(error_code: str) -> Reason:
    """Why a text that was accepted did not arrive."""
    return Reason(get_refusal_reason(error_code) or Reason.UNDELIVERED)
