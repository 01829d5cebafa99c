"""What the tests of appointments share."""

import pytest

from appointment.actions.book import book_appointment
from notification.models import AppointmentNotification


@pytest.fixture
def book(aurora, bob, jane, cut):
    """`book(at)` books Jane's cut with Bob at an aware time."""

    def at(moment, **more):
        values = {"salon": aurora, "user": bob, "customer": jane, "services": [cut]} | more
        return book_appointment(appointment_time=moment, **values)

    return at


@pytest.fixture
def appointment(book, tomorrow):
    return book(tomorrow)


@pytest.fixture
def ledger():
    """`ledger(appointment_id)`: the rows of an appointment in the order they were written, as
    words."""

    def of(appointment_id):
        found = AppointmentNotification.objects.of_appointment(appointment_id).order_by("pk")
        return [f"{row.kind} {row.status} {row.reason}".strip() for row in found]

    return of
