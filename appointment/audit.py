"""Compares the book, the ledger and Redis, and mends what differs.

Hooks keep the three in step; `bulk_create`, `QuerySet.update`, SQL by hand and lost Redis data
go around hooks. Planning is idempotent, so a difference is whatever planning would still change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from appointment import notices, occupancy, policies
from appointment.models import OCCUPYING, Appointment, BusySpan
from booking_api import enqueue
from notification import services as ledger
from notification import sweeper
from notification.models import AppointmentNotification, Kind, Reason, Status

Row = TypeVar("Row", bound=Model)

CHUNK = 500  # visits or rows looked at in one step
SOON = timedelta(minutes=1)  # what is due within it may be on its way out of Redis right now


@dataclass(frozen=True)
class Finding:
    """One difference. `what` is a word for programs, `detail` a sentence for people."""

    what: str
    salon_id: int
    visit_id: int
    detail: str
    is_mended: bool = False


@dataclass
class Counts:
    """What an audit saw of one salon."""

    visits: int = 0
    reminders_due: int = 0
    reminders_planned: int = 0


class Report(defaultdict[int, Counts]):
    """What an audit saw, by the salon's id."""

    def __init__(self) -> None:
        super().__init__(Counts)

    def total(self, name: str) -> int:
        """The sum of one of the counts over all salons."""
        return sum(getattr(counts, name) for counts in self.values())


def audit(report: Report, *, repair: bool = False) -> Iterator[Finding]:
    """Every difference; with `repair` each is mended, and said to be when that worked.

    Counts go to `report`. Safe beside a running system: what is mended is locked and looked at
    again.
    """
    now = timezone.now()
    for visits in chunks(future_visits(now)):
        yield from visit_findings(visits, now, report, repair=repair)
    yield from orphans(repair=repair)
    for rows in chunks(waiting_rows(now)):
        yield from lost_in_redis(rows, repair=repair)


def future_visits(now: datetime) -> QuerySet[Appointment]:
    """Visits that may still owe a message."""
    return Appointment.objects.filter(appointment_time__gt=now).select_related("salon", "customer")


def waiting_rows(now: datetime) -> QuerySet[AppointmentNotification]:
    """Rows that Redis must hold, because their time is well ahead."""
    return AppointmentNotification.objects.pending().filter(wake_at__gt=now + SOON)


def chunks(records: QuerySet[Row]) -> Iterator[list[Row]]:
    """The records, `CHUNK` at a time in the order of their ids, whatever changes meanwhile."""
    last = 0
    while chunk := list(records.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def visit_findings(
    visits: list[Appointment], now: datetime, report: Report, *, repair: bool
) -> Iterator[Finding]:
    """Differences between visits and their rows, and the time they take."""
    ids = [visit.pk for visit in visits]
    rows: dict[int, list[AppointmentNotification]] = defaultdict(list)
    for row in AppointmentNotification.objects.filter(visit_id__in=ids):
        rows[row.visit_id].append(row)
    spans = {span.appointment_id: span for span in BusySpan.objects.filter(appointment__in=ids)}
    for visit in visits:
        problems = [*ledger_problems(visit, rows[visit.pk], now)]
        problems += span_problems(visit, spans.get(visit.pk))
        count(visit, rows[visit.pk], now, report[visit.salon_id])
        is_mended = bool(problems) and repair and mend(visit.pk)
        for what, detail in problems:
            yield Finding(what, visit.salon_id, visit.pk, detail, is_mended)


def ledger_problems(
    visit: Appointment, rows: list[AppointmentNotification], now: datetime
) -> Iterator[tuple[str, str]]:
    """What planning this visit again would change."""
    lead = visit.salon.reminder_time_minutes
    plan = policies.plan(visit, rows, lead_minutes=lead, now=now)
    for owed in plan.owe:
        yield "missing", f"no {owed.kind.label} is planned for {owed.due_at:%Y-%m-%d %H:%M} UTC"
    for row, reason in plan.retire:
        yield "extra", f"{row.kind} #{row.pk} still waits: {reason.label}"
    waiting = [r for r in rows if r.kind == Kind.REMINDER and r.status == Status.PENDING]
    earliest = min(waiting, key=lambda row: row.due_at, default=None)
    if not plan.owe and not plan.retire:
        task_id = earliest.message_id if earliest else ""
        if visit.task_id != task_id:
            yield "task_id", "the visit names another Redis message than its reminder"


def span_problems(visit: Appointment, span: BusySpan | None) -> Iterator[tuple[str, str]]:
    """Whether the staff's time is taken as the visit says."""
    takes = visit.status in OCCUPYING
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


def count(
    visit: Appointment, rows: list[AppointmentNotification], now: datetime, counts: Counts
) -> None:
    """Add one visit to the totals."""
    counts.visits += 1
    lead = visit.salon.reminder_time_minutes
    if visit.is_expected and policies.reminder_due(visit.appointment_time, lead, now):
        counts.reminders_due += 1
        counts.reminders_planned += any(
            row.kind == Kind.REMINDER
            and row.status != Status.CANCELLED
            and policies.is_current(row, visit)
            for row in rows
        )


def mend(visit_id: int) -> bool:
    """Plan one visit anew, under its lock; False when its time is double booked."""
    try:
        with transaction.atomic():
            visit = Appointment.objects.select_for_update(of=("self",), no_key=True).get(
                pk=visit_id
            )
            if has_drifted(visit):
                visit.revision += 1
                Appointment.objects.filter(pk=visit_id).update(revision=F("revision") + 1)
            notices.sync(visit)
            notices.refresh_task_id(visit_id)
            occupancy.occupy(visit)
    except Appointment.DoesNotExist:
        return True  # deleted meanwhile, with all that was wrong
    except IntegrityError:
        return False
    return True


def has_drifted(visit: Appointment) -> bool:
    """Whether the visit was moved behind the ledger's back: its rows speak of another time."""
    return (
        AppointmentNotification.objects.of_visit(visit.pk)
        .filter(revision=visit.revision)
        .exclude(status=Status.CANCELLED)
        .exclude(starts_at=visit.appointment_time)
        .exists()
    )


def orphans(*, repair: bool) -> Iterator[Finding]:
    """Rows that wait for a visit which is gone or has begun without the ledger being told."""
    gone = AppointmentNotification.objects.pending().filter(
        Q(appointment=None) & ~Q(kind=Kind.CANCELLATION)
    )
    for row in list(gone):
        if repair:
            ledger.retire([row], Reason.VISIT_DELETED)
        detail = f"{row.kind} #{row.pk} of a deleted visit"
        yield Finding("extra", row.salon_id, row.visit_id, detail, repair)


def lost_in_redis(rows: Iterable[AppointmentNotification], *, repair: bool) -> Iterator[Finding]:
    """Rows that wait in the ledger and not in Redis."""
    by_message = {row.message_id: row for row in rows}
    lost = [by_message[id_] for id_ in enqueue.broker().not_waiting(by_message)]
    # Read again: a worker or an edit may just have dealt with it.
    still = AppointmentNotification.objects.pending().filter(pk__in=[row.pk for row in lost])
    lost = [row for row in still if row.message_id in by_message]
    if repair and lost:
        sweeper.wake(lost)
    for row in lost:
        detail = f"{row.kind} #{row.pk} is not in Redis"
        yield Finding("not_in_redis", row.salon_id, row.visit_id, detail, repair)
