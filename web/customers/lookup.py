"""Find customers for a form."""

from django.shortcuts import get_object_or_404

from core import tenancy
from customer.models import Customer
from customer.queries import search_customers
from notification.contacts import queries
from pages.access import SalonRequest

MAX_FOUND_CUSTOMERS = 8  # customers offered for one search


def find_matching_customers(request: SalonRequest, text: str) -> list[Customer]:
    """The salon's customers who match; none for an empty search."""
    if not text.strip():
        return []
    customers = Customer.objects.filter(salon=request.salon).select_related("salon")
    found = list(search_customers(customers, text)[:MAX_FOUND_CUSTOMERS])
    queries.attach_deliverability(found)
    return found


def find_chosen_customer(request: SalonRequest, chosen: object) -> Customer | None:
    """The customer ticked in the form, if it is the salon's own."""
    if not str(chosen or "").isdecimal():
        return None
    return Customer.objects.filter(salon=request.salon, pk=str(chosen)).first()


def get_own_customer(request: SalonRequest, pk: int) -> Customer:
    """That customer of the account's salon, or 404."""
    everybody = Customer.objects.select_related("salon")
    return get_object_or_404(tenancy.scoped_to(everybody, request.user), pk=pk)
