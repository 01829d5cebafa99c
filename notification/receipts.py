"""Delivery receipts: they come late, twice, out of order, and never take a state back."""

from typing import Any

import structlog
from django.db.models.functions import Coalesce
from django.utils import timezone

from booking_api.errors import Refusal
from notification import policies, services
from notification.models import AppointmentNotification, Reason, Status, may_become

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
OPTED_OUT = {"21610", "30004"}
BAD_NUMBER = {"30005", "30006"}


def take(code: str, *, provider_id: str, provider_status: str, error_code: str) -> bool:
    """Note a receipt on the row called `code`; False when it changes nothing."""
    row = AppointmentNotification.objects.filter(code=code).first()
    status = MEANING.get(provider_status)
    if row is None or status is None:
        logger.info("receipt_ignored", known=row is not None, provider_status=provider_status)
        return False
    columns = changes(status, provider_status, error_code)
    if not row.provider_id and is_free(provider_id):
        columns["provider_id"] = provider_id
    changed = AppointmentNotification.objects.filter(
        pk=row.pk, status__in=may_become(status)
    ).update(**columns)
    if changed and status == Status.FAILED:
        repeat_later(row, error_code)
    if error_code in OPTED_OUT and row.recipient:
        services.opt_out(row.sender, row.recipient)
    logger.info("receipt_taken", notification=row.pk, status=str(status), changed=bool(changed))
    return bool(changed)


def repeat_later(row: AppointmentNotification, error_code: str) -> None:
    """Plan a text that did not arrive once more, as a row of its own, where that may help."""
    before, first = 0, row
    while first.retry_of is not None:
        before, first = before + 1, first.retry_of
    pause = policies.late_retry(error_code, before, row.starts_at, timezone.now())
    if pause is None:
        return
    try:
        again = services.again(row, pause)
    except Refusal:
        return  # somebody sent it again by hand
    logger.info("undelivered_repeated", notification=row.pk, again=again.pk)


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
    if error_code in OPTED_OUT:
        return Reason.OPTED_OUT
    return Reason.BAD_NUMBER if error_code in BAD_NUMBER else Reason.UNDELIVERED
