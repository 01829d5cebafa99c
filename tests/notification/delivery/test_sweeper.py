"""Promise 3: no text is lost. Redis down or emptied, workers killed: the rows find their way."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from appointment.actions.book import book_appointment
from notification.delivery import sweeper
from notification.delivery.models import QueueRefill
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Status
from testkit.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN_REDIS = "unix:///nowhere/redis.sock"


@pytest.fixture
def redis_down(broker, monkeypatch):
    """Redis refuses every connection until `redis_down.undo()`."""
    import redis

    monkeypatch.setattr(broker, "client", redis.Redis.from_url("unix:///nowhere/redis.sock"))
    for name in ("_enqueue_script", "_promote_script"):
        script = getattr(broker, name)
        monkeypatch.setattr(script, "registered_client", broker.client)
    return monkeypatch


def queued_ids(broker):
    """Row ids by the order in which their messages wait or are ready."""
    from dramatiq import Message

    raw = broker.client
    waiting = raw.zrange("dramatiq:default.DQ.eta", 0, -1)
    payloads = raw.hmget("dramatiq:default.DQ.msgs", waiting) if waiting else []
    ready = raw.lrange("dramatiq:default", 0, -1)
    payloads = (raw.hmget("dramatiq:default.msgs", ready) if ready else []) + payloads
    return [Message.decode(payload).args[0] for payload in payloads]


def test_booking_works_without_redis_and_the_texts_follow(
    aurora, bob, jane, tomorrow, broker, redis_down
):
    book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=tomorrow)
    sweeper.sweep()  # says so and leaves the rows
    redis_down.undo()
    assert (broker.ready(), broker.waiting()) == (0, 0)
    sweeper.sweep()
    assert (broker.ready(), broker.waiting()) == (1, 1)


def test_what_redis_forgot_comes_back_nearest_first(
    aurora, bob, jane, tomorrow, broker, monkeypatch
):
    monkeypatch.setattr(sweeper, "BATCH", 2)
    for hours in (5, 1, 3):
        book_appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            notify=False,
            appointment_time=tomorrow + timedelta(hours=hours),
        )
    sweeper.sweep()
    broker.client.flushall()
    assert broker.waiting() == 0
    sweeper.sweep()
    by_time = AppointmentNotification.objects.pending().order_by("due_at")
    assert queued_ids(broker) == [row.pk for row in by_time]
    assert broker.not_waiting([row.message_id for row in by_time]) == []


def test_a_refill_that_was_killed_goes_on_where_it_stopped(
    aurora, bob, jane, tomorrow, broker, monkeypatch
):
    for hours in range(4):
        book_appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            notify=False,
            appointment_time=tomorrow + timedelta(hours=hours),
        )
    sweeper.sweep()
    broker.client.flushall()
    monkeypatch.setattr(sweeper, "BATCH", 3)
    monkeypatch.setattr(sweeper, "LONGEST_TURN", 0)  # one batch a turn
    sweeper.sweep()
    assert broker.waiting() == 3
    assert not QueueRefill.objects.get().is_done
    sweeper.sweep()
    assert broker.waiting() == 4
    assert QueueRefill.objects.get().is_done


def test_a_full_redis_is_not_filled_again(appointment, broker):
    sweeper.sweep()
    epoch = QueueRefill.objects.get().epoch
    sweeper.sweep()
    assert QueueRefill.objects.get().epoch == epoch == broker.epoch()
    assert (broker.ready(), broker.waiting()) == (1, 1)


def test_a_wake_up_that_was_lost_is_made_again_after_a_minute(
    reminder, confirmation, broker, time_machine
):
    sweeper.sweep()
    broker.flush("default")  # without its epoch: not emptied, merely lost
    time_machine.move_to(reminder.due_at + timedelta(seconds=59), tick=False)
    AppointmentNotification.objects.filter(pk=confirmation.pk).update(status=Status.SENT)
    sweeper.sweep()
    assert broker.ready() == 0
    time_machine.move_to(reminder.due_at + timedelta(seconds=60), tick=False)
    sweeper.sweep()
    assert queued_ids(broker) == [reminder.pk]


def test_a_backlog_is_not_enqueued_again_each_time(reminder, broker, time_machine):
    sweeper.sweep()
    broker.flush("default")
    time_machine.move_to(reminder.due_at + timedelta(seconds=90), tick=False)
    sweeper.sweep()
    sweeper.sweep()
    assert broker.ready() == 2  # the confirmation and the reminder, once each


def test_overdue_rows_are_left_to_a_queue_that_is_full_of_them(
    reminder, broker, time_machine, monkeypatch
):
    sweeper.sweep()
    monkeypatch.setattr(sweeper, "BACKLOG", 1)
    time_machine.move_to(reminder.due_at + timedelta(seconds=90), tick=False)
    sweeper.sweep()
    assert broker.ready() == 1


def test_a_message_stuck_in_a_dead_workers_hands_does_not_hold_up_its_row(
    confirmation, broker, time_machine
):
    sweeper.sweep()
    broker.do_fetch("default", 1)  # a worker took it and was never heard of again
    assert broker.ready() == 0
    time_machine.move_to(confirmation.due_at + timedelta(seconds=61), tick=False)
    sweeper.sweep()
    assert queued_ids(broker)[0] == confirmation.pk


def test_sending_for_more_than_half_a_minute_becomes_unknown_and_is_not_sent_again(
    reminder, provider, time_machine
):
    AppointmentNotification.objects.filter(pk=reminder.pk).update(
        status=Status.SENDING, claimed_at=reminder.due_at
    )
    time_machine.move_to(reminder.due_at + timedelta(seconds=30), tick=False)
    assert sweeper.mark_unknown() == 0
    time_machine.move_to(reminder.due_at + timedelta(seconds=31), tick=False)
    sweeper.sweep()
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    assert (reminder.status, reminder.reason) == (Status.UNKNOWN, "lost_answer")
    assert provider.texts == []


def test_a_worker_that_lost_its_redis_messages_still_sends(
    reminder, confirmation, broker, provider, worker, time_machine
):
    """End to end: Redis is emptied, the sweep brings the due rows back, a real worker sends."""
    wait_until(lambda: len(provider.texts) == 1)
    broker.client.flushall()
    time_machine.move_to(reminder.due_at + timedelta(seconds=5))
    sweeper.sweep()
    wait_until(lambda: len(provider.texts) == 2)
    wait_until(lambda: not AppointmentNotification.objects.live().exists())


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_row_that_is_being_planned_is_left_alone_and_nobody_waits(
    reminder, confirmation, broker, time_machine
):
    """Two that lock several rows in different orders would wait for each other for ever."""
    sweeper.sweep()
    time_machine.move_to(reminder.due_at + timedelta(seconds=90), tick=False)

    def sweep():
        try:
            sweeper.enqueue_overdue(time.monotonic() + 60)
        finally:
            connection.close()

    with transaction.atomic():
        list(AppointmentNotification.objects.select_for_update().filter(pk=confirmation.pk))
        sweeping = threading.Thread(target=sweep, daemon=True)
        sweeping.start()
        wait_until(
            lambda: (
                AppointmentNotification.objects.get(pk=reminder.pk).woken_until
                > reminder.woken_until
            )
        )
    sweeping.join(10)
    assert not sweeping.is_alive()
