"""A new reminder time moves the reminders of every future appointment of the salon, in the background."""

from django.db import transaction
from django.utils import timezone

from appointment.messages import planning
from appointment.messages.models import ReminderReplan
from appointment.models import Appointment

CHUNK = 200  # appointments a transaction; short enough that staff never wait for it


def replan_salon(salon_id: int) -> None:
    """Walk the salon's future appointments until all have followed its newest reminder time.

    Where it stopped is kept in the database: killed, it goes on from there.
    """
    while replan_next_chunk(salon_id):
        pass


def replan_next_chunk(salon_id: int) -> bool:
    """Bring the next appointments in line; False when there is nothing more to do."""
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
