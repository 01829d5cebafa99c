"""A text of unknown fate is settled before anything is sent again: seen at the provider, or
absent from it for long enough."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from notification import receipts, services
from notification.delivery import LONGEST_HOLD, waiting_until
from notification.models import AppointmentNotification, NotificationQuerySet, Status
from notification.outcomes import NotAnswered, Sighting
from notification.sightings import own_sighting
from notification.signals import moved_on

LOOK_AGAIN = timedelta(seconds=15)  # between two questions about one row
SHOWN_WITHIN = timedelta(seconds=60)  # the provider's list shows what it took

logger = structlog.get_logger(__name__)


def settle(notification_id: int) -> None:
    """Ask the provider about one UNKNOWN row: it becomes SENT or further, PENDING, or stays."""
    rows = AppointmentNotification.objects.filter(status=Status.UNKNOWN)
    row = rows.filter(pk=notification_id).first()
    if row is None or row.claimed_at is None:
        return
    asked_at = timezone.now()
    try:
        sighting = own_sighting(row)
    except NotAnswered as error:
        logger.info("settling_postponed", notification=row.pk, error=str(error)[:200])
        return
    if sighting is not None:
        note_sighting(row, sighting)
    elif asked_at >= row.claimed_at + surely_shown():
        send_again(row)
    moved_on.send(AppointmentNotification, row=row)


def surely_shown() -> timedelta:
    """How long after its claim a text that was taken must be in the provider's list.

    The worker calls within LONGEST_HOLD and gives up after PROVIDER_TIMEOUT.
    """
    return LONGEST_HOLD + timedelta(seconds=settings.PROVIDER_TIMEOUT) + SHOWN_WITHIN


def note_sighting(row: AppointmentNotification, sighting: Sighting) -> None:
    """Write what the provider says of the text."""
    status = receipts.MEANING.get(sighting.provider_status, Status.SENT)
    columns = receipts.changes(status, sighting.provider_status, sighting.error_code)
    columns["provider_id"] = sighting.provider_id
    try:
        with transaction.atomic():
            changed = still_unknown(row).update(**columns)
            if changed:
                receipts.follow(row, status, sighting.error_code)
    except IntegrityError:
        return  # another row took this sighting at this moment; the next look tells more
    logger.info("notification_settled", notification=row.pk, status=str(status), changed=changed)


def send_again(row: AppointmentNotification) -> None:
    """The provider never took it: the row waits again, due at once."""
    columns = waiting_until(timezone.now())
    with transaction.atomic():
        if still_unknown(row).update(**columns, modified=timezone.now()):
            row.message_id, row.wake_at = columns["message_id"], columns["wake_at"]
            services.wake_on_commit([row])
            logger.info("notification_settled", notification=row.pk, status=str(Status.PENDING))


def still_unknown(row: AppointmentNotification) -> NotificationQuerySet:
    """The row, unless a receipt or another look settled this attempt meanwhile."""
    return AppointmentNotification.objects.filter(
        pk=row.pk, attempts=row.attempts, status=Status.UNKNOWN
    )
