"""An appointment of tomorrow with its rows, and a clock to move."""

import pytest

from appointment.actions.book import book_appointment
from notification.models import AppointmentNotification
from notification.states import Kind


@pytest.fixture
def appointment(aurora, bob, jane, cut, tomorrow, transactional_db):
    return book_appointment(
        salon=aurora, user=bob, customer=jane, services=[cut], appointment_time=tomorrow
    )


@pytest.fixture
def confirmation(appointment):
    return AppointmentNotification.objects.get(kind=Kind.CONFIRMATION)


@pytest.fixture
def reminder(appointment):
    return AppointmentNotification.objects.get(kind=Kind.REMINDER)


@pytest.fixture
def at_due(reminder, time_machine):
    """The moment the reminder is due; the clock stands still there."""
    time_machine.move_to(reminder.due_at, tick=False)
    return reminder.due_at
