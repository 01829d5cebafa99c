"""Fifty clients want one slot at the same moment: one gets it. Real HTTP, a connection each."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from itertools import pairwise
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from appointment.actions.book import book_appointment
from appointment.models import BLOCKING, Appointment
from availability.models import BusySpan
from customer.models import Customer
from notification.models import AppointmentNotification
from testkit.waiting import wait_until
from user.actions import create_api_token

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 50
PATIENCE = 60  # seconds a request may wait for the others
MINUTE = timedelta(minutes=1)


@pytest.fixture
def race(live_server, bob):
    """`race([(method, path, body), …])`: all at the same moment; answers [(status, body)]."""
    address = urlsplit(live_server.url)
    live_server.thread.httpd.socket.listen(CLIENTS)  # Django's test server queues only ten
    headers = {
        "Authorization": f"Token {create_api_token(bob)}",
        "Content-Type": "application/json",
    }

    def run(requests):
        barrier = Barrier(len(requests))

        def ask(request):
            method, path, body = request
            wire = HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
            wire.connect()
            barrier.wait()
            wire.request(method, path, json.dumps(body, default=str), headers)
            with wire.getresponse() as answer:
                text = answer.read()
            wire.close()
            return answer.status, json.loads(text) if text else {}

        with ThreadPoolExecutor(len(requests)) as threads:
            return list(threads.map(ask, requests))

    return run


@pytest.fixture
def slot(bob, jane, tomorrow):
    """A body that books `tomorrow`, later by some minutes."""

    def at(minutes=0, **more):
        start = tomorrow + minutes * MINUTE
        end = start + 60 * MINUTE
        people = {"customer": jane.pk, "user": bob.pk}
        return {**people, "appointment_time": start, "end_time": end, **more}

    return at


def count_statuses(answers):
    return Counter(status for status, _body in answers)


def assert_nothing_overlaps():
    """No two exclusive times of one member of staff share a second; each appointment has its
    own."""
    spans = list(BusySpan.objects.filter(exclusive=True).order_by("user_id", "start"))
    for earlier, later in pairwise(spans):
        assert earlier.user_id != later.user_id or earlier.end <= later.start
    taking = Appointment.objects.filter(status__in=BLOCKING)
    assert {span.appointment_id for span in BusySpan.objects.all()} == {v.pk for v in taking}


def test_one_of_fifty_gets_the_slot(race, slot):
    answers = race([("POST", "/appointments/", slot())] * CLIENTS)
    assert count_statuses(answers) == {201: 1, 409: CLIENTS - 1}
    appointment = Appointment.objects.get()
    refusals = [body for status, body in answers if status == 409]
    assert {body["code"] for body in refusals} == {"overlap"}
    assert {tuple(body["errors"]["overlaps"]) for body in refusals} == {(str(appointment.pk),)}
    assert AppointmentNotification.objects.count() == 2
    assert_nothing_overlaps()


def test_one_of_fifty_gets_slots_that_overlap_only_in_part(race, slot):
    answers = race([("POST", "/appointments/", slot(minutes)) for minutes in range(CLIENTS)])
    assert count_statuses(answers) == {201: 1, 409: CLIENTS - 1}
    assert_nothing_overlaps()


def test_a_move_and_a_booking_never_share_a_slot(race, slot, aurora, bob, jane, tomorrow):
    appointments = [
        book_appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            appointment_time=tomorrow + timedelta(days=1, hours=number),
        )
        for number in range(10)
    ]
    moves = [
        ("PATCH", f"/appointments/{appointment.pk}/", {"appointment_time": tomorrow})
        for appointment in appointments
    ]
    answers = race([*moves, *[("POST", "/appointments/", slot())] * 15])
    assert count_statuses(answers)[409] == 24
    assert sum(count_statuses(answers)[good] for good in (200, 201)) == 1
    assert Appointment.objects.filter(appointment_time=tomorrow).count() == 1
    assert_nothing_overlaps()


def test_a_slot_just_called_off_goes_to_one_at_most(race, slot, appointment):
    answers = race(
        [
            ("POST", f"/appointments/{appointment.pk}/cancel/", {}),
            *[("POST", "/appointments/", slot())] * 15,
        ]
    )
    assert answers[0][0] == 200
    assert set(count_statuses(answers[1:])) <= {201, 409}
    assert count_statuses(answers[1:])[201] <= 1
    assert_nothing_overlaps()


def test_an_appointment_called_off_while_it_is_moved_is_settled_either_way(
    race, aurora, bob, jane, tomorrow
):
    appointments = [
        book_appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            appointment_time=tomorrow + timedelta(hours=number),
        )
        for number in range(8)
    ]
    requests = []
    for appointment in appointments:
        path = f"/appointments/{appointment.pk}/"
        later = {"appointment_time": appointment.appointment_time + timedelta(days=1)}
        requests += [("PATCH", path, later), ("POST", f"{path}cancel/", {})]
    answers = race(requests)
    assert set(count_statuses(answers)) <= {200, 409}
    for appointment in Appointment.objects.all():
        live = AppointmentNotification.objects.of_appointment(appointment.pk).pending()
        assert appointment.status == "cancelled"
        assert [row.kind for row in live] == ["cancellation"]
        assert appointment.task_id == ""
    assert not BusySpan.objects.exists()


def test_an_appointment_removed_while_it_is_changed_is_never_a_failure(race, appointment):
    path = f"/appointments/{appointment.pk}/"
    later = {"appointment_time": appointment.appointment_time + timedelta(hours=3)}
    requests = [("DELETE", path, {}), ("PATCH", path, later), ("PATCH", path, {"comment": "x"})]
    requests += [("POST", f"{path}{step}/", {}) for step in ("confirm", "cancel", "no-show")]
    answers = race(requests * 3)
    assert set(count_statuses(answers)) <= {200, 204, 404, 409}
    assert count_statuses(answers)[204] == 1
    assert not Appointment.objects.exists()
    assert not BusySpan.objects.exists()


def test_a_customer_removed_while_being_booked_is_never_a_failure(race, slot, jane):
    requests = [("POST", "/appointments/", slot(100 * number)) for number in range(12)]
    answers = race([*requests, ("DELETE", f"/customers/{jane.pk}/", {})])
    assert set(count_statuses(answers[:-1])) <= {201, 400, 409}
    assert answers[-1][0] in {204, 409}
    assert Customer.objects.filter(pk=jane.pk).exists() == (answers[-1][0] == 409)
    assert_nothing_overlaps()


def test_edits_of_one_appointment_follow_one_another(race, appointment):
    path, seen = f"/appointments/{appointment.pk}/", {"version": appointment.version}
    answers = race([("PATCH", path, {**seen, "comment": str(n)}) for n in range(20)])
    assert count_statuses(answers) == {200: 1, 409: 19}
    assert {body["code"] for status, body in answers if status == 409} == {"stale"}


def test_all_who_overbook_on_purpose_get_the_slot(race, slot):
    answers = race([("POST", "/appointments/", slot(allow_overlap=True))] * 20)
    assert count_statuses(answers) == {201: 20}
    assert Appointment.objects.filter(allow_overlap=True).count() == 20


def test_staff_swapped_between_two_appointments_at_once_do_not_lock_each_other_out(
    race, aurora, bob, alice, jane, tomorrow
):
    pairs = []
    for number in range(5):
        start = tomorrow + timedelta(hours=number)
        for user, other in ((bob, alice), (alice, bob)):
            appointment = book_appointment(
                salon=aurora, user=user, customer=jane, appointment_time=start
            )
            pairs.append((appointment, other))
    answers = race(
        [
            ("PATCH", f"/appointments/{appointment.pk}/", {"user": other.pk, "allow_overlap": True})
            for appointment, other in pairs
        ]
    )
    assert count_statuses(answers) == {200: 10}


@pytest.mark.parametrize("way", ["book", "move"])
def test_a_writer_who_took_no_lock_is_stopped_by_the_database(
    race, slot, aurora, bob, jane, appointment, tomorrow, way
):
    """Somebody's script writes a span within an open transaction; the request can't see it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; there is nothing to go around")
    start = tomorrow + timedelta(hours=5)
    script = book_appointment(
        salon=aurora, user=bob, customer=jane, appointment_time=tomorrow + timedelta(days=2)
    )
    requests = {
        "book": ("POST", "/appointments/", slot(300)),
        "move": ("PATCH", f"/appointments/{appointment.pk}/", {"appointment_time": start}),
    }
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            BusySpan.objects.create(
                appointment=script, user=bob, start=start, end=start + timedelta(hours=1)
            )
            answer = thread.submit(race, [requests[way]])
            wait_until(waits_for_another_transaction)
        ((status, body),) = answer.result(timeout=PATIENCE)
    assert (status, body["code"]) == (409, "overlap")
    assert not Appointment.objects.filter(appointment_time=start).exists()


def waits_for_another_transaction():
    """Whether a connection of this database is held up by what another has not committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
