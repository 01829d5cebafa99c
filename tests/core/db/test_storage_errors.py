"""A database that can be read and takes no changes: said so, and nothing is half done."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from appointment.models import Appointment
from core.health import database_write_check

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def make_database_read_only():
    """Our connection may only read."""
    if connection.vendor == "sqlite":
        switch = "PRAGMA query_only = on"
    else:
        switch = "SET default_transaction_read_only = on"
    with connection.cursor() as cursor:
        cursor.execute(switch)
    yield
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # it may have got ours back


@pytest.fixture
def booking(bob, jane, tomorrow):
    return {"customer": jane.pk, "user": bob.pk, "appointment_time": tomorrow.isoformat()}


def test_booking_is_refused_with_a_code_and_works_again_later(as_user, alice, booking):
    desk = as_user(alice)
    with make_database_read_only():
        answer = desk.post("/appointments/", booking)
        assert (answer.status_code, answer.json()["code"]) == (503, "not_writable")
        assert desk.get("/appointments/").json()["count"] == 0
    assert desk.post("/appointments/", booking).status_code == 201
    assert Appointment.objects.count() == 1


def test_a_page_says_so_too(alice, booking, settings):
    settings.DEBUG = True  # where Django would show its own page of an error
    browser = Client(headers={"accept": "text/html"})
    browser.force_login(alice)
    with make_database_read_only():
        answer = browser.post("/people/new/", {"full_name": "Ann"})
    assert answer.status_code == 503
    assert "Nothing can be saved at the moment" in answer.text
    assert browser.post("/people/new/", {"full_name": "Ann"}).status_code == 302


def test_health_tells_why_at_the_scheduler_s_first_refused_write(client, broker):
    database_write_check.write_pulse()
    with make_database_read_only(), pytest.raises(Exception, match=r"read-?only"):
        database_write_check.write_pulse()
    storage = client.get("/health/").json()["parts"]["storage"]
    assert storage == {"ok": False, "age": None, "detail": "the database is read-only"}
    database_write_check.write_pulse()
    assert client.get("/health/").json()["parts"]["storage"]["ok"]


def test_health_tells_what_others_were_refused_while_the_scheduler_s_small_write_passes(
    as_user, alice, booking, client, broker
):
    with make_database_read_only():
        as_user(alice).post("/appointments/", booking)
    database_write_check.write_pulse()
    storage = client.get("/health/").json()["parts"]["storage"]
    assert storage["detail"] == "the database is read-only"
    assert (
        0
        < broker.client.ttl(database_write_check.build_refusal_key("noticed"))
        <= database_write_check.REFUSAL_KEPT_FOR
    )
    broker.client.delete(database_write_check.build_refusal_key("noticed"))
    assert client.get("/health/").json()["parts"]["storage"]["ok"]
