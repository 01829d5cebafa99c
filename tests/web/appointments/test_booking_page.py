"""Booking on the page."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from appointment.models import Appointment
from customer.models import Customer
from notification.models import AppointmentNotification
from notification.states import Kind, Reason, Status
from salon.models import Service
from tests.web.conftest import format_local_start, get_form_errors, read_page_text
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

PAGE = "/visits/new/"


@pytest.fixture
def typed(bob, cut, aurora, tomorrow):
    """A whole form, for someone new."""
    start = tomorrow.astimezone(aurora.zone)
    return {
        "new_name": "Ada Byron",
        "new_phone": "(212) 555-0134",
        "user": bob.pk,
        "services": [cut.pk],
        "date": f"{start:%Y-%m-%d}",
        "time": f"{start:%H:%M}",
        "comment": "First appointment",
        "notify": "on",
    }


def test_an_appointment_of_someone_new_is_booked_with_customer_and_texts(desk, aurora, bob, typed):
    answer = desk.post(PAGE, typed)
    appointment = Appointment.objects.get()
    assert answer["Location"] == f"/day/?date={typed['date']}#appointment-{appointment.pk}"
    assert (appointment.customer.full_name, str(appointment.customer.phone_number)) == (
        "Ada Byron",
        "+12125550134",
    )
    assert (appointment.salon, appointment.user, appointment.comment) == (
        aurora,
        bob,
        "First appointment",
    )
    assert format_local_start(appointment) == f"{typed['date']} {typed['time']}"
    assert appointment.end_time - appointment.appointment_time == timedelta(minutes=45)
    kinds = AppointmentNotification.objects.values_list("kind", "status")
    assert sorted(kinds) == [("confirmation", "pending"), ("reminder", "pending")]


def test_a_form_that_is_sent_twice_books_once(desk, typed):
    typed["request_id"] = desk.get(PAGE).context["form"]["request_id"].value()
    typed["allow_overlap"] = "1"
    typed["new_phone"] = ""
    first, again = desk.post(PAGE, typed), desk.post(PAGE, typed)
    assert first["Location"] == again["Location"]
    assert (Appointment.objects.count(), Customer.objects.count()) == (1, 1)


def test_a_form_used_again_for_another_appointment_books_that_too(desk, typed):
    typed["request_id"] = str(desk.get(PAGE).context["form"]["request_id"].value())
    desk.post(PAGE, typed)
    desk.post(PAGE, {**typed, "time": "20:00"})
    assert Appointment.objects.count() == 2
    desk.post(PAGE, {**typed, "new_name": "Grace", "allow_overlap": "1"})
    assert Appointment.objects.count() == 3


def test_a_form_that_is_refused_keeps_its_request(desk, typed):
    typed |= {"request_id": str(uuid4()), "minutes": "0"}
    assert desk.post(PAGE, typed).context["form"]["request_id"].value() == typed["request_id"]


def test_after_booking_the_page_says_which_texts_go_out_and_when(desk, typed):
    shown = read_page_text(desk.post(PAGE, typed, follow=True))
    assert "Booked: Ada Byron," in shown
    assert "confirmation on its way; reminder planned for" in shown


def test_before_booking_the_page_says_which_texts_will_go_out(desk, aurora):
    assert "A reminder is sent 1 hour before the appointment" in read_page_text(desk.get(PAGE))
    aurora.reminder_time_minutes = 0
    aurora.save()
    assert "The salon sends no reminders." in read_page_text(desk.get(PAGE))


def test_a_known_customer_is_found_and_booked(desk, jane, typed):
    typed |= {"new_name": "", "new_phone": "", "q": "0199", "find": "1"}
    page = desk.post(PAGE, typed)
    assert "Jane Roe +1 212-555-0199" in read_page_text(page)
    assert not page.context["form"].errors
    del typed["find"]
    desk.post(PAGE, {**typed, "customer": jane.pk})
    assert Appointment.objects.get().customer == jane


def test_looking_for_a_customer_keeps_what_was_typed(desk, bob, cut, typed):
    page = desk.post(PAGE, {**typed, "q": "Jane", "find": "1", "minutes": "50"})
    html = page.content.decode()
    for name in ("new_name", "new_phone", "date", "time"):
        assert f'value="{typed[name]}"' in html
    assert 'value="50"' in html
    assert "First appointment" in html
    assert f'<option value="{bob.pk}" selected>' in html
    assert f'value="{cut.pk}" id="id_services_0" checked' in html


def test_the_enter_key_looks_for_a_customer_before_one_is_chosen(desk, jane, typed):
    search = {"q": "Jane", "enter": "", "date": typed["date"], "time": typed["time"]}
    page = desk.post(PAGE, search)
    assert page.status_code == 200
    assert "Jane Roe" in read_page_text(page)


def test_a_chosen_customer_stays_offered_when_the_search_has_moved_on(desk, jane, typed):
    page = desk.post(PAGE, {**typed, "q": "Somebody", "find": "1", "customer": jane.pk})
    assert f'name="customer" value="{jane.pk}" checked' in page.content.decode()


def test_customers_are_found_while_one_types(desk, jane):
    assert "Jane Roe" in read_page_text(desk.get("/visits/new/customers/?q=roe"))
    assert "No customer found" in read_page_text(desk.get("/visits/new/customers/?q=nobody"))
    assert read_page_text(desk.get("/visits/new/customers/?q=")) == ""


def test_the_same_name_with_the_same_number_is_the_same_customer(desk, jane, typed):
    desk.post(PAGE, {**typed, "new_name": "jane roe", "new_phone": "212 555 0199"})
    assert Appointment.objects.get().customer == jane


def test_a_family_shares_a_number(desk, jane, typed):
    desk.post(PAGE, {**typed, "new_name": "Jim Roe", "new_phone": "212 555 0199"})
    assert Appointment.objects.get().customer.full_name == "Jim Roe"
    assert Customer.objects.count() == 2


def test_an_international_number_is_kept_as_it_is(desk, typed):
    desk.post(PAGE, {**typed, "new_phone": "+44 20 7946 0018"})
    assert str(Customer.objects.get().phone_number) == "+442079460018"


def test_a_national_number_is_read_in_the_salons_country(desk, aurora, typed):
    aurora.country = "GB"
    aurora.save()
    desk.post(PAGE, {**typed, "new_phone": "020 7946 0018"})
    assert str(Customer.objects.get().phone_number) == "+442079460018"


def test_without_a_number_an_appointment_is_booked_all_the_same(desk, typed):
    assert desk.post(PAGE, {**typed, "new_phone": ""}).status_code == 302


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"new_name": "", "new_phone": ""}, "q", "Choose a customer"),
        ({"new_name": ""}, "new_name", "enter the name of a new one"),
        ({"new_phone": "12"}, "new_phone", "Enter a valid phone number"),
        ({"date": ""}, "date", "required"),
        ({"date": "31.12.2026"}, "date", "valid date"),
        ({"date": "2999-01-01"}, "date", "Choose a date between 2000 and 2100."),
        ({"date": "2020-01-01"}, "time", "appointments can be entered from yesterday on"),
        ({"time": "25:00"}, "time", "valid time"),
        ({"minutes": "0"}, "minutes", "greater than or equal to 1"),
        ({"minutes": "1441"}, "minutes", "less than or equal to 1440"),
        ({"user": ""}, "user", "required"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    desk, typed, change, field, says
):
    page = desk.post(PAGE, {**typed, **change})
    assert page.status_code == 400
    assert any(says in sentence for sentence in get_form_errors(page)[field])
    assert "First appointment" in page.content.decode()
    assert not Appointment.objects.exists()
    assert not Customer.objects.exists()


def test_a_customer_chosen_and_another_typed_is_a_mistake(desk, jane, typed):
    page = desk.post(PAGE, {**typed, "customer": jane.pk})
    assert "not both" in get_form_errors(page)["new_name"][0]


@pytest.mark.parametrize("field", ["customer", "user", "services"])
def test_another_salons_records_are_refused_like_ones_that_are_not_there(
    desk, barber, charlie, typed, field
):
    theirs = {
        "customer": Customer.objects.create(salon=barber, full_name="Theirs").pk,
        "user": charlie.pk,
        "services": Service.objects.create(salon=barber, name="Shave").pk,
    }[field]
    typed |= {"new_name": "", "new_phone": ""} if field == "customer" else {}
    foreign = get_form_errors(desk.post(PAGE, {**typed, field: theirs}))[field]
    missing = get_form_errors(desk.post(PAGE, {**typed, field: 987654}))[field]
    assert foreign == [sentence.replace("987654", str(theirs)) for sentence in missing]
    assert not Appointment.objects.exists()


def test_who_takes_no_bookings_is_not_offered(desk, aurora, typed):
    gone = ExtendedUser.objects.create_user(name="Gone", salon=aurora, is_active=False)
    assert "Gone" not in read_page_text(desk.get(PAGE))
    assert "user" in get_form_errors(desk.post(PAGE, {**typed, "user": gone.pk}))


def test_unticked_the_customer_gets_no_confirmation_but_the_reminder(desk, typed):
    del typed["notify"]
    desk.post(PAGE, typed)
    rows = {row.kind: row for row in AppointmentNotification.objects.all()}
    assert rows[Kind.CONFIRMATION].status == Status.SKIPPED
    assert rows[Kind.CONFIRMATION].reason == Reason.NOT_ASKED
    assert rows[Kind.REMINDER].status == Status.PENDING


def test_a_typed_length_counts_more_than_the_services(desk, typed):
    desk.post(PAGE, {**typed, "minutes": "70"})
    appointment = Appointment.objects.get()
    assert appointment.end_time - appointment.appointment_time == timedelta(minutes=70)


def test_several_services_are_added_up(desk, aurora, cut, typed):
    dry = Service.objects.create(salon=aurora, name="Dry", minutes=20)
    desk.post(PAGE, {**typed, "services": [cut.pk, dry.pk]})
    appointment = Appointment.objects.get()
    assert appointment.end_time - appointment.appointment_time == timedelta(minutes=65)
    assert appointment.items.count() == 2


def test_an_overlap_names_who_is_in_the_way_and_keeps_no_new_customer(desk, appointment, typed):
    page = desk.post(PAGE, typed)
    assert page.status_code == 409
    shown = read_page_text(page)
    assert "Bob is busy at that time. Jane Roe" in shown
    assert "Book anyway" in shown
    assert f'href="/visits/{appointment.pk}/"' in page.content.decode()
    assert get_form_errors(page)["time"] == ["This time is taken."]
    assert 'value="Ada Byron"' in page.content.decode()
    assert Appointment.objects.count() == 1
    assert not Customer.objects.filter(full_name="Ada Byron").exists()


def test_book_anyway_overbooks_on_purpose(desk, appointment, typed):
    assert desk.post(PAGE, {**typed, "allow_overlap": "1"}).status_code == 302
    assert Appointment.objects.get(customer__full_name="Ada Byron").allow_overlap


def test_a_free_time_next_to_an_appointment_is_no_overlap(desk, appointment, typed):
    after = appointment.end_time.astimezone(appointment.salon.zone)
    assert desk.post(PAGE, {**typed, "time": f"{after:%H:%M}"}).status_code == 302
    assert not Appointment.objects.latest("pk").allow_overlap


def test_a_time_the_clocks_skip_is_refused(desk, typed):
    page = desk.post(PAGE, {**typed, "date": "2027-03-14", "time": "02:30"})
    assert "does not exist on that day" in get_form_errors(page)["time"][0]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("time", ["01:59", "03:00"])
def test_times_around_the_skipped_hour_are_taken(desk, typed, time):
    desk.post(PAGE, {**typed, "date": "2027-03-14", "time": time})
    assert format_local_start(Appointment.objects.get()) == f"2027-03-14 {time}"


def test_of_a_time_that_comes_twice_the_first_is_taken_and_the_page_says_so(desk, typed):
    page = desk.post(PAGE, {**typed, "date": "2027-11-07", "time": "01:30"}, follow=True)
    assert "occurs twice. The appointment is at the first, 1:30 AM EDT" in read_page_text(page)
    appointment = Appointment.objects.get()
    assert appointment.appointment_time == datetime.fromisoformat("2027-11-07T01:30:00-04:00")


def test_a_usual_time_is_not_said_to_come_twice(desk, typed):
    assert "comes twice" not in read_page_text(desk.post(PAGE, typed, follow=True))


def test_the_form_begins_with_the_day_and_the_staff_of_the_list(desk, alice):
    html = desk.get(f"{PAGE}?date=2027-05-04&staff={alice.pk}").content.decode()
    assert 'name="date" value="2027-05-04"' in html
    assert 'name="time" value="09:00"' in html
    assert f'<option value="{alice.pk}" selected>' in html


def test_the_form_begins_with_the_next_quarter_of_an_hour(at_desk, bob, time_machine):
    time_machine.move_to(datetime.fromisoformat("2027-05-04T23:52:00-04:00"), tick=False)
    html = at_desk(bob).get(PAGE).content.decode()
    assert 'name="date" value="2027-05-05"' in html
    assert 'name="time" value="00:00"' in html
    assert f'<option value="{bob.pk}" selected>' in html


def test_sending_the_form_twice_books_once(desk, typed):
    answers = [desk.post(PAGE, typed).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert Appointment.objects.count() == Customer.objects.count() == 1
