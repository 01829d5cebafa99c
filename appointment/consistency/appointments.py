"""Compares the book, the ledger and Redis, and mends what differs.

Hooks keep the three in step; `bulk_create`, `QuerySet.update`, SQL by hand and lost Redis data
go around hooks. Planning is idempotent, so a difference is whatever planning would still change.
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
from appointment.models import BLOCKING, Appointment
from availability.models import BusySpan
from notification import actions as ledger
from notification.models import WAKE_GRACE, AppointmentNotification
from notification.states import MAYBE_SENT, Kind, Reason, Status


def find_inconsistencies(report: ConsistencyReport, *, repair: bool = False) -> Iterator[Finding]:
    """Every difference; with `repair` each is mended, and said to be when that worked.

    Counts go to `report`. Safe beside a running system: what is mended is locked and looked at
    again.
    """
    now = timezone.now()
    for appointments in iterate_chunks(get_future_appointments(now)):
        yield from find_appointment_differences(appointments, now, report, repair=repair)
    yield from find_orphaned_notifications(now, repair=repair)
    yield from queue.find_queue_differences(repair=repair)


def get_future_appointments(now: datetime) -> QuerySet[Appointment]:
    """Appointments that may still owe a message."""
    return Appointment.objects.filter(appointment_time__gt=now).select_related("salon", "customer")


class AppointmentSnapshot(NamedTuple):
    """An appointment with all its rows and the time it takes."""

    appointment: Appointment
    rows: list[AppointmentNotification]
    span: BusySpan | None

    def problems(self, now: datetime) -> list[tuple[str, str]]:
        """Each in a word and in a sentence."""
        return [
            *find_notification_problems(self.appointment, self.rows, now),
            *find_busy_span_problems(self.appointment, self.span),
        ]


def load_snapshots(appointments: list[Appointment]) -> list[AppointmentSnapshot]:
    """The appointments with what hangs on them, in two queries."""
    ids = [appointment.pk for appointment in appointments]
    rows: dict[int, list[AppointmentNotification]] = defaultdict(list)
    for row in AppointmentNotification.objects.filter(appointment_number__in=ids):
        rows[row.appointment_number].append(row)
    spans = {span.appointment_id: span for span in BusySpan.objects.filter(appointment__in=ids)}
    return [
        AppointmentSnapshot(appointment, rows[appointment.pk], spans.get(appointment.pk))
        for appointment in appointments
    ]


def find_appointment_differences(
    appointments: list[Appointment], now: datetime, report: ConsistencyReport, *, repair: bool
) -> Iterator[Finding]:
    """Differences between appointments and their rows, and the time they take."""
    for seen in load_snapshots(appointments):
        appointment, found = seen.appointment, seen.problems(now)
        left, shown = found, [seen]
        if found and repair and repair_appointment(appointment.pk):
            shown = load_snapshots(list(get_future_appointments(now).filter(pk=appointment.pk)))
            left = [problem for again in shown for problem in again.problems(now)]
        for last in shown:
            count_appointment(last.appointment, last.rows, now, report[appointment.salon_id])
        for what, detail in found:
            yield Finding(what, appointment.salon_id, appointment.pk, detail, is_mended=not left)


def find_notification_problems(
    appointment: Appointment, rows: list[AppointmentNotification], now: datetime
) -> Iterator[tuple[str, str]]:
    """What planning this appointment again would change."""
    lead = appointment.salon.reminder_time_minutes
    plan = policies.plan_messages(appointment, rows, lead_minutes=lead, now=now)
    for owed in plan.owe:
        yield "missing", f"no {owed.kind.label} is planned for {owed.due_at:%Y-%m-%d %H:%M} UTC"
    for row, reason in plan.retire:
        yield "extra", f"{row.kind} #{row.pk} still waits: {reason.label}"
    for row in find_duplicate_notifications(appointment, rows):
        yield "extra", f"{row.kind} #{row.pk} still waits: the customer was told already"
    for row in find_mistimed_notifications(rows):
        yield "wrong_time", f"{row.kind} #{row.pk} waits for {row.wake_at:%Y-%m-%d %H:%M} UTC"
    waiting = [r for r in rows if r.kind == Kind.REMINDER and r.status == Status.PENDING]
    earliest = min(waiting, key=lambda row: row.due_at, default=None)
    if not plan.owe and not plan.retire:
        task_id = earliest.message_id if earliest else ""
        if appointment.task_id != task_id:
            yield "task_id", "the appointment names another Redis message than its reminder"


def find_duplicate_notifications(
    appointment: Appointment, rows: Sequence[AppointmentNotification]
) -> list[AppointmentNotification]:
    """Rows that wait to tell the customer once more what was told, and that nobody asked for.

    A retry names the row before it; a reminder sent early, by hand, is newer than the planned one.
    """
    told = [
        row for row in rows if row.status in MAYBE_SENT and policies.is_current(row, appointment)
    ]
    return [
        row
        for row in rows
        if row.status == Status.PENDING
        and row.retry_of_id is None
        and any(other.kind == row.kind and other.pk < row.pk for other in told)
    ]


def find_mistimed_notifications(
    rows: Sequence[AppointmentNotification],
) -> list[AppointmentNotification]:
    """Rows that were never tried and wait for another moment than the one they were planned for."""
    return [
        row
        for row in rows
        if row.status == Status.PENDING
        and row.attempts == 0
        and not row.wake_at == row.due_at == compute_due_time(row)
    ]


def compute_due_time(row: AppointmentNotification) -> datetime:
    """When `row` is due: a planned reminder so long before the appointment, all else when it was made."""
    is_planned = row.kind == Kind.REMINDER and row.offset_minutes and row.retry_of_id is None
    return row.starts_at - timedelta(minutes=row.offset_minutes) if is_planned else row.due_at


def find_busy_span_problems(
    appointment: Appointment, span: BusySpan | None
) -> Iterator[tuple[str, str]]:
    """Whether the staff's time is taken as the appointment says."""
    takes = appointment.status in BLOCKING
    if takes and span is None:
        yield "free", "the appointment takes no time of its staff"
    elif not takes and span is not None:
        yield "busy", "the appointment is off and still takes time of its staff"
    elif span is not None and (span.user_id, span.start, span.end) != (
        appointment.user_id,
        appointment.appointment_time,
        appointment.end_time,
    ):
        yield "elsewhere", "the appointment takes another time of its staff than it says"


def count_appointment(
    appointment: Appointment,
    rows: Iterable[AppointmentNotification],
    now: datetime,
    counts: SalonCounts,
) -> None:
    """Add one appointment to the totals. A reminder that was taken back by hand isn't due."""
    counts.appointments += 1
    lead = appointment.salon.reminder_time_minutes
    if not appointment.is_expected or not policies.compute_reminder_due(
        appointment.appointment_time, lead, now
    ):
        return
    reminders = [r for r in rows if r.kind == Kind.REMINDER and policies.is_current(r, appointment)]
    is_planned = any(row.status != Status.CANCELLED for row in reminders)
    counts.reminders_due += is_planned or all(row.is_dropped for row in reminders)
    counts.reminders_planned += is_planned


def repair_appointment(appointment_id: int) -> bool:
    """Plan one appointment anew, under its lock; False when its time is double booked."""
    try:
        with transaction.atomic():
            appointment = Appointment.objects.select_for_update(of=("self",), no_key=True).get(
                pk=appointment_id
            )
            if has_drifted(appointment):
                appointment.revision += 1
                Appointment.objects.filter(pk=appointment_id).update(revision=F("revision") + 1)
            planning.sync_notifications(appointment)
            repair_notifications(appointment)
            planning.refresh_task_id(appointment_id)
            busy_spans.save_busy_span(appointment)
    except Appointment.DoesNotExist:
        return True  # deleted meanwhile, with all that was wrong
    except IntegrityError:
        return False
    return True


def repair_notifications(appointment: Appointment) -> None:
    """Take back what planning leaves alone because it looks planned, or move it to its time."""
    rows = list(planning.lock_notifications([appointment.pk]))
    ledger.cancel_pending(find_duplicate_notifications(appointment, rows), Reason.TAKEN_BACK)
    rows = find_mistimed_notifications(
        [row for row in rows if row not in find_duplicate_notifications(appointment, rows)]
    )
    for row in rows:
        row.due_at = row.wake_at = compute_due_time(row)
        row.woken_until = row.due_at + WAKE_GRACE
        row.save(update_fields=["due_at", "wake_at", "woken_until", "modified"])
    ledger.enqueue_on_commit(rows)


def has_drifted(appointment: Appointment) -> bool:
    """Whether the appointment was moved behind the ledger's back: its rows speak of another time."""
    return (
        AppointmentNotification.objects.of_appointment(appointment.pk)
        .filter(revision=appointment.revision)
        .exclude(status=Status.CANCELLED)
        .exclude(starts_at=appointment.appointment_time)
        .exists()
    )


def find_orphaned_notifications(now: datetime, *, repair: bool) -> Iterator[Finding]:
    """Rows that wait for an appointment which is gone, or was moved into the past, behind our back."""
    waiting = AppointmentNotification.objects.pending()
    gone = waiting.filter(appointment=None).exclude(kind=Kind.CANCELLATION)
    begun = waiting.filter(starts_at__gt=now, appointment__appointment_time__lte=now)
    for rows, reason in ((gone, Reason.APPOINTMENT_DELETED), (begun, Reason.SUPERSEDED)):
        for row in list(rows):
            if repair:
                ledger.cancel_pending([row], reason)
            detail = f"{row.kind} #{row.pk} still waits: {reason.label}"
            yield Finding("extra", row.salon_id, row.appointment_number, detail, repair)
