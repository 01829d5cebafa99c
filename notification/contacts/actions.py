"""Record what a phone wants and whether it can be reached."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from notification.channels.sms.error_codes import UNREACHABLE_CAUSES
from notification.contacts.models import OptOut, UnreachableNumber
from notification.models import AppointmentNotification
from notification.states import Reason, Status


def opt_out(sender: str, phone_number: str) -> None:
    """Remember that this phone wants nothing from this sender."""
    OptOut.objects.get_or_create(sender=sender, phone_number=phone_number)


def opt_in(senders: Sequence[str], phone_number: str) -> None:
    """Forget that this phone told these senders to stop: it wrote START."""
    OptOut.objects.filter(sender__in=senders, phone_number=phone_number).delete()


def has_opted_out(sender: str, phone_number: str) -> bool:
    """Whether this phone told this sender to stop."""
    return OptOut.objects.filter(sender=sender, phone_number=phone_number).exists()


def learn_from_failure(row: AppointmentNotification, reason: str, error_code: str) -> None:
    """Remember what a text that failed for `reason` says about the phone."""
    if reason == Reason.OPTED_OUT:
        opt_out(row.sender, row.recipient)
    elif reason == Reason.BAD_NUMBER:
        mark_unreachable(row, error_code)


def mark_unreachable(row: AppointmentNotification, error_code: str) -> None:
    """Remember that this salon's texts don't reach the number of `row`, which failed.

    Receipts come in any order: a number that a later text reached stays unmarked.
    """
    now, tried_at = timezone.now(), get_last_attempt_time(row)
    to_number = AppointmentNotification.objects.filter(salon=row.salon_id, recipient=row.recipient)
    if to_number.filter(status=Status.DELIVERED, claimed_at__gt=tried_at).exists():
        return
    told = {"cause": UNREACHABLE_CAUSES[error_code], "error_code": error_code, "tried_at": tried_at}
    marks = UnreachableNumber.objects.filter(salon=row.salon_id, phone_number=row.recipient)
    if not marks.filter(tried_at__lte=tried_at).update(**told, modified=now):
        UnreachableNumber.objects.get_or_create(
            salon_id=row.salon_id, phone_number=row.recipient, defaults={**told, "since": now}
        )


def mark_reached(row: AppointmentNotification) -> None:
    """A text arrived: what failed before it says nothing of the number any more."""
    UnreachableNumber.objects.filter(
        salon=row.salon_id, phone_number=row.recipient, tried_at__lt=get_last_attempt_time(row)
    ).delete()


def get_last_attempt_time(row: AppointmentNotification) -> datetime:
    """When `row` was last handed to the provider."""
    return row.claimed_at or row.created
