"""Who a customer is whom staff enter by name and number."""

from customer.models import Customer
from salon.models import Salon


def get_or_build_customer(salon: Salon, full_name: str, phone_number: str = "") -> Customer:
    """The salon's customer of this name and this number (E.164), or one who is not stored yet.

    A number alone is no person, since families share one; nor is a name alone.
    """
    if phone_number:
        same = Customer.objects.filter(salon=salon, phone_number=phone_number)
        if (known := same.filter(full_name__iexact=full_name).first()) is not None:
            return known
    return Customer(salon=salon, full_name=full_name, phone_number=phone_number)
