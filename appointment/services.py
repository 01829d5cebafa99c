"""Booking, moving, cancelling: the only writers of visits.

Locks are taken late and in one order (staff, then visit), so that two requests never wait for
each other. Messages follow through the hooks in signals.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointment import occupancy
from appointment.models import (
    EXPECTED,
    OCCUPYING,
    TRANSITIONS,
    Appointment,
    AppointmentService,
    Status,
)
from booking_api.errors import Refusal, bad_field
from customer.models import Customer
from salon.models import Salon, Service
from user.models import ExtendedUser

USUAL_LENGTH = timedelta(minutes=30)  # of a visit without services
LONGEST_VISIT = timedelta(hours=24)
MOVABLE = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED)


@dataclass
class Changes:
    """What an edit changes; what is left out stays as it is."""

    version: int | None = None  # the one the editor saw; None: whatever is stored
    notify: bool = True
    services: Sequence[Service] | None = None
    values: dict[str, Any] = field(default_factory=dict)  # fields of Appointment


def book(
    *,
    salon: Salon,
    user: ExtendedUser,
    customer: Customer,
    appointment_time: datetime,
    end_time: datetime | None = None,
    services: Sequence[Service] = (),
    comment: str = "",
    column_id: str = "",
    allow_overlap: bool = False,
    notify: bool = True,
) -> Appointment:
    """Book a visit and plan its messages. Times are aware; without an end the services tell it.

    Raises:
        Refusal: the time is taken (409 `overlap`), too long ago or upside down (400).
    """
    appointment_time = appointment_time.astimezone(UTC)  # lengths are not of the wall clock
    end_time = end_time or appointment_time + length_of(services)
    check_times(salon, appointment_time, end_time)
    visit = Appointment(
        user=user,
        customer=customer,
        appointment_time=appointment_time,
        end_time=end_time,
        comment=comment,
        column_id=column_id,
        allow_overlap=allow_overlap,
    )
    visit.notify = notify
    with guard_against_races(), transaction.atomic():
        if user.pk not in lock_staff([user.pk]):
            raise gone()
        # Read anew under the lock: its reminder time may just have been changed.
        visit.salon = Salon.objects.get(pk=salon.pk)
        refuse_clash(visit)
        visit.save()
        add_services(visit, services)
    return visit


def edit(visit_id: int, changes: Changes) -> Appointment:
    """Change a visit: time, staff, services, note. A new start alone keeps the length.

    Raises:
        Refusal: changed meanwhile (409 `stale`), taken (409 `overlap`), over (409 `not_active`),
            or times that can't be (400).
    """
    with guard_against_races(), transaction.atomic():
        visit = lock_visit(visit_id, also_staff=changes.values.get("user"))
        refuse_stale(visit, changes.version)
        was = (visit.user_id, visit.appointment_time, visit.end_time, visit.allow_overlap)
        set_values(visit, changes)
        now = (visit.user_id, visit.appointment_time, visit.end_time, visit.allow_overlap)
        if was != now:
            refuse_unmovable(visit)
            if was[1:3] != now[1:3]:
                check_times(visit.salon, visit.appointment_time, visit.end_time)
            refuse_clash(visit)
        visit.notify = changes.notify
        visit.save()
        if changes.services is not None:
            visit.items.all().delete()
            add_services(visit, changes.services)
    return visit


def set_values(visit: Appointment, changes: Changes) -> None:
    """Put the changed values on the visit; the end follows the start or the services."""
    length = visit.end_time - visit.appointment_time
    if changes.services is not None:
        length = length_of(changes.services)
    for name, value in changes.values.items():
        setattr(visit, name, value.astimezone(UTC) if isinstance(value, datetime) else value)
    if "end_time" not in changes.values:
        visit.end_time = visit.appointment_time + length


def change_status(
    visit_id: int, status: Status, *, version: int | None = None, notify: bool = True
) -> Appointment:
    """Move a visit on in its life (`TRANSITIONS`); the same status again changes nothing.

    Raises:
        Refusal: not from here (409 `bad_transition`), changed meanwhile (409 `stale`), the time
            was given to another since (409 `overlap`), or its staff has left (400).
    """
    with guard_against_races(), transaction.atomic():
        visit = lock_visit(visit_id)
        refuse_stale(visit, version)
        if visit.status == status:
            return visit
        if status not in TRANSITIONS[Status(visit.status)]:
            raise bad_transition(visit, status)
        if status in EXPECTED and not visit.is_expected:
            refuse_gone(visit)
        took_time = visit.status in OCCUPYING
        visit.status = status
        visit.cancel_reason = ""
        visit.notify = notify
        if not took_time and status in OCCUPYING:
            refuse_clash(visit)
        visit.save()
    return visit


def cancel(
    visit_id: int, *, reason: str = "", version: int | None = None, notify: bool = True
) -> Appointment:
    """Call a visit off: its reminder is taken back, the customer is told unless it has begun.

    A visit that is off already stays as it is.
    """
    with transaction.atomic():
        visit = lock_visit(visit_id)
        refuse_stale(visit, version)
        if visit.status == Status.CANCELLED:
            return visit
        if Status.CANCELLED not in TRANSITIONS[Status(visit.status)]:
            raise bad_transition(visit, Status.CANCELLED)
        visit.status = Status.CANCELLED
        visit.cancel_reason = reason
        visit.notify = notify
        visit.save()
    return visit


def delete(visit_id: int) -> None:
    """Remove a visit for good; its messages stay in the ledger."""
    with transaction.atomic():
        lock_visit(visit_id).delete()


def length_of(services: Iterable[Service]) -> timedelta:
    """How long the services take together."""
    return timedelta(minutes=sum(service.minutes for service in services)) or USUAL_LENGTH


def add_services(visit: Appointment, services: Sequence[Service]) -> None:
    """Write the services of the visit, at the length and price they have now."""
    AppointmentService.objects.bulk_create(
        AppointmentService(
            appointment=visit,
            service=service,
            position=position,
            minutes=service.minutes,
            price=service.price,
        )
        for position, service in enumerate(services)
    )


def earliest_start(salon: Salon, now: datetime) -> datetime:
    """From when on visits may be entered: the start of the salon's previous day."""
    yesterday = now.astimezone(salon.zone).date() - timedelta(days=1)
    return datetime.combine(yesterday, datetime.min.time(), tzinfo=salon.zone)


def check_times(salon: Salon, start: datetime, end: datetime) -> None:
    """Refuse times that can't be."""
    if start < earliest_start(salon, timezone.now()):
        raise bad_field(
            "appointment_time",
            "too_early",
            _("That is too long ago: visits can be entered from yesterday on."),
        )
    if end <= start:
        raise bad_field("end_time", "ends_before_start", _("A visit must end after it begins."))
    if end - start > LONGEST_VISIT:
        raise bad_field("end_time", "too_long", _("A visit can't be longer than 24 hours."))


def lock_staff(user_ids: Iterable[int]) -> set[int]:
    """Hold these members of staff until the transaction ends, so that nobody else books them.

    Answers which of them are active, and stay so as long.
    """
    staff = ExtendedUser.objects.select_for_update(no_key=True).filter(pk__in=set(user_ids))
    return {
        pk for pk, is_active in staff.order_by("pk").values_list("pk", "is_active") if is_active
    }


def gone(field: str = "user") -> Refusal:
    """The refusal of staff who were deactivated."""
    return bad_field(field, "invalid", _("This member of staff takes no bookings."))


def refuse_gone(visit: Appointment) -> None:
    """Refuse that a customer is awaited by staff who were deactivated."""
    if visit.appointment_time > timezone.now() and not visit.user.is_active:
        raise gone()


def lock_visit(visit_id: int, also_staff: ExtendedUser | None = None) -> Appointment:
    """Lock the visit's staff, then the visit, and read it.

    Raises:
        Refusal: it was deleted meanwhile (404), or given to other staff at this moment (409), or
            `also_staff` were deactivated (400).
    """
    seen = Appointment.objects.filter(pk=visit_id).values_list("user_id", flat=True).first()
    if seen is not None:
        active = lock_staff([seen, *([also_staff.pk] if also_staff else [])])
        if also_staff and also_staff.pk not in {seen, *active}:
            raise gone()
    # Without a key lock: on PostgreSQL a claim that refers to the visit would wait for us, and we
    # for its row of the ledger.
    visit = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("salon", "customer", "user")
        .filter(pk=visit_id)
        .first()
    )
    if visit is None:
        raise Refusal("not_found", _("Not found."), status_code=404)
    if visit.user_id != seen:
        raise stale()
    return visit


def refuse_stale(visit: Appointment, version: int | None) -> None:
    """Refuse an edit of something that looks different by now."""
    if version is not None and version != visit.version:
        raise stale()


def stale() -> Refusal:
    return Refusal("stale", _("Somebody changed this visit meanwhile. Reload it and try again."))


def refuse_unmovable(visit: Appointment) -> None:
    """Refuse to move what is over."""
    if visit.status not in MOVABLE:
        raise Refusal("not_active", _("This visit is over or off. Reopen it first."))


def bad_transition(visit: Appointment, status: Status) -> Refusal:
    detail = _("A visit that is “%(now)s” can't become “%(wanted)s”.") % {
        "now": Status(visit.status).label,
        "wanted": status.label,
    }
    return Refusal("bad_transition", detail)


def refuse_clash(visit: Appointment) -> None:
    """Refuse a visit whose time is taken, unless staff overbook on purpose."""
    if visit.allow_overlap:
        return
    other = occupancy.clash(visit.user_id, visit.appointment_time, visit.end_time, besides=visit.pk)
    if other is not None:
        raise overlap(other, visit.salon)


def overlap(other: Appointment, salon: Salon) -> Refusal:
    """The refusal that names the visit in the way, in the salon's wall clock."""
    start, end = (t.astimezone(salon.zone) for t in (other.appointment_time, other.end_time))
    # On the night when an hour comes twice, only its name tells which of the two is meant.
    zone = "" if start.utcoffset() == end.utcoffset() else " %Z"
    detail = _("This time overlaps visit %(id)s: %(customer)s, %(start)s to %(end)s.") % {
        "id": other.pk,
        "customer": other.customer,
        "start": start.strftime(f"%Y-%m-%d %H:%M{zone}"),
        "end": end.strftime(f"%H:%M{zone}"),
    }
    return Refusal(
        "overlap", detail, errors={"appointment_time": [detail], "overlaps": [str(other.pk)]}
    )


@contextmanager
def guard_against_races() -> Iterator[None]:
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
            detail = _("Something this visit names was just deleted. Reload and try again.")
            raise Refusal("stale", detail) from error
        raise
