"""A short stamp of a span of days, which changes when an appointment or a text in it does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from appointment.models import Appointment
from notification.contacts.models import OptOut
from notification.models import AppointmentNotification
from salon.models import Salon


def build_opt_out_condition(salon: Salon) -> Exists:
    """Return the condition that the appointment's customer answered STOP to the salon's sender."""
    number = OuterRef("customer__phone_number")
    return Exists(OptOut.objects.filter(sender=salon.sender_number, phone_number=number))


def query_span_stamp(salon: Salon, appointments: QuerySet[Appointment]) -> str:
    """Return the stamp of `appointments` as the database holds them now, in two short queries."""
    notifications = AppointmentNotification.objects.filter(
        appointment_number__in=appointments.order_by().values("pk")
    )
    notification_totals = notifications.order_by().aggregate(
        count=Count("pk"), last=Max("modified")
    )
    appointment_totals = appointments.order_by().aggregate(
        count=Count("pk"),
        versions=Sum("version"),
        last=Max("modified"),
        stopped=Count("pk", filter=Q(build_opt_out_condition(salon))),
    )
    return format_stamp(*appointment_totals.values(), *notification_totals.values())


def build_span_stamp(
    appointments: Sequence[Any], notifications: Sequence[AppointmentNotification]
) -> str:
    """Return the same stamp from records that were read already."""
    return format_stamp(
        len(appointments),
        sum(appointment.version for appointment in appointments),
        max((appointment.modified for appointment in appointments), default=None),
        sum(appointment.is_stopped for appointment in appointments),
        len(notifications),
        max((notification.modified for notification in notifications), default=None),
    )


def format_stamp(*values: object) -> str:
    """Join numbers and times to one word."""
    parts = (f"{v.timestamp():.6f}" if isinstance(v, datetime) else str(v or 0) for v in values)
    return "_".join(parts)
