"""Which messages an import plans: the same as if each appointment had been booked by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from redis.exceptions import ConnectionError as NoRedis

from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment
from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport
from appointment.models import Appointment
from notification.delivery.sweeper import sweep
from notification.models import AppointmentNotification
from notification.states import Kind

pytestmark = pytest.mark.django_db(transaction=True)


def ledger():
    rows = AppointmentNotification.objects.order_by("appointment_number", "pk")
    return [f"{row.kind} {row.status} {row.reason}".strip() for row in rows]


def in_minutes(salon, minutes):
    """Cells for date and time so many minutes from now, on the salon's clock."""
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    return f"{moment.astimezone(salon.zone):%Y-%m-%d,%H:%M}"


def test_an_upcoming_appointment_gets_its_reminder_and_no_confirmation(
    book, take, soon, broker, salon
):
    result = take(book(f"ANN01,Ann,2125550101,Kim,Cut,{soon},9:00"))
    assert ledger() == ["confirmation skipped not_asked", "reminder pending"]
    reminder = AppointmentNotification.objects.get(kind=Kind.REMINDER)
    appointment = Appointment.objects.get()
    assert appointment.task_id == reminder.message_id
    assert reminder.due_at == appointment.appointment_time - timedelta(minutes=60)
    assert (broker.ready(), broker.waiting()) == (0, 1)
    assert broker.not_waiting([appointment.task_id]) == []
    assert (result.reminders, result.confirmations) == (1, 0)


def test_with_confirm_the_customer_is_told_at_once(book, take, soon, broker):
    result = take(book(f"ANN01,Ann,2125550101,Kim,Cut,{soon},9:00"), confirm=True)
    assert ledger() == ["confirmation pending", "reminder pending"]
    assert broker.ready() == 1
    assert result.confirmations == 1


def test_appointments_of_customers_without_a_number_are_told(book, take, soon):
    lines = (
        f"ANN01,Ann,2125550101,Kim,Cut,{soon},9:00",
        f"BOB01,Bob,,Kim,Cut,{soon},9:30",
        "CAT01,Cat,,Kim,Cut,2018-03-14,9:00",
    )
    dry = take(book(*lines), dry_run=True)
    assert dry.without_number == take(book(*lines)).without_number == 1


def test_a_number_from_another_file_or_a_later_line_counts(book, write, take, soon):
    customers = write("customers.csv", "code,phone", "ANN01,2125550101")
    path = book(
        f"ANN01,Ann,,Kim,Cut,{soon},9:00",
        f"BOB01,Bob,,Kim,Cut,{soon},9:30",
        f"BOB01,Bob,2125550102,Kim,Cut,{soon},14:30",
    )
    for dry_run in (True, False):
        assert take(path, customers=customers, dry_run=dry_run).without_number == 0


def test_what_is_over_owes_nothing(book, take, broker):
    result = take(book("ANN01,Ann,2125550101,Kim,Cut,2018-03-14,9:00"), confirm=True)
    assert ledger() == []
    assert (broker.ready(), broker.waiting(), result.upcoming) == (0, 0, 0)


def test_an_appointment_nearer_than_the_lead_gets_no_reminder(salon, book, take):
    lines = (
        f"ANN01,Ann,,Kim,Cut,{in_minutes(salon, 59)}",
        f"BOB01,Bob,,Kim,Cut,{in_minutes(salon, 65)}",
    )
    result = take(book(*lines))
    assert sorted(ledger()) == ["confirmation skipped not_asked"] * 2 + ["reminder pending"]
    assert (result.upcoming, result.reminders) == (2, 1)


def test_an_appointment_that_was_called_off_owes_nothing(write, take, soon):
    take(write("book.csv", "Code,Staff,Date,Time,Status", f"ANN01,Kim,{soon},9:00,cancelled"))
    assert ledger() == []


def test_the_books_and_the_ledgers_audit_finds_nothing_wrong(salon, book, take, soon):
    lines = [f"C{n:03},Ann,,Kim,Cut,{soon},{8 + n // 60}:{n % 60:02}" for n in range(450)]
    lines += ["OLD01,Old,,Kim,Cut,2018-03-14,9:00"]
    lines += [f"NEAR1,Near,,Kim,Cut,{in_minutes(salon, 30)}"]
    result = take(book(*lines))
    report = ConsistencyReport()
    assert list(find_inconsistencies(report)) == []
    assert (report[salon.pk].appointments, report[salon.pk].reminders_planned) == (451, 450)
    assert (result.appointments, result.reminders) == (452, 450)


def test_an_imported_appointment_moves_and_goes_like_any_other(book, take, soon, broker):
    take(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00", f"BOB01,Bob,,Kim,Cut,{soon},10:00"))
    ann, bob = Appointment.objects.all()
    later = AppointmentChanges(
        values={"appointment_time": ann.appointment_time + timedelta(days=1)}
    )
    moved = edit_appointment(ann.pk, later)
    cancel_appointment(bob.pk)
    assert broker.not_waiting([ann.task_id, moved.task_id, bob.task_id]) == [
        ann.task_id,
        bob.task_id,
    ]
    assert broker.waiting() == 1
    assert list(find_inconsistencies(ConsistencyReport())) == []


def test_without_redis_all_goes_in_and_the_sweeper_brings_the_reminders(
    book, take, soon, broker, monkeypatch
):
    def fail(*_args):
        raise NoRedis

    with monkeypatch.context() as patch:
        patch.setattr(broker, "enqueue_many", fail)
        result = take(book(f"ANN01,Ann,2125550101,Kim,Cut,{soon},9:00"))
    assert (result.reminders, broker.waiting()) == (1, 0)
    sweep()
    assert broker.waiting() == 1


def test_a_thousand_lines_take_few_statements(book, take, soon, django_assert_max_num_queries):
    lines = [f"C{n:03},Ann,,Kim,Cut,{soon},{8 + n // 60}:{n % 60:02}" for n in range(200)]
    take(book(*lines[:1]))  # staff and service are there
    with django_assert_max_num_queries(80):
        take(book(*lines))
