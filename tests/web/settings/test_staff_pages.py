"""Staff in the settings: invited, changed, leaving and coming back."""

from datetime import timedelta

import pytest
from django.test import Client

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment
from appointment.models import Appointment
from notification.models import AppointmentNotification
from tests.web.conftest import AS_PERSON, format_local_start, get_form_errors, read_page_text
from user.actions import create_api_token
from user.invitations.mail import SMTP_BACKEND
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

COMMITS = pytest.mark.django_db(transaction=True)  # mails are sent once the change is committed
HOUR = timedelta(hours=1)


@pytest.fixture
def nina(aurora):
    """She was invited and has set no password yet."""
    return ExtendedUser.objects.create_user("nina@aurora.example", name="Nina", salon=aurora)


@pytest.fixture
def book(aurora, jane, cut, tomorrow):
    """`book(bob, 2)`: Jane's cut with Bob, two hours after `tomorrow`."""

    def go(user, hours=0):
        start = tomorrow + hours * HOUR
        return book_appointment(
            salon=aurora, user=user, customer=jane, services=[cut], appointment_time=start
        )

    return go


def build_staff_path(person, *tail):
    return "/".join(["/settings/staff", str(person.pk), *tail, ""])


def build_staff_data(person, **changes):
    """What the form of this person sends; a False is a box without its tick."""
    names = ("name", "email", "bookable", "can_login", "is_owner")
    values = {name: getattr(person, name) or "" for name in names} | changes
    return {name: value for name, value in values.items() if value is not False}


def reload_staff(person):
    return ExtendedUser.objects.get(pk=person.pk)


def list_appointments_of(person):
    return set(Appointment.objects.filter(user=person).values_list("pk", flat=True))


class TestTheList:
    def test_tells_of_each_how_far_they_are_with_signing_in(self, office, aurora, bob, nina):
        ExtendedUser.objects.create_user(name="Eve", salon=aurora, bookable=False)
        ExtendedUser.objects.create_user("fay@x.example", name="Fay", salon=aurora, can_login=False)
        ExtendedUser.objects.create_user("gus@x.example", name="Gus", salon=aurora, is_active=False)
        page = read_page_text(office.get("/settings/"))
        for line in (
            "Alice alice@aurora.example · owner · can sign in",
            "Bob bob@aurora.example · has a password, has not signed in yet",
            "Eve takes no bookings · no e-mail, cannot sign in",
            "Fay fay@x.example · sign-in switched off",
            "Nina nina@aurora.example · invited, no password yet",
            "Gus gus@x.example · has left",
        ):
            assert line in page
        assert page.index("Nina") < page.index("Gus")

    def test_takes_as_many_queries_for_many_as_for_few(
        self, office, aurora, django_assert_max_num_queries
    ):
        for number in range(20):
            ExtendedUser.objects.create_user(f"{number}@x.example", name="N", salon=aurora)
        with django_assert_max_num_queries(8):
            office.get("/settings/")


class TestInviting:
    def test_without_an_address_they_are_booked_but_never_sign_in(self, office, aurora):
        office.post("/settings/staff/new/", {"name": "Eve", "bookable": "on"})
        eve = ExtendedUser.objects.get(name="Eve")
        assert (eve.salon, eve.bookable, eve.can_login) == (aurora, True, False)

    def test_with_an_address_they_come_with_a_link_that_sets_the_password(self, office, aurora):
        body = {"name": "Dora", "email": "dora@aurora.example"}
        page = office.post("/settings/staff/new/", body, follow=True)
        assert "Send this link to Dora" in read_page_text(page)
        assert "/set-password/" in read_page_text(page)
        dora = ExtendedUser.objects.get(name="Dora")
        assert (dora.salon, dora.bookable, dora.can_login) == (aurora, False, True)

    @COMMITS
    def test_with_a_mail_server_says_that_a_mail_goes_out(self, office, settings, broker):
        settings.EMAIL_BACKEND = SMTP_BACKEND
        body = {"name": "Dora", "email": "dora@aurora.example", "bookable": "on"}
        page = office.post("/settings/staff/new/", body, follow=True)
        assert "An invitation is on its way to dora@aurora.example." in read_page_text(page)
        assert "/set-password/" in read_page_text(page)
        assert broker.ready() == 1

    def test_an_address_of_another_salon_is_refused_beside_the_field(self, office, charlie):
        body = {"name": "Dora", "email": charlie.email.upper()}
        page = office.post("/settings/staff/new/", body)
        assert get_form_errors(page) == {"email": ["An account with this e-mail exists already."]}
        assert "Barber" not in read_page_text(page)
        assert not ExtendedUser.objects.filter(name="Dora").exists()

    @COMMITS
    def test_goes_out_again_until_there_is_a_password(self, office, broker, nina, bob):
        assert "Send the invitation again" in read_page_text(office.get(build_staff_path(nina)))
        page = office.post(build_staff_path(nina, "invite"), follow=True)
        assert "Send this link to Nina" in read_page_text(page)
        assert broker.ready() == 1
        assert "Send the invitation again" not in read_page_text(office.get(build_staff_path(bob)))
        page = office.post(build_staff_path(bob, "invite"), follow=True)
        assert "This account has a password already." in read_page_text(page)
        assert broker.ready() == 1


class TestChanging:
    def test_name_and_address(self, office, bob):
        changed = build_staff_data(bob, name="Robert", email="Robert@aurora.example")
        assert "Saved: Robert." in read_page_text(
            office.post(build_staff_path(bob), changed, follow=True)
        )
        assert reload_staff(bob).email == "robert@aurora.example"
        assert reload_staff(bob).has_usable_password()

    @COMMITS
    def test_who_gets_an_address_and_may_sign_in_is_invited(self, office, broker, aurora):
        eve = ExtendedUser.objects.create_user(name="Eve", salon=aurora, can_login=False)
        page = office.post(
            build_staff_path(eve),
            build_staff_data(eve, email="eve@aurora.example", can_login="on"),
            follow=True,
        )
        assert "Send this link to Eve" in read_page_text(page)
        assert broker.ready() == 1

    @COMMITS
    def test_a_new_address_of_one_who_was_invited_gets_the_invitation(self, office, broker, nina):
        office.post(build_staff_path(nina), build_staff_data(nina, email="nina.new@aurora.example"))
        assert broker.ready() == 1

    @COMMITS
    def test_nothing_else_invites_again(self, office, broker, nina):
        office.post(build_staff_path(nina), build_staff_data(nina, name="Nina R.", bookable=False))
        assert reload_staff(nina).name == "Nina R."
        assert broker.ready() == 0

    def test_who_signs_in_needs_an_address(self, office, bob):
        page = office.post(build_staff_path(bob), build_staff_data(bob, email=""))
        assert get_form_errors(page) == {"email": ["Give an e-mail to sign in with."]}
        assert reload_staff(bob).email == bob.email

    @pytest.mark.parametrize("field", ["is_owner", "can_login"])
    def test_the_last_owner_stays_and_is_told_beside_the_field(self, office, alice, field):
        page = office.post(
            build_staff_path(alice), build_staff_data(alice, name="A", **{field: False})
        )
        assert page.status_code == 400
        assert get_form_errors(page) == {field: ["A salon needs an owner who can sign in."]}
        assert (getattr(reload_staff(alice), field), reload_staff(alice).name) == (True, "Alice")

    def test_an_owner_who_gives_the_salon_away_lands_in_the_calendar(self, office, alice, bob):
        office.post(build_staff_path(bob), build_staff_data(bob, is_owner="on"))
        page = office.post(
            build_staff_path(alice), build_staff_data(alice, is_owner=False), follow=True
        )
        assert (page.status_code, page.redirect_chain) == (200, [("/", 302)])


class TestLeaving:
    def test_shows_what_is_to_come_and_who_may_take_it_over(
        self, office, aurora, alice, bob, book, charlie
    ):
        appointments = [book(bob, hours) for hours in range(7)]
        ExtendedUser.objects.create_user(name="Desk", salon=aurora, bookable=False)
        ExtendedUser.objects.create_user(name="Gone", salon=aurora, is_active=False)
        response = office.get(build_staff_path(bob, "leave"))
        page = read_page_text(response)
        assert "7 upcoming appointments" in page
        assert page.count("Jane Roe") == 5
        assert "And 2 more." in page
        assert format_local_start(appointments[0], "%b") in page
        assert "Customers get no text about this" in page
        assert list(response.context["form"].fields["to"].queryset) == [alice]

    def test_hands_over_closes_the_account_and_says_so(self, office, alice, bob, book):
        appointments = {book(bob).pk, book(bob, 2).pk}
        rows = AppointmentNotification.objects.count()
        page = office.post(build_staff_path(bob, "leave"), {"to": alice.pk}, follow=True)
        assert "Bob can no longer sign in. Alice has taken over 2 appointments." in read_page_text(
            page
        )
        assert list_appointments_of(alice) == appointments
        assert not reload_staff(bob).is_active
        assert AppointmentNotification.objects.count() == rows

    def test_with_nothing_to_come_only_closes_the_account(self, office, bob, book):
        cancel_appointment(book(bob).pk)
        assert "No upcoming appointments" in read_page_text(
            office.get(build_staff_path(bob, "leave"))
        )
        page = office.post(build_staff_path(bob, "leave"), follow=True)
        assert "Bob can no longer sign in." in read_page_text(page)
        assert not reload_staff(bob).is_active

    def test_asks_for_a_colleague(self, office, bob, book):
        book(bob)
        page = office.post(build_staff_path(bob, "leave"))
        assert page.status_code == 400
        assert get_form_errors(page) == {
            "to": ["Choose a colleague to take over the appointments."]
        }
        assert reload_staff(bob).is_active

    def test_takes_no_account_of_another_salon_and_none_that_takes_no_bookings(
        self, office, alice, bob, book, charlie, nina
    ):
        appointment = book(bob)
        ExtendedUser.objects.filter(pk=nina.pk).update(bookable=False)
        for to in (charlie.pk, nina.pk, bob.pk, 999_999, "x"):
            page = office.post(build_staff_path(bob, "leave"), {"to": to})
            assert get_form_errors(page) == {"to": ["Choose a colleague who takes bookings."]}
        assert list_appointments_of(bob) == {appointment.pk}

    def test_does_nothing_where_appointments_meet_and_shows_which(self, office, alice, bob, book):
        meets, free, other = book(bob), book(bob, 2), book(alice)
        page = office.post(build_staff_path(bob, "leave"), {"to": alice.pk})
        assert page.status_code == 409
        assert (
            "Nothing was changed: Alice is busy at the time of some appointments."
            in read_page_text(page)
        )
        [(appointment, in_the_way, *times)] = page.context["overlaps"]
        assert (appointment, in_the_way) == (meets, other)
        assert all(time in read_page_text(page) for time in times)
        assert list_appointments_of(bob) == {meets.pk, free.pk}
        assert reload_staff(bob).is_active

    def test_overbooks_on_purpose_the_colleague_whose_clashes_were_shown(
        self, office, alice, bob, book, nina
    ):
        meets, _free = book(bob), book(bob, 2)
        book(alice)
        book(nina)
        body = {"to": nina.pk, "overbook": alice.pk}
        assert office.post(build_staff_path(bob, "leave"), body).status_code == 409
        office.post(build_staff_path(bob, "leave"), {"to": alice.pk, "overbook": alice.pk})
        assert Appointment.objects.get(pk=meets.pk).allow_overlap
        assert len(list_appointments_of(alice)) == 3
        assert not reload_staff(bob).is_active

    def test_with_nobody_to_take_over_each_appointment_can_be_cancelled(
        self, office, alice, bob, book
    ):
        ExtendedUser.objects.filter(pk=alice.pk).update(bookable=False)
        appointment = book(bob)
        page = office.get(build_staff_path(bob, "leave"))
        assert "Nobody else takes bookings." in read_page_text(page)
        assert f'href="/visits/{appointment.pk}/"' in page.content.decode()
        assert 'class="danger"' not in page.content.decode()

    def test_the_last_owner_stays(self, office, alice, bob, book):
        book(alice)
        assert "First make another staff member" in read_page_text(
            office.get(build_staff_path(alice, "leave"))
        )
        page = office.post(build_staff_path(alice, "leave"), {"to": bob.pk})
        assert page.status_code == 409
        assert reload_staff(alice).is_active
        assert len(list_appointments_of(alice)) == 1

    def test_an_owner_who_leaves_is_signed_out(self, office, alice, bob):
        ExtendedUser.objects.filter(pk=bob.pk).update(is_owner=True)
        assert "you will be signed out" in read_page_text(
            office.get(build_staff_path(alice, "leave"))
        )
        page = office.post(build_staff_path(alice, "leave"), follow=True)
        assert page.redirect_chain[-1][0].startswith("/sign-in/")

    def test_one_who_has_left_already_is_not_led_through_it_again(self, office, bob):
        office.post(build_staff_path(bob, "leave"))
        page = office.post(build_staff_path(bob, "leave"), follow=True)
        assert "Bob has left already." in read_page_text(page)


class TestComingBack:
    def test_they_sign_in_with_their_password_and_are_booked(self, office, bob, book):
        office.post(build_staff_path(bob, "leave"))
        assert "Reopen the account" in read_page_text(office.get(build_staff_path(bob)))
        page = office.post(build_staff_path(bob, "come-back"), follow=True)
        assert "Bob works here again." in read_page_text(page)
        body = {"username": bob.email, "password": "bob-password"}
        assert Client(**AS_PERSON).post("/sign-in/", body).status_code == 302
        assert book(bob).user == bob

    @COMMITS
    def test_who_never_set_a_password_is_invited_again(self, office, nina, broker):
        office.post(build_staff_path(nina, "leave"))
        page = office.post(build_staff_path(nina, "come-back"), follow=True)
        assert "Send this link to Nina" in read_page_text(page)
        assert broker.ready() == 1

    def test_sessions_and_tokens_from_before_stay_dead(self, office, at_desk, bob):
        desk, token = at_desk(bob), {"Authorization": f"Token {create_api_token(bob)}"}
        assert desk.get("/").context["request"].user == bob
        office.post(build_staff_path(bob, "leave"))
        office.post(build_staff_path(bob, "come-back"))
        assert desk.get("/settings/")["Location"].startswith("/sign-in/")
        assert Client().get("/auth/me/", headers=token).status_code == 401
        assert at_desk(reload_staff(bob)).get("/").status_code == 200


class TestWhoMay:
    TAILS = ((), ("invite",), ("leave",), ("come-back",))

    def test_staff_may_not(self, desk, alice, bob):
        for tail in self.TAILS:
            assert (
                desk.post(build_staff_path(alice, *tail), build_staff_data(alice)).status_code
                == 403
            )
        assert desk.get(build_staff_path(bob, "leave")).status_code == 403
        assert reload_staff(alice).is_active

    def test_another_salons_staff_are_not_there(self, at_desk, charlie, bob, nina):
        for tail in self.TAILS:
            answer = at_desk(charlie).post(build_staff_path(nina, *tail), build_staff_data(nina))
            assert answer.status_code == 404
            assert answer.content == at_desk(charlie).post(path_of_nobody(tail)).content
        assert reload_staff(nina).is_active

    def test_what_changes_something_takes_no_get(self, office, nina):
        for tail in ("invite", "come-back"):
            assert office.get(build_staff_path(nina, tail)).status_code == 405

    def test_a_visitor_is_led_to_the_sign_in(self, visitor, bob):
        answer = visitor.get(build_staff_path(bob, "leave"))
        assert answer["Location"].startswith("/sign-in/?next=")


def path_of_nobody(tail):
    return build_staff_path(ExtendedUser(pk=999_999), *tail)
