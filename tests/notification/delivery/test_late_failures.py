"""A text the provider took and the network lost: repeated where that may help, told where not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import (
    cancel_appointment,
    change_appointment_status,
    delete_appointment,
)
from appointment.models import Status as AppointmentStatus
from notification import actions as ledger
from notification.contacts.models import OptOut
from notification.delivery import receipts
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(reminder, at_due, provider):
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    return reminder


def lose(row, code):
    receipts.record_receipt(
        row.code, provider_id=row.provider_id, provider_status="undelivered", error_code=code
    )
    row.refresh_from_db()
    return row


def retries():
    return list(AppointmentNotification.objects.exclude(retry_of=None).order_by("pk"))


@pytest.mark.parametrize("code", ["30001", "30003", "30008"])
def test_a_phone_that_may_answer_later_is_tried_later_on_a_new_row(sent, at_due, code):
    assert (lose(sent, code).status, sent.reason) == (Status.FAILED, "undelivered")
    [again] = retries()
    assert (again.retry_of_id, again.status) == (sent.pk, Status.PENDING)
    assert again.due_at == at_due + timedelta(minutes=5)


@pytest.mark.parametrize("code", ["30005", "30006", "30004", "30007", ""])
def test_what_will_not_get_better_is_not_repeated(sent, code):
    lose(sent, code)
    assert retries() == []


def test_there_are_two_retries_at_most(sent, provider, time_machine):
    row = sent
    for expected in (1, 2, 2):
        lose(row, "30003")
        assert len(retries()) == expected
        row = retries()[-1]
        time_machine.move_to(row.due_at, tick=False)
        deliver_notification(row.pk)
        row.refresh_from_db()
    assert len(provider.texts) == 3


def test_the_same_receipt_twice_repeats_once(sent):
    lose(sent, "30003")
    lose(sent, "30003")
    assert len(retries()) == 1


def test_the_same_receipt_many_times_at_once_repeats_once(sent):
    def take(_):
        try:
            return receipts.record_receipt(
                sent.code,
                provider_id=sent.provider_id,
                provider_status="undelivered",
                error_code="30003",
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        took = list(pool.map(take, range(24)))
    assert took.count(True) == 1
    assert len(retries()) == 1


def test_an_appointment_too_near_is_not_texted_again(sent, time_machine):
    time_machine.move_to(sent.starts_at - timedelta(minutes=5), tick=False)
    lose(sent, "30003")
    assert retries() == []


def test_a_repeated_reminder_of_an_appointment_that_was_moved_meanwhile_stays_unsent(
    sent, provider, appointment, time_machine
):
    lose(sent, "30003")
    when = appointment.appointment_time + timedelta(hours=2)
    edit_appointment(
        appointment.pk, AppointmentChanges(values={"appointment_time": when}, notify=False)
    )
    [again] = retries()
    assert (again.status, again.reason) == (Status.CANCELLED, "superseded")


@pytest.fixture
def called_off(appointment, provider):
    """The text that called the appointment off, accepted."""
    cancel_appointment(appointment.pk)
    row = AppointmentNotification.objects.get(
        appointment_number=appointment.pk, kind="cancellation"
    )
    deliver_notification(row.pk)
    row.refresh_from_db()
    return row


def test_what_the_appointment_made_out_of_date_is_not_repeated(sent, appointment):
    cancel_appointment(appointment.pk)
    lose(sent, "30003")
    assert retries() == []


def test_a_cancellation_is_repeated_also_when_the_appointment_was_deleted(called_off, appointment):
    delete_appointment(appointment.pk)
    lose(called_off, "30003")
    assert len(retries()) == 1


def test_a_cancellation_lost_before_the_appointment_was_reopened_is_not_repeated(
    called_off, appointment
):
    change_appointment_status(appointment.pk, AppointmentStatus.BOOKED)
    lose(called_off, "30003")
    assert retries() == []


def test_a_cancellation_sent_again_by_hand_stays_unsent_where_the_appointment_takes_place(
    called_off, appointment, provider
):
    change_appointment_status(appointment.pk, AppointmentStatus.BOOKED)
    again = ledger.retry_failed_notification(lose(called_off, "30007"))
    deliver_notification(again.pk)
    again.refresh_from_db()
    assert (again.status, again.reason) == (Status.CANCELLED, "superseded")
    assert len(provider.texts) == 1


def test_of_an_appointment_called_off_twice_only_the_last_cancellation_is_repeated(
    called_off, appointment
):
    change_appointment_status(appointment.pk, AppointmentStatus.BOOKED)
    cancel_appointment(appointment.pk)
    lose(called_off, "30003")
    assert retries() == []


def test_a_stop_found_late_is_remembered(sent):
    lose(sent, "30004")
    assert OptOut.objects.filter(phone_number=sent.recipient, sender=sent.sender).exists()
