"""A member of staff leaves: their appointments go to a colleague, then the account is closed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.staff_handover import (
    find_handover_overlaps,
    find_upcoming_appointments,
    offboard_staff,
)
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from availability.models import BusySpan
from core.api.errors import Refusal
from notification.models import AppointmentNotification
from user.actions import change_staff_member, create_api_token
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def owner(as_user, alice):
    return as_user(alice)


@pytest.fixture
def book(aurora, jane, cut, tomorrow):
    """`book(bob, 2)`: Jane's cut with Bob, two hours after `tomorrow`."""

    def go(user, hours=0, **more):
        return book_appointment(
            salon=aurora,
            user=user,
            customer=jane,
            services=[cut],
            appointment_time=tomorrow + hours * HOUR,
            **more,
        )

    return go


def deactivate_staff(owner, user):
    return owner.patch(f"/staff/{user.pk}/", {"is_active": False})


def post_hand_over(owner, user, to, **more):
    return owner.post(f"/staff/{user.pk}/hand-over/", {"to": to.pk, **more})


def post_hand_over_as(owner, user, to):
    client = APIClient()
    client.force_authenticate(owner)
    return post_hand_over(client, user, to).status_code


def get_appointment_ids(user):
    return set(Appointment.objects.filter(user=user).values_list("pk", flat=True))


def list_notification_values():
    """All of the ledger that a customer could notice."""
    rows = AppointmentNotification.objects.order_by("pk")
    return list(rows.values("pk", "kind", "status", "due_at", "revision", "message_id"))


class TestDeactivating:
    def test_is_refused_while_customers_await_them(self, owner, bob, book):
        book(bob)
        book(bob, 2)
        answer = deactivate_staff(owner, bob)
        assert (answer.status_code, answer.json()["code"]) == (409, "has_visits")
        assert answer.json()["errors"]["visits"] == ["2"]
        assert "Bob has 2 appointments ahead" in answer.json()["detail"]
        bob.refresh_from_db()
        assert bob.is_active

    def test_is_free_where_nobody_is_awaited(self, owner, bob, alice, book):
        cancel_appointment(book(bob).pk)
        change_appointment_status(book(bob, 2).pk, Status.NO_SHOW)
        book(alice, 4)
        assert deactivate_staff(owner, bob).json()["is_active"] is False

    def test_is_free_once_the_last_appointment_has_begun(self, owner, bob, book, time_machine):
        appointment = book(bob)
        time_machine.move_to(appointment.appointment_time)
        assert deactivate_staff(owner, bob).status_code == 200

    def test_ends_sessions_and_tokens_at_once(self, owner, bob):
        token = {"Authorization": f"Token {create_api_token(bob)}"}
        desk = Client()
        desk.force_login(bob, backend="user.backends.EmailBackend")
        assert desk.get("/auth/me/").status_code == 200
        assert Client().get("/auth/me/", headers=token).status_code == 200
        deactivate_staff(owner, bob)
        assert desk.get("/auth/me/").status_code == 401
        assert Client().get("/auth/me/", headers=token).status_code == 401

    def test_of_one_who_is_gone_already_is_no_change(self, owner, bob):
        for _ in range(2):
            assert deactivate_staff(owner, bob).status_code == 200


class TestHandingOver:
    def test_moves_every_appointment_ahead_and_then_they_may_leave(self, owner, alice, bob, book):
        appointments = {book(bob).pk, book(bob, 2).pk}
        answer = post_hand_over(owner, bob, alice)
        assert (answer.status_code, answer.json()) == (200, {"moved": 2})
        assert get_appointment_ids(alice) == appointments
        assert set(BusySpan.objects.values_list("user", flat=True)) == {alice.pk}
        assert deactivate_staff(owner, bob).status_code == 200

    def test_leaves_what_is_over_or_off_where_it_was(
        self, owner, alice, bob, book, time_machine, tomorrow
    ):
        stays = {book(bob).pk, book(bob, 2).pk}
        cancel_appointment(max(stays))
        ahead = book(bob, 26).pk
        time_machine.move_to(tomorrow + HOUR)
        assert post_hand_over(owner, bob, alice).json() == {"moved": 1}
        assert (get_appointment_ids(bob), get_appointment_ids(alice)) == (stays, {ahead})

    def test_tells_customers_nothing_and_keeps_their_reminders(self, owner, alice, bob, book):
        book(bob)
        before = list_notification_values()
        assert {row["kind"] for row in before} == {"confirmation", "reminder"}
        post_hand_over(owner, bob, alice)
        assert list_notification_values() == before

    def test_moves_nothing_where_one_appointment_meets_another_and_names_them(
        self, owner, alice, bob, book
    ):
        meets, free, taken = book(bob), book(bob, 2), book(alice)
        answer = post_hand_over(owner, bob, alice)
        assert (answer.status_code, answer.json()["code"]) == (409, "overlap")
        errors = answer.json()["errors"]
        assert errors["overlaps"] == [str(taken.pk)]
        [sentence] = errors["to"]
        assert sentence.startswith(f"Appointment {meets.pk} on ")
        assert sentence.endswith(f"overlaps appointment {taken.pk}.")
        assert get_appointment_ids(bob) == {meets.pk, free.pk}

    def test_books_over_on_purpose_and_notes_it_where_appointments_meet(
        self, owner, alice, bob, book
    ):
        meets, free, _taken = book(bob), book(bob, 2), book(alice)
        assert post_hand_over(owner, bob, alice, allow_overlap=True).json() == {"moved": 2}
        marked = dict(Appointment.objects.filter(user=alice).values_list("pk", "allow_overlap"))
        assert (marked[meets.pk], marked[free.pk]) == (True, False)

    def test_asks_nothing_about_an_appointment_that_is_overbooked_anyway(
        self, owner, alice, bob, book
    ):
        book(bob, allow_overlap=True)
        book(alice)
        assert post_hand_over(owner, bob, alice).json() == {"moved": 1}

    @pytest.mark.parametrize("change", [{"is_active": False}, {"bookable": False}])
    def test_goes_to_nobody_who_takes_no_bookings(self, owner, alice, bob, book, change):
        appointment = book(alice)
        ExtendedUser.objects.filter(pk=bob.pk).update(**change)
        answer = post_hand_over(owner, alice, bob)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["to"])
        assert get_appointment_ids(alice) == {appointment.pk}

    def test_goes_to_another_than_oneself(self, owner, bob):
        assert list(post_hand_over(owner, bob, bob).json()["errors"]) == ["to"]

    def test_is_for_owners(self, as_user, alice, bob, book):
        appointment = book(alice)
        assert post_hand_over(as_user(bob), alice, bob).status_code == 403
        assert get_appointment_ids(alice) == {appointment.pk}


class TestLeaving:
    """Handing over and deactivating as one: what the page does."""

    def test_does_both(self, alice, bob, book):
        appointment = book(bob)
        assert offboard_staff(bob.pk, to=alice) == 1
        assert get_appointment_ids(alice) == {appointment.pk}
        bob.refresh_from_db()
        assert not bob.is_active

    def test_does_nothing_where_an_appointment_was_booked_meanwhile(self, bob, book):
        appointment = book(bob)
        with pytest.raises(Refusal, match="Bob has 1 appointment ahead") as refused:
            offboard_staff(bob.pk, to=None)
        assert refused.value.code == "has_visits"
        bob.refresh_from_db()
        assert (bob.is_active, get_appointment_ids(bob)) == (True, {appointment.pk})

    def test_hands_nothing_over_of_an_owner_who_has_to_stay(self, alice, bob, book):
        appointment = book(alice)
        with pytest.raises(Refusal) as refused:
            offboard_staff(alice.pk, to=bob)
        assert refused.value.code == "last_owner"
        assert get_appointment_ids(alice) == {appointment.pk}

    def test_takes_as_many_queries_to_find_many_clashes_as_few(
        self, alice, bob, book, django_assert_num_queries
    ):
        for hours in range(6):
            book(bob, hours)
            book(alice, hours)
        with django_assert_num_queries(2):
            assert len(find_handover_overlaps(find_upcoming_appointments(bob.pk), alice)) == 6


class TestAfterwards:
    def test_nobody_books_with_who_left_since_they_were_chosen(self, owner, bob, book):
        deactivate_staff(owner, bob)
        assert bob.is_active  # as the one who books saw them
        with pytest.raises(Refusal, match="takes no bookings"):
            book(bob)
        assert get_appointment_ids(bob) == set()

    def test_nobody_moves_an_appointment_to_who_has_left(self, owner, alice, bob, book):
        appointment = book(alice)
        deactivate_staff(owner, bob)
        with pytest.raises(Refusal, match="takes no bookings"):
            edit_appointment(appointment.pk, AppointmentChanges(values={"user": bob}))
        assert get_appointment_ids(bob) == set()

    def test_nobody_takes_an_appointment_of_who_has_left_up_again(self, owner, bob, book):
        appointment = cancel_appointment(book(bob).pk)
        deactivate_staff(owner, bob)
        answer = owner.post(f"/appointments/{appointment.pk}/reopen/")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["user"])

    def test_what_is_past_may_be_put_right(self, owner, bob, book, time_machine, tomorrow):
        appointment = change_appointment_status(book(bob).pk, Status.NO_SHOW)
        time_machine.move_to(tomorrow + 2 * HOUR)
        deactivate_staff(owner, bob)
        assert owner.post(f"/appointments/{appointment.pk}/reopen/").status_code == 200


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def race(self, *works):
        """Run all at once, each with a connection of its own; answers what each answered."""
        barrier = Barrier(len(works))

        def run(work):
            barrier.wait()
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works)) as threads:
            return list(threads.map(run, works))

    @pytest.mark.parametrize("_round", range(5))
    def test_nobody_is_booked_with_one_who_leaves(self, alice, bob, jane, tomorrow, _round):
        body = {"customer": jane.pk, "user": bob.pk}

        def as_alice():
            client = APIClient()
            client.force_authenticate(alice)
            return client

        def booking(hours):
            start = (tomorrow + hours * HOUR).isoformat()
            return lambda: as_alice().post("/appointments/", {**body, "appointment_time": start})

        left, *booked = self.race(
            lambda: deactivate_staff(as_alice(), bob), *[booking(hours) for hours in range(4)]
        )
        bob.refresh_from_db()
        codes = {answer.status_code for answer in booked}
        assert left.status_code in {200, 409}
        assert codes <= {201, 400}
        assert bob.is_active == (left.status_code == 409)
        assert bob.is_active or not get_appointment_ids(bob)

    def test_two_who_hand_over_to_each_other_do_not_lock_each_other_out(self, alice, bob, book):
        for hours in range(4):
            book(bob, 2 * hours)
            book(alice, 2 * hours + 1)

        pairs = [(alice, bob), (bob, alice)] * 6
        answers = self.race(*[lambda pair=pair: post_hand_over_as(alice, *pair) for pair in pairs])
        assert answers == [200] * len(pairs)
        assert sorted([len(get_appointment_ids(alice)), len(get_appointment_ids(bob))]) == [0, 8]

    @pytest.mark.parametrize("_round", range(5))
    def test_two_who_leave_to_each_other_do_not_lock_each_other_out(
        self, aurora, alice, bob, book, _round
    ):
        nina = ExtendedUser.objects.create_user(name="Nina", salon=aurora)
        for hours in range(4):
            book(bob, 2 * hours)
            book(nina, 2 * hours + 1)

        def go(user, to):
            try:
                return offboard_staff(user.pk, to=to)
            except Refusal as refused:
                return list(refused.errors)

        *left, handed_over = self.race(
            lambda: go(bob, nina),
            lambda: go(nina, bob),
            lambda: post_hand_over_as(alice, nina, bob),
        )
        assert [answer for answer in left if not isinstance(answer, int)] == [["to"]]
        assert handed_over in {200, 400}
        stayed = ExtendedUser.objects.get(is_active=True, name__in=["Bob", "Nina"])
        assert len(get_appointment_ids(stayed)) == 8

    @pytest.mark.parametrize("_round", range(3))
    def test_who_takes_over_may_be_changed_meanwhile(self, alice, bob, book, _round):
        for hours in range(4):
            book(bob, hours)
        renamings = [lambda: change_staff_member(alice.pk, {"name": "Alicia"})] * 4
        left, *_ = self.race(lambda: offboard_staff(bob.pk, to=alice), *renamings)
        assert left == 4
        alice.refresh_from_db()
        assert alice.name == "Alicia"
