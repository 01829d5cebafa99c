"""Decide which messages an appointment owes and whether one may still be sent.

Pure functions of values and `now`: no database, no clock, no Django.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from appointment.messages.rules import MessagingRules


class Obstacle(StrEnum):
    """Why a message must not be sent. The values are those of `notification.states.Reason`."""

    NOT_UPCOMING = "not_expected"
    SUPERSEDED = "superseded"
    SETTING_CHANGED = "setting_changed"
    APPOINTMENT_CANCELLED = "visit_cancelled"
    HAS_BEGUN = "too_late"


@dataclass(frozen=True)
class AppointmentFacts:
    """The facts about an appointment that decide about its messages."""

    starts_at: datetime
    revision: int
    is_upcoming: bool
    is_cancelled: bool
    was_upcoming: bool = False  # before the change that is being saved


class LedgerEntry(Protocol):
    """A notification, as far as planning reads it."""

    @property
    def revision(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def offset_minutes(self) -> int: ...
    @property
    def is_pending(self) -> bool: ...
    @property
    def is_maybe_sent(self) -> bool: ...
    @property
    def may_replan(self) -> bool: ...


Entry = TypeVar("Entry", bound=LedgerEntry)


def compute_reminder_due(
    starts_at: datetime, rules: MessagingRules, now: datetime
) -> datetime | None:
    """Return when the reminder is due; None when the salon sends none or that time has passed."""
    due = starts_at - timedelta(minutes=rules.reminder_minutes)
    return due if rules.reminder_minutes and due > now else None


def is_current(notification: LedgerEntry, appointment: AppointmentFacts) -> bool:
    """Return whether a notification is about the appointment as it is now."""
    return (notification.revision, notification.starts_at) == (
        appointment.revision,
        appointment.starts_at,
    )


def find_obsolete(
    appointment: AppointmentFacts, notifications: Iterable[Entry]
) -> list[tuple[Entry, Obstacle]]:
    """Return the pending confirmations or reminders that must be cancelled, and why."""
    pending = [notification for notification in notifications if notification.is_pending]
    if appointment.is_upcoming:
        return [
            (each, Obstacle.SUPERSEDED) for each in pending if not is_current(each, appointment)
        ]
    is_cancelled = appointment.is_cancelled
    reason = Obstacle.APPOINTMENT_CANCELLED if is_cancelled else Obstacle.NOT_UPCOMING
    return [(each, reason) for each in pending]


def find_obsolete_cancellations(
    appointment: AppointmentFacts, cancellations: Iterable[Entry]
) -> list[tuple[Entry, Obstacle]]:
    """Return the pending cancellations that must not be sent, and why."""
    pending = [notification for notification in cancellations if notification.is_pending]
    if appointment.is_upcoming:
        return [(each, Obstacle.SUPERSEDED) for each in pending]
    if not appointment.is_cancelled:
        return [(each, Obstacle.NOT_UPCOMING) for each in pending]
    return [
        (each, Obstacle.APPOINTMENT_CANCELLED)
        for each in pending
        if each.revision != appointment.revision
    ]


def owes_confirmation(
    appointment: AppointmentFacts, confirmations: Iterable[LedgerEntry], now: datetime
) -> bool:
    """Return whether a confirmation is owed: one for each revision of an upcoming appointment."""
    if not appointment.is_upcoming or appointment.starts_at <= now:
        return False
    return not any(is_current(each, appointment) and not each.may_replan for each in confirmations)


def find_outdated_reminders(
    appointment: AppointmentFacts,
    reminders: Iterable[Entry],
    rules: MessagingRules,
    now: datetime,
) -> list[tuple[Entry, Obstacle]]:
    """Return the pending reminders that were planned with another lead time.

    They stay when the customer was reminded already, and when the new reminder time has passed.
    """
    if not appointment.is_upcoming:
        return []
    current = [each for each in reminders if is_current(each, appointment)]
    has_passed = bool(rules.reminder_minutes) and not compute_reminder_due(
        appointment.starts_at, rules, now
    )
    if has_passed or any(each.is_maybe_sent for each in current):
        return []
    return [
        (each, Obstacle.SETTING_CHANGED)
        for each in current
        if each.is_pending and each.offset_minutes != rules.reminder_minutes
    ]


def compute_owed_reminder(
    appointment: AppointmentFacts,
    reminders: Iterable[LedgerEntry],
    rules: MessagingRules,
    now: datetime,
) -> datetime | None:
    """Return when the reminder that is not planned yet is due; None when none is owed."""
    is_settled = any(
        each.is_maybe_sent
        or (not each.may_replan and each.offset_minutes == rules.reminder_minutes)
        for each in reminders
        if is_current(each, appointment)
    )
    if is_settled or not appointment.is_upcoming:
        return None
    return compute_reminder_due(appointment.starts_at, rules, now)


def owes_cancellation(
    appointment: AppointmentFacts,
    cancellations: Iterable[LedgerEntry],
    confirmations: Iterable[LedgerEntry],
    now: datetime,
) -> bool:
    """Return whether a cancellation is owed: one, and only where the customer expects to come."""
    if not appointment.is_cancelled or appointment.starts_at <= now:
        return False
    expects = appointment.was_upcoming or any(
        each.revision == appointment.revision for each in confirmations
    )
    return expects and not any(each.revision == appointment.revision for each in cancellations)


def check_current(
    appointment: AppointmentFacts, notification: LedgerEntry, now: datetime
) -> Obstacle | None:
    """Return why a confirmation or reminder must not be sent now; None when it may."""
    if not appointment.is_upcoming:
        return Obstacle.NOT_UPCOMING
    if not is_current(notification, appointment):
        return Obstacle.SUPERSEDED
    return check_not_begun(notification, now)


def check_cancelled(
    appointment: AppointmentFacts | None, notification: LedgerEntry, now: datetime
) -> Obstacle | None:
    """Return why a cancellation must not be sent now; None when it may.

    `appointment` is None once deleted. A reopened appointment makes an older cancellation wrong,
    and so does a second cancellation, which has a message of its own.
    """
    if appointment is not None and (
        not appointment.is_cancelled or appointment.revision != notification.revision
    ):
        return Obstacle.SUPERSEDED
    return check_not_begun(notification, now)


def check_not_begun(notification: LedgerEntry, now: datetime) -> Obstacle | None:
    """Return an obstacle when the appointment has begun: nothing is sent about it any more."""
    return Obstacle.HAS_BEGUN if notification.starts_at <= now else None
