"""Requests to follow a new lead time, saved with the change so that a restart loses none."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from appointment.messages.models import ReminderReplan
from appointment.tasks import replan_reminders
from core.jobs import enqueue
from notification.models import new_message_id
from salon.models import Salon

STALLED_AFTER = timedelta(seconds=30)  # without progress for so long, it is enqueued again


def request_replan(salon: Salon) -> None:
    """Have the upcoming appointments of `salon` follow its lead time, once this is committed."""
    ReminderReplan.objects.update_or_create(
        salon=salon,
        defaults={"requested_at": timezone.now(), "after_id": 0, "worked_at": timezone.now()},
    )
    enqueue.enqueue_calls_on_commit([build_replan_call(salon.pk)])


def resume_stalled_replans() -> None:
    """Enqueue the requests that make no progress. Runs in the scheduler."""
    is_stalled = Q(worked_at__lte=timezone.now() - STALLED_AFTER) | Q(worked_at=None)
    salons = list(ReminderReplan.objects.filter(is_stalled).values_list("salon_id", flat=True))
    enqueue.enqueue_calls_on_commit([build_replan_call(salon_id) for salon_id in salons])


def build_replan_call(salon_id: int) -> enqueue.ActorCall:
    """Build the call that plans the salon's appointments again."""
    return enqueue.ActorCall(replan_reminders, (salon_id,), new_message_id())
