"""A text of unknown fate is settled before anything is sent again: seen at the provider, or
absent from it for long enough."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from notification import actions
from notification.channels.outcomes import NotAnswered, ProviderMessage
from notification.delivery import receipts
from notification.delivery.match_provider_messages import find_provider_message
from notification.delivery.send import LONGEST_HOLD, build_pending_columns
from notification.models import AppointmentNotification, NotificationQuerySet
from notification.states import Status

LOOKUP_INTERVAL = timedelta(seconds=15)  # between two questions about one row
LISTED_WITHIN = timedelta(seconds=60)  # the provider's list shows what it took

logger = structlog.get_logger(__name__)


def reconcile_notification(notification_id: int) -> None:
    """Ask the provider about one UNKNOWN row: it becomes SENT or further, PENDING, or stays."""
    rows = AppointmentNotification.objects.filter(status=Status.UNKNOWN)
    row = rows.filter(pk=notification_id).first()
    if row is None or row.claimed_at is None:
        return
    asked_at = timezone.now()
    try:
        sighting = find_provider_message(row)
    except NotAnswered as error:
        logger.info("settling_postponed", notification=row.pk, error=str(error)[:200])
        return
    if sighting is not None:
        record_provider_message(row, sighting)
    elif asked_at >= row.claimed_at + compute_listing_delay():
        return_to_pending(row)


def compute_listing_delay() -> timedelta:
    """How long after its claim a text that was taken must be in the provider's list.

    The worker calls within LONGEST_HOLD and gives up after PROVIDER_TIMEOUT.
    """
    return LONGEST_HOLD + timedelta(seconds=settings.PROVIDER_TIMEOUT) + LISTED_WITHIN


def record_provider_message(row: AppointmentNotification, sighting: ProviderMessage) -> None:
    """Write what the provider says of the text."""
    status = receipts.STATUS_BY_PROVIDER_STATUS.get(sighting.provider_status, Status.SENT)
    columns = receipts.build_receipt_columns(status, sighting.provider_status, sighting.error_code)
    columns["provider_id"] = sighting.provider_id
    try:
        with transaction.atomic():
            changed = filter_still_unknown(row).update(**columns)
            if changed:
                receipts.handle_new_status(row, status, sighting.error_code)
    except IntegrityError:
        return  # another row took this sighting at this moment; the next look tells more
    logger.info("notification_settled", notification=row.pk, status=str(status), changed=changed)


def return_to_pending(row: AppointmentNotification) -> None:
    """The provider never took it: the row waits again, due at once."""
    columns = build_pending_columns(timezone.now())
    with transaction.atomic():
        if filter_still_unknown(row).update(**columns, modified=timezone.now()):
            row.message_id, row.wake_at = columns["message_id"], columns["wake_at"]
            actions.enqueue_on_commit([row])
            logger.info("notification_settled", notification=row.pk, status=str(Status.PENDING))


def filter_still_unknown(row: AppointmentNotification) -> NotificationQuerySet:
    """The row, unless a receipt or another look settled this attempt meanwhile."""
    return AppointmentNotification.objects.filter(
        pk=row.pk, attempts=row.attempts, status=Status.UNKNOWN
    )
