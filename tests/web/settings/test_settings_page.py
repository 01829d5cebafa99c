"""What an owner sets."""

import pytest

from appointment.messages.models import ReminderReplan
from tests.web.conftest import get_form_errors, read_page_text

pytestmark = pytest.mark.django_db

PAGE = "/settings/"


@pytest.fixture
def typed(aurora):
    return {
        "name": aurora.name,
        "timezone": aurora.timezone,
        "reminder_time_minutes": aurora.reminder_time_minutes,
        "sender": aurora.sender,
    }


def test_the_page_shows_what_is_set(office):
    html = office.get(PAGE).content.decode()
    for value in ("Aurora", "America/New_York", "60", "+12125550110"):
        assert f'value="{value}"' in html
    assert "Currently 1 hour before the appointment." in read_page_text(office.get(PAGE))


def test_a_new_reminder_time_is_saved_and_reaches_appointments_that_are_booked(
    office, aurora, typed
):
    page = office.post(PAGE, {**typed, "reminder_time_minutes": 120}, follow=True)
    assert "Reminders of existing appointments are updated" in read_page_text(page)
    aurora.refresh_from_db()
    assert aurora.reminder_time_minutes == 120
    assert ReminderReplan.objects.filter(salon=aurora).exists()


def test_saving_without_a_change_replans_nothing(office, aurora, typed):
    office.post(PAGE, typed)
    assert not ReminderReplan.objects.exists()


def test_name_clock_and_sender_are_saved(office, aurora, typed):
    office.post(PAGE, {**typed, "name": "Dawn", "timezone": "Europe/Berlin", "sender": ""})
    aurora.refresh_from_db()
    assert (aurora.name, aurora.timezone, aurora.sender) == ("Dawn", "Europe/Berlin", "")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "x" * 121, "no more than 120"),
        ("timezone", "Mars/Olympus", "is not a time zone"),
        ("reminder_time_minutes", "-1", "greater than or equal to 0"),
        ("reminder_time_minutes", "43201", "less than or equal to 43200"),
        ("reminder_time_minutes", "soon", "whole number"),
        ("sender", "555", "Give a number such as"),
        ("sender", "+12125550100", "Leave it empty to share this number."),
        ("sender", "+12125550120", "sender"),
    ],
)
def test_a_mistake_is_told_beside_its_field(office, aurora, barber, typed, field, value, says):
    page = office.post(PAGE, {**typed, field: value})
    assert page.status_code == 400
    assert any(says in sentence for sentence in get_form_errors(page)[field])
    assert page.context["form"][field].value() == value
    stored = {name: getattr(type(aurora).objects.get(pk=aurora.pk), name) for name in typed}
    assert stored == typed


def test_a_shared_sender_is_explained(office, aurora):
    assert "A STOP answered to it" not in read_page_text(office.get(PAGE))
    aurora.sender = ""
    aurora.save()
    assert "Currently +1 212-555-0100, shared with other salons." in read_page_text(
        office.get(PAGE)
    )
