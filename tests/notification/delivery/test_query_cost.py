"""What a text costs the database: it bounds how many a second can leave."""

import socket

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notification.delivery.send import deliver_notification
from notification.states import Status

pytestmark = pytest.mark.django_db(transaction=True)

CLAIM = ["SELECT", "SELECT", "UPDATE"]  # the row with all it says, the opt-out
RECORD = ["UPDATE"]


def statements_of(row):
    """The first word of each statement that delivering `row` takes."""
    with CaptureQueriesContext(connection) as captured:
        deliver_notification(row.pk)
    row.refresh_from_db()
    return [query["sql"].split()[0] for query in captured]


def test_a_reminder_is_claimed_and_recorded(reminder, at_due, provider):
    taken = statements_of(reminder)
    assert reminder.status == Status.SENT
    assert taken == [*CLAIM, *RECORD]


def test_a_confirmation_is_claimed_and_recorded(confirmation, provider):
    assert statements_of(confirmation) == [*CLAIM, *RECORD]
    assert confirmation.status == Status.SENT


def test_a_reminder_that_could_not_be_sent_costs_no_more(reminder, at_due, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can
        settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        statements = statements_of(reminder)
    assert reminder.status == Status.PENDING
    assert statements == [*CLAIM, "BEGIN", *RECORD, "COMMIT"]


def test_a_wake_up_that_comes_twice_asks_once_whether_there_is_anything_to_do(
    confirmation, provider
):
    deliver_notification(confirmation.pk)
    assert statements_of(confirmation) == ["SELECT"]
