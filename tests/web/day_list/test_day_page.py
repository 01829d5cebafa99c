"""The day's list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Status
from customer.models import Customer
from notification.models import AppointmentNotification
from notification.states import Kind
from notification.states import Status as TextStatus
from tests.web.conftest import get_html_from, read_page_text, strip_tags
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db


def get_day_url(appointment):
    return f"/day/?date={appointment.appointment_time.astimezone(appointment.salon.zone):%Y-%m-%d}"


def get_card(response, appointment):
    """The words of one appointment in the list."""
    return strip_tags(get_html_from(response, f"appointment-{appointment.pk}").split("</li>\n")[0])


def test_an_appointment_stands_with_time_customer_services_and_status(desk, appointment):
    shown = read_page_text(desk.get(get_day_url(appointment)))
    start = appointment.appointment_time.astimezone(appointment.salon.zone)
    assert f"{start:%-I:%M}" in shown
    for word in ("Jane Roe", "Cut", "booked", "Bob"):
        assert word in shown


def test_times_are_those_of_the_salons_wall_clock(desk, aurora, appointment):
    aurora.timezone = "Asia/Kathmandu"
    aurora.save()
    appointment.refresh_from_db()
    shown = read_page_text(desk.get(get_day_url(appointment)))
    assert "8:45 – 9:30 PM" in shown  # 15:00 UTC
    assert "times in Asia/Kathmandu" in shown


def test_each_member_of_staff_has_a_column(desk, alice, appointment, aurora):
    ExtendedUser.objects.create_user(name="Nina", salon=aurora, can_login=False)
    ExtendedUser.objects.create_user(name="Desk", salon=aurora, bookable=False)
    ExtendedUser.objects.create_user(name="Gone", salon=aurora, is_active=False)
    columns = desk.get(get_day_url(appointment)).context["columns"]
    assert [str(column.staff_member) for column in columns] == ["Alice", "Bob", "Nina"]
    assert [len(column.entries) for column in columns] == [0, 1, 0]


def test_who_left_keeps_a_column_while_there_are_appointments(desk, alice, appointment, cut):
    edit_appointment(appointment.pk, AppointmentChanges(values={"user": alice}))
    ExtendedUser.objects.filter(pk=alice.pk).update(is_active=False, bookable=False)
    columns = desk.get(get_day_url(appointment)).context["columns"]
    assert [str(column.staff_member) for column in columns] == ["Alice", "Bob"]


def test_other_days_are_reached_by_date(desk, appointment):
    today = timezone.now().astimezone(appointment.salon.zone).date()
    assert "Jane Roe" not in read_page_text(desk.get("/day/"))
    assert "Jane Roe" in read_page_text(desk.get(get_day_url(appointment)))
    html = desk.get("/day/").content.decode()
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        assert f'href="?date={day}"' in html


@pytest.mark.parametrize("text", ["monday", "2026-13-40", "0001-01-01", "9999-12-31", "<b>"])
def test_what_is_no_day_shows_today_and_says_so(desk, text):
    response = desk.get("/day/", {"date": text})
    assert response.status_code == 200
    assert f"“{text}” is not a valid date. Enter one such as 2026-05-04" in read_page_text(response)
    assert "<b>”" not in response.content.decode()


def test_an_appointment_over_midnight_stands_on_both_days(desk, aurora, bob, jane, tomorrow):
    late = book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=tomorrow.replace(hour=3) + timedelta(days=1, minutes=30),
        end_time=tomorrow.replace(hour=6) + timedelta(days=1),
    )
    evening = late.appointment_time.astimezone(aurora.zone).date()
    for day in (evening, evening + timedelta(days=1)):
        assert "Jane Roe" in read_page_text(desk.get(f"/day/?date={day}"))
    assert "Jane Roe" not in read_page_text(desk.get(f"/day/?date={evening + timedelta(days=2)}"))


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-14", 23), ("2027-11-07", 25), ("2027-06-01", 24)]
)
def test_days_on_which_the_clocks_change_are_whole(desk, aurora, bob, jane, day, hours):
    midnight = datetime.fromisoformat(day).replace(tzinfo=aurora.zone).astimezone(UTC)
    last_minute = midnight + timedelta(hours=hours, minutes=-1)
    for start in (midnight, last_minute):
        book_appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            appointment_time=start,
            end_time=start + timedelta(minutes=1),
        )
    assert desk.get(f"/day/?date={day}").context["count"] == 2


def test_a_cancelled_appointment_stays_struck_through(desk, appointment):
    cancel_appointment(appointment.pk)
    response = desk.get(get_day_url(appointment))
    assert f'class="entry cancelled" id="appointment-{appointment.pk}"' in response.content.decode()
    assert "Reminder cancelled: the appointment was cancelled" in get_card(response, appointment)
    assert "Cancellation on its way" in get_card(response, appointment)


def test_the_list_says_how_far_each_text_has_come(desk, appointment):
    shown = get_card(desk.get(get_day_url(appointment)), appointment)
    assert "Confirmation on its way" in shown
    assert "Reminder planned for" in shown
    rows = AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION)
    rows.update(status=TextStatus.FAILED, reason="bad_number")
    shown = get_card(desk.get(get_day_url(appointment)), appointment)
    assert "Confirmation failed: the number can't receive texts" in shown


def test_queries_stay_as_many_however_many_appointments_there_are(
    desk, aurora, alice, bob, appointment, cut
):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            desk.get(get_day_url(appointment))
        return len(caught)

    few = queries()
    for number in range(12):
        book_appointment(
            salon=aurora,
            user=[alice, bob][number % 2],
            customer=Customer.objects.create(salon=aurora, full_name=f"Customer {number}"),
            appointment_time=appointment.end_time + timedelta(minutes=number),
            services=[cut],
            allow_overlap=True,
        )
    assert queries() == few
    assert few <= 12


def test_an_empty_day_says_what_will_stand_there(desk):
    assert "Nothing is booked on this day" in read_page_text(desk.get("/day/"))


def test_a_salon_without_staff_to_book_is_told_so(desk, aurora):
    ExtendedUser.objects.filter(salon=aurora).update(bookable=False)
    assert "Nobody takes bookings yet" in read_page_text(desk.get("/day/"))


def test_an_owner_is_warned_of_a_shared_sender(office, desk, aurora, settings):
    warning = "A customer who answers STOP to it gets no more texts from any of them."
    assert warning not in read_page_text(office.get("/day/"))
    aurora.sender = ""
    aurora.save()
    assert warning in read_page_text(office.get("/day/"))
    assert "+1 212-555-0100" in read_page_text(office.get("/day/"))
    assert warning not in read_page_text(desk.get("/day/"))


def test_a_newcomer_gets_two_steps_until_a_confirmation_went_out(desk, appointment, settings):
    assert "Open the practice phone" in read_page_text(desk.get("/day/"))
    AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION).update(status=TextStatus.SENT)
    assert "Open the practice phone" not in read_page_text(desk.get("/day/"))
    assert 'href="/practice-phone/"' in desk.get("/day/").content.decode()


def test_nothing_is_said_of_a_practice_phone_where_texts_are_real(desk, settings):
    settings.PRACTICE_PHONE = False
    assert "practice" not in desk.get("/day/").content.decode()


def test_the_texts_alone_are_what_a_page_asks_for_again(desk, appointment):
    page = desk.get(get_day_url(appointment))
    stamp = page.context["stamp"]
    url = get_day_url(appointment).replace("/day/?", "/day-texts/?") + f"&seen={stamp}"
    fresh = desk.get(url)
    assert "Confirmation on its way" in read_page_text(fresh)
    assert "The appointments have changed" not in read_page_text(fresh)
    change_appointment_status(appointment.pk, Status.CONFIRMED)
    assert "The appointments have changed" in read_page_text(desk.get(url))


def test_what_changes_by_itself_has_the_same_place_in_page_and_refresh(desk, appointment):
    page = desk.get(get_day_url(appointment)).content.decode()
    fresh = desk.get(get_day_url(appointment).replace("/day/?", "/day-texts/?")).content.decode()
    for place in ("changes", f"texts-{appointment.pk}"):
        assert page.count(f'id="{place}"') == fresh.count(f'id="{place}"') == 1


def test_names_are_shown_as_they_are_written(desk, appointment, jane):
    jane.full_name = "<script>alert(1)</script>"
    jane.save()
    html = desk.get(get_day_url(appointment)).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
