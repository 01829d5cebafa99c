"""The ledger's own actor; those of each kind of message live with the kind."""

import dramatiq

from notification.settling import settle


@dramatiq.actor(max_retries=0)
def settle_notification(notification_id: int) -> None:
    settle(notification_id)
