"""The customers' pages: found, shown, changed; never another salon's."""

from datetime import timedelta

import pytest

from appointment.actions.book import book_appointment
from customer.models import Customer
from tests.web.conftest import get_form_errors, read_page_text

pytestmark = pytest.mark.django_db


def test_everybody_is_listed_and_a_search_narrows_it(desk, aurora, jane):
    Customer.objects.create(salon=aurora, full_name="Ada Byron")
    assert "Jane Roe" in read_page_text(desk.get("/people/"))
    found = read_page_text(desk.get("/people/", {"q": "0199"}))
    assert "Jane Roe" in found
    assert "Ada Byron" not in found
    assert "No customer matches “zzz”" in read_page_text(desk.get("/people/", {"q": "zzz"}))


def test_an_empty_list_says_how_it_fills(desk, aurora):
    assert "No customers yet." in read_page_text(desk.get("/people/"))


def test_a_long_list_comes_in_pages(desk, aurora):
    for number in range(31):
        Customer.objects.create(salon=aurora, full_name=f"Customer {number:02}")
    assert "Customer 30" not in read_page_text(desk.get("/people/"))
    assert "Customer 30" in read_page_text(desk.get("/people/", {"page": 2}))


def test_a_customer_is_shown_with_appointments_texts_and_notes(desk, appointment, jane):
    jane.notes = "Allergic to ammonia"
    jane.save()
    shown = read_page_text(desk.get(f"/people/{jane.pk}/"))
    for part in ("Jane Roe", "+1 212-555-0199", "Allergic to ammonia", "Cut", "Reminder planned"):
        assert part in shown


def test_the_number_of_queries_does_not_grow_with_the_appointments(
    desk, appointment, jane, aurora, bob, django_assert_max_num_queries
):
    for day in range(1, 6):
        when = appointment.appointment_time + timedelta(days=day)
        book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=when)
    with django_assert_max_num_queries(11):
        desk.get(f"/people/{jane.pk}/")


def test_a_change_is_saved_with_the_number_as_people_write_it(desk, jane):
    typed = {"full_name": "Jane Poe", "phone_number": "(212) 555-0134", "email": "", "notes": "x"}
    answer = desk.post(f"/people/{jane.pk}/edit/", typed)
    assert answer["Location"] == f"/people/{jane.pk}/"
    jane.refresh_from_db()
    assert (jane.full_name, str(jane.phone_number), jane.notes) == ("Jane Poe", "+12125550134", "x")


def test_a_wrong_number_is_refused_beside_its_field_and_nothing_is_lost(desk, jane):
    page = desk.post(f"/people/{jane.pk}/edit/", {"full_name": "Jane Poe", "phone_number": "12"})
    assert page.status_code == 400
    assert get_form_errors(page) == {
        "phone_number": ["This is not a phone number such as +12125550123."]
    }
    assert 'value="Jane Poe"' in page.content.decode()
    jane.refresh_from_db()
    assert jane.full_name == "Jane Roe"


def test_somebody_new_is_entered_in_ones_own_salon(desk, aurora):
    desk.post("/people/new/", {"full_name": "Ada Byron", "phone_number": "212 555 0134"})
    assert Customer.objects.get(full_name="Ada Byron").salon == aurora


@pytest.mark.parametrize("tail", ["", "edit/"])
def test_another_salons_customer_is_not_there(at_desk, charlie, jane, tail):
    assert at_desk(charlie).get(f"/people/{jane.pk}/{tail}").status_code == 404
    assert "Jane" not in read_page_text(at_desk(charlie).get("/people/"))


@pytest.mark.parametrize("tail", ["", "edit/"])
def test_a_visitor_at_a_customer_is_led_to_the_sign_in(visitor, jane, tail):
    page = f"/people/{jane.pk}/{tail}"
    assert visitor.get(page)["Location"] == f"/sign-in/?next={page}"
