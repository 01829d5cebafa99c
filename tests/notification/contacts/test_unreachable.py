"""A number that texts don't reach is marked, for its salon alone, until one arrives."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport
from customer.models import Customer
from notification.channels.outcomes import ProviderMessage
from notification.channels.sms.error_codes import REFUSAL_REASONS, UNREACHABLE_CAUSES
from notification.contacts.models import OptOut, UnreachableNumber
from notification.delivery import receipts, reconciliation
from notification.delivery.send import deliver_notification
from notification.models import AppointmentNotification
from notification.states import Status, UnreachableCause
from testkit.provider import Fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def text(appointment, provider, time_machine):
    """`text()` sends one more text about the appointment and gives its row."""

    def send(of=appointment):
        time_machine.move_to(timezone.now() + timedelta(minutes=1), tick=False)
        of.refresh_from_db()
        when = of.appointment_time + timedelta(minutes=1)
        edit_appointment(of.pk, AppointmentChanges(values={"appointment_time": when}))
        row = AppointmentNotification.objects.filter(
            appointment_number=of.pk, kind="confirmation"
        ).latest("pk")
        deliver_notification(row.pk)
        row.refresh_from_db()
        return row

    return send


def report(row, word, code=""):
    receipts.record_receipt(
        row.code, provider_id=row.provider_id, provider_status=word, error_code=code
    )
    row.refresh_from_db()


def differences():
    """What the check finds of the appointment itself. Redis' clock stands a day before ours here,
    and nobody has sent the confirmation: what follows from that is left out."""
    of_the_clock = {"extra_in_redis", "overdue"}
    return [
        each for each in find_inconsistencies(ConsistencyReport()) if each.what not in of_the_clock
    ]


def marks():
    return list(UnreachableNumber.objects.values_list("salon__name", "cause"))


def test_every_error_of_a_number_has_its_cause():
    of_numbers = {str(code) for code, reason in REFUSAL_REASONS.items() if reason == "bad_number"}
    assert set(UNREACHABLE_CAUSES) == of_numbers | {"30003", "30008"}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (21211, UnreachableCause.NO_SUCH_NUMBER),
        (21612, UnreachableCause.NO_ROUTE),
        (21614, UnreachableCause.NOT_MOBILE),
    ],
)
def test_a_number_the_provider_refuses_is_marked(text, provider, code, cause):
    provider.fail_next(Fault.http(400, code))
    assert text().status == Status.FAILED
    assert marks() == [("Aurora", cause)]


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("30005", UnreachableCause.NO_SUCH_NUMBER),
        ("30006", UnreachableCause.NOT_MOBILE),
        ("21614", UnreachableCause.NOT_MOBILE),  # through a messaging service it comes in a receipt
    ],
)
def test_a_number_the_network_refuses_later_is_marked(text, code, cause):
    row = text()
    report(row, "undelivered", code)
    assert (row.status, row.reason) == (Status.FAILED, "bad_number")
    assert marks() == [("Aurora", cause)]


@pytest.mark.parametrize("code", ["30003", "30008"])
def test_a_silent_phone_is_marked_when_its_tries_are_used_up(text, code, time_machine):
    row = text()
    for _ in range(2):
        report(row, "undelivered", code)
        assert marks() == []
        row = AppointmentNotification.objects.get(retry_of=row)
        time_machine.move_to(row.due_at, tick=False)
        deliver_notification(row.pk)
        row.refresh_from_db()
    report(row, "undelivered", code)
    assert marks() == [("Aurora", UnreachableCause.NO_ANSWER)]


@pytest.mark.parametrize("code", ["30001", "30007", "30034", "30004", "12345", ""])
def test_what_says_nothing_of_the_number_marks_nothing(text, code, time_machine):
    row = text()
    for _ in range(3):
        report(row, "failed", code)
        row = AppointmentNotification.objects.filter(retry_of=row).first()
        if row is None:
            break
        time_machine.move_to(row.due_at, tick=False)
        deliver_notification(row.pk)
        row.refresh_from_db()
    assert marks() == []


def test_a_marked_number_is_still_texted_and_reached_when_one_is_delivered(text, provider):
    report(text(), "undelivered", "30006")
    row = text()
    assert row.status == Status.SENT
    report(row, "sent")
    assert marks() != []
    report(row, "delivered")
    assert marks() == []


def test_a_receipt_of_an_older_text_that_comes_late_changes_no_mark(text):
    older, failed, newer = text(), text(), text()
    report(failed, "undelivered", "30006")
    report(older, "delivered")
    assert marks() != []
    report(newer, "delivered")
    assert marks() == []
    UnreachableNumber.objects.all().delete()


def test_a_failure_older_than_what_arrived_marks_nothing(text):
    failed, newer = text(), text()
    report(newer, "delivered")
    report(failed, "undelivered", "30006")
    assert marks() == []


def test_the_newest_failure_counts_however_the_receipts_come(text):
    first, between, last = text(), text(), text()
    report(last, "undelivered", "30006")
    report(first, "undelivered", "30005")
    report(between, "delivered")
    assert marks() == [("Aurora", UnreachableCause.NOT_MOBILE)]


def test_it_is_marked_since_the_first_failure(text):
    report(text(), "undelivered", "30006")
    first = UnreachableNumber.objects.get()
    report(text(), "undelivered", "30005")
    again = UnreachableNumber.objects.get()
    assert (again.since, again.cause) == (first.since, UnreachableCause.NO_SUCH_NUMBER)
    assert again.tried_at > first.tried_at


def test_a_repeated_receipt_marks_nothing_anew(text):
    row = text()
    report(row, "undelivered", "30006")
    UnreachableNumber.objects.all().delete()
    report(row, "undelivered", "30006")
    assert marks() == []


def test_the_mark_is_every_customers_of_this_salon_who_has_the_number(text, aurora, barber, jane):
    report(text(), "undelivered", "30006")
    son = Customer.objects.create(salon=aurora, full_name="Tom", phone_number=jane.phone_number)
    other = Customer.objects.create(salon=barber, full_name="J", phone_number=jane.phone_number)
    nobody = Customer.objects.create(salon=aurora, full_name="No phone")
    for customer, is_marked in [(jane, True), (son, True), (other, False), (nobody, False)]:
        assert (customer.reach.unreachable is not None) == is_marked, customer


def test_one_salons_delivery_clears_no_mark_of_anothers(
    text, barber, charlie, jane, tomorrow, time_machine
):
    report(text(), "undelivered", "30006")
    twin = Customer.objects.create(salon=barber, full_name="J", phone_number=jane.phone_number)
    appointment = book_appointment(
        salon=barber, user=charlie, customer=twin, appointment_time=tomorrow
    )
    report(text(appointment), "delivered")
    assert marks() == [("Aurora", UnreachableCause.NOT_MOBILE)]


def test_another_number_has_no_mark_and_the_old_one_keeps_it(text, jane):
    marked = jane.phone_number
    report(text(), "undelivered", "30006")
    assert jane.reach.unreachable
    jane.phone_number = "+12125550133"
    jane.save()
    assert jane.reach.unreachable is None
    jane.phone_number = marked
    assert jane.reach.unreachable


def test_what_the_providers_list_shows_of_a_text_of_unknown_fate_counts_too(text):
    row = text()
    AppointmentNotification.objects.filter(pk=row.pk).update(status=Status.UNKNOWN, provider_id="")
    row.refresh_from_db()
    reconciliation.record_provider_message(
        row, ProviderMessage("SM9", "undelivered", "30003", row.created)
    )
    assert AppointmentNotification.objects.filter(retry_of=row).count() == 1
    row = text()
    AppointmentNotification.objects.filter(pk=row.pk).update(status=Status.UNKNOWN, provider_id="")
    row.refresh_from_db()
    reconciliation.record_provider_message(
        row, ProviderMessage("SM10", "failed", "21610", row.created)
    )
    assert OptOut.objects.count() == 1


def test_the_appointment_names_its_planned_reminder_also_when_that_is_repeated(
    reminder, at_due, provider, broker
):
    deliver_notification(reminder.pk)
    reminder.refresh_from_db()
    report(reminder, "undelivered", "30003")
    again = AppointmentNotification.objects.get(retry_of=reminder)
    assert again.appointment.task_id == reminder.message_id
    assert broker.not_waiting([again.message_id]) == []
    assert differences() == []


def test_a_reminder_found_delivered_while_it_waits_again_waits_no_more(
    reminder, at_due, provider, time_machine, broker
):
    deliver_notification(reminder.pk)
    AppointmentNotification.objects.filter(pk=reminder.pk).update(
        status=Status.UNKNOWN, provider_id=""
    )
    provider.texts.clear()  # it does not show the text
    time_machine.move_to(at_due + timedelta(seconds=80), tick=False)
    reconciliation.reconcile_notification(reminder.pk)
    reminder.refresh_from_db()
    assert reminder.status == Status.PENDING
    assert broker.ready() == 2  # the confirmation's, and this one's
    report(reminder, "delivered")
    assert differences() == []
