"""The cast at the API, and an appointment to speak of."""

import pytest
from rest_framework.test import APIClient

from appointment.actions.book import book_appointment
from customer.models import Customer
from salon.models import Service


@pytest.fixture
def owner(as_user, alice):
    return as_user(alice)


@pytest.fixture
def staff(as_user, bob):
    return as_user(bob)


@pytest.fixture
def outsider(as_user, charlie):
    return as_user(charlie)


@pytest.fixture
def visitor(db):
    return APIClient()


@pytest.fixture
def appointment(aurora, bob, jane, cut, tomorrow):
    """Jane at Bob's tomorrow, 45 minutes."""
    return book_appointment(
        salon=aurora, user=bob, customer=jane, appointment_time=tomorrow, services=[cut]
    )


@pytest.fixture
def mike(barber):
    """A customer of the other salon."""
    return Customer.objects.create(
        salon=barber, full_name="Mike Foreign", phone_number="+12125550177"
    )


@pytest.fixture
def shave(barber):
    """A service of the other salon."""
    return Service.objects.create(salon=barber, name="Shave", minutes=20, price=15)


@pytest.fixture
def foreign_appointment(barber, charlie, mike, tomorrow):
    """An appointment in the other salon."""
    return book_appointment(salon=barber, user=charlie, customer=mike, appointment_time=tomorrow)


@pytest.fixture
def booking(bob, jane, tomorrow):
    """The smallest body that books."""
    return {"customer": jane.pk, "user": bob.pk, "appointment_time": tomorrow.isoformat()}
