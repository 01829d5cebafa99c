"""Promise 4: what may have been sent is looked for at the provider before it is sent again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from core.http.single_request import measure_clock_lead
from notification.delivery import receipts, sweeper
from notification.delivery.reconciliation import reconcile_notification
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Status
from testkit.provider import Fault
from testkit.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ACCEPTED_BUT = [
    Fault.after_acceptance(Fault.http(500)),
    Fault.after_acceptance(Fault.reset()),
    Fault.after_acceptance(Fault.hang_up()),
    Fault.after_acceptance(Fault.broken_body()),
]
LONG_ENOUGH = timedelta(seconds=76)


@pytest.fixture
def now(at_due, time_machine):
    """`now(seconds)` moves the clock to that long after the reminder was due."""

    def move(**delta):
        time_machine.move_to(at_due + timedelta(**delta), tick=False)

    return move


def settled(row):
    reconcile_notification(row.pk)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("fault", ACCEPTED_BUT, ids=lambda fault: fault.kind)
def test_what_the_provider_took_is_sent_with_its_id(reminder, now, provider, fault):
    provider.fail_next(fault)
    deliver_notification(reminder.pk)
    row = settled(reminder)
    assert (row.status, row.provider_id) == (Status.SENT, provider.texts[0].sid)
    assert (row.reason, row.error) == ("", "")
    assert row.sent_at is not None


def test_what_the_provider_never_took_is_sent_once_it_is_sure(reminder, now, provider):
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    now(seconds=74)
    assert settled(reminder).status == Status.UNKNOWN
    now(seconds=76)
    assert settled(reminder).status == Status.PENDING
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    assert (reminder.status, len(provider.texts)) == (Status.SENT, 1)


def test_a_text_the_provider_shows_late_is_not_sent_twice(reminder, now, provider, monkeypatch):
    show = provider.matching
    monkeypatch.setattr(provider, "matching", lambda *_: [])
    provider.fail_next(Fault.after_acceptance(Fault.http(500)))
    deliver_notification(reminder.pk)
    for seconds in (10, 30, 55):
        now(seconds=seconds)
        assert settled(reminder).status == Status.UNKNOWN
    monkeypatch.setattr(provider, "matching", show)
    assert settled(reminder).status == Status.SENT
    assert len(provider.texts) == 1


def test_a_provider_that_does_not_answer_leaves_it_unknown_however_long(
    reminder, now, provider, settings
):
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    now(minutes=30)
    assert settled(reminder).status == Status.UNKNOWN


def test_the_same_words_of_another_row_are_not_taken_for_this_one(
    reminder, now, provider, appointment
):
    """Two rows, one text at the provider: it belongs to the row that owns its id."""
    twin = AppointmentNotification.objects.get(pk=reminder.pk)
    twin.pk, twin.code, twin.offset_minutes = None, "twin", 1
    twin.save()
    deliver_notification(twin.pk)
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    assert settled(reminder).status == Status.UNKNOWN


def test_an_older_text_with_the_same_words_does_not_count(reminder, now, provider, at_due):
    now(minutes=-30)
    provider.accept({"To": "+12125550199", "From": "+12125550110", "Body": "x"})
    now(seconds=0)
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    row = AppointmentNotification.objects.get(pk=reminder.pk)
    old = provider.texts[0]
    provider.texts[0] = type(old)(**{**old.__dict__, "body": row.body})
    assert settled(reminder).status == Status.UNKNOWN


@pytest.mark.parametrize("ahead", [timedelta(seconds=40), timedelta(minutes=-20)])
def test_a_clock_of_ours_that_is_wrong_hides_no_text(
    reminder, provider, time_machine, monkeypatch, ahead
):
    """The provider stamps its texts and its answers by its own clock."""
    theirs = reminder.due_at - ahead
    time_machine.move_to(reminder.due_at, tick=False)
    monkeypatch.setattr(
        BaseHTTPRequestHandler,
        "date_time_string",
        lambda handler, _timestamp=None: format_datetime(theirs, usegmt=True),
    )
    provider.fail_next(Fault.after_acceptance(Fault.http(500)))
    deliver_notification(reminder.pk)
    provider.texts[0] = replace(provider.texts[0], created=theirs)
    assert settled(reminder).status == Status.SENT


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        ("Sat, 21 Nov 2026 12:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 11:59:59 GMT", 0),
        ("Sat, 21 Nov 2026 12:00:03 GMT", 0),
        ("Sat, 21 Nov 2026 11:59:20 GMT", 39),
        ("Sat, 21 Nov 2026 12:01:00 GMT", -57),
        ("Sat, 21 Nov 2026 12:00:00", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_clocks_differ_as_far_as_an_answer_of_three_seconds_proves(date, ahead):
    asked_at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    found = measure_clock_lead(date, asked_at, asked_at + timedelta(seconds=3))
    assert found == timedelta(seconds=ahead)


def test_a_receipt_settles_it_too_even_after_it_waits_again(reminder, now, provider):
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    now(seconds=80)
    assert settled(reminder).status == Status.PENDING
    receipts.record_receipt(
        reminder.code, provider_id="SM1", provider_status="delivered", error_code=""
    )
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    assert (reminder.status, reminder.provider_id) == (Status.DELIVERED, "SM1")
    assert provider.texts == []


def test_an_appointment_that_began_meanwhile_is_not_spoken_of(reminder, now, provider):
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    now(hours=1, seconds=1)
    settled(reminder)
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    assert (reminder.status, reminder.reason) == (Status.SKIPPED, "too_late")
    assert provider.texts == []


def test_settling_a_row_that_is_not_unknown_does_nothing(reminder, provider):
    assert settled(reminder).status == Status.PENDING
    assert provider.calls == []


def test_a_worker_killed_between_claim_and_record_is_settled_by_the_sweeper(
    reminder, confirmation, now, provider, worker, time_machine, at_due
):
    """End to end: the row is stuck in `sending`, and the provider had taken the text."""
    wait_until(lambda: not AppointmentNotification.objects.filter(kind="confirmation").live())
    AppointmentNotification.objects.filter(pk=reminder.pk).update(
        status=Status.SENDING,
        claimed_at=at_due,
        attempts=1,
        body="Hi",
        recipient="+12125550199",
        sender="+12125550110",
    )
    provider.accept({"To": "+12125550199", "From": "+12125550110", "Body": "Hi"})
    now(seconds=31)
    sweeper.sweep()
    wait_until(lambda: AppointmentNotification.objects.get(pk=reminder.pk).status == Status.SENT)


def test_one_question_waits_in_the_queue_however_often_it_is_swept(reminder, now, provider, broker):
    provider.fail_next(Fault.http(503))
    deliver_notification(reminder.pk)
    sweeper.sweep()
    broker.flush("default")
    for seconds in (0, 16, 32):
        now(seconds=seconds)
        sweeper.enqueue_reconciliation()
    assert broker.ready() == 1
