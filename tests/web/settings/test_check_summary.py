"""The owner reads what the last check of their own salon saw, and what to do about it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from appointment.consistency import nightly
from appointment.consistency.models import LastCheck
from appointment.models import Appointment
from tests.docs.markdown import CODE, OPERATIONS
from tests.web.conftest import get_html_from, read_page_text, strip_tags
from web.settings.check_summary import DIFFERENCE_SENTENCES

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 16, tzinfo=UTC)  # 12:00 in New York


@pytest.fixture
def checked(aurora, time_machine):
    """`checked(found, hours=…)`: the salon's last check found that, so many hours before noon."""
    time_machine.move_to(NOON, tick=False)

    def keep(found=None, hours=4, planned=412):
        LastCheck.objects.create(
            salon=aurora,
            checked_at=NOON - timedelta(hours=hours),
            appointments=430,
            reminders_due=412,
            reminders_planned=planned,
            differences=sum((found or {}).values()),
            found=found or {},
        )

    return keep


def read_check_line(office):
    return strip_tags(get_html_from(office.get("/settings/"), "check").partition("</section>")[0])


def test_the_figures_stand_in_the_settings_with_their_moment_on_the_salons_clock(office, checked):
    checked()
    told = read_check_line(office)
    assert "412 of 412 reminders planned, for 430 upcoming appointments. Checked 8:00 AM." in told
    assert "mends" not in told


@pytest.mark.parametrize("path", ["/", "/day/"])
def test_the_calendar_is_silent_while_all_is_well(office, checked, path):
    assert "reminders planned" not in read_page_text(office.get(path))
    checked()
    assert "reminders planned" not in read_page_text(office.get(path))


@pytest.mark.parametrize("path", ["/", "/day/"])
def test_trouble_is_told_over_the_calendar_too_with_what_to_do(office, checked, path):
    checked({"missing": 2, "task_id": 1}, planned=410)
    shown = read_page_text(office.get(path))
    assert "410 of 412 reminders planned" in shown
    assert "2 texts should be planned and are not." in shown
    assert "1 internal difference does not affect customers." in read_check_line(office)
    assert 'href="/settings/#check"' in office.get(path).content.decode()
    assert "to run check_notifications --repair" in read_check_line(office)


def test_what_customers_would_not_notice_stands_in_the_settings_alone(office, checked):
    checked({"task_id": 1, "extra_in_redis": 2})
    assert "reminders planned" not in read_page_text(office.get("/"))
    assert "3 internal differences do not affect customers." in read_check_line(office)


def test_a_check_older_than_a_day_says_so(office, checked):
    checked(hours=26)
    told = read_check_line(office)
    assert "Checked Sun, May 3, 10:00 AM." in told
    assert "The last check is more than a day old" in told
    assert "412 of 412" in read_page_text(office.get("/"))


def test_before_the_first_check_nothing_is_claimed(office, aurora):
    assert "Not checked yet" in read_check_line(office)
    assert "Not checked yet" not in read_page_text(office.get("/"))


def test_staff_are_not_troubled_with_it(desk, checked):
    checked({"missing": 2})
    assert "not planned" not in read_page_text(desk.get("/"))
    assert "not planned" not in read_page_text(desk.get("/day/"))


@pytest.mark.django_db(transaction=True)
def test_the_figures_are_of_the_owners_own_salon(office, at_desk, charlie, appointment):
    Appointment.objects.bulk_create([create_twin(appointment)])
    nightly.run_nightly_check()
    assert "1 of 2 reminders planned, for 2 upcoming appointments" in read_check_line(office)
    assert "2 texts should be planned and are not." in read_check_line(office)
    theirs = read_check_line(at_desk(charlie))
    assert "0 of 0 reminders planned, for 0 upcoming appointments" in theirs
    assert "mends" not in theirs


def test_every_sort_of_difference_has_its_words_here_and_in_the_documents():
    rows = OPERATIONS.table("Is it well?")
    assert {word for first, *_ in rows for word in CODE.findall(first)} == set(DIFFERENCE_SENTENCES)


def create_twin(appointment):
    twin = Appointment.objects.get(pk=appointment.pk)
    twin.pk, twin.task_id = None, ""
    twin.appointment_time = timezone.now() + timedelta(days=3)
    twin.end_time = twin.appointment_time + timedelta(hours=1)
    return twin
