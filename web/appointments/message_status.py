"""The status of an appointment's texts in plain words, with a shape and a tone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _

from appointment.models import Appointment
from notification import registry
from notification.models import AppointmentNotification
from notification.registry import PreparedMessage
from notification.states import ACCEPTED, Kind, Reason, Status
from pages import local_time


@dataclass(frozen=True)
class MessageStatus:
    """One line about one text. `shape` names a symbol in icons.svg, `tone` a colour in app.css."""

    kind: str
    words: str
    shape: str
    tone: str


STATUS_LOOKS: dict[str, tuple[str, str]] = {  # status → shape, tone
    Status.PENDING: ("clock", "waiting"),
    Status.SENDING: ("arrow", "waiting"),
    Status.UNKNOWN: ("question", "doubt"),
    Status.SENT: ("check", "good"),
    Status.DELIVERED: ("checks", "good"),
    Status.FAILED: ("cross", "bad"),
    Status.SKIPPED: ("dash", "quiet"),
    Status.CANCELLED: ("back", "quiet"),
}


def build_message_status(
    notification: AppointmentNotification, zone: tzinfo, now: datetime, *, is_stopped: bool = False
) -> MessageStatus:
    """Return the status of one notification, with its times in `zone`.

    `is_stopped` is true when the customer answered STOP.
    """
    shape, tone = STATUS_LOOKS[notification.status]
    if is_stopped and notification.status == Status.PENDING:
        words = _("will not be sent: %(reason)s") % {"reason": Reason.OPTED_OUT.label}
        return MessageStatus(str(notification.get_kind_display()), words, "dash", "doubt")
    if notification.status == Status.PENDING and notification.due_at <= now:
        shape = "arrow"
    return MessageStatus(
        str(notification.get_kind_display()),
        format_message_status(notification, zone, now),
        shape,
        tone,
    )


def format_message_status(
    notification: AppointmentNotification, zone: tzinfo, now: datetime
) -> str:
    """Return “planned for 2:00 PM”, “failed: the number can't receive texts”, …"""
    if notification.status == Status.PENDING:
        return format_pending_status(notification, zone, now)
    plain = {
        Status.SENDING: _("being sent"),
        Status.UNKNOWN: _("unclear whether it was sent"),
        Status.SENT: _("sent"),
        Status.DELIVERED: _("delivered"),
        Status.FAILED: _("failed"),
        Status.SKIPPED: _("not sent"),
        Status.CANCELLED: _("cancelled"),
    }
    words = plain[Status(notification.status)]
    moment = {Status.SENT: notification.sent_at, Status.DELIVERED: notification.delivered_at}.get(
        Status(notification.status)
    )
    if moment:
        words = f"{words} {local_time.format_datetime(moment, zone, now.astimezone(zone).date())}"
    return append_reason(words, notification)


def format_pending_status(
    notification: AppointmentNotification, zone: tzinfo, now: datetime
) -> str:
    """Return when a waiting notification will be sent or retried."""
    today = now.astimezone(zone).date()
    if notification.due_at > now:
        return _("planned for %(when)s") % {
            "when": local_time.format_datetime(notification.due_at, zone, today)
        }
    if notification.attempts and notification.wake_at > now:
        next_try = local_time.format_datetime(notification.wake_at, zone, today)
        return append_reason(_("next try at %(when)s") % {"when": next_try}, notification)
    return _("on its way")


def append_reason(words: str, notification: AppointmentNotification) -> str:
    """Return the words with the notification's reason, if it has one."""
    return f"{words}: {notification.get_reason_display()}" if notification.reason else words


def list_message_statuses(
    appointment: Appointment,
    notifications: Iterable[AppointmentNotification],
    now: datetime,
    *,
    is_stopped: bool = False,
) -> list[MessageStatus]:
    """Return one line for each kind of text about the appointment as it is now.

    `is_stopped` is true when the customer answered STOP.
    """
    newest: dict[str, AppointmentNotification] = {}
    for notification in sorted(notifications, key=lambda notification: notification.pk):
        if notification.revision == appointment.revision:
            newest[notification.kind] = notification
    zone = appointment.salon.zone
    current = [newest[kind.name] for kind in registry.list_message_kinds() if kind.name in newest]
    statuses = [
        build_message_status(notification, zone, now, is_stopped=is_stopped)
        for notification in current
    ]
    if (
        appointment.is_expected
        and appointment.appointment_time > now
        and Kind.REMINDER not in newest
    ):
        statuses.append(build_no_reminder_status(appointment))
    return statuses


def build_no_reminder_status(appointment: Appointment) -> MessageStatus:
    """Return why an upcoming appointment has no reminder."""
    lead = appointment.salon.reminder_time_minutes
    words = _("none: the salon sends no reminders")
    if lead:
        length = local_time.format_length(lead)
        words = _("none: booked less than %(length)s ahead") % {"length": length}
    return MessageStatus(
        str(registry.get_message_kind(Kind.REMINDER).label), words, "dash", "quiet"
    )


@dataclass(frozen=True)
class MessageHistoryEntry:
    """One text in the appointment's history."""

    notification: AppointmentNotification
    status: MessageStatus
    body: str
    is_preview: bool  # the final wording is made when it is sent
    may_repeat: bool  # it failed, and no later one with the same message was sent


def build_message_history(
    notifications: Iterable[AppointmentNotification],
    zone: tzinfo,
    now: datetime,
    *,
    is_stopped: bool = False,
) -> list[MessageHistoryEntry]:
    """Return an appointment's texts in the order they were planned."""
    events: list[MessageHistoryEntry] = []
    sent: set[tuple[str, str, int]] = set()
    for notification in sorted(
        notifications, key=lambda notification: notification.pk, reverse=True
    ):
        message = (notification.kind, notification.channel, notification.revision)
        may_repeat = notification.status == Status.FAILED and message not in sent
        body = notification.body or preview_message_body(notification)
        status = build_message_status(notification, zone, now, is_stopped=is_stopped)
        events.append(
            MessageHistoryEntry(notification, status, body, not notification.body, may_repeat)
        )
        if notification.status in ACCEPTED:
            sent.add(message)
    return events[::-1]


def preview_message_body(notification: AppointmentNotification) -> str:
    """Return the text of a waiting notification as it will be sent; "" for any other."""
    if notification.status != Status.PENDING:
        return ""
    message = registry.get_message_kind(notification.kind).prepare(
        notification, notification.due_at
    )
    return message.body if isinstance(message, PreparedMessage) else ""
