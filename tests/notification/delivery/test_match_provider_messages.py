"""Several rows that say the same words to the same phone, and one text at the provider."""

from datetime import UTC, datetime, timedelta

import pytest

from appointment.actions.edit import AppointmentChanges, edit_appointment
from notification.channels.outcomes import ProviderMessage
from notification.delivery import receipts
from notification.delivery.match_provider_messages import assign
from notification.delivery.reconciliation import reconcile_notification
from notification.delivery.send import claim_notification, deliver_notification
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from testkit.provider import Fault

MIDDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOST_ANSWER = Fault.after_acceptance(Fault.http(500))


def seen(name, seconds):
    return ProviderMessage(name, "sent", "", MIDDAY + timedelta(seconds=seconds))


def since(seconds):
    return MIDDAY + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("rows", "sightings", "shares"),
    [
        ([(1, since(0))], [], {}),
        ([(1, since(0))], [seen("a", 1)], {1: "a"}),
        ([(1, since(0)), (2, since(1))], [seen("a", 2)], {2: "a"}),
        ([(1, since(0)), (2, since(5))], [seen("a", 2)], {1: "a"}),
        ([(1, since(0)), (2, since(1))], [seen("b", 3), seen("a", 2)], {1: "a", 2: "b"}),
        ([(1, since(0))], [seen("a", 1), seen("b", 2)], {1: "b"}),
        ([(1, since(5))], [seen("a", 1)], {}),
    ],
)
def test_the_newest_row_is_served_first(rows, sightings, shares):
    given = assign(rows, sightings)
    assert {pk: sighting.provider_id for pk, sighting in given.items()} == shares


@pytest.fixture
def moved(confirmation, appointment):
    """An appointment moved by some seconds: the rows of both times say the same words.

    Answers what makes the second row once the first was tried.
    """

    def move():
        start = appointment.appointment_time + timedelta(seconds=20)
        edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": start}))
        return AppointmentNotification.objects.get(kind=Kind.CONFIRMATION, revision=2)

    return move


def status_of(row):
    row.refresh_from_db()
    return row.status


@pytest.mark.django_db(transaction=True)
def test_the_customer_is_not_told_twice_when_the_older_row_never_left(
    confirmation, moved, provider, time_machine
):
    provider.fail_next(Fault.http(503))
    deliver_notification(confirmation.pk)
    newer = moved()
    provider.fail_next(LOST_ANSWER)
    deliver_notification(newer.pk)

    reconcile_notification(confirmation.pk)
    reconcile_notification(newer.pk)
    assert (status_of(confirmation), status_of(newer)) == (Status.UNKNOWN, Status.SENT)

    time_machine.move_to(confirmation.due_at + timedelta(seconds=90), tick=False)
    reconcile_notification(confirmation.pk)
    deliver_notification(confirmation.pk)
    assert (status_of(confirmation), confirmation.reason) == (Status.CANCELLED, "superseded")
    assert len(provider.texts) == 1


@pytest.mark.django_db(transaction=True)
def test_a_text_on_its_way_is_left_to_the_row_that_sends_it(confirmation, moved, provider):
    provider.fail_next(Fault.http(503))
    deliver_notification(confirmation.pk)
    newer = claim_notification(moved().pk)
    provider.accept({"To": newer.recipient, "From": newer.sender, "Body": newer.body})

    reconcile_notification(confirmation.pk)

    assert status_of(confirmation) == Status.UNKNOWN
    assert status_of(newer) == Status.SENDING


@pytest.mark.django_db(transaction=True)
def test_rows_with_a_text_each_are_both_settled(confirmation, moved, provider):
    provider.fail_next(LOST_ANSWER)
    deliver_notification(confirmation.pk)
    newer = moved()
    provider.fail_next(LOST_ANSWER)
    deliver_notification(newer.pk)

    reconcile_notification(confirmation.pk)
    reconcile_notification(newer.pk)

    assert (status_of(confirmation), status_of(newer)) == (Status.SENT, Status.SENT)
    assert {confirmation.provider_id, newer.provider_id} == {text.sid for text in provider.texts}


@pytest.mark.django_db(transaction=True)
def test_a_receipt_tells_whose_it_was(confirmation, moved, provider):
    provider.fail_next(Fault.http(503))
    deliver_notification(confirmation.pk)
    newer = moved()
    provider.fail_next(LOST_ANSWER)
    deliver_notification(newer.pk)
    sid = provider.texts[0].sid
    receipts.record_receipt(newer.code, provider_id=sid, provider_status="delivered", error_code="")

    reconcile_notification(confirmation.pk)

    assert (status_of(confirmation), status_of(newer)) == (Status.UNKNOWN, Status.DELIVERED)
