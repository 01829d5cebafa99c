"""Lengths and lead times are hours that pass, also when the clocks change in between."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.models import Appointment
from notification.models import AppointmentNotification
from notification.states import Kind
from salon.models import Service

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")
CLOCKS_FORWARD = datetime(2027, 3, 14, 0, 30, tzinfo=NEW_YORK)  # 2:00 becomes 3:00 that night
CLOCKS_BACK = datetime(2027, 11, 7, 0, 30, tzinfo=NEW_YORK)  # 2:00 becomes 1:00 that night
LONG = timedelta(minutes=150)


@pytest.fixture
def colour(aurora):
    return Service.objects.create(salon=aurora, name="Colour", minutes=150)


@pytest.mark.parametrize("start", [CLOCKS_FORWARD, CLOCKS_BACK])
def test_an_appointment_lasts_as_long_as_its_services(aurora, bob, jane, colour, start):
    book_appointment(
        salon=aurora, user=bob, customer=jane, appointment_time=start, services=[colour]
    )
    appointment = Appointment.objects.get()
    assert appointment.end_time - appointment.appointment_time == LONG


@pytest.mark.parametrize("start", [CLOCKS_FORWARD, CLOCKS_BACK])
def test_a_moved_appointment_keeps_its_length(aurora, bob, jane, colour, tomorrow, start):
    appointment = book_appointment(
        salon=aurora, user=bob, customer=jane, appointment_time=tomorrow, services=[colour]
    )
    edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": start}))
    appointment.refresh_from_db()
    assert appointment.end_time - appointment.appointment_time == LONG


@pytest.mark.parametrize("start", [CLOCKS_FORWARD, CLOCKS_BACK])
def test_a_reminder_a_day_before_is_due_24_hours_before(aurora, bob, jane, start):
    aurora.reminder_time_minutes = 24 * 60
    aurora.save()
    noon = start.replace(hour=12)
    Appointment.objects.create(
        salon=aurora, user=bob, customer=jane, appointment_time=noon, end_time=noon.replace(hour=13)
    )
    reminder = AppointmentNotification.objects.get(kind=Kind.REMINDER)
    assert reminder.due_at == noon.astimezone(UTC) - timedelta(hours=24)
