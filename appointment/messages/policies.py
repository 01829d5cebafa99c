"""Which messages an appointment owes and whether one may still go out. Values and `now` in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appointment.models import Appointment
from appointment.models import Status as AppointmentStatus
from notification.models import AppointmentNotification
from notification.registry import DoNotSend
from notification.states import MAYBE_SENT, Kind, Reason, Status


@dataclass(frozen=True)
class PlannedMessage:
    """A message that shall be planned."""

    kind: Kind
    due_at: datetime
    offset_minutes: int = 0


@dataclass
class Plan:
    """What has to change in the ledger for one appointment."""

    owe: list[PlannedMessage] = field(default_factory=list)
    retire: list[tuple[AppointmentNotification, Reason]] = field(default_factory=list)


def compute_reminder_due(start: datetime, lead_minutes: int, now: datetime) -> datetime | None:
    """When the reminder of an appointment is due; None when none is wanted or its moment has passed."""
    due = start - timedelta(minutes=lead_minutes)
    return due if lead_minutes and due > now else None


def plan_messages(
    appointment: Appointment,
    rows: Sequence[AppointmentNotification],
    *,
    lead_minutes: int,
    now: datetime,
    was_expected: bool = False,
) -> Plan:
    """Compare what `appointment` owes with its `rows`, all of the ledger's of this appointment.

    `was_expected` says that the customer was awaited before the change now being saved. Planning
    twice changes nothing.
    """
    if appointment.is_expected:
        return plan_upcoming(appointment, rows, lead_minutes, now)
    if appointment.status == AppointmentStatus.CANCELLED:
        return plan_cancelled(appointment, rows, now, was_expected)
    waiting = [row for row in rows if row.status == Status.PENDING]
    return Plan(retire=[(row, Reason.NOT_EXPECTED) for row in waiting])


def is_current(row: AppointmentNotification, appointment: Appointment) -> bool:
    """Whether a row speaks of the appointment as it is now."""
    return row.revision == appointment.revision and row.starts_at == appointment.appointment_time


def plan_upcoming(
    appointment: Appointment,
    rows: Sequence[AppointmentNotification],
    lead_minutes: int,
    now: datetime,
) -> Plan:
    """A confirmation at once and a reminder at its time, each once a revision."""
    current = [
        row for row in rows if is_current(row, appointment) and row.kind != Kind.CANCELLATION
    ]
    result = Plan()
    for row in rows:
        if row.status == Status.PENDING and row not in current:
            result.retire.append((row, Reason.SUPERSEDED))
    has_begun = appointment.appointment_time <= now
    confirmed = any(r.kind == Kind.CONFIRMATION and not r.is_dropped for r in current)
    if not has_begun and not confirmed:
        result.owe.append(PlannedMessage(Kind.CONFIRMATION, now))
    reminders = [row for row in current if row.kind == Kind.REMINDER]
    plan_reminder(appointment, reminders, lead_minutes, now, result)
    return result


def plan_reminder(
    appointment: Appointment,
    reminders: Sequence[AppointmentNotification],
    lead_minutes: int,
    now: datetime,
    result: Plan,
) -> None:
    """Add to `result` what the reminder time asks for, given the reminders of this revision."""
    if any(row.status in MAYBE_SENT for row in reminders):
        return  # reminded of this time already
    waiting = [row for row in reminders if row.status == Status.PENDING]
    due = compute_reminder_due(appointment.appointment_time, lead_minutes, now)
    if due is None and lead_minutes:
        return  # its moment has passed; a row planned for another moment stays
    result.retire += [
        (row, Reason.SETTING_CHANGED) for row in waiting if row.offset_minutes != lead_minutes
    ]
    settled = (row for row in reminders if not row.is_dropped)
    if due is not None and all(row.offset_minutes != lead_minutes for row in settled):
        result.owe.append(PlannedMessage(Kind.REMINDER, due, lead_minutes))


def plan_cancelled(
    appointment: Appointment,
    rows: Sequence[AppointmentNotification],
    now: datetime,
    was_expected: bool,
) -> Plan:
    """Nothing is awaited any more; the customer is told once, unless the appointment had begun."""
    done = [
        row
        for row in rows
        if row.kind == Kind.CANCELLATION and row.revision == appointment.revision
    ]
    result = Plan()
    for row in rows:
        if row.status == Status.PENDING and row not in done:
            result.retire.append((row, Reason.APPOINTMENT_CANCELLED))
    knows = was_expected or any(
        row.kind == Kind.CONFIRMATION and row.revision == appointment.revision for row in rows
    )
    if knows and not done and appointment.appointment_time > now:
        result.owe.append(PlannedMessage(Kind.CANCELLATION, now))
    return result


def check_current(
    appointment: Appointment, row: AppointmentNotification, now: datetime
) -> DoNotSend | None:
    """Why a confirmation or reminder must not go out now; None when it may."""
    if not appointment.is_expected:
        return DoNotSend(Status.CANCELLED, Reason.NOT_EXPECTED)
    if not is_current(row, appointment):
        return DoNotSend(Status.CANCELLED, Reason.SUPERSEDED)
    return check_not_begun(row, now)


def check_cancelled(
    appointment: Appointment | None, row: AppointmentNotification, now: datetime
) -> DoNotSend | None:
    """Why a cancellation must not go out now; None when it may. `appointment` is None once deleted.

    An appointment that takes place again wants no second try of the text that called it off; nor does one
    that was called off anew since, with a text of its own.
    """
    if appointment is not None:
        is_off = appointment.status == AppointmentStatus.CANCELLED
        if not is_off or appointment.revision != row.revision:
            return DoNotSend(Status.CANCELLED, Reason.SUPERSEDED)
    return check_not_begun(row, now)


def check_not_begun(row: AppointmentNotification, now: datetime) -> DoNotSend | None:
    """Nothing is said about an appointment that has begun."""
    return DoNotSend(Status.SKIPPED, Reason.TOO_LATE) if row.starts_at <= now else None
