"""The ledger's own actor; those of each kind of message live with the kind."""

import dramatiq

from notification.delivery.reconciliation import reconcile_notification


@dramatiq.actor(max_retries=0)
def settle_notification(notification_id: int) -> None:
    reconcile_notification(notification_id)
