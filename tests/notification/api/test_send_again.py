"""POST /notifications/{id}/send-again/"""

from datetime import timedelta

import pytest

from notification.models import AppointmentNotification
from notification.states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(appointment):
    """The confirmation of Jane's appointment, which failed."""
    row = AppointmentNotification.objects.get(
        appointment_number=appointment.pk, kind="confirmation"
    )
    row.status, row.reason = Status.FAILED, "bad_number"
    row.save()
    return row


def post_send_again(client, row):
    return client.post(f"/notifications/{row.pk}/send-again/")


def test_a_failed_text_is_planned_anew_as_a_message_of_its_own(staff, failed):
    answer = post_send_again(staff, failed)
    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["retry_of"]) == ("pending", failed.pk)
    failed.refresh_from_db()
    assert failed.status == Status.FAILED


def test_while_it_is_on_its_way_it_is_not_sent_once_more(staff, failed):
    post_send_again(staff, failed)
    answer = post_send_again(staff, failed)
    assert (answer.status_code, answer.json()["code"]) == (409, "on_its_way")
    assert AppointmentNotification.objects.filter(retry_of=failed).count() == 1


def test_a_text_that_did_not_fail_is_not_sent_twice(staff, failed):
    AppointmentNotification.objects.filter(pk=failed.pk).update(status=Status.DELIVERED)
    answer = post_send_again(staff, failed)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_failed")


@pytest.mark.parametrize("status", [Status.SENT, Status.DELIVERED])
@pytest.mark.parametrize("tries", [1, 2])
def test_what_was_sent_again_and_went_out_is_not_sent_once_more(staff, failed, status, tries):
    last = failed
    for _ in range(tries):
        AppointmentNotification.objects.filter(pk=last.pk).update(status=Status.FAILED)
        last = AppointmentNotification.objects.get(pk=post_send_again(staff, last).json()["id"])
    AppointmentNotification.objects.filter(pk=last.pk).update(status=status)
    answer = post_send_again(staff, failed)
    assert (answer.status_code, answer.json()["code"]) == (409, "sent_since")


def test_nothing_is_said_about_an_appointment_that_has_begun(staff, failed, time_machine):
    time_machine.move_to(failed.starts_at + timedelta(minutes=1))
    answer = post_send_again(staff, failed)
    assert (answer.status_code, answer.json()["code"]) == (409, "has_begun")


def test_an_outsider_finds_nothing_to_send(outsider, failed):
    assert post_send_again(outsider, failed).status_code == 404
    assert not AppointmentNotification.objects.filter(retry_of=failed).exists()
