"""The actors. Each takes an id; the row decides (see notification/delivery/send.py).

They don't retry: a row that was not settled is still pending, and the sweeper wakes it.
"""

import dramatiq

from appointment.messages import replan
from notification.delivery.send import deliver_notification


@dramatiq.actor(max_retries=0)
def send_sms_confirmation(notification_id: int) -> None:
    deliver_notification(notification_id)


@dramatiq.actor(max_retries=0)
def send_sms_reminder(notification_id: int) -> None:
    deliver_notification(notification_id)


@dramatiq.actor(max_retries=0)
def send_sms_cancellation(notification_id: int) -> None:
    deliver_notification(notification_id)


@dramatiq.actor(max_retries=0, priority=10)
def replan_reminders(salon_id: int) -> None:
    replan.replan_salon(salon_id)
