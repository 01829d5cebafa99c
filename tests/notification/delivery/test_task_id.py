"""`Appointment.task_id` is written by planning alone: it names the reminder planned last."""

from datetime import timedelta

import pytest

from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment
from appointment.models import Appointment
from notification import actions
from notification.delivery import manual_sending
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Status
from testkit.provider import Fault

pytestmark = pytest.mark.django_db(transaction=True)


def read_task_id():
    return Appointment.objects.get().task_id


def save_comment(appointment):
    edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "Window seat"}))


def test_it_stays_when_the_reminder_was_sent(reminder, at_due, provider, appointment):
    deliver_notification(reminder.pk)
    assert read_task_id() == reminder.message_id
    save_comment(appointment)
    assert read_task_id() == reminder.message_id


def test_it_stays_when_the_reminder_waits_for_a_retry(reminder, at_due, provider, appointment):
    provider.fail_next(Fault.http(429, 20429))
    deliver_notification(reminder.pk)
    planned_as = reminder.message_id
    reminder.refresh_from_db()
    assert reminder.message_id != planned_as
    save_comment(appointment)
    assert read_task_id() == planned_as


def test_it_stays_when_a_failed_reminder_is_sent_again(reminder, at_due, provider, appointment):
    provider.fail_next(Fault.http(400, 21617))
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    actions.retry_failed_notification(reminder)
    save_comment(appointment)
    assert read_task_id() == reminder.message_id


def test_delivering_a_reminder_writes_nothing_to_the_appointment(reminder, at_due, provider):
    Appointment.objects.update(task_id="of-another")
    deliver_notification(reminder.pk)
    assert read_task_id() == "of-another"


def test_a_reminder_sent_by_hand_is_not_named(reminder, at_due, provider, appointment):
    manual = AppointmentNotification.objects.get(pk=reminder.pk)
    manual.pk, manual.code, manual.message_id, manual.offset_minutes = None, "m", "manual", 0
    manual.save()
    save_comment(appointment)
    assert read_task_id() == reminder.message_id


def test_a_move_names_the_new_reminder(reminder, appointment, tomorrow):
    when = tomorrow + timedelta(hours=2)
    edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": when}))
    new = AppointmentNotification.objects.pending().get(kind="reminder")
    assert read_task_id() == new.message_id != reminder.message_id


def test_a_move_of_a_reminded_appointment_to_a_time_too_near_names_none(
    reminder, at_due, provider, appointment
):
    deliver_notification(reminder.pk)
    when = at_due + timedelta(minutes=30)
    edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": when}))
    assert read_task_id() == ""


def test_a_cancelled_appointment_names_none(reminder, at_due, provider, appointment):
    deliver_notification(reminder.pk)
    cancel_appointment(appointment.pk)
    assert read_task_id() == ""


def test_a_reminder_taken_back_by_hand_is_not_named(reminder, appointment):
    assert manual_sending.cancel_manually(reminder)
    assert reminder.status == Status.CANCELLED
    assert read_task_id() == ""
    save_comment(appointment)
    assert read_task_id() == ""


def test_a_reminder_taken_back_while_it_waits_for_a_retry_is_not_named(reminder, at_due, provider):
    provider.fail_next(Fault.http(429, 20429))
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    assert manual_sending.cancel_manually(reminder)
    assert read_task_id() == ""
