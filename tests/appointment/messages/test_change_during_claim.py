"""A worker claims a notification while its appointment is being changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment, delete_appointment
from appointment.messages import replan, replan_requests
from notification import registry
from notification.delivery.send import claim_notification
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from tests.appointment.messages.slow_kinds import SlowConfirmation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def appointment(aurora, bob, jane, tomorrow):
    return book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=tomorrow)


@pytest.fixture
def slow(settings):
    """Confirmations are worded slowly."""
    path = f"{SlowConfirmation.__module__}.{SlowConfirmation.__name__}"
    others = [kind for kind in settings.NOTIFICATION_KINDS if not kind.endswith(".Confirmation")]
    settings.NOTIFICATION_KINDS = [path, *others]
    registry.load_message_kinds.cache_clear()
    SlowConfirmation.go_on.clear()
    yield SlowConfirmation
    SlowConfirmation.go_on.set()
    registry.load_message_kinds.cache_clear()


def move_by_an_hour(appointment):
    values = {"appointment_time": appointment.appointment_time + timedelta(hours=1)}
    edit_appointment(appointment.pk, AppointmentChanges(values=values))


def cancel_it(appointment):
    cancel_appointment(appointment.pk)


def delete_it(appointment):
    delete_appointment(appointment.pk)


def follow_new_reminder_time(appointment):
    replan_requests.request_replan(appointment.salon)
    replan.replan_next_chunk(appointment.salon_id)


@pytest.mark.parametrize("change", [move_by_an_hour, cancel_it, delete_it])
def test_a_change_neither_waits_for_a_claim_nor_loses_to_it(appointment, slow, change):
    assert claim_during(change, appointment, slow) is None
    notification = AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION).earliest("pk")
    assert notification.status == Status.CANCELLED
    assert notification.attempts == 0


def test_a_text_that_a_new_reminder_time_leaves_right_goes_out(appointment, slow):
    assert claim_during(follow_new_reminder_time, appointment, slow).status == Status.SENDING


def claim_during(change, appointment, slow):
    """What a claim comes to that words its text while `change` begins and ends."""
    notification = AppointmentNotification.objects.get(kind=Kind.CONFIRMATION)
    with ThreadPoolExecutor(1) as threads:
        claimed = threads.submit(run_in_thread, claim_notification, notification.pk)
        assert slow.reached.acquire(timeout=10)
        change(appointment)
        slow.go_on.set()
        return claimed.result(20)


def test_of_two_claims_one_has_the_row(appointment, slow):
    notification = AppointmentNotification.objects.get(kind=Kind.CONFIRMATION)
    with ThreadPoolExecutor(2) as threads:
        claims = [
            threads.submit(run_in_thread, claim_notification, notification.pk) for _ in range(2)
        ]
        assert all(slow.reached.acquire(timeout=10) for _ in claims)
        slow.go_on.set()
        won = [each.result(20) for each in claims]
    notification.refresh_from_db()
    assert sorted(each is None for each in won) == [False, True]
    assert notification.attempts == 1


def run_in_thread(work, *args):
    """`work` in a thread, whose connection to the database is closed afterwards."""
    try:
        return work(*args)
    finally:
        connection.close()
