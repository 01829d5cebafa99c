"""Move the reminders of a salon's upcoming appointments to its new lead time, in the background."""

from django.db import transaction
from django.utils import timezone

from appointment.messages import planning
from appointment.messages.models import ReminderReplan
from appointment.models import Appointment

CHUNK = 200  # appointments a transaction: short enough that staff do not wait for it


def replan_salon(salon_id: int) -> None:
    """Plan the salon's upcoming appointments again until all follow its newest lead time.

    The progress is saved with each chunk: a run that is killed continues from there.
    """
    while replan_next_chunk(salon_id):
        pass


def replan_next_chunk(salon_id: int) -> bool:
    """Plan the next appointments again; return False when none are left."""
    with transaction.atomic():
        request = ReminderReplan.objects.select_for_update().filter(salon_id=salon_id).first()
        if request is None:
            return False
        appointments = list(
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("salon", "customer")
            .expected()
            .filter(salon_id=salon_id, pk__gt=request.after_id, appointment_time__gt=timezone.now())
            .order_by("pk")[:CHUNK]
        )
        planning.sync_notifications_in_bulk(appointments)
        if len(appointments) < CHUNK:
            request.delete()
            return False
        request.after_id, request.worked_at = appointments[-1].pk, timezone.now()
        request.save()
        return True
