"""Booking, moving, cancelling: the only writers of visits.

Locks are taken late and in one order (staff, then visit), so that two requests never wait for
each other. Messages follow through the hooks in signals.py.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from appointment.edits import (
    Changes,
    new_services,
    refuse_impossible,
    set_values,
    stored_values,
)
from appointment.models import (
    EXPECTED,
    OCCUPYING,
    TRANSITIONS,
    Appointment,
    AppointmentService,
    BookingRequest,
    Status,
)
from appointment.refusals import (
    bad_transition,
    check_times,
    gone,
    guard_against_races,
    refuse_clash,
    refuse_gone,
    refuse_stale,
    stale,
)
from booking_api.errors import Refusal
from customer.models import Customer
from salon.models import Salon, Service
from user.models import ExtendedUser

USUAL_LENGTH = timedelta(minutes=30)  # of a visit without services


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
    request_id: UUID | None = None,
) -> Appointment:
    """Book a visit and plan its messages. Times are aware; without an end the services tell it.

    A customer who is not stored yet is, if the visit is. A request that was answered before, by its
    `request_id`, books nothing more: the answer is its visit as it is now.

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
    visit.service_names = names_of(services)
    with guard_against_races(), transaction.atomic():
        if user.pk not in lock_staff([user.pk]):
            raise gone()
        if (booked := booked_before(salon, request_id)) is not None:
            return booked
        # Read anew under the lock: its reminder time may just have been changed.
        visit.salon = Salon.objects.get(pk=salon.pk)
        refuse_clash(visit)
        if customer.pk is None:
            customer.save()
        visit.save()
        add_services(visit, services)
        if request_id is not None:
            BookingRequest.objects.create(appointment=visit, salon=salon, request_id=request_id)
    return visit


def booked_before(salon: Salon, request_id: UUID | None) -> Appointment | None:
    """What this request has booked already, though its answer may have been lost."""
    if request_id is None:
        return None
    sent = BookingRequest.objects.filter(salon=salon, request_id=request_id)
    return Appointment.objects.filter(pk__in=sent.values("pk")).first()


def edit(visit_id: int, changes: Changes) -> Appointment:
    """Change a visit: time, staff, services, note. A new start alone keeps the length.

    What is stored already changes nothing: nobody's copy becomes stale by it.

    Raises:
        Refusal: changed meanwhile (409 `stale`), taken (409 `overlap`), over (409 `not_active`),
            or times that can't be (400).
    """
    with guard_against_races(), transaction.atomic():
        visit = lock_visit(visit_id, also_staff=changes.values.get("user"))
        refuse_stale(visit, changes.version)
        was = stored_values(visit)
        services = new_services(visit, changes)
        length = None if services is None else length_of(services)
        set_values(visit, changes, length)
        changed = {name for name, value in stored_values(visit).items() if value != was[name]}
        refuse_impossible(visit, changed)
        if changed or services is not None:
            save_edit(visit, changes, services)
    return visit


def save_edit(visit: Appointment, changes: Changes, services: Sequence[Service] | None) -> None:
    """Store what was changed; services at the length and price they have now."""
    visit.notify = changes.notify
    visit.service_names = None if services is None else names_of(services)
    visit.save()
    if services is not None:
        visit.items.all().delete()
        add_services(visit, services)


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


def names_of(services: Iterable[Service]) -> str:
    """The services as the history of a visit names them."""
    return ", ".join(service.name for service in services)


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


def lock_staff(user_ids: Iterable[int]) -> set[int]:
    """Hold these members of staff until the transaction ends, so that nobody else books them.

    Answers which of them are active, and stay so as long.
    """
    staff = ExtendedUser.objects.select_for_update(no_key=True).filter(pk__in=set(user_ids))
    return {
        pk for pk, is_active in staff.order_by("pk").values_list("pk", "is_active") if is_active
    }


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
