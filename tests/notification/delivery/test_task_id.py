"""An appointment names the message in Redis that its next reminder waits for, also after a
worker."""

import pytest

from appointment.models import Appointment
from notification.delivery.send import deliver_notification
from testkit.provider import Fault

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_due")]


def named():
    return Appointment.objects.get().task_id


def test_a_reminder_that_has_to_wait_again_is_named_by_its_new_id(reminder, provider):
    provider.fail_next(Fault.http(429, 20429))
    deliver_notification(reminder.pk)
    old = reminder.message_id
    reminder.refresh_from_db()
    assert named() == reminder.message_id != old


def test_what_was_written_past_the_hooks_is_put_right(reminder, provider):
    Appointment.objects.update(task_id="of-no-message")
    deliver_notification(reminder.pk)
    assert named() == ""


def test_an_id_that_was_planned_meanwhile_stays(reminder, provider, tomorrow):
    """A reminder sent again by hand does not take the planned one off the appointment."""
    planned = reminder.message_id
    reminder.pk, reminder.code, reminder.message_id = None, "by-hand", "by-hand"
    reminder.offset_minutes = 61
    reminder.save()
    deliver_notification(reminder.pk)
    assert named() == planned
