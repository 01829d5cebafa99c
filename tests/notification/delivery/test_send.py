"""Promise 2: the row decides, Redis only wakes. Promise 4: what may have been sent is never sent
again. Promises 5 and 6: nothing stale, nothing late."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.models import Appointment
from appointment.models import Status as AppointmentStatus
from notification.channels.outcomes import Unknown
from notification.contacts.actions import opt_out
from notification.contacts.models import OptOut
from notification.delivery.send import (
    claim_notification,
    deliver_notification,
    record_outcome,
    send_through_channel,
)
from notification.models import AppointmentNotification
from notification.states import Status
from testkit.provider import Fault

pytestmark = pytest.mark.django_db(transaction=True)


def deliver_apart(notification_id):
    """`deliver` in a thread of its own, with the connection it opened closed."""
    try:
        deliver_notification(notification_id)
    finally:
        connection.close()


def after_delivery(row):
    """The row as a wake-up left it."""
    deliver_notification(row.pk)
    row.refresh_from_db()
    return row


class TestAWakeUp:
    def test_in_time_sends_the_text_of_the_contract(self, reminder, at_due, provider, aurora):
        row = after_delivery(reminder)
        assert (row.status, row.sent_at, row.attempts) == (Status.SENT, at_due, 1)
        [text] = provider.texts
        hour = reminder.starts_at.astimezone(aurora.zone).strftime("%-I:%M %p")
        assert text.body == row.body
        assert text.body == (
            f"Hi Jane Roe, You have an appointment coming up at {hour}. Regards Aurora."
        )
        assert (text.to, text.sender, text.sid) == (
            "+12125550199",
            "+12125550110",
            row.provider_id,
        )

    def test_doubled_sends_once(self, reminder, at_due, provider):
        after_delivery(reminder)
        after_delivery(reminder)
        assert len(provider.texts) == 1

    def test_early_sends_nothing_and_waits_on(self, reminder, provider, broker):
        row = after_delivery(reminder)
        assert (row.status, row.attempts) == (Status.PENDING, 0)
        assert provider.texts == []
        assert broker.waiting() == 1

    def test_for_a_row_that_is_not_there_does_nothing(self, provider, transactional_db):
        deliver_notification(12345)
        assert provider.texts == []

    def test_from_many_workers_at_once_sends_once(self, reminder, at_due, provider):
        threads = [threading.Thread(target=deliver_apart, args=[reminder.pk]) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(provider.texts) == 1


class TestLookingAgain:
    """The claim sees what went around the hooks."""

    @pytest.fixture(autouse=True)
    def due(self, at_due, provider):
        self.provider = provider
        yield
        assert provider.texts == []

    def outcome(self, row):
        row = after_delivery(row)
        return row.status, row.reason

    def test_an_appointment_moved_behind_the_hooks_does_not_remind(self, reminder, tomorrow):
        Appointment.objects.update(
            appointment_time=tomorrow + timedelta(hours=2), end_time=tomorrow + timedelta(hours=3)
        )
        assert self.outcome(reminder) == ("cancelled", "superseded")

    def test_an_appointment_cancelled_behind_the_hooks_does_not_remind(self, reminder):
        Appointment.objects.update(status=AppointmentStatus.CANCELLED)
        assert self.outcome(reminder) == ("cancelled", "not_expected")

    def test_an_appointment_deleted_behind_the_hooks_does_not_remind(self, reminder):
        reminder.appointment = None
        reminder.save()
        assert self.outcome(reminder) == ("cancelled", "visit_deleted")

    def test_a_customer_without_a_number_gets_nothing(self, reminder, jane):
        jane.phone_number = ""
        jane.save()
        assert self.outcome(reminder) == ("skipped", "no_phone")

    def test_a_customer_who_opted_out_gets_nothing(self, reminder):
        opt_out("+12125550110", "+12125550199")
        assert self.outcome(reminder) == ("skipped", "opted_out")

    def test_an_appointment_that_began_during_an_outage_is_not_spoken_of(
        self, reminder, confirmation, time_machine
    ):
        time_machine.move_to(reminder.starts_at, tick=False)
        assert self.outcome(reminder) == ("skipped", "too_late")
        assert self.outcome(confirmation) == ("skipped", "too_late")


def test_a_late_reminder_still_goes_out_before_the_appointment(reminder, time_machine, provider):
    time_machine.move_to(reminder.starts_at - timedelta(seconds=1), tick=False)
    assert after_delivery(reminder).status == Status.SENT


def test_an_opt_out_of_one_salon_does_not_silence_another(reminder, at_due, provider, barber):
    opt_out(barber.sender, "+12125550199")
    assert after_delivery(reminder).status == Status.SENT


def test_a_moved_appointment_never_reminds_of_the_old_time(reminder, at_due, provider, appointment):
    when = appointment.appointment_time + timedelta(hours=3)
    edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": when}))
    assert after_delivery(reminder).status == Status.CANCELLED
    assert provider.texts == []


class TestAnOutcome:
    @pytest.fixture(autouse=True)
    def due(self, at_due):
        self.now = at_due

    @pytest.mark.parametrize(
        ("fault", "status", "reason"),
        [
            (Fault.http(400, 21610), Status.FAILED, "opted_out"),
            (Fault.http(400, 21211), Status.FAILED, "bad_number"),
            (Fault.http(400, 21617), Status.FAILED, "content"),
            (Fault.http(401, 20003), Status.FAILED, "configuration"),
            (Fault.http(429, 20429), Status.PENDING, "provider_busy"),
            (Fault.http(503), Status.UNKNOWN, "lost_answer"),
            (Fault.after_acceptance(Fault.http(500)), Status.UNKNOWN, "lost_answer"),
            (Fault.after_acceptance(Fault.reset()), Status.UNKNOWN, "lost_answer"),
            (Fault.broken_body(), Status.UNKNOWN, "lost_answer"),
        ],
    )
    def test_stands_on_the_row(self, reminder, provider, fault, status, reason):
        provider.fail_next(fault)
        row = after_delivery(reminder)
        assert (row.status, row.reason) == (status, reason)
        assert row.error

    def test_time_out_is_unknown(self, reminder, provider, settings):
        settings.PROVIDER_TIMEOUT = 0.5
        provider.fail_next(Fault.after_acceptance(Fault.timeout()))
        assert after_delivery(reminder).status == Status.UNKNOWN

    def test_unknown_is_never_sent_again(self, reminder, provider, time_machine):
        from notification.delivery import sweeper

        provider.fail_next(Fault.after_acceptance(Fault.reset()))
        after_delivery(reminder)
        time_machine.move_to(self.now + timedelta(minutes=30), tick=False)
        sweeper.sweep()
        assert after_delivery(reminder).status == Status.UNKNOWN
        assert len(provider.texts) == 1

    def test_an_opted_out_number_is_remembered(self, reminder, provider):
        provider.fail_next(Fault.http(400, 21610))
        after_delivery(reminder)
        assert OptOut.objects.filter(sender="+12125550110", phone_number="+12125550199").exists()

    def test_a_busy_provider_is_asked_again_after_growing_pauses(
        self, reminder, provider, time_machine, broker
    ):
        provider.down_with = Fault.http(429, 20429)
        pauses = []
        for _ in range(4):
            row = after_delivery(reminder)
            assert broker.not_waiting([row.message_id]) == []
            pauses.append((row.wake_at - row.claimed_at).total_seconds())
            time_machine.move_to(row.wake_at, tick=False)
        for pause, shortest in zip(pauses, [5, 10, 20, 40], strict=True):
            assert shortest <= pause < 1.5 * shortest
        provider.down_with = None
        row = after_delivery(reminder)
        assert (row.status, row.attempts, row.error) == (Status.SENT, 5, "")
        assert row.due_at == self.now

    def test_a_provider_that_names_its_pause_is_given_it(self, reminder, provider):
        provider.fail_next(Fault.http(429, 20429, retry_after=120))
        row = after_delivery(reminder)
        assert timedelta(seconds=120) <= row.wake_at - row.claimed_at < timedelta(seconds=180)

    def test_a_provider_that_refuses_connections_is_tried_again(self, reminder, settings):
        settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
        row = after_delivery(reminder)
        assert (row.status, row.reason) == (Status.PENDING, "provider_busy")

    def test_a_row_our_program_cannot_prepare_waits_longer_each_time_and_ends(
        self, reminder, provider, monkeypatch, time_machine
    ):
        monkeypatch.setattr("appointment.messages.wording.build_reminder_body", lambda *a: 1 / 0)
        for attempt in range(1, 5):
            row = after_delivery(reminder)
            assert (row.status, row.attempts) == (Status.PENDING, attempt)
            time_machine.move_to(row.wake_at, tick=False)
        row = after_delivery(reminder)
        assert (row.status, row.reason, row.error) == (
            Status.FAILED,
            "internal_error",
            "ZeroDivisionError",
        )
        assert provider.texts == []


class TestAFrozenWorker:
    def test_sends_nothing_once_it_was_held_up_after_its_claim(
        self, reminder, at_due, provider, time_machine
    ):
        row = claim_notification(reminder.pk)
        time_machine.move_to(at_due + timedelta(seconds=11), tick=False)
        record_outcome(row, send_through_channel(row))
        reminder.refresh_from_db()
        assert reminder.status == Status.PENDING
        assert provider.texts == []

    def test_does_not_speak_for_a_later_attempt(self, reminder, at_due, provider):
        first = claim_notification(reminder.pk)
        waiting = {"status": Status.PENDING, "wake_at": at_due}
        AppointmentNotification.objects.filter(pk=reminder.pk).update(**waiting)
        second = claim_notification(reminder.pk)
        record_outcome(first, Unknown("late"))
        reminder.refresh_from_db()
        assert (reminder.status, reminder.attempts) == (Status.SENDING, second.attempts)


class TestTheWayBack:
    """Where the provider is told to report."""

    @pytest.fixture(autouse=True)
    def due(self, at_due):
        pass

    def test_is_signed_on_the_row(self, reminder, provider, settings):
        settings.PUBLIC_URL = "https://book.example"
        settings.PUBLIC_URL_IS_LOCAL = False
        after_delivery(reminder)
        [text] = provider.texts
        assert text.status_callback == (
            f"https://book.example/webhooks/twilio/status/{reminder.code}/"
        )

    def test_is_left_out_when_twilio_could_not_reach_it(self, reminder, settings):
        from notification.delivery.send import build_callback_url

        settings.PUBLIC_URL_IS_LOCAL = True
        settings.TWILIO_API_BASE_URL = "https://api.twilio.com"
        assert build_callback_url(reminder) is None
