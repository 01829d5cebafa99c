"""Booking, moving, cancelling and deleting: what stands in the ledger and in Redis afterwards."""

from datetime import timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import (
    cancel_appointment,
    change_appointment_status,
    delete_appointment,
)
from appointment.models import Appointment, Status
from availability.models import BusySpan
from notification.models import AppointmentNotification
from notification.states import Kind

pytestmark = pytest.mark.django_db(transaction=True)


def move_appointment(appointment, **delta):
    when = appointment.appointment_time + timedelta(**delta)
    return edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": when}))


def test_booking_plans_a_confirmation_now_and_a_reminder_an_hour_before(
    appointment, ledger, broker, tomorrow
):
    assert ledger(appointment.pk) == ["confirmation pending", "reminder pending"]
    reminder = AppointmentNotification.objects.get(kind=Kind.REMINDER)
    assert reminder.due_at == tomorrow - timedelta(minutes=60)
    assert Appointment.objects.get().task_id == reminder.message_id
    assert (broker.ready(), broker.waiting()) == (1, 1)
    assert broker.not_waiting([reminder.message_id]) == []


def test_booking_writes_the_appointment_once(
    aurora, bob, jane, tomorrow, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=tomorrow)


def test_moving_takes_the_old_reminder_back_and_plans_a_new_one(appointment, ledger, broker):
    old = appointment.task_id
    moved = move_appointment(appointment, hours=1)
    assert ledger(appointment.pk) == [
        "confirmation cancelled superseded",
        "reminder cancelled superseded",
        "confirmation pending",
        "reminder pending",
    ]
    assert moved.task_id not in {"", old}
    assert broker.not_waiting([old, moved.task_id]) == [old]


def test_moving_there_and_back_plans_each_time_anew(appointment, ledger, broker):
    move_appointment(move_appointment(appointment, hours=1), hours=-1)
    assert ledger(appointment.pk)[-2:] == ["confirmation pending", "reminder pending"]
    assert ledger(appointment.pk).count("reminder pending") == 1
    assert broker.waiting() == 1


def test_a_new_note_or_a_longer_appointment_tells_nobody(appointment, ledger, broker):
    before = ledger(appointment.pk), broker.ready(), appointment.task_id
    longer = appointment.end_time + timedelta(minutes=30)
    edited = edit_appointment(
        appointment.pk, AppointmentChanges(values={"comment": "window seat", "end_time": longer})
    )
    assert (ledger(appointment.pk), broker.ready(), edited.task_id) == before
    assert edited.version == 2


def test_cancelling_takes_the_reminder_back_and_tells_the_customer(appointment, ledger, broker):
    cancelled = cancel_appointment(appointment.pk)
    assert ledger(appointment.pk) == [
        "confirmation cancelled visit_cancelled",
        "reminder cancelled visit_cancelled",
        "cancellation pending",
    ]
    assert cancelled.task_id == ""
    assert broker.waiting() == 0
    assert not BusySpan.objects.exists()


def test_cancelling_twice_tells_once(appointment, ledger):
    cancel_appointment(appointment.pk)
    cancel_appointment(appointment.pk)
    Appointment.objects.get().save()
    assert ledger(appointment.pk).count("cancellation pending") == 1


def test_reopening_a_cancelled_appointment_confirms_and_reminds_anew(appointment, ledger):
    cancel_appointment(appointment.pk)
    change_appointment_status(appointment.pk, Status.BOOKED)
    assert ledger(appointment.pk)[2:] == [
        "cancellation cancelled superseded",
        "confirmation pending",
        "reminder pending",
    ]


def test_a_customer_who_came_is_not_reminded_and_reopening_plans_it_again(
    appointment, ledger, broker
):
    change_appointment_status(appointment.pk, Status.ARRIVED)
    assert ledger(appointment.pk)[1] == "reminder cancelled not_expected"
    assert (Appointment.objects.get().task_id, broker.waiting()) == ("", 0)
    change_appointment_status(appointment.pk, Status.BOOKED)
    assert ledger(appointment.pk)[-1] == "reminder pending"
    assert broker.waiting() == 1


def test_without_notify_the_reminder_is_planned_and_the_silence_is_on_record(
    book, ledger, tomorrow
):
    appointment = book(tomorrow, notify=False)
    assert ledger(appointment.pk) == ["confirmation skipped not_asked", "reminder pending"]
    appointment = edit_appointment(appointment.pk, AppointmentChanges(values={"comment": "later"}))
    assert len(ledger(appointment.pk)) == 2
    cancel_appointment(appointment.pk, notify=False)
    assert ledger(appointment.pk)[1:] == [
        "reminder cancelled visit_cancelled",
        "cancellation skipped not_asked",
    ]


class TestDeleting:
    def test_an_appointment_calls_it_off(self, appointment, ledger, broker):
        appointment.delete()
        self.was_called_off(
            appointment.pk or AppointmentNotification.objects.first().appointment_number, ledger
        )
        assert broker.waiting() == 0

    def test_a_queryset_calls_each_appointment_off(
        self, appointment, book, ledger, broker, tomorrow
    ):
        other = book(tomorrow + timedelta(hours=2))
        Appointment.objects.all().delete()
        self.was_called_off(appointment.pk, ledger)
        self.was_called_off(other.pk, ledger)
        assert broker.waiting() == 0

    def test_a_customer_calls_the_appointments_off(self, appointment, jane, ledger, broker):
        jane.delete()
        self.was_called_off(appointment.pk, ledger)
        row = AppointmentNotification.objects.get(kind=Kind.CANCELLATION)
        assert row.recipient == "+12125550199"
        assert broker.waiting() == 0

    def test_a_cancelled_appointment_is_not_spoken_of_again(self, appointment, ledger):
        cancel_appointment(appointment.pk)
        before = ledger(appointment.pk)
        delete_appointment(appointment.pk)
        assert ledger(appointment.pk) == before

    def test_an_appointment_that_has_begun_is_not_spoken_of(
        self, appointment, ledger, time_machine, tomorrow
    ):
        time_machine.move_to(tomorrow + timedelta(minutes=1))
        delete_appointment(appointment.pk)
        assert not any(row.startswith("cancellation") for row in ledger(appointment.pk))

    @staticmethod
    def was_called_off(appointment_id, ledger):
        assert ledger(appointment_id) == [
            "confirmation cancelled visit_deleted",
            "reminder cancelled visit_deleted",
            "cancellation pending",
        ]


class TestTooNearOrTooLate:
    def test_an_appointment_nearer_than_the_lead_gets_no_reminder(
        self, book, ledger, tomorrow, time_machine
    ):
        time_machine.move_to(tomorrow - timedelta(minutes=60), tick=False)
        appointment = book(tomorrow)
        assert ledger(appointment.pk) == ["confirmation pending"]
        assert appointment.task_id == ""

    def test_a_second_more_than_the_lead_gets_one(self, book, ledger, tomorrow, time_machine):
        time_machine.move_to(tomorrow - timedelta(minutes=60, seconds=1), tick=False)
        assert ledger(book(tomorrow).pk) == ["confirmation pending", "reminder pending"]

    def test_an_appointment_entered_after_it_began_sends_nothing(
        self, book, ledger, tomorrow, time_machine
    ):
        time_machine.move_to(tomorrow, tick=False)
        assert ledger(book(tomorrow).pk) == []

    def test_a_salon_without_reminders_plans_none(self, book, aurora, ledger, tomorrow):
        aurora.reminder_time_minutes = 0
        aurora.save()
        assert ledger(book(tomorrow).pk) == ["confirmation pending"]


class TestRollback:
    """Promise 1: a rollback sends nothing, a commit is never without its messages."""

    def test_nothing_is_sent_for_what_was_rolled_back(self, book, broker, tomorrow):
        from django.db import transaction

        class Stop(Exception): ...

        def book_and_fail():
            with transaction.atomic():
                book(tomorrow)
                assert AppointmentNotification.objects.count() == 2
                raise Stop

        with pytest.raises(Stop):
            book_and_fail()
        assert not AppointmentNotification.objects.exists()
        assert (broker.ready(), broker.waiting()) == (0, 0)

    def test_a_ledger_that_fails_takes_the_appointment_with_it(self, book, tomorrow, monkeypatch):
        monkeypatch.setattr(
            "appointment.messages.planning.apply_message_plans", lambda *a, **k: 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            book(tomorrow)
        assert not Appointment.objects.exists()

    def test_a_plain_save_is_one_transaction_too(self, appointment, monkeypatch, tomorrow):
        monkeypatch.setattr(
            "appointment.messages.planning.apply_message_plans", lambda *a, **k: 1 / 0
        )
        appointment.appointment_time = tomorrow + timedelta(minutes=1)
        with pytest.raises(ZeroDivisionError):
            appointment.save()
        assert Appointment.objects.get().appointment_time == tomorrow
