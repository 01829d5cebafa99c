"""The actors. Each takes an id; the notification decides (see notification/delivery/send.py).

They do not retry: a notification that was not settled stays pending, and the sweeper enqueues it.
"""

import dramatiq

from appointment.messages import replan
from notification.delivery.send import deliver_notification


@dramatiq.actor(max_retries=0)
def send_sms_confirmation(notification_id: int) -> None:
    """Send a confirmation."""
    deliver_notification(notification_id)


@dramatiq.actor(max_retries=0)
def send_sms_reminder(notification_id: int) -> None:
    """Send a reminder."""
    deliver_notification(notification_id)


@dramatiq.actor(max_retries=0)
def send_sms_cancellation(notification_id: int) -> None:
    """Send a cancellation."""
    deliver_notification(notification_id)


@dramatiq.actor(max_retries=0, priority=10)
def replan_reminders(salon_id: int) -> None:
    """Move the reminders of a salon to its new lead time."""
    replan.replan_salon(salon_id)
