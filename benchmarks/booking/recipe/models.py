"""An appointment that schedules its own reminder while it is saved."""

from typing import Any

import dramatiq
import redis
from django.conf import settings
from django.db import models
from django.utils import timezone
from dramatiq.brokers.redis import RedisBroker

URL = settings.DRAMATIQ_BROKER["OPTIONS"]["url"]
stock_broker = RedisBroker(url=URL, namespace="recipe")


@dramatiq.actor(broker=stock_broker)
def send_sms_reminder(appointment_id: int) -> None:
    """Never run here: only the booking is measured."""


class Appointment(models.Model):
    """The columns of our Appointment."""

    salon = models.ForeignKey("salon.Salon", models.PROTECT, related_name="+")
    user = models.ForeignKey("user.ExtendedUser", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customer.Customer", models.CASCADE, related_name="+")
    appointment_time = models.DateTimeField()
    end_time = models.DateTimeField()
    comment = models.TextField(blank=True)
    column_id = models.CharField(max_length=40, blank=True)
    task_id = models.CharField(max_length=36, blank=True, editable=False)
    status = models.CharField(max_length=10, default="booked")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"appointment #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.task_id:
            self.cancel_task()
        super().save(*args, **kwargs)
        self.task_id = self.schedule_reminder()
        super().save()

    def schedule_reminder(self) -> str:
        lead = self.salon.reminder_time_minutes * 60_000
        until = int((self.appointment_time - timezone.now()).total_seconds() * 1000)
        message = send_sms_reminder.send_with_options(args=(self.pk,), delay=until - lead)
        return message.options["redis_message_id"]

    def cancel_task(self) -> None:
        redis.Redis.from_url(URL).hdel("recipe:default.DQ.msgs", self.task_id)
