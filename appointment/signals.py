"""Hooks: whatever saves or deletes an appointment or a reminder time, the ledger follows.

`bulk_create` and `QuerySet.update` send no signals; `check_notifications` finds what they skip.
"""

from datetime import UTC
from typing import Any

from django.db.models.signals import post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import ngettext
from simple_history.signals import pre_create_historical_record

from appointment.actions import busy_spans
from appointment.messages import planning, replan_requests
from appointment.models import UPCOMING, Appointment, Status
from core.api.errors import Refusal
from salon.models import Salon
from user.models import ExtendedUser
from user.signals import deactivating


@receiver(pre_save, sender=Appointment)
def count_changes(sender: type[Appointment], instance: Appointment, raw: bool, **_: Any) -> None:
    """Lock the stored appointment, compare, and raise the counters that others rely on."""
    if raw:
        return
    # Arithmetic on a wall clock is an hour wrong across the days when the clocks change.
    instance.appointment_time = instance.appointment_time.astimezone(UTC)
    instance.end_time = instance.end_time.astimezone(UTC)
    stored = Appointment.objects.select_for_update(no_key=True).filter(pk=instance.pk)
    before = stored.first() if instance.pk else None
    instance.before_save = before
    if before is None:
        instance.task_id = planning.choose_task_id(instance)
        return
    instance.task_id = before.task_id
    instance.version = before.version + 1
    was_cancelled = before.status == Status.CANCELLED
    moved = before.appointment_time != instance.appointment_time
    instance.revision = before.revision + (moved or (was_cancelled and instance.is_expected))


@receiver(post_save, sender=Appointment)
def sync_saved_appointment(
    sender: type[Appointment], instance: Appointment, raw: bool, **_: Any
) -> None:
    """Plan, move or take back the appointment's messages and its time of the staff."""
    if raw:
        return
    before = instance.before_save
    busy_spans.save_busy_span(instance, is_new=before is None)
    planning.sync_notifications(
        instance,
        is_new=before is None,
        was_expected=before is not None and before.status in UPCOMING,
    )


@receiver(pre_create_historical_record, sender=Appointment.history.model)
def record_service_names(instance: Appointment, history_instance: Any, **_: Any) -> None:
    """The services are rows of their own, written after the appointment: their names are noted
    here."""
    history_instance.service_names = instance.service_names
    instance.service_names = None  # once


@receiver(pre_delete, sender=Appointment)
def cancel_messages_of_deleted(sender: type[Appointment], instance: Appointment, **_: Any) -> None:
    """Also reached by queryset, admin and cascade deletes."""
    planning.cancel_for_deleted(instance)


@receiver(pre_save, sender=Salon)
def detect_new_lead_time(sender: type[Salon], instance: Salon, raw: bool, **_: Any) -> None:
    """Bookings under way hold their staff's row; once we have them all, none can still plan by
    the old reminder time."""
    stored = Salon.objects.select_for_update(no_key=True).filter(pk=instance.pk)
    old = None if raw else stored.values_list("reminder_time_minutes", flat=True).first()
    instance.replan_reminders = old is not None and old != instance.reminder_time_minutes
    if instance.replan_reminders:
        list(ExtendedUser.objects.select_for_update().filter(salon=instance).order_by("pk"))


@receiver(post_save, sender=Salon)
def request_replan_on_new_lead_time(
    sender: type[Salon], instance: Salon, raw: bool, **_: Any
) -> None:
    if not raw and instance.replan_reminders:
        replan_requests.request_replan(instance)


@receiver(deactivating)
def check_no_upcoming_appointments(user: ExtendedUser, **_: Any) -> None:
    """Whoever is awaited by customers stays until a colleague has taken their appointments over."""
    count = Appointment.objects.filter(user=user).ahead(timezone.now()).count()
    if count:
        detail = ngettext(
            "%(name)s has %(count)d appointment ahead. Hand it over to a colleague first.",
            "%(name)s has %(count)d appointments ahead. Hand them over to a colleague first.",
            count,
        ) % {"name": user, "count": count}
        raise Refusal("has_visits", detail, errors={"is_active": [detail], "visits": [str(count)]})
