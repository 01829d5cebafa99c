"""Booking, moving, cancelling: the only writers of appointments.

Locks are taken late and in one order (staff, then appointment), so that two requests never wait for
each other. Messages follow through the hooks in signals.py.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from appointment.actions.checks import (
    check_overlap,
    check_times,
    staff_inactive,
    translate_integrity_errors,
)
from appointment.actions.locks import lock_staff
from appointment.models import (
    Appointment,
    AppointmentService,
    BookingRequestId,
)
from customer.models import Customer
from salon.models import Salon, Service
from user.models import ExtendedUser

DEFAULT_LENGTH = timedelta(minutes=30)  # of an appointment without services


def book_appointment(
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
    """Book an appointment and plan its messages. Times are aware; without an end the services tell
    it.

    A customer who is not stored yet is, if the appointment is. A request that was answered before,
    by its `request_id`, books nothing more: the answer is its appointment as it is now.

    Raises:
        Refusal: the time is taken (409 `overlap`), too long ago or upside down (400).
    """
    appointment_time = appointment_time.astimezone(UTC)  # lengths are not of the wall clock
    end_time = end_time or appointment_time + compute_services_length(services)
    check_times(salon, appointment_time, end_time)
    appointment = Appointment(
        user=user,
        customer=customer,
        appointment_time=appointment_time,
        end_time=end_time,
        comment=comment,
        column_id=column_id,
        allow_overlap=allow_overlap,
    )
    appointment.notify = notify
    appointment.service_names = format_service_names(services)
    with translate_integrity_errors(), transaction.atomic():
        if user.pk not in lock_staff([user.pk]):
            raise staff_inactive()
        if (booked := find_booked_appointment(salon, request_id)) is not None:
            return booked
        # Read anew under the lock: its reminder time may just have been changed.
        appointment.salon = Salon.objects.get(pk=salon.pk)
        check_overlap(appointment)
        if customer.pk is None:
            customer.save()
        appointment.save()
        add_services(appointment, services)
        if request_id is not None:
            BookingRequestId.objects.create(
                appointment=appointment, salon=salon, request_id=request_id
            )
    return appointment


def find_booked_appointment(salon: Salon, request_id: UUID | None) -> Appointment | None:
    """What this request has booked already, though its answer may have been lost."""
    if request_id is None:
        return None
    sent = BookingRequestId.objects.filter(salon=salon, request_id=request_id)
    return Appointment.objects.filter(pk__in=sent.values("pk")).first()


def compute_services_length(services: Iterable[Service]) -> timedelta:
    """How long the services take together."""
    return timedelta(minutes=sum(service.minutes for service in services)) or DEFAULT_LENGTH


def format_service_names(services: Iterable[Service]) -> str:
    """The services as the history of an appointment names them."""
    return ", ".join(service.name for service in services)


def add_services(appointment: Appointment, services: Sequence[Service]) -> None:
    """Write the services of the appointment, at the length and price they have now."""
    AppointmentService.objects.bulk_create(
        AppointmentService(
            appointment=appointment,
            service=service,
            position=position,
            minutes=service.minutes,
            price=service.price,
        )
        for position, service in enumerate(services)
    )
