"""Customers whose numbers texts don't reach, with the appointment before which another one is needed."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from appointment.models import Appointment
from customer.models import Customer
from notification.contacts import deliverability
from salon.models import Salon


def find_unreachable_customers(salon: Salon, now: datetime) -> QuerySet[Customer]:
    """Each with `next_id` and `next_at` of the next appointment, the nearest first; then the others."""
    coming = (
        Appointment.objects.ahead(now)
        .filter(customer=OuterRef("pk"))
        .order_by("appointment_time", "pk")
    )
    return (
        deliverability.filter_unreachable(Customer.objects.filter(salon=salon))
        .select_related("salon")
        .annotate(
            next_id=Subquery(coming.values("pk")[:1]),
            next_at=Subquery(coming.values("appointment_time")[:1]),
        )
        .order_by(F("next_at").asc(nulls_last=True), "full_name", "pk")
    )


def get_delivery_warning(customer: Customer) -> str:
    """What to know before texts are planned for this number; "" when nothing stands against it."""
    mark = customer.reach.unreachable
    if mark is None:
        return ""
    sentence = _("Texts don't reach this number: %(cause)s. Ask for another number.")
    return sentence % {"cause": mark.get_cause_display()}


def count_unreachable_numbers(salon: Salon, now: datetime) -> int:
    """How many numbers stand in the way of an appointment to come; a family's is one."""
    coming = Appointment.objects.ahead(now).filter(customer=OuterRef("pk"))
    marked = deliverability.filter_unreachable(Customer.objects.filter(Exists(coming), salon=salon))
    return marked.order_by().values("phone_number").distinct().count()
