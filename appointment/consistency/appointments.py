"""Compare appointments, the ledger and Redis, and repair what differs.

Signals keep the three in step; `bulk_create`, `QuerySet.update`, SQL by hand and lost Redis data
bypass signals. Planning is idempotent, so a difference is whatever planning would still change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from appointment.actions import busy_spans
from appointment.consistency import queue
from appointment.consistency.findings import ConsistencyReport, Finding, SalonCounts, iterate_chunks
from appointment.messages import planning, policies
from appointment.messages.base_kind import list_appointment_kinds
from appointment.messages.facts import build_appointment_facts, build_messaging_rules
from appointment.models import BLOCKING, Appointment
from availability.models import BusySpan
from notification import actions as ledger
from notification.models import WAKE_GRACE, AppointmentNotification
from notification.registry import get_message_kind
from notification.states import Kind, Reason, Status


def find_inconsistencies(report: ConsistencyReport, *, repair: bool = False) -> Iterator[Finding]:
    """Yield every difference; with `repair`, repair each and mark those where it worked.

    Counts are added to `report`. Safe beside a running system: a repair locks the appointment and
    reads it again.
    """
    now = timezone.now()
    for appointments in iterate_chunks(get_future_appointments(now)):
        yield from find_appointment_differences(appointments, now, report, repair=repair)
    yield from find_orphaned_notifications(now, repair=repair)
    yield from queue.find_queue_differences(repair=repair)


def get_future_appointments(now: datetime) -> QuerySet[Appointment]:
    """Return the appointments that may still owe a message."""
    return Appointment.objects.filter(appointment_time__gt=now).select_related("salon", "customer")


class AppointmentSnapshot(NamedTuple):
    """An appointment with all its notifications and the time it occupies."""

    appointment: Appointment
    notifications: list[AppointmentNotification]
    span: BusySpan | None

    def list_problems(self, now: datetime) -> list[tuple[str, str]]:
        """Return each problem as its code and a sentence."""
        return [
            *find_notification_problems(self.appointment, self.notifications, now),
            *find_busy_span_problems(self.appointment, self.span),
        ]


def load_snapshots(appointments: list[Appointment]) -> list[AppointmentSnapshot]:
    """Load what belongs to the appointments, in two queries."""
    ids = [appointment.pk for appointment in appointments]
    notifications: dict[int, list[AppointmentNotification]] = defaultdict(list)
    for notification in AppointmentNotification.objects.filter(appointment_number__in=ids):
        notifications[notification.appointment_number].append(notification)
    spans = {span.appointment_id: span for span in BusySpan.objects.filter(appointment__in=ids)}
    return [
        AppointmentSnapshot(each, notifications[each.pk], spans.get(each.pk))
        for each in appointments
    ]


def find_appointment_differences(
    appointments: list[Appointment], now: datetime, report: ConsistencyReport, *, repair: bool
) -> Iterator[Finding]:
    """Yield how appointments differ from their notifications and the time they occupy."""
    for seen in load_snapshots(appointments):
        appointment, found = seen.appointment, seen.list_problems(now)
        left, shown = found, [seen]
        if found and repair and repair_appointment(appointment.pk):
            shown = load_snapshots(list(get_future_appointments(now).filter(pk=appointment.pk)))
            left = [problem for again in shown for problem in again.list_problems(now)]
        for last in shown:
            counts = report[appointment.salon_id]
            count_appointment(last.appointment, last.notifications, now, counts)
        for what, detail in found:
            yield Finding(what, appointment.salon_id, appointment.pk, detail, is_repaired=not left)


def find_notification_problems(
    appointment: Appointment, notifications: list[AppointmentNotification], now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield what planning this appointment again would change, as code and sentence."""
    rules = build_messaging_rules(appointment)
    plan = planning.plan_messages(appointment, notifications, rules=rules, now=now)
    for message in plan.to_create:
        label = get_message_kind(message.kind).label
        yield "missing", f"no {label} is planned for {message.due_at:%Y-%m-%d %H:%M} UTC"
    for notification, obstacle in plan.to_cancel:
        yield "extra", describe_waiting(notification, str(Reason(obstacle).label))
    for notification in find_duplicate_notifications(appointment, notifications):
        yield "extra", describe_waiting(notification, "the customer has this message already")
    for notification in find_mistimed_notifications(notifications):
        wake_at = f"{notification.wake_at:%Y-%m-%d %H:%M} UTC"
        yield "wrong_time", f"{notification.kind} #{notification.pk} waits for {wake_at}"
    is_planned = not plan.to_create and not plan.to_cancel
    if is_planned and appointment.task_id != planning.find_task_id(appointment, notifications):
        yield "task_id", "task_id differs from the Redis id of the planned reminder"


def describe_waiting(notification: AppointmentNotification, reason: str) -> str:
    """Return a sentence about a notification that must no longer wait."""
    return f"{notification.kind} #{notification.pk} still waits: {reason}"


def find_duplicate_notifications(
    appointment: Appointment, notifications: Sequence[AppointmentNotification]
) -> list[AppointmentNotification]:
    """Return those that wait to repeat what was sent, although nobody asked for that.

    A retry names the notification before it; a reminder sent early, by hand, is newer than the
    planned one.
    """
    facts = build_appointment_facts(appointment)
    sent = [n for n in notifications if n.is_maybe_sent and policies.is_current(n, facts)]
    return [
        notification
        for notification in notifications
        if notification.is_pending
        and notification.retry_of_id is None
        and any(n.kind == notification.kind and n.pk < notification.pk for n in sent)
    ]


def find_mistimed_notifications(
    notifications: Sequence[AppointmentNotification],
) -> list[AppointmentNotification]:
    """Return those that were never tried and wait for another time than they were planned for."""
    return [
        each
        for each in notifications
        if each.is_pending
        and each.attempts == 0
        and not each.wake_at == each.due_at == compute_due_time(each)
    ]


def compute_due_time(notification: AppointmentNotification) -> datetime:
    """Return when it is due: a planned reminder by its lead time, all others as they were saved."""
    lead_time = timedelta(minutes=notification.offset_minutes)
    is_planned = notification.kind == Kind.REMINDER and notification.retry_of_id is None
    return notification.starts_at - lead_time if is_planned and lead_time else notification.due_at


def find_busy_span_problems(
    appointment: Appointment, span: BusySpan | None
) -> Iterator[tuple[str, str]]:
    """Yield how the staff member's occupied time differs from the appointment."""
    is_blocking = appointment.status in BLOCKING
    if is_blocking and span is None:
        yield "free", "the appointment does not occupy its staff member's time"
    elif not is_blocking and span is not None:
        yield "busy", "the appointment no longer takes place and still occupies time"
    elif span is not None and (span.user_id, span.start, span.end) != (
        appointment.user_id,
        appointment.appointment_time,
        appointment.end_time,
    ):
        yield "elsewhere", "the appointment occupies another time or staff member than its own"


def count_appointment(
    appointment: Appointment,
    notifications: Iterable[AppointmentNotification],
    now: datetime,
    counts: SalonCounts,
) -> None:
    """Add one appointment to the totals. A reminder that was cancelled by hand is not due."""
    counts.appointments += 1
    facts, rules = build_appointment_facts(appointment), build_messaging_rules(appointment)
    if not facts.is_upcoming or not policies.compute_reminder_due(facts.starts_at, rules, now):
        return
    current = [n for n in notifications if policies.is_current(n, facts)]
    reminders = [n for n in current if n.kind == Kind.REMINDER]
    is_planned = any(n.status != Status.CANCELLED for n in reminders)
    counts.reminders_due += is_planned or all(n.may_replan for n in reminders)
    counts.reminders_planned += is_planned


def repair_appointment(appointment_id: int) -> bool:
    """Lock and plan one appointment again; return False when its time is double booked."""
    try:
        with transaction.atomic():
            appointment = Appointment.objects.select_for_update(of=("self",), no_key=True).get(
                pk=appointment_id
            )
            if was_moved_without_planning(appointment):
                appointment.revision += 1
                Appointment.objects.filter(pk=appointment_id).update(revision=F("revision") + 1)
            planning.sync_notifications(appointment)
            repair_notifications(appointment)
            planning.set_task_id(appointment, planning.lock_notifications([appointment_id]))
            busy_spans.save_busy_span(appointment)
    except Appointment.DoesNotExist:
        return True  # deleted meanwhile, with all that was wrong
    except IntegrityError:
        return False
    return True


def repair_notifications(appointment: Appointment) -> None:
    """Cancel duplicates, which planning leaves alone, and move mistimed ones to their time."""
    notifications = list(planning.lock_notifications([appointment.pk]))
    duplicates = find_duplicate_notifications(appointment, notifications)
    ledger.cancel_pending(duplicates, Reason.TAKEN_BACK)
    mistimed = find_mistimed_notifications([n for n in notifications if n not in duplicates])
    for notification in mistimed:
        notification.due_at = notification.wake_at = compute_due_time(notification)
        notification.woken_until = notification.due_at + WAKE_GRACE
        notification.save(update_fields=["due_at", "wake_at", "woken_until", "modified"])
    ledger.enqueue_on_commit(mistimed)


def was_moved_without_planning(appointment: Appointment) -> bool:
    """Return whether the appointment has another time than its notifications of this revision."""
    return (
        AppointmentNotification.objects.of_appointment(appointment.pk)
        .filter(revision=appointment.revision)
        .exclude(status=Status.CANCELLED)
        .exclude(starts_at=appointment.appointment_time)
        .exists()
    )


def find_orphaned_notifications(now: datetime, *, repair: bool) -> Iterator[Finding]:
    """Yield what waits for an appointment that was deleted or moved into the past by SQL."""
    pending = AppointmentNotification.objects.pending()
    lasting = [kind.name for kind in list_appointment_kinds() if kind.outlives_appointment]
    deleted = pending.filter(appointment=None).exclude(kind__in=lasting)
    begun = pending.filter(starts_at__gt=now, appointment__appointment_time__lte=now)
    for found, reason in ((deleted, Reason.APPOINTMENT_DELETED), (begun, Reason.SUPERSEDED)):
        for notification in list(found):
            if repair:
                ledger.cancel_pending([notification], reason)
            detail = describe_waiting(notification, str(reason.label))
            yield Finding(
                "extra", notification.salon_id, notification.appointment_number, detail, repair
            )
