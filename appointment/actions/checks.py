"""Why an appointment can't be written as it was asked, in words a person can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from appointment.actions import busy_spans
from appointment.models import Appointment, Status
from core.api.errors import Refusal, build_field_refusal
from salon.models import Salon

LONGEST_APPOINTMENT = timedelta(hours=24)
MOVABLE = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED)


def compute_earliest_start(salon: Salon, now: datetime) -> datetime:
    """From when on appointments may be entered: the start of the salon's previous day."""
    yesterday = now.astimezone(salon.zone).date() - timedelta(days=1)
    return datetime.combine(yesterday, datetime.min.time(), tzinfo=salon.zone)


def check_times(salon: Salon, start: datetime, end: datetime) -> None:
    """Refuse times that can't be."""
    if start < compute_earliest_start(salon, timezone.now()):
        raise build_field_refusal(
            "appointment_time",
            "too_early",
            _("That is too long ago: appointments can be entered from yesterday on."),
        )
    if end <= start:
        raise build_field_refusal(
            "end_time", "ends_before_start", _("An appointment must end after it begins.")
        )
    if end - start > LONGEST_APPOINTMENT:
        raise build_field_refusal(
            "end_time", "too_long", _("An appointment can't be longer than 24 hours.")
        )


def staff_inactive(field: str = "user") -> Refusal:
    """The refusal of staff who were deactivated."""
    return build_field_refusal(field, "invalid", _("This member of staff takes no bookings."))


def check_staff_active(appointment: Appointment) -> None:
    """Refuse that a customer is awaited by staff who were deactivated."""
    if appointment.appointment_time > timezone.now() and not appointment.user.is_active:
        raise staff_inactive()


def check_version(appointment: Appointment, version: int | None) -> None:
    """Refuse an edit of something that looks different by now."""
    if version is not None and version != appointment.version:
        raise build_stale_refusal()


def build_stale_refusal() -> Refusal:
    return Refusal(
        "stale", _("Somebody changed this appointment meanwhile. Reload it and try again.")
    )


def check_movable(appointment: Appointment) -> None:
    """Refuse to move what is over."""
    if appointment.status not in MOVABLE:
        raise Refusal("not_active", _("This appointment is over or off. Reopen it first."))


def build_transition_refusal(appointment: Appointment, status: Status) -> Refusal:
    detail = _("An appointment that is “%(now)s” can't become “%(wanted)s”.") % {
        "now": Status(appointment.status).label,
        "wanted": status.label,
    }
    return Refusal("bad_transition", detail)


def check_overlap(appointment: Appointment) -> None:
    """Refuse an appointment whose time is taken, unless staff overbook on purpose."""
    if appointment.allow_overlap:
        return
    other = busy_spans.find_overlap(
        appointment.user_id,
        appointment.appointment_time,
        appointment.end_time,
        besides=appointment.pk,
    )
    if other is not None:
        raise build_overlap_refusal(other, appointment.salon)


def build_overlap_refusal(other: Appointment, salon: Salon) -> Refusal:
    """The refusal that names the appointment in the way, in the salon's wall clock."""
    start, end = (t.astimezone(salon.zone) for t in (other.appointment_time, other.end_time))
    # On the night when an hour comes twice, only its name tells which of the two is meant.
    zone = "" if start.utcoffset() == end.utcoffset() else " %Z"
    detail = _("This time overlaps appointment %(id)s: %(customer)s, %(start)s to %(end)s.") % {
        "id": other.pk,
        "customer": other.customer,
        "start": start.strftime(f"%Y-%m-%d %H:%M{zone}"),
        "end": end.strftime(f"%H:%M{zone}"),
    }
    return Refusal(
        "overlap", detail, errors={"appointment_time": [detail], "overlaps": [str(other.pk)]}
    )


@contextmanager
def translate_integrity_errors() -> Iterator[None]:
    """Turn the database's own refusals into ours.

    It speaks when another writer did not take the staff lock (the admin, a script), or when the
    customer or a service was deleted between the check and the write.
    """
    try:
        yield
    except IntegrityError as error:
        if "busy_span_no_double_booking" in str(error):
            detail = _("This time was taken at this very moment. Reload and choose another.")
            raise Refusal("overlap", detail, errors={"appointment_time": [detail]}) from error
        if "foreign key" in str(error).lower():
            detail = _("Something this appointment names was just deleted. Reload and try again.")
            raise Refusal("stale", detail) from error
        raise
