"""The day everything is lost: what was backed up comes back, and nobody is texted twice."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment
from appointment.models import Appointment
from customer.models import Customer
from notification.delivery import sweeper
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon
from testkit.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book(aurora, bob, jane, tomorrow):
    """`book(hours)`: an appointment so many hours after three in the afternoon UTC tomorrow."""

    def at(hours, **more):
        moment = tomorrow + timedelta(hours=hours)
        values = {"salon": aurora, "user": bob, "customer": jane} | more
        return book_appointment(appointment_time=moment, **values)

    return at


def reminder(appointment):
    return AppointmentNotification.objects.get(
        appointment_number=appointment.pk, kind=Kind.REMINDER
    )


def list_sent_bodies(provider, word):
    """How often each appointment's hour was spoken of in texts with this word."""
    return sorted(text.body for text in provider.texts if word in text.body)


def restore(path):
    call_command("restore", path, "--yes", stdout=StringIO())


def until_sent(appointment):
    """Let sweeper and worker work until this appointment's reminder counts as sent."""

    def is_sent():
        sweeper.sweep()
        return reminder(appointment).status == Status.SENT

    wait_until(is_sent)


def is_consistent():
    """Whether `check_notifications` is content; a worker may just be tidying up after a text."""
    try:
        call_command("check_notifications", stdout=StringIO())
    except SystemExit:
        return False
    return True


def test_the_right_texts_go_out_once_after_everything_was_lost(
    book, jane, provider, broker, request, time_machine, tmp_path
):
    told_before, told_since, missed, ahead = (book(hours, notify=False) for hours in range(4))
    confirmed = book(4)
    time_machine.move_to(reminder(told_before).due_at)
    deliver_notification(reminder(told_before).pk)
    deliver_notification(confirmed.notifications.get(kind=Kind.CONFIRMATION).pk)
    call_command("backup", tmp_path / "salon.backup", stdout=StringIO())

    # The program runs on: one reminder goes out, an appointment is booked; the next is not sent any
    # more.
    time_machine.move_to(reminder(told_since).due_at)
    deliver_notification(reminder(told_since).pk)
    book(5)
    time_machine.move_to(reminder(missed).due_at + timedelta(minutes=10))
    assert len(provider.texts) == 3
    call_command("flush", interactive=False, verbosity=0)
    broker.client.flushall()

    restore(tmp_path / "salon.backup")
    assert reminder(told_since).status == reminder(missed).status == Status.UNKNOWN
    request.getfixturevalue("worker")
    until_sent(told_since)
    assert reminder(missed).status == Status.UNKNOWN
    time_machine.move_to(timezone.now() + timedelta(seconds=76))  # not seen so long: never sent
    until_sent(missed)
    broker.client.flushall()  # its own clock was not moved: let it be filled by the moved one
    sweeper.sweep()
    wait_until(is_consistent)
    for appointment in (ahead, confirmed):
        time_machine.move_to(reminder(appointment).due_at + timedelta(minutes=1))
        until_sent(appointment)
    assert list_sent_bodies(provider, "coming up") == [
        f"Hi Jane Roe, You have an appointment coming up at {hour}. Regards Aurora."
        for hour in ("10:00 AM", "11:00 AM", "12:00 PM", "1:00 PM", "2:00 PM")
    ]
    assert len(list_sent_bodies(provider, "confirmed")) == 1
    assert Appointment.objects.count() == 5


def test_messages_of_the_lost_redis_do_nothing_after_a_restore(
    book, provider, broker, request, time_machine, tmp_path
):
    appointment = book(0, notify=False)
    call_command("backup", tmp_path / "salon.backup", stdout=StringIO())
    lost = book(1)  # its messages stay in Redis, its rows do not
    assert broker.waiting() == 2
    assert broker.ready() == 1
    restore(tmp_path / "salon.backup")
    assert not Appointment.objects.filter(pk=lost.pk).exists()
    request.getfixturevalue("worker")
    wait_until(lambda: broker.ready() == 0)
    time_machine.move_to(reminder(appointment).due_at + timedelta(minutes=1))
    until_sent(appointment)
    assert [text.body for text in provider.texts] == [
        "Hi Jane Roe, You have an appointment coming up at 10:00 AM. Regards Aurora."
    ]


def test_a_reminder_that_was_taken_back_after_the_backup_waits_again(book, broker, tmp_path):
    appointment = book(0, notify=False)
    sweeper.sweep()
    call_command("backup", tmp_path / "salon.backup", stdout=StringIO())
    cancel_appointment(appointment.pk, notify=False)
    assert broker.waiting() == 0
    restore(tmp_path / "salon.backup")
    sweeper.sweep()
    assert broker.not_waiting([reminder(appointment).message_id]) == []
    assert is_consistent()


def test_a_text_that_was_worded_otherwise_is_looked_for_as_it_was_sent(
    book, provider, broker, request, time_machine, tmp_path
):
    """A reminder that goes out on an earlier day says the date; looked for as of its due time."""
    Salon.objects.update(reminder_time_minutes=20 * 60)
    appointment = book(24, notify=False, salon=Salon.objects.get())
    call_command("backup", tmp_path / "salon.backup", stdout=StringIO())
    time_machine.move_to(reminder(appointment).due_at)
    deliver_notification(reminder(appointment).pk)
    assert "coming up on" in provider.texts[0].body
    time_machine.move_to(appointment.appointment_time - timedelta(minutes=5))
    restore(tmp_path / "salon.backup")
    request.getfixturevalue("worker")
    until_sent(appointment)
    assert len(provider.texts) == 1


def test_a_text_nobody_could_have_sent_is_not_asked_about(book, jane, provider, tmp_path):
    appointment = book(0)
    Customer.objects.filter(pk=jane.pk).update(phone_number="")
    call_command("backup", tmp_path / "salon.backup", stdout=StringIO())
    restore(tmp_path / "salon.backup")
    assert appointment.notifications.get(kind=Kind.CONFIRMATION).status == Status.PENDING


def test_nothing_is_lost_when_only_redis_is(book, provider, broker, request, time_machine):
    appointments = [book(hours, notify=False) for hours in range(3)]
    sweeper.sweep()
    waiting = broker.waiting()
    broker.client.flushall()
    assert broker.waiting() == 0
    sweeper.sweep()
    assert broker.waiting() == waiting == 3
    wait_until(is_consistent)
    request.getfixturevalue("worker")
    for appointment in appointments:
        time_machine.move_to(reminder(appointment).due_at + timedelta(minutes=1))
        until_sent(appointment)
    assert len(list_sent_bodies(provider, "coming up")) == len(provider.texts) == 3
