"""Keep the ledger in line with an appointment: one idempotent plan for every change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from appointment.messages import policies
from appointment.messages.base_kind import Plan, PlannedMessage, list_appointment_kinds
from appointment.messages.facts import (
    build_appointment_facts,
    build_messaging_rules,
    build_subject,
)
from appointment.messages.rules import MessagingRules
from appointment.models import Appointment
from appointment.models import Status as AppointmentStatus
from notification import actions as ledger
from notification.factory import build_notification
from notification.models import AppointmentNotification, new_message_id
from notification.states import Kind, Reason, Status


def sync_notifications(
    appointment: Appointment, *, is_new: bool = False, was_expected: bool = False
) -> None:
    """Bring the ledger in line with `appointment`, inside the caller's transaction.

    `is_new`: the ledger can hold nothing about it yet. `was_expected`: it was upcoming before this
    change. With `appointment.notify` False the reminder is planned all the same; the messages that
    would be sent at once are recorded as skipped.
    """
    notifications = [] if is_new else list(lock_notifications([appointment.pk]))
    apply_message_plans([(appointment, notifications)], was_upcoming=was_expected)


def sync_notifications_in_bulk(appointments: Sequence[Appointment]) -> None:
    """Sync many appointments in a fixed number of queries (and one per changed `task_id`)."""
    by_appointment: dict[int, list[AppointmentNotification]] = defaultdict(list)
    for notification in lock_notifications([appointment.pk for appointment in appointments]):
        by_appointment[notification.appointment_number].append(notification)
    apply_message_plans(
        [(appointment, by_appointment[appointment.pk]) for appointment in appointments]
    )


def lock_notifications(appointment_ids: Sequence[int]) -> QuerySet[AppointmentNotification]:
    """Lock all notifications of these appointments.

    This waits for a worker that is claiming one: a reminder that has just been sent must be seen
    as sent, or the customer would be reminded twice.
    """
    notifications = AppointmentNotification.objects.filter(appointment_number__in=appointment_ids)
    return notifications.select_for_update().order_by("pk")


def plan_messages(
    appointment: Appointment,
    notifications: Sequence[AppointmentNotification],
    *,
    rules: MessagingRules,
    now: datetime,
    was_upcoming: bool = False,
) -> Plan:
    """Compare what `appointment` owes with all its `notifications`, kind by kind.

    `was_upcoming`: it was upcoming before the change that is being saved. Planning twice changes
    nothing.
    """
    facts = build_appointment_facts(appointment, was_upcoming=was_upcoming)
    plan = Plan()
    for kind in list_appointment_kinds():
        plan.extend(kind.owed(facts, notifications, rules, now))
    return plan


def apply_message_plans(
    appointments: Iterable[tuple[Appointment, list[AppointmentNotification]]],
    *,
    was_upcoming: bool = False,
) -> None:
    """Create and cancel notifications for appointments, each given with all it has."""
    now = timezone.now()
    to_cancel: dict[Reason, list[AppointmentNotification]] = defaultdict(list)
    to_create: list[AppointmentNotification] = []
    for appointment, notifications in appointments:
        rules = build_messaging_rules(appointment)
        plan = plan_messages(
            appointment, notifications, rules=rules, now=now, was_upcoming=was_upcoming
        )
        new = build_planned_notifications(appointment, plan.to_create, notify=appointment.notify)
        if not notifications:
            use_chosen_task_id(appointment, new)
        for notification, obstacle in plan.to_cancel:
            to_cancel[Reason(obstacle)].append(notification)
        cancelled = {notification.pk for notification, _ in plan.to_cancel}
        set_task_id(appointment, [*(n for n in notifications if n.pk not in cancelled), *new])
        to_create += new
    for reason, notifications in to_cancel.items():
        ledger.cancel_pending(notifications, reason)
    if to_create:
        ledger.create_notifications(to_create)


def use_chosen_task_id(
    appointment: Appointment, notifications: Iterable[AppointmentNotification]
) -> None:
    """Give a new appointment's reminder the Redis id that was saved with the appointment."""
    for notification in notifications:
        if notification.kind == Kind.REMINDER and appointment.task_id:
            notification.message_id = appointment.task_id


def build_planned_notifications(
    appointment: Appointment, planned: Iterable[PlannedMessage], *, notify: bool
) -> list[AppointmentNotification]:
    """Build the notifications of a plan; without `notify` the optional ones are skipped."""
    kinds = {kind.name: kind for kind in list_appointment_kinds()}
    subject = build_subject(appointment)
    notifications = []
    for message in planned:
        kind = kinds[message.kind]
        recipient = str(appointment.customer.phone_number) if kind.outlives_appointment else ""
        notification = build_notification(
            subject,
            kind=message.kind,
            channel=message.channel,
            due_at=message.due_at,
            offset_minutes=message.offset_minutes,
            recipient=recipient,
        )
        if kind.is_optional and not notify:
            notification.status, notification.reason = Status.SKIPPED, Reason.NOT_ASKED
        notifications.append(notification)
    return notifications


def cancel_for_deleted(appointment: Appointment) -> None:
    """Cancel what waits for an appointment that is being deleted, and inform the customer.

    The customer gets a message only when the appointment is still upcoming.
    """
    now = timezone.now()
    lasting = [kind for kind in list_appointment_kinds() if kind.outlives_appointment]
    pending = AppointmentNotification.objects.of_appointment(appointment.pk).pending()
    obsolete = pending.exclude(kind__in=[kind.name for kind in lasting])
    ledger.cancel_pending(list(obsolete), Reason.APPOINTMENT_DELETED)
    if appointment.is_expected and appointment.appointment_time > now:
        rules = build_messaging_rules(appointment)
        planned = [kind.plan_message(rules, now) for kind in lasting]
        notifications = build_planned_notifications(appointment, planned, notify=appointment.notify)
        for notification in notifications:
            notification.appointment = None  # the ledger outlives it
        ledger.create_notifications(notifications)


def choose_task_id(appointment: Appointment) -> str:
    """Return the Redis id for a new appointment's reminder; "" when it gets none.

    Chosen before the appointment is saved, so that it is saved once.
    """
    rules = build_messaging_rules(appointment)
    due = policies.compute_reminder_due(appointment.appointment_time, rules, timezone.now())
    return new_message_id() if appointment.is_expected and due else ""


def set_task_id(appointment: Appointment, notifications: Iterable[AppointmentNotification]) -> None:
    """Save the task id where planning changed it; `notifications` are all that were kept."""
    task_id = find_task_id(appointment, notifications)
    if appointment.task_id != task_id:
        appointment.task_id = task_id
        Appointment.objects.filter(pk=appointment.pk).update(task_id=task_id)


def find_task_id(appointment: Appointment, notifications: Iterable[AppointmentNotification]) -> str:
    """Return the Redis id of the earliest planned reminder; "" where none is planned.

    The id stays as it is once that reminder was tried: the ledger has its state.
    """
    planned = [each for each in notifications if is_planned_reminder(each, appointment)]
    if not planned or appointment.status == AppointmentStatus.CANCELLED:
        return ""
    untried = [each for each in planned if each.is_pending and not each.attempts]
    earliest = min(untried, key=lambda notification: notification.due_at, default=None)
    return earliest.message_id if earliest else appointment.task_id


def is_planned_reminder(notification: AppointmentNotification, appointment: Appointment) -> bool:
    """Return whether planning wrote this reminder for the appointment's present time."""
    return (
        notification.kind == Kind.REMINDER
        and notification.status != Status.CANCELLED
        and notification.retry_of_id is None
        and notification.offset_minutes > 0
        and policies.is_current(notification, build_appointment_facts(appointment))
    )


def refresh_task_id(appointment_id: int) -> None:
    """Set the task id after somebody cancelled a reminder by hand."""
    with transaction.atomic():
        locked = Appointment.objects.select_for_update(no_key=True)
        appointment = locked.filter(pk=appointment_id).first()
        if appointment is not None:
            set_task_id(appointment, AppointmentNotification.objects.of_appointment(appointment_id))
