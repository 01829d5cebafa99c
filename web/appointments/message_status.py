"""How far an appointment's texts have come, in plain words with a shape and a tone for the eye."""

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
    row: AppointmentNotification, zone: tzinfo, now: datetime, *, is_stopped: bool = False
) -> MessageStatus:
    """The state of one row of the ledger, its times on the clock of `zone`; `is_stopped` when the
    customer answered STOP."""
    shape, tone = STATUS_LOOKS[row.status]
    if is_stopped and row.status == Status.PENDING:
        words = _("will not be sent: %(reason)s") % {"reason": Reason.OPTED_OUT.label}
        return MessageStatus(str(row.get_kind_display()), words, "dash", "doubt")
    if row.status == Status.PENDING and row.due_at <= now:
        shape = "arrow"
    return MessageStatus(
        str(row.get_kind_display()), format_message_status(row, zone, now), shape, tone
    )


def format_message_status(row: AppointmentNotification, zone: tzinfo, now: datetime) -> str:
    """“planned for 2:00 PM”, “failed: the number can't receive texts”, …"""
    if row.status == Status.PENDING:
        return format_pending_status(row, zone, now)
    plain = {
        Status.SENDING: _("being sent"),
        Status.UNKNOWN: _("unclear whether it was sent"),
        Status.SENT: _("sent"),
        Status.DELIVERED: _("delivered"),
        Status.FAILED: _("failed"),
        Status.SKIPPED: _("not sent"),
        Status.CANCELLED: _("taken back"),
    }
    words = plain[Status(row.status)]
    moment = {Status.SENT: row.sent_at, Status.DELIVERED: row.delivered_at}.get(Status(row.status))
    if moment:
        words = f"{words} {local_time.format_datetime(moment, zone, now.astimezone(zone).date())}"
    return append_reason(words, row)


def format_pending_status(row: AppointmentNotification, zone: tzinfo, now: datetime) -> str:
    """When a row that waits will go out, or be tried again."""
    today = now.astimezone(zone).date()
    if row.due_at > now:
        return _("planned for %(when)s") % {
            "when": local_time.format_datetime(row.due_at, zone, today)
        }
    if row.attempts and row.wake_at > now:
        next_try = local_time.format_datetime(row.wake_at, zone, today)
        return append_reason(_("next try at %(when)s") % {"when": next_try}, row)
    return _("on its way")


def append_reason(words: str, row: AppointmentNotification) -> str:
    """The words with the row's reason, if it has one."""
    return f"{words}: {row.get_reason_display()}" if row.reason else words


def list_message_statuses(
    appointment: Appointment,
    rows: Iterable[AppointmentNotification],
    now: datetime,
    *,
    is_stopped: bool = False,
) -> list[MessageStatus]:
    """One line for each kind of text about the appointment as it is now, given its `rows`; `is_stopped`
    when its customer answered STOP."""
    newest: dict[str, AppointmentNotification] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        if row.revision == appointment.revision:
            newest[row.kind] = row
    zone = appointment.salon.zone
    shown = [newest[kind.name] for kind in registry.list_message_kinds() if kind.name in newest]
    states = [build_message_status(row, zone, now, is_stopped=is_stopped) for row in shown]
    if (
        appointment.is_expected
        and appointment.appointment_time > now
        and Kind.REMINDER not in newest
    ):
        states.append(build_no_reminder_status(appointment))
    return states


def build_no_reminder_status(appointment: Appointment) -> MessageStatus:
    """Why an appointment that is awaited has no reminder."""
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

    row: AppointmentNotification
    state: MessageStatus
    body: str
    is_preview: bool  # the text is worded for good only when it goes out
    may_repeat: bool  # it failed, and no later one that says the same went out


def build_message_history(
    rows: Iterable[AppointmentNotification],
    zone: tzinfo,
    now: datetime,
    *,
    is_stopped: bool = False,
) -> list[MessageHistoryEntry]:
    """An appointment's texts in the order they were planned."""
    events: list[MessageHistoryEntry] = []
    went_out: set[tuple[str, str, int]] = set()
    for row in sorted(rows, key=lambda row: row.pk, reverse=True):
        says = (row.kind, row.channel, row.revision)
        may_repeat = row.status == Status.FAILED and says not in went_out
        body = row.body or preview_message_body(row)
        state = build_message_status(row, zone, now, is_stopped=is_stopped)
        events.append(MessageHistoryEntry(row, state, body, not row.body, may_repeat))
        if row.status in ACCEPTED:
            went_out.add(says)
    return events[::-1]


def preview_message_body(row: AppointmentNotification) -> str:
    """What a waiting row would say at its time; nothing for any other."""
    if row.status != Status.PENDING:
        return ""
    answer = registry.get_message_kind(row.kind).prepare(row, row.due_at)
    return answer.body if isinstance(answer, PreparedMessage) else ""
