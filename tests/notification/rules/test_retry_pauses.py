"""A busy provider is left alone for longer and longer; near appointments come first, no two at
once."""

from datetime import timedelta
from itertools import pairwise

import pytest

from appointment.actions.book import book_appointment
from customer.models import Customer
from notification.delivery import sweeper
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.rules import retry_pauses
from notification.states import Status
from testkit.provider import Fault
from tests.core.db.test_storage_errors import make_database_read_only

FAR = timedelta(days=1)


def seconds(attempts, *, left=FAR, row=0, retry_after=None):
    pause = retry_pauses.compute_retry_pause(attempts, left=left, row=row, retry_after=retry_after)
    return pause.total_seconds()


def test_pauses_double_up_to_ten_minutes():
    assert [seconds(n) for n in range(1, 10)] == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert seconds(1000) == 600


def test_a_near_appointment_is_tried_more_often_than_a_far_one():
    near = timedelta(minutes=5)
    assert [seconds(n, left=near) for n in range(1, 6)] == [5, 10, 20, 30, 30]
    assert seconds(9, left=timedelta(seconds=10)) == seconds(9, left=-FAR) == 5


def test_what_the_provider_asks_for_is_kept_to_within_ten_minutes():
    assert seconds(1, retry_after=120, left=timedelta(minutes=1)) == 120
    assert seconds(1, retry_after=3) == 5
    assert seconds(1, retry_after=86_400) == 600


def test_rows_that_failed_together_come_back_spread_over_half_as_long_again():
    pauses = sorted(seconds(8, row=row) for row in range(1000, 1100))
    assert pauses[0] >= 600
    assert pauses[-1] < 900
    gaps = [later - earlier for earlier, later in pairwise(pauses)]
    assert min(gaps) > 0
    assert max(gaps) < 10  # of 300 s for a hundred rows


@pytest.mark.django_db(transaction=True)
class TestADatabaseThatTakesNoChanges:
    def test_leaves_a_row_as_it_was_and_nothing_is_sent(self, reminder, at_due, provider):
        with make_database_read_only():
            deliver_notification(reminder.pk)  # a worker that raised would keep a dead letter
        reminder.refresh_from_db()
        assert (reminder.status, reminder.attempts) == (Status.PENDING, 0)
        assert provider.texts == []
        deliver_notification(reminder.pk)
        assert len(provider.texts) == 1

    def test_is_not_handed_what_is_overdue_again_and_again(self, reminder, broker, time_machine):
        broker.flush("default")
        time_machine.move_to(reminder.due_at + timedelta(minutes=2), tick=False)
        with make_database_read_only():
            for _ in range(3):
                with pytest.raises(Exception, match=r"read-?only"):
                    sweeper.enqueue_overdue(ends=float("inf"))
        assert broker.ready() == 0
        assert sweeper.enqueue_overdue(ends=float("inf")) == 2
        assert broker.ready() == 2


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_refused_keeps_no_other_waiting(
    reminder, barber, charlie, tomorrow, time_machine, provider
):
    mike = Customer.objects.create(salon=barber, full_name="Mike", phone_number="+12125550177")
    appointment = book_appointment(
        salon=barber, user=charlie, customer=mike, appointment_time=tomorrow
    )
    time_machine.move_to(reminder.due_at, tick=False)
    provider.fail_next(Fault.http(429, 21611, retry_after=60))  # this sender's queue is full
    for row in (reminder, appointment.notifications.get(kind="reminder")):
        deliver_notification(row.pk)
    assert [text.sender for text in provider.texts] == [barber.sender]
    reminder.refresh_from_db()
    assert (reminder.status, reminder.reason) == (Status.PENDING, "provider_busy")


@pytest.mark.django_db(transaction=True)
class TestASilentProvider:
    @pytest.fixture
    def unknown(self, reminder, at_due, provider, broker):
        provider.fail_next(Fault.after_acceptance(Fault.reset()))
        deliver_notification(reminder.pk)
        broker.flush("default")
        return AppointmentNotification.objects.filter(status=Status.UNKNOWN)

    def test_is_not_asked_so_much_that_texts_wait(self, unknown, broker, monkeypatch):
        assert unknown.count() == 1
        monkeypatch.setattr(sweeper, "BACKLOG", 0)
        assert sweeper.enqueue_reconciliation() == 0
        assert broker.ready() == 0
        monkeypatch.undo()
        assert sweeper.enqueue_reconciliation() == 1
        assert broker.ready() == 1
