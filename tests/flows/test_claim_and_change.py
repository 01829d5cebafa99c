"""A worker takes a row in the very moment in which its visit is changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from appointment import replan, replan_requests, services
from notification import registry
from notification.delivery import claim
from notification.models import AppointmentNotification, Kind, Status
from tests.flows.slow_kinds import SlowConfirmation
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(aurora, bob, jane, tomorrow):
    return services.book(salon=aurora, user=bob, customer=jane, appointment_time=tomorrow)


@pytest.fixture
def slow(settings):
    """Confirmations are worded slowly."""
    path = f"{SlowConfirmation.__module__}.{SlowConfirmation.__name__}"
    settings.NOTIFICATION_KINDS = {**settings.NOTIFICATION_KINDS, "confirmation": path}
    registry.kind.cache_clear()
    SlowConfirmation.reached.clear()
    SlowConfirmation.go_on.clear()
    yield SlowConfirmation
    registry.kind.cache_clear()


def move(visit):
    values = {"appointment_time": visit.appointment_time + timedelta(hours=1)}
    services.edit(visit.pk, services.Changes(values=values))


def cancel(visit):
    services.cancel(visit.pk)


def delete(visit):
    services.delete(visit.pk)


def follow_new_reminder_time(visit):
    replan_requests.request(visit.salon)
    replan.follow_chunk(visit.salon_id)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("change", [move, cancel, delete, follow_new_reminder_time])
def test_a_change_waits_for_a_claim_and_neither_fails(visit, slow, change):
    row = AppointmentNotification.objects.get(kind=Kind.CONFIRMATION)
    with ThreadPoolExecutor(2) as threads:
        claimed = threads.submit(in_thread, claim, row.pk)
        assert slow.reached.wait(10)
        changed = threads.submit(in_thread, change, visit)
        wait_until(lambda: changed.done() or is_waiting_for_a_lock())
        slow.go_on.set()
        assert claimed.result(20).status == Status.SENDING
        changed.result(20)


def is_waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


def in_thread(work, *args):
    """`work` in a thread, whose connection to the database is closed afterwards."""
    try:
        return work(*args)
    finally:
        connection.close()
