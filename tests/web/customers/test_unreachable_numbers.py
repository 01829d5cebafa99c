"""Staff are told which numbers texts don't reach, wherever they meet the customer."""

from datetime import UTC, datetime, timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment
from customer.models import Customer
from notification.contacts.actions import mark_reached
from notification.contacts.models import OptOut, UnreachableNumber
from notification.states import UnreachableCause
from tests.web.conftest import get_html_from, read_page_text

pytestmark = pytest.mark.django_db

SINCE = datetime(2026, 5, 5, 2, tzinfo=UTC)  # still May 4 in New York
SENTENCE = "Texts don't reach +1 212-555-0199: not a mobile number, since May 4, 2026."


@pytest.fixture
def mark():
    """`mark(salon, number)`: texts of that salon don't reach the number."""

    def put(salon, number, cause=UnreachableCause.NOT_MOBILE):
        return UnreachableNumber.objects.create(
            salon=salon, phone_number=number, cause=cause, since=SINCE, tried_at=SINCE
        )

    return put


@pytest.fixture
def marked(aurora, jane, mark):
    return mark(aurora, jane.phone_number)


def get_day_path(appointment):
    return f"{appointment.appointment_time:%Y-%m-%d}"


class TestTheSentence:
    @pytest.mark.parametrize(
        "path", ["/people/{customer}/", "/visits/{appointment}/", "/calendar/visits/{appointment}/"]
    )
    def test_stands_on_pages_about_the_customer(self, desk, appointment, jane, marked, path):
        path = path.format(customer=jane.pk, appointment=appointment.pk)
        assert SENTENCE in read_page_text(desk.get(path))
        assert f"/people/{jane.pk}/edit/" in desk.get(path).content.decode()
        mark_reached(build_reached_notification(appointment))
        assert "Texts don't reach" not in read_page_text(desk.get(path))

    @pytest.mark.parametrize(
        "path", ["/people/", "/day/?date={day}", "/visits/new/customers/?q=jane"]
    )
    def test_is_short_where_there_are_many(self, desk, appointment, marked, path):
        path = path.format(day=get_day_path(appointment))
        assert "texts don't arrive" in read_page_text(desk.get(path))
        marked.delete()
        assert "texts don't arrive" not in read_page_text(desk.get(path))

    def test_of_a_stop_is_another(self, desk, appointment, jane, aurora):
        stop = OptOut.objects.create(sender=aurora.sender, phone_number=jane.phone_number)
        OptOut.objects.filter(pk=stop.pk).update(created=SINCE)
        shown = read_page_text(desk.get(f"/people/{jane.pk}/"))
        assert "No texts are sent: +1 212-555-0199 answered STOP on May 4, 2026." in shown
        assert "when the customer texts START to +1 212-555-0110" in shown
        assert "Texts don't reach" not in shown
        assert "answered STOP" in read_page_text(desk.get("/people/"))

    def test_is_gone_once_the_customer_has_another_number(self, desk, jane, marked):
        typed = {"full_name": "Jane Roe", "phone_number": "(212) 555-0134"}
        desk.post(f"/people/{jane.pk}/edit/", typed)
        assert "Texts don't reach" not in read_page_text(desk.get(f"/people/{jane.pk}/"))


class TestBooking:
    @pytest.fixture
    def plan(self, desk, tomorrow):
        """`plan(customer=…)`: what the dialog tells of the texts."""

        def ask(**asked):
            return desk.get(
                "/calendar/plan/", {"notify": "1", "start": tomorrow.isoformat(), **asked}
            ).json()

        return ask

    def test_warns_of_the_chosen_customers_number(self, plan, jane, marked):
        told = plan(customer=jane.pk)
        warning = "Texts don't reach this number: not a mobile number. Ask for another number."
        assert told["warning"] == warning
        assert len(told["texts"]) == 2  # it is tried all the same

    def test_warns_of_a_number_as_soon_as_it_is_typed(self, plan, aurora, marked):
        assert "not a mobile" in plan(name="Ada", phone="(212) 555-0199")["warning"]
        assert plan(name="Ada", phone="(212) 555-0134")["warning"] == ""
        assert plan(name="Ada", phone="")["warning"] == ""

    def test_announces_no_texts_to_who_answered_stop(self, plan, jane, aurora):
        OptOut.objects.create(sender=aurora.sender, phone_number=jane.phone_number)
        told = plan(customer=jane.pk)
        assert told["texts"] == []
        assert told["missing"] == "This number answered STOP, so no texts are sent."


class TestTheCount:
    @pytest.mark.parametrize("path", ["/", "/day/"])
    def test_stands_at_the_top_of_the_day_and_leads_to_the_list(
        self, desk, appointment, marked, path
    ):
        page = desk.get(path)
        assert "1 unreachable number" in read_page_text(page)
        assert 'href="/people/unreachable/"' in page.content.decode()

    def test_is_of_numbers_with_an_appointment_to_come(
        self, desk, aurora, appointment, mark, jane, marked
    ):
        mark(aurora, "+12125550123")
        Customer.objects.create(salon=aurora, full_name="Ann", phone_number="+12125550123")
        mark(aurora, "+12125550124", UnreachableCause.NO_ANSWER)  # nobody's any more
        assert "1 unreachable number" in read_page_text(desk.get("/"))
        cancel_appointment(appointment.pk)
        assert "number can't" not in read_page_text(desk.get("/"))

    def test_counts_a_family_once_and_numbers_each(
        self, desk, aurora, bob, appointment, mark, marked
    ):
        later = appointment.appointment_time + timedelta(hours=2)
        for number in ("+12125550199", "+12125550123"):
            one = Customer.objects.create(salon=aurora, full_name="X", phone_number=number)
            book_appointment(salon=aurora, user=bob, customer=one, appointment_time=later)
            later += timedelta(hours=1)
        mark(aurora, "+12125550123")
        assert "2 unreachable numbers" in read_page_text(desk.get("/"))

    def test_is_not_shown_to_another_salon_with_the_same_customer(
        self, at_desk, barber, charlie, appointment, marked
    ):
        twin = Customer.objects.create(salon=barber, full_name="J", phone_number="+12125550199")
        when = appointment.appointment_time
        book_appointment(salon=barber, user=charlie, customer=twin, appointment_time=when)
        theirs = at_desk(charlie)
        for path in (
            "/",
            "/people/",
            f"/people/{twin.pk}/",
            f"/day/?date={get_day_path(appointment)}",
        ):
            page = read_page_text(theirs.get(path))
            assert "1 number can't" not in page
            assert "don't" not in page.replace("Customers don't", "")
        assert "None." in read_page_text(theirs.get("/people/unreachable/"))


class TestTheList:
    def test_tells_who_why_since_when_and_what_comes_next(self, desk, appointment, marked):
        page = desk.get("/people/unreachable/")
        shown = read_page_text(page)
        assert "Jane Roe" in shown
        assert "+1 212-555-0199: not a mobile number, since May 4, 2026" in shown
        assert f'href="/visits/{appointment.pk}/"' in page.content.decode()
        assert "Change the number" in shown

    def test_begins_with_who_comes_next_and_ends_with_who_does_not(
        self, desk, aurora, bob, appointment, mark, marked
    ):
        for number, (name, hours) in enumerate([("Later", 5), ("Sooner", -2), ("Never", 0)]):
            phone = f"+1212555012{number}"
            one = Customer.objects.create(salon=aurora, full_name=name, phone_number=phone)
            mark(aurora, phone)
            if hours:
                when = appointment.appointment_time + timedelta(hours=hours)
                book_appointment(salon=aurora, user=bob, customer=one, appointment_time=when)
        shown = get_html_from(desk.get("/people/unreachable/"), "main")
        places = [shown.index(f"<b>{name}") for name in ("Sooner", "Jane Roe", "Later", "Never")]
        assert places == sorted(places)
        assert shown.count("No upcoming appointment") == 1

    def test_says_so_when_it_is_empty(self, desk, appointment):
        assert "None." in read_page_text(desk.get("/people/unreachable/"))

    def test_is_for_those_who_are_signed_in(self, visitor):
        assert visitor.get("/people/unreachable/").status_code == 302

    def test_costs_the_same_for_few_and_for_many(
        self, desk, aurora, appointment, mark, marked, django_assert_max_num_queries
    ):
        for number in range(20):
            phone = f"+121255502{number:02}"
            Customer.objects.create(salon=aurora, full_name=f"N{number}", phone_number=phone)
            mark(aurora, phone)
        with django_assert_max_num_queries(7):
            desk.get("/people/unreachable/")
        with django_assert_max_num_queries(7):
            desk.get("/people/")


def build_reached_notification(appointment):
    """A text of this appointment that arrived just now."""
    row = appointment.notifications.earliest("pk")
    row.recipient = str(appointment.customer.phone_number)
    return row
