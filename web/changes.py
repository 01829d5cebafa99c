"""Who changed an appointment, what, and when, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from appointment.models import Appointment, Status
from web import wall_clock


@dataclass(frozen=True)
class Change:
    """One save: by `who` ("" when the program itself), and what it changed, a line each."""

    who: str
    at: datetime
    lines: list[str]


def of_appointment(appointment: Appointment) -> list[Change]:
    """The appointment's changes, the newest first; saves that changed nothing to see are left out."""
    records = list(
        appointment.history.select_related("history_user", "user").order_by("history_id")
    )
    for before, after in pairwise(records):
        if after.service_names is None:  # this save left the services alone
            after.service_names = before.service_names
    told = [*first(records), *(change(*pair, appointment) for pair in pairwise(records))]
    return [one for one in reversed(told) if one.lines]


def first(records: Any) -> Iterator[Change]:
    """The booking itself; an imported appointment has none."""
    for record in records[:1]:
        if record.history_type == "+":
            booked = [_("booked"), *([record.service_names] if record.service_names else [])]
            yield Change(str(record.history_user or ""), record.history_date, booked)


def change(before: Any, after: Any, appointment: Appointment) -> Change:
    """What the later record changed of the earlier."""
    return Change(
        str(after.history_user or ""), after.history_date, list(lines(before, after, appointment))
    )


def lines(before: Any, after: Any, appointment: Appointment) -> Iterator[str]:
    if (before.appointment_time, before.end_time) != (after.appointment_time, after.end_time):
        yield f"{span(before, appointment)} → {span(after, appointment)}"
    if before.user_id != after.user_id:
        yield f"{before.user} → {after.user}"
    if before.service_names != after.service_names:
        yield services(before.service_names, after.service_names)
    if before.status != after.status:
        yield f"{Status(before.status).label} → {Status(after.status).label}"
    if before.comment != after.comment:
        yield _("note: %(note)s") % {"note": after.comment or _("none")}


def services(before: str | None, after: str) -> str:
    """Cut → Cut, Color; what an imported appointment began with is not known."""
    now = after or _("no service named")
    return now if before is None else f"{before or _('no service named')} → {now}"


def span(record: Any, appointment: Appointment) -> str:
    """Mon, May 4, 3:00 – 3:45 PM"""
    zone = appointment.salon.zone
    day = record.appointment_time.astimezone(zone).date()
    words = wall_clock.span(record.appointment_time, record.end_time, zone, day)
    return f"{wall_clock.day_words(day)}, {words}"
