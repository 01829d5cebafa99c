"""What an operator can do with the ledger: see what needs a person, send again, take back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from appointment.models import Appointment
from notification.models import AppointmentNotification
from notification.states import Status
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "admin:notification_appointmentnotification_changelist"


@pytest.fixture
def operator(client, db):
    user = ExtendedUser.objects.create_superuser("root@example.com", "a-long-password")
    client.force_login(user, backend="user.backends.EmailBackend")
    return client


def choose(operator, action, *rows):
    chosen = [row.pk for row in rows]
    values = {"action": action, "_selected_action": chosen}
    return operator.post(reverse(LIST), values, follow=True).content.decode()


def shown(operator, needs):
    answer = operator.get(reverse(LIST), {"needs": needs})
    return {row.pk for row in answer.context["cl"].result_list}


def test_send_again_plans_a_new_row_that_names_the_first(operator, confirmation, broker):
    AppointmentNotification.objects.filter(pk=confirmation.pk).update(status=Status.FAILED)
    assert "1 planned for now" in choose(operator, "send_again", confirmation)
    again = AppointmentNotification.objects.get(retry_of=confirmation)
    assert again.status == Status.PENDING
    assert broker.ready() == 2


def test_send_again_of_what_is_on_its_way_says_so(operator, confirmation):
    answer = choose(operator, "send_again", confirmation)
    assert "on its way already" in answer
    assert "0 planned for now" in answer


def test_take_back_stays_taken_back_when_the_appointment_is_saved(operator, reminder, broker):
    assert "1 taken back" in choose(operator, "take_back", reminder)
    reminder.refresh_from_db()
    assert (reminder.status, reminder.reason) == (Status.CANCELLED, "taken_back")
    assert broker.waiting() == 0
    appointment = Appointment.objects.get()
    assert appointment.task_id == ""
    appointment.save()
    assert not AppointmentNotification.objects.pending().filter(kind="reminder").exists()


def test_take_back_of_what_went_out_changes_nothing(operator, reminder):
    AppointmentNotification.objects.filter(pk=reminder.pk).update(status=Status.SENT)
    assert "1 were not waiting any more" in choose(operator, "take_back", reminder)
    reminder.refresh_from_db()
    assert reminder.status == Status.SENT


def test_what_needs_a_person_is_a_click_away(operator, reminder, confirmation, time_machine):
    assert shown(operator, "overdue") == set()
    time_machine.move_to(confirmation.due_at + timedelta(minutes=3), tick=False)
    assert shown(operator, "overdue") == {confirmation.pk}
    AppointmentNotification.objects.filter(pk=confirmation.pk).update(status=Status.FAILED)
    AppointmentNotification.objects.filter(pk=reminder.pk).update(status=Status.UNKNOWN)
    assert shown(operator, "failed") == {confirmation.pk}
    assert shown(operator, "unknown") == {reminder.pk}
    assert shown(operator, "any") == {confirmation.pk, reminder.pk}


def test_the_first_page_counts_what_needs_a_person(operator, reminder, confirmation):
    page = operator.get(reverse("admin:index"))
    table = " ".join(strip_tags(page.content.decode()).split())
    for count in ("overdue 0", "failed, and the appointment lies ahead 0", "of unknown fate 0"):
        assert count in table
    AppointmentNotification.objects.filter(pk=reminder.pk).update(status=Status.UNKNOWN)
    page = operator.get(reverse("admin:index"))
    assert "of unknown fate 1" in " ".join(strip_tags(page.content.decode()).split())
    assert f'href="{reverse(LIST)}?needs=any"' in page.content.decode()


def test_what_was_sent_again_needs_nobody(operator, confirmation):
    AppointmentNotification.objects.filter(pk=confirmation.pk).update(status=Status.FAILED)
    choose(operator, "send_again", confirmation)
    assert shown(operator, "failed") == shown(operator, "any") == set()
