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
    for visits in iterate_chunks(get_future_appointments(now)):
        yield from find_appointment_differences(visits, now, report, repair=repair)
    yield from find_orphaned_notifications(now, repair=repair)
    yield from queue.find_queue_differences(repair=repair)


def get_future_appointments(now: datetime) -> QuerySet[Appointment]:
    """Visits that may still owe a message."""
    return Appointment.objects.filter(appointment_time__gt=now).select_related("salon", "customer")


class AppointmentSnapshot(NamedTuple):
    """A visit with all its rows and the time it takes."""

    visit: Appointment
    rows: list[AppointmentNotification]
    span: BusySpan | None

    def problems(self, now: datetime) -> list[tuple[str, str]]:
        """Each in a word and in a sentence."""
        return [
            *find_notification_problems(self.visit, self.rows, now),
            *find_busy_span_problems(self.visit, self.span),
        ]


def load_snapshots(visits: list[Appointment]) -> list[AppointmentSnapshot]:
    """The visits with what hangs on them, in two queries."""
    ids = [visit.pk for visit in visits]
    rows: dict[int, list[AppointmentNotification]] = defaultdict(list)
    for row in AppointmentNotification.objects.filter(visit_id__in=ids):
        rows[row.visit_id].append(row)
    spans = {span.appointment_id: span for span in BusySpan.objects.filter(appointment__in=ids)}
    return [AppointmentSnapshot(visit, rows[visit.pk], spans.get(visit.pk)) for visit in visits]


def find_appointment_differences(
    visits: list[Appointment], now: datetime, report: ConsistencyReport, *, repair: bool
) -> Iterator[Finding]:
    """Differences between visits and their rows, and the time they take."""
    for seen in load_snapshots(visits):
        visit, found = seen.visit, seen.problems(now)
        left, shown = found, [seen]
        if found and repair and repair_appointment(visit.pk):
            shown = load_snapshots(list(get_future_appointments(now).filter(pk=visit.pk)))
            left = [problem for again in shown for problem in again.problems(now)]
        for last in shown:
            count_appointment(last.visit, last.rows, now, report[visit.salon_id])
        for what, detail in found:
            yield Finding(what, visit.salon_id, visit.pk, detail, is_mended=not left)


def find_notification_problems(
    visit: Appointment, rows: list[AppointmentNotification], now: datetime
) -> Iterator[tuple[str, str]]:
    """What planning this visit again would change."""
    lead = visit.salon.reminder_time_minutes
    plan = policies.plan_messages(visit, rows, lead_minutes=lead, now=now)
    for owed in plan.owe:
        yield "missing", f"no {owed.kind.label} is planned for {owed.due_at:%Y-%m-%d %H:%M} UTC"
    for row, reason in plan.retire:
        yield "extra", f"{row.kind} #{row.pk} still waits: {reason.label}"
    for row in find_duplicate_notifications(visit, rows):
        yield "extra", f"{row.kind} #{row.pk} still waits: the customer was told already"
    for row in find_mistimed_notifications(rows):
        yield "wrong_time", f"{row.kind} #{row.pk} waits for {row.wake_at:%Y-%m-%d %H:%M} UTC"
    waiting = [r for r in rows if r.kind == Kind.REMINDER and r.status == Status.PENDING]
    earliest = min(waiting, key=lambda row: row.due_at, default=None)
    if not plan.owe and not plan.retire:
        task_id = earliest.message_id if earliest else ""
        if visit.task_id != task_id:
            yield "task_id", "the visit names another Redis message than its reminder"


def find_duplicate_notifications(
    visit: Appointment, rows: Sequence[AppointmentNotification]
) -> list[AppointmentNotification]:
    """Rows that wait to tell the customer once more what was told, and that nobody asked for.

    A retry names the row before it; a reminder sent early, by hand, is newer than the planned one.
    """
    told = [row for row in rows if row.status in MAYBE_SENT and policies.is_current(row, visit)]
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
    """When `row` is due: a planned reminder so long before the visit, all else when it was made."""
    is_planned = row.kind == Kind.REMINDER and row.offset_minutes and row.retry_of_id is None
    return row.starts_at - timedelta(minutes=row.offset_minutes) if is_planned else row.due_at


def find_busy_span_problems(visit: Appointment, span: BusySpan | None) -> Iterator[tuple[str, str]]:
    """Whether the staff's time is taken as the visit says."""
    takes = visit.status in BLOCKING
    if takes and span is None:
        yield "free", "the visit takes no time of its staff"
    elif not takes and span is not None:
        yield "busy", "the visit is off and still takes time of its staff"
    elif span is not None and (span.user_id, span.start, span.end) != (
        visit.user_id,
        visit.appointment_time,
        visit.end_time,
    ):
        yield "elsewhere", "the visit takes another time of its staff than it says"


def count_appointment(
    visit: Appointment, rows: Iterable[AppointmentNotification], now: datetime, counts: SalonCounts
) -> None:
    """Add one visit to the totals. A reminder that was taken back by hand isn't due."""
    counts.visits += 1
    lead = visit.salon.reminder_time_minutes
    if not visit.is_expected or not policies.compute_reminder_due(
        visit.appointment_time, lead, now
    ):
        return
    reminders = [r for r in rows if r.kind == Kind.REMINDER and policies.is_current(r, visit)]
    is_planned = any(row.status != Status.CANCELLED for row in reminders)
    counts.reminders_due += is_planned or all(row.is_dropped for row in reminders)
    counts.reminders_planned += is_planned


def repair_appointment(visit_id: int) -> bool:
    """Plan one visit anew, under its lock; False when its time is double booked."""
    try:
        with transaction.atomic():
            visit = Appointment.objects.select_for_update(of=("self",), no_key=True).get(
                pk=visit_id
            )
            if has_drifted(visit):
                visit.revision += 1
                Appointment.objects.filter(pk=visit_id).update(revision=F("revision") + 1)
            planning.sync_notifications(visit)
            repair_notifications(visit)
            planning.refresh_task_id(visit_id)
            busy_spans.save_busy_span(visit)
    except Appointment.DoesNotExist:
        return True  # deleted meanwhile, with all that was wrong
    except IntegrityError:
        return False
    return True


def repair_notifications(visit: Appointment) -> None:
    """Take back what planning leaves alone because it looks planned, or move it to its time."""
    rows = list(planning.lock_notifications([visit.pk]))
    ledger.cancel_pending(find_duplicate_notifications(visit, rows), Reason.TAKEN_BACK)
    rows = find_mistimed_notifications(
        [row for row in rows if row not in find_duplicate_notifications(visit, rows)]
    )
    for row in rows:
        row.due_at = row.wake_at = compute_due_time(row)
        row.woken_until = row.due_at + WAKE_GRACE
        row.save(update_fields=["due_at", "wake_at", "woken_until", "modified"])
    ledger.enqueue_on_commit(rows)


def has_drifted(visit: Appointment) -> bool:
    """Whether the visit was moved behind the ledger's back: its rows speak of another time."""
    return (
        AppointmentNotification.objects.of_visit(visit.pk)
        .filter(revision=visit.revision)
        .exclude(status=Status.CANCELLED)
        .exclude(starts_at=visit.appointment_time)
        .exists()
    )


def find_orphaned_notifications(now: datetime, *, repair: bool) -> Iterator[Finding]:
    """Rows that wait for a visit which is gone, or was moved into the past, behind our back."""
    waiting = AppointmentNotification.objects.pending()
    gone = waiting.filter(appointment=None).exclude(kind=Kind.CANCELLATION)
    begun = waiting.filter(starts_at__gt=now, appointment__appointment_time__lte=now)
    for rows, reason in ((gone, Reason.VISIT_DELETED), (begun, Reason.SUPERSEDED)):
        for row in list(rows):
            if repair:
                ledger.cancel_pending([row], reason)
            detail = f"{row.kind} #{row.pk} still waits: {reason.label}"
            yield Finding("extra", row.salon_id, row.visit_id, detail, repair)
