"""Who changed an appointment, what, and when, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from appointment.models import Appointment, Status
from pages import local_time


@dataclass(frozen=True)
class HistoryEntry:
    """One save: by `who` ("" when the program itself), and what it changed, a line each."""

    who: str
    at: datetime
    lines: list[str]


def build_appointment_history(appointment: Appointment) -> list[HistoryEntry]:
    """The appointment's changes, the newest first; saves that changed nothing to see are left
    out."""
    records = list(
        appointment.history.select_related("history_user", "user").order_by("history_id")
    )
    for before, after in pairwise(records):
        if after.service_names is None:  # this save left the services alone
            after.service_names = before.service_names
    told = [
        *build_booking_entry(records),
        *(build_change_entry(*pair, appointment) for pair in pairwise(records)),
    ]
    return [one for one in reversed(told) if one.lines]


def build_booking_entry(records: Any) -> Iterator[HistoryEntry]:
    """The booking itself; an imported appointment has none."""
    for record in records[:1]:
        if record.history_type == "+":
            booked = [_("booked"), *([record.service_names] if record.service_names else [])]
            yield HistoryEntry(str(record.history_user or ""), record.history_date, booked)


def build_change_entry(before: Any, after: Any, appointment: Appointment) -> HistoryEntry:
    """What the later record changed of the earlier."""
    return HistoryEntry(
        str(after.history_user or ""),
        after.history_date,
        list(describe_field_changes(before, after, appointment)),
    )


def describe_field_changes(before: Any, after: Any, appointment: Appointment) -> Iterator[str]:
    if (before.appointment_time, before.end_time) != (after.appointment_time, after.end_time):
        spans = (format_record_span(record, appointment) for record in (before, after))
        yield " → ".join(spans)
    if before.user_id != after.user_id:
        yield f"{before.user} → {after.user}"
    if before.service_names != after.service_names:
        yield format_services_change(before.service_names, after.service_names)
    if before.status != after.status:
        yield f"{Status(before.status).label} → {Status(after.status).label}"
    if before.comment != after.comment:
        yield _("note: %(note)s") % {"note": after.comment or _("none")}


def format_services_change(before: str | None, after: str) -> str:
    """Cut → Cut, Color; what an imported appointment began with is not known."""
    now = after or _("no service named")
    return now if before is None else f"{before or _('no service named')} → {now}"


def format_record_span(record: Any, appointment: Appointment) -> str:
    """Mon, May 4, 3:00 – 3:45 PM"""
    zone = appointment.salon.zone
    day = record.appointment_time.astimezone(zone).date()
    words = local_time.format_span(record.appointment_time, record.end_time, zone, day)
    return f"{local_time.format_day(day)}, {words}"
