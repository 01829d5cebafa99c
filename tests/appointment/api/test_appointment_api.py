"""Appointments at the API: book, change, call off, remove."""

from datetime import timedelta
from uuid import uuid4

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, BookingRequestId
from customer.models import Customer
from notification.models import AppointmentNotification
from salon.models import Service

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def list_notification_states(appointment_id):
    """(kind, status, reason) of the appointment's rows, oldest first."""
    rows = AppointmentNotification.objects.of_appointment(appointment_id).order_by("pk")
    return list(rows.values_list("kind", "status", "reason"))


class TestBooking:
    def test_answers_the_appointment(self, staff, booking, cut, aurora, bob, jane):
        body = {**booking, "services": [cut.pk], "comment": "Window seat", "column_id": "2"}
        response = staff.post("/appointments/", body)
        assert response.status_code == 201
        appointment = response.json()
        stored = Appointment.objects.get()
        assert appointment == {
            "id": stored.pk,
            "salon": aurora.pk,
            "customer": jane.pk,
            "user": bob.pk,
            "services": [cut.pk],
            "appointment_time": appointment["appointment_time"],
            "end_time": appointment["end_time"],
            "comment": "Window seat",
            "column_id": "2",
            "allow_overlap": False,
            "status": "booked",
            "cancel_reason": "",
            "task_id": stored.task_id,
            "version": 1,
            "created": appointment["created"],
            "modified": appointment["modified"],
        }
        assert stored.task_id
        assert stored.end_time - stored.appointment_time == timedelta(minutes=45)

    def test_plans_its_texts(self, staff, booking):
        appointment = staff.post("/appointments/", booking).json()
        assert list_notification_states(appointment["id"]) == [
            ("confirmation", "pending", ""),
            ("reminder", "pending", ""),
        ]

    def test_keeps_the_end_it_is_given(self, staff, booking, cut, tomorrow):
        end = (tomorrow + 3 * HOUR).isoformat()
        body = {**booking, "services": [cut.pk], "end_time": end}
        appointment = staff.post("/appointments/", body).json()
        assert Appointment.objects.get(pk=appointment["id"]).end_time == tomorrow + 3 * HOUR

    def test_without_services_lasts_half_an_hour(self, staff, booking):
        appointment = staff.post("/appointments/", booking).json()
        stored = Appointment.objects.get(pk=appointment["id"])
        assert stored.end_time - stored.appointment_time == timedelta(minutes=30)

    def test_keeps_services_in_the_order_given(self, staff, booking, cut, aurora):
        wash = Service.objects.create(salon=aurora, name="A wash", minutes=15)
        body = {**booking, "services": [cut.pk, wash.pk]}
        appointment = staff.post("/appointments/", body).json()
        assert appointment["services"] == [cut.pk, wash.pk]
        assert staff.get(f"/appointments/{appointment['id']}/").json()["services"] == [
            cut.pk,
            wash.pk,
        ]

    def test_without_notify_says_nothing_but_reminds(self, staff, booking):
        appointment = staff.post("/appointments/", {**booking, "notify": False}).json()
        assert list_notification_states(appointment["id"]) == [
            ("confirmation", "skipped", "not_asked"),
            ("reminder", "pending", ""),
        ]

    def test_without_reminders_has_no_task(self, staff, booking, aurora):
        aurora.reminder_time_minutes = 0
        aurora.save()
        appointment = staff.post("/appointments/", booking).json()
        assert appointment["task_id"] == ""
        assert [kind for kind, *_ in list_notification_states(appointment["id"])] == [
            "confirmation"
        ]

    @pytest.mark.parametrize("missing", ["customer", "user", "appointment_time"])
    def test_says_what_is_missing(self, staff, booking, missing):
        del booking[missing]
        response = staff.post("/appointments/", booking)
        assert response.status_code == 400
        assert list(response.json()["errors"]) == [missing]

    @pytest.mark.parametrize("minutes", [0, -30, 24 * 60 + 1])
    def test_refuses_an_end_that_cant_be(self, staff, booking, tomorrow, minutes):
        end = tomorrow + timedelta(minutes=minutes)
        response = staff.post("/appointments/", {**booking, "end_time": end.isoformat()})
        assert response.status_code == 400
        assert list(response.json()["errors"]) == ["end_time"]

    def test_refuses_staff_who_take_no_bookings(self, staff, booking, bob):
        bob.bookable = False
        bob.save()
        response = staff.post("/appointments/", booking)
        assert list(response.json()["errors"]) == ["user"]

    def test_refuses_a_service_twice_and_one_no_longer_offered(self, staff, booking, cut):
        twice = staff.post("/appointments/", {**booking, "services": [cut.pk, cut.pk]})
        assert list(twice.json()["errors"]) == ["services"]
        cut.is_active = False
        cut.save()
        gone = staff.post("/appointments/", {**booking, "services": [cut.pk]})
        assert list(gone.json()["errors"]) == ["services"]

    def test_refuses_more_services_than_an_appointment_holds(self, staff, booking, cut):
        response = staff.post("/appointments/", {**booking, "services": [cut.pk] * 51})
        assert list(response.json()["errors"]) == ["services"]

    def test_of_a_taken_time_is_409_and_names_the_appointment(self, staff, booking, appointment):
        response = staff.post("/appointments/", booking)
        assert response.status_code == 409
        body = response.json()
        assert body["code"] == "overlap"
        assert f"appointment {appointment.pk}" in body["detail"]
        assert "Jane Roe" in body["detail"]
        assert body["errors"]["overlaps"] == [str(appointment.pk)]
        assert Appointment.objects.count() == 1

    def test_right_after_another_appointment_is_no_overlap(self, staff, booking, appointment):
        body = {**booking, "appointment_time": appointment.end_time.isoformat()}
        assert staff.post("/appointments/", body).status_code == 201

    def test_over_another_appointment_on_purpose_is_kept_as_such(self, staff, booking, appointment):
        response = staff.post("/appointments/", {**booking, "allow_overlap": True})
        assert response.status_code == 201
        assert response.json()["allow_overlap"] is True
        assert Appointment.objects.get(pk=response.json()["id"]).allow_overlap

    def test_of_a_request_that_was_sent_before_books_nothing_more(self, staff, booking, aurora):
        body = {**booking, "request_id": str(uuid4()), "allow_overlap": True}
        del body["customer"]
        body["new_customer"] = {"full_name": "Ada Byron"}
        first = staff.post("/appointments/", body)
        again = staff.post("/appointments/", {**body, "comment": "Is it booked?"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json()["id"] == first.json()["id"]
        assert Appointment.objects.get().comment == ""
        assert aurora.customers.filter(full_name="Ada Byron").count() == 1
        assert len(list_notification_states(first.json()["id"])) == 2
        other = staff.post("/appointments/", {**body, "request_id": str(uuid4())})
        assert other.json()["id"] != first.json()["id"]

    def test_another_salons_request_is_not_ours(
        self, staff, outsider, booking, foreign_appointment
    ):
        request_id = str(uuid4())
        BookingRequestId.objects.create(
            appointment=foreign_appointment, salon=foreign_appointment.salon, request_id=request_id
        )
        answer = staff.post("/appointments/", {**booking, "request_id": request_id})
        assert answer.status_code == 201
        assert answer.json()["id"] != foreign_appointment.pk


class TestBookingSomebodyNew:
    @pytest.fixture
    def entering(self, booking):
        del booking["customer"]
        return {**booking, "new_customer": {"full_name": "Ada", "phone_number": "212 555 0134"}}

    def test_keeps_them(self, staff, entering, aurora):
        booked = staff.post("/appointments/", entering)
        assert booked.status_code == 201
        kept = aurora.customers.get(pk=booked.json()["customer"])
        assert (kept.full_name, str(kept.phone_number)) == ("Ada", "+12125550134")

    def test_keeps_nobody_when_it_is_refused(self, staff, entering, appointment):
        assert staff.post("/appointments/", entering).status_code == 409
        assert not Customer.objects.filter(full_name="Ada").exists()

    def test_knows_who_has_this_name_and_number(self, staff, entering, jane):
        entering["new_customer"] = {"full_name": "jane roe", "phone_number": "(212) 555-0199"}
        assert staff.post("/appointments/", entering).json()["customer"] == jane.pk

    def test_knows_nobody_of_another_salon(self, staff, entering, mike):
        entering["new_customer"] = {"full_name": "Mike Foreign", "phone_number": "+12125550177"}
        assert staff.post("/appointments/", entering).json()["customer"] != mike.pk

    @pytest.mark.parametrize(
        ("entered", "wrong"),
        [
            ({}, "new_customer.full_name"),
            ({"full_name": ""}, "new_customer.full_name"),
            ({"full_name": "Ada", "phone_number": "12"}, "new_customer.phone_number"),
            (None, "new_customer"),
            ("Ada", "new_customer.non_field_errors"),
        ],
    )
    def test_says_what_is_wrong(self, staff, entering, entered, wrong):
        answer = staff.post("/appointments/", {**entering, "new_customer": entered})
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [wrong]

    def test_and_a_customer_are_two(self, staff, entering, jane, appointment):
        both = staff.post("/appointments/", {**entering, "customer": jane.pk})
        assert list(both.json()["errors"]) == ["new_customer"]
        change = staff.patch(
            f"/appointments/{appointment.pk}/", {"new_customer": {"full_name": "Ada"}}
        )
        assert list(change.json()["errors"]) == ["new_customer"]


class TestChanging:
    def test_a_new_start_alone_keeps_the_length(self, staff, appointment):
        start = appointment.appointment_time + HOUR
        response = staff.patch(f"/appointments/{appointment.pk}/", {"appointment_time": start})
        assert response.status_code == 200
        stored = Appointment.objects.get()
        assert stored.appointment_time == start
        assert stored.end_time - start == timedelta(minutes=45)
        assert response.json()["version"] == 2

    def test_a_move_gives_the_reminder_another_task(self, staff, appointment):
        start = appointment.appointment_time + HOUR
        moved = staff.patch(f"/appointments/{appointment.pk}/", {"appointment_time": start}).json()
        assert moved["task_id"] not in {"", appointment.task_id}

    def test_a_note_moves_nothing(self, staff, appointment):
        before = list_notification_states(appointment.pk)
        changed = staff.patch(f"/appointments/{appointment.pk}/", {"comment": "Tea"}).json()
        assert changed["comment"] == "Tea"
        assert changed["task_id"] == appointment.task_id
        assert list_notification_states(appointment.pk) == before

    def test_other_services_change_the_end(self, staff, appointment, aurora):
        colour = Service.objects.create(salon=aurora, name="Colour", minutes=90)
        changed = staff.patch(f"/appointments/{appointment.pk}/", {"services": [colour.pk]}).json()
        assert changed["services"] == [colour.pk]
        stored = Appointment.objects.get()
        assert stored.end_time - stored.appointment_time == timedelta(minutes=90)

    def test_without_notify_the_move_is_not_told(self, staff, appointment):
        body = {"appointment_time": appointment.appointment_time + HOUR, "notify": False}
        staff.patch(f"/appointments/{appointment.pk}/", body)
        assert list_notification_states(appointment.pk)[2:] == [
            ("confirmation", "skipped", "not_asked"),
            ("reminder", "pending", ""),
        ]

    def test_the_customer_stays(self, staff, appointment, aurora):
        other = Customer.objects.create(salon=aurora, full_name="Other")
        response = staff.patch(f"/appointments/{appointment.pk}/", {"customer": other.pk})
        assert response.status_code == 400
        assert list(response.json()["errors"]) == ["customer"]
        same = staff.patch(
            f"/appointments/{appointment.pk}/", {"customer": appointment.customer_id}
        )
        assert same.status_code == 200

    def test_of_what_somebody_changed_meanwhile_is_409(self, staff, owner, appointment):
        seen = staff.get(f"/appointments/{appointment.pk}/").json()["version"]
        owner.patch(f"/appointments/{appointment.pk}/", {"comment": "first"})
        late = staff.patch(
            f"/appointments/{appointment.pk}/", {"comment": "second", "version": seen}
        )
        assert (late.status_code, late.json()["code"]) == (409, "stale")
        assert Appointment.objects.get().comment == "first"
        again = {"comment": "second", "version": seen + 1}
        assert staff.patch(f"/appointments/{appointment.pk}/", again).status_code == 200

    def test_that_changes_nothing_makes_nobodys_copy_stale(self, staff, booking, cut):
        body = {**booking, "services": [cut.pk], "comment": "Window seat"}
        appointment = staff.post("/appointments/", body).json()
        path = f"/appointments/{appointment['id']}/"
        cut.minutes, cut.price = 60, 99  # what was agreed stays agreed
        cut.save()
        same = {name: appointment[name] for name in (*body, "end_time", "allow_overlap")}
        for body in ({}, same, {"services": [cut.pk]}, {"notify": False}):
            answer = staff.patch(path, body).json()
            assert answer["version"] == 1
            assert answer["end_time"] == appointment["end_time"]
        stored = Appointment.objects.get()
        assert stored.history.count() == 1
        assert stored.items.get().minutes == 45
        assert staff.patch(path, {"comment": "Mirror"}).json()["version"] == 2

    def test_onto_a_taken_time_is_409(self, staff, booking, appointment):
        later = {**booking, "appointment_time": appointment.end_time.isoformat()}
        other = staff.post("/appointments/", later).json()
        body = {"appointment_time": appointment.appointment_time + timedelta(minutes=10)}
        response = staff.patch(f"/appointments/{other['id']}/", body)
        assert (response.status_code, response.json()["code"]) == (409, "overlap")
        assert response.json()["errors"]["overlaps"] == [str(appointment.pk)]

    def test_to_staff_who_are_busy_then_is_409(self, staff, booking, appointment, alice):
        body = {**booking, "user": alice.pk}
        other = staff.post("/appointments/", body).json()
        response = staff.patch(f"/appointments/{appointment.pk}/", {"user": alice.pk})
        assert response.json()["errors"]["overlaps"] == [str(other["id"])]

    def test_what_only_the_program_sets_is_left_alone(self, staff, appointment, barber):
        body = {"status": "completed", "task_id": "x", "salon": barber.pk, "id": 1_000}
        changed = staff.patch(f"/appointments/{appointment.pk}/", body).json()
        assert changed["status"] == "booked"
        assert changed["task_id"] == appointment.task_id
        assert changed["salon"] == appointment.salon_id


class TestTheLifeOfAAppointment:
    def test_goes_on_step_by_step(self, staff, appointment):
        for action, status in [
            ("confirm", "confirmed"),
            ("reopen", "booked"),
            ("arrive", "arrived"),
            ("complete", "completed"),
            ("reopen", "booked"),
            ("no-show", "no_show"),
        ]:
            response = staff.post(f"/appointments/{appointment.pk}/{action}/")
            assert response.status_code == 200, action
            assert response.json()["status"] == status
            assert Appointment.objects.get().status == status

    def test_an_impossible_step_is_409(self, staff, appointment):
        staff.post(f"/appointments/{appointment.pk}/complete/")
        response = staff.post(f"/appointments/{appointment.pk}/arrive/")
        assert (response.status_code, response.json()["code"]) == (409, "bad_transition")

    @pytest.mark.parametrize("action", ["confirm", "cancel"])
    def test_a_step_from_a_stale_page_is_409(self, staff, appointment, action):
        response = staff.post(f"/appointments/{appointment.pk}/{action}/", {"version": 7})
        assert (response.status_code, response.json()["code"]) == (409, "stale")

    def test_calling_off_takes_the_reminder_back_and_tells_the_customer(self, staff, appointment):
        body = {"reason": "Bob is ill"}
        response = staff.post(f"/appointments/{appointment.pk}/cancel/", body)
        assert response.status_code == 200
        assert response.json()["status"] == "cancelled"
        assert response.json()["cancel_reason"] == "Bob is ill"
        assert response.json()["task_id"] == ""
        assert list_notification_states(appointment.pk) == [
            ("confirmation", "cancelled", "visit_cancelled"),
            ("reminder", "cancelled", "visit_cancelled"),
            ("cancellation", "pending", ""),
        ]

    def test_calling_off_twice_tells_once(self, staff, appointment):
        for _ in range(2):
            assert staff.post(f"/appointments/{appointment.pk}/cancel/").status_code == 200
        assert [kind for kind, *_ in list_notification_states(appointment.pk)].count(
            "cancellation"
        ) == 1

    def test_calling_off_without_notify_tells_nobody(self, staff, appointment):
        staff.post(f"/appointments/{appointment.pk}/cancel/", {"notify": False})
        assert list_notification_states(appointment.pk)[-1] == (
            "cancellation",
            "skipped",
            "not_asked",
        )

    def test_what_was_called_off_frees_its_time(self, staff, appointment, booking):
        staff.post(f"/appointments/{appointment.pk}/cancel/")
        assert staff.post("/appointments/", booking).status_code == 201
        reopened = staff.post(f"/appointments/{appointment.pk}/reopen/")
        assert (reopened.status_code, reopened.json()["code"]) == (409, "overlap")

    @pytest.mark.parametrize("reason", ["x" * 201, 1.5, ["x"], "a\x00b"])
    def test_a_reason_that_is_none_is_a_field_error(self, staff, appointment, reason):
        response = staff.post(f"/appointments/{appointment.pk}/cancel/", {"reason": reason})
        if reason == 1.5:  # a number is as good as its digits
            assert response.json()["cancel_reason"] == "1.5"
        else:
            assert list(response.json()["errors"]) == ["reason"]
            assert Appointment.objects.get().status == "booked"

    def test_removing_leaves_only_the_ledger(self, staff, appointment):
        response = staff.delete(f"/appointments/{appointment.pk}/")
        assert response.status_code == 204
        assert response.content == b""
        assert staff.get(f"/appointments/{appointment.pk}/").status_code == 404
        rows = staff.get(f"/notifications/?appointment={appointment.pk}").json()["results"]
        assert [(row["kind"], row["status"]) for row in rows][::-1] != []
        assert {row["appointment"] for row in rows} == {appointment.pk}
        assert list_notification_states(appointment.pk)[-1] == ("cancellation", "pending", "")


class TestFinding:
    @pytest.fixture
    def book(self, aurora, bob, alice, jane, tomorrow):
        """Bob: 0 h booked, 1 h confirmed, 2 h cancelled. Alice: 3 h booked, for Ann."""
        ann = Customer.objects.create(salon=aurora, full_name="Ann")
        appointments = [
            book_appointment(
                salon=aurora, user=user, customer=customer, appointment_time=tomorrow + n * HOUR
            )
            for n, (user, customer) in enumerate(
                [(bob, jane), (bob, jane), (bob, jane), (alice, ann)]
            )
        ]
        change_appointment_status(appointments[1].pk, "confirmed")
        cancel_appointment(appointments[2].pk)
        return [appointment.pk for appointment in appointments]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [0, 1, 2, 3]),
            ("status=booked", [0, 3]),
            ("status=booked&status=confirmed", [0, 1, 3]),
            ("status=booked,cancelled", [0, 2, 3]),
            ("status=", [0, 1, 2, 3]),
            ("ordering=-appointment_time", [3, 2, 1, 0]),
            ("ordering=-id", [3, 2, 1, 0]),
        ],
    )
    def test_by_status_and_in_order(self, staff, book, query, found):
        shown = staff.get(f"/appointments/?{query}").json()["results"]
        assert [appointment["id"] for appointment in shown] == [book[n] for n in found]

    def test_by_staff_and_by_customer(self, staff, book, alice, jane):
        of_alice = staff.get(f"/appointments/?user={alice.pk}").json()["results"]
        assert [appointment["id"] for appointment in of_alice] == [book[3]]
        of_jane = staff.get(f"/appointments/?customer={jane.pk}&status=booked").json()["results"]
        assert [appointment["id"] for appointment in of_jane] == [book[0]]

    def test_the_filters_of_the_list_hide_no_single_appointment(self, staff, book):
        assert staff.get(f"/appointments/{book[0]}/?status=cancelled").status_code == 200
