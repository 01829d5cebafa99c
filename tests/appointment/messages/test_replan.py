"""Promise 8: a new reminder time reaches the appointments that are booked already."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from appointment.messages import planning, replan, replan_requests
from appointment.messages.models import ReminderReplan
from appointment.models import Appointment
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon
from testkit.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def set_lead_time(salon, minutes):
    salon.reminder_time_minutes = minutes
    salon.save()
    replan.replan_salon(salon.pk)


def list_pending():
    notifications = AppointmentNotification.objects.pending().filter(kind=Kind.REMINDER)
    return [
        (notification.offset_minutes, notification.message_id) for notification in notifications
    ]


def test_every_future_appointment_follows(book, aurora, broker, tomorrow, monkeypatch):
    monkeypatch.setattr(replan, "CHUNK", 2)
    appointments = [book(tomorrow + timedelta(hours=n)) for n in range(5)]
    set_lead_time(aurora, 120)
    assert [lead for lead, _ in list_pending()] == [120] * 5
    assert broker.waiting() == 5
    assert broker.not_waiting([appointment.task_id for appointment in appointments]) == [
        v.task_id for v in appointments
    ]
    stored = set(Appointment.objects.values_list("task_id", flat=True))
    assert stored == {message_id for _, message_id in list_pending()}
    assert not ReminderReplan.objects.exists()


def test_a_worker_does_it_after_the_owner_saved(book, aurora, tomorrow, worker, provider):
    book(tomorrow)
    aurora.reminder_time_minutes = 30
    aurora.save()
    wait_until(lambda: [lead for lead, _ in list_pending()] == [30])


def test_the_old_reminder_stays_where_only_the_new_moment_has_passed(
    book, aurora, tomorrow, time_machine
):
    time_machine.move_to(tomorrow - timedelta(minutes=90), tick=False)
    book(tomorrow)
    set_lead_time(aurora, 120)
    assert [lead for lead, _ in list_pending()] == [60]


def test_an_appointment_already_reminded_is_not_reminded_again(book, aurora, tomorrow):
    book(tomorrow)
    AppointmentNotification.objects.filter(kind=Kind.REMINDER).update(status=Status.SENT)
    set_lead_time(aurora, 30)
    assert list_pending() == []


def test_switching_reminders_off_takes_them_back_and_on_plans_them(book, aurora, tomorrow, broker):
    appointment = book(tomorrow)
    set_lead_time(aurora, 0)
    assert (list_pending(), broker.waiting()) == ([], 0)
    assert Appointment.objects.get(pk=appointment.pk).task_id == ""
    set_lead_time(aurora, 60)
    assert [lead for lead, _ in list_pending()] == [60]


def test_a_request_whose_call_was_lost_is_enqueued_by_the_scheduler(book, aurora, tomorrow, broker):
    book(tomorrow)
    aurora.reminder_time_minutes = 30
    aurora.save()
    broker.client.flushall()
    ReminderReplan.objects.update(worked_at=None)
    replan_requests.resume_stalled_replans()
    assert broker.ready() == 1


def test_a_run_that_was_killed_continues_where_it_stopped(book, aurora, tomorrow, monkeypatch):
    monkeypatch.setattr(replan, "CHUNK", 2)
    for hour in range(4):
        book(tomorrow + timedelta(hours=hour))
    aurora.reminder_time_minutes = 30
    aurora.save()
    assert replan.replan_next_chunk(aurora.pk)
    assert sorted(lead for lead, _ in list_pending()) == [30, 30, 60, 60]
    replan.replan_salon(aurora.pk)
    assert [lead for lead, _ in list_pending()] == [30] * 4


def test_other_settings_and_other_salons_move_nothing(book, aurora, barber, tomorrow):
    book(tomorrow)
    aurora.name = "Aurora Hair"
    aurora.save()
    set_lead_time(barber, 15)
    assert [lead for lead, _ in list_pending()] == [60]
    assert not ReminderReplan.objects.exists()


def test_a_reminder_going_out_at_this_moment_is_not_planned_again(
    book, aurora, tomorrow, provider, time_machine, monkeypatch
):
    """A worker claims the notification after planning has read it: one of the two must wait."""
    appointment = book(tomorrow)
    reminder = AppointmentNotification.objects.get(kind=Kind.REMINDER)
    plan = planning.plan_messages
    senders = []

    def deliver_there():
        try:
            deliver_notification(reminder.pk)
        finally:
            connection.close()

    def plan_while_a_worker_sends(*args, **kwargs):
        senders.append(threading.Thread(target=deliver_there))
        senders[-1].start()
        senders[-1].join(timeout=0.5)  # it ends at once only where nothing holds it back
        return plan(*args, **kwargs)

    time_machine.move_to(reminder.due_at, tick=False)
    monkeypatch.setattr(planning, "plan_messages", plan_while_a_worker_sends)
    Salon.objects.update(reminder_time_minutes=30)
    with transaction.atomic():
        planning.sync_notifications(Appointment.objects.get(pk=appointment.pk))
    for sender in senders:
        sender.join()
    states = AppointmentNotification.objects.filter(kind=Kind.REMINDER).order_by("pk")
    assert [notification.status for notification in states] == ["cancelled", "pending"]
    assert provider.texts == []
