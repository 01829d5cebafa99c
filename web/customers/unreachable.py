"""Customers with unreachable numbers, and their next appointments."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from appointment.models import Appointment
from customer.models import Customer
from notification.contacts import queries
from salon.models import Salon


def find_unreachable_customers(salon: Salon, now: datetime) -> QuerySet[Customer]:
    """Return them with `next_id` and `next_at` of the next appointment, the nearest first."""
    upcoming = (
        Appointment.objects.ahead(now)
        .filter(customer=OuterRef("pk"))
        .order_by("appointment_time", "pk")
    )
    return (
        queries.filter_unreachable(Customer.objects.filter(salon=salon))
        .select_related("salon")
        .annotate(
            next_id=Subquery(upcoming.values("pk")[:1]),
            next_at=Subquery(upcoming.values("appointment_time")[:1]),
        )
        .order_by(F("next_at").asc(nulls_last=True), "full_name", "pk")
    )


def get_delivery_warning(customer: Customer) -> str:
    """Return a warning about the customer's number; "" when it can be reached."""
    mark = customer.reach.unreachable
    if mark is None:
        return ""
    sentence = _("Texts don't reach this number: %(cause)s. Ask for another number.")
    return sentence % {"cause": mark.get_cause_display()}


def count_unreachable_numbers(salon: Salon, now: datetime) -> int:
    """Count the unreachable numbers of upupcoming appointments; a shared number counts once."""
    upcoming = Appointment.objects.ahead(now).filter(customer=OuterRef("pk"))
    marked = queries.filter_unreachable(Customer.objects.filter(Exists(upcoming), salon=salon))
    return marked.order_by().values("phone_number").distinct().count()
