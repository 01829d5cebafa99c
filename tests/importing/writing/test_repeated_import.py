"""The same file again, a newer one, and a run that was broken off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connections

from appointment.actions import bulk
from appointment.actions.status import cancel_appointment
from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport
from appointment.messages import planning
from appointment.models import Appointment
from customer.models import Customer
from notification.models import AppointmentNotification
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db(transaction=True)


def counts():
    models = (Appointment, Customer, AppointmentNotification)
    return [model.objects.count() for model in models]


def test_a_second_run_adds_nothing(book, take, soon):
    lines = (
        f"ANN01,Ann,,Kim,Cut,{soon},9:00",
        f"ANN01,Ann,,Lou,Blowdry,{soon},9:30",
        "BOB01,Bob,,Kim,Cut,2018-03-14,9:00",
        ",,,Kim,Cut,2018-03-14,9:00",
    )
    take(book(*lines))
    before = counts()
    result = take(book(*lines))
    assert counts() == before
    assert (result.book.taken, result.book.known, result.book.rejected) == (0, 3, 1)
    assert (result.appointments, result.new_customers, result.new_staff) == (0, 0, [])


def test_another_shift_adds_nothing_either(book, take):
    lines = ("ANN01,Ann,,Kim,Cut,2018-03-14,9:00", "BOB01,Bob,,Kim,Cut,2018-03-15,9:00")
    take(book(*lines), shift_to=date(2026, 12, 1))
    assert take(book(*lines), shift_to=date(2026, 12, 8)).book.known == 2
    assert take(book(*lines)).book.known == 2
    assert Appointment.objects.count() == 2


def test_an_appointment_that_was_moved_renamed_or_called_off_since_stays_as_it_is(book, take, soon):
    line = f"ANN01,Ann,,Kim,Cut,{soon},9:00"
    take(book(line))
    cancel_appointment(Appointment.objects.get().pk)
    Customer.objects.update(full_name="Anna")
    take(book(line))
    assert Appointment.objects.get().status == "cancelled"
    assert Customer.objects.get().full_name == "Anna"


def test_a_newer_file_brings_what_is_new(book, take, appointments, soon):
    take(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00"))
    result = take(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00", f"BOB01,Bob,,Kim,Cut,{soon},9:30"))
    assert (result.book.known, result.book.taken, len(appointments())) == (1, 1, 2)


def test_a_booking_that_joins_an_appointment_taken_before_is_told_not_lost(
    book, take, appointments, soon
):
    cut = f"ANN01,Ann,,Kim,Cut,{soon},9:00"
    take(book(cut))
    result = take(book(cut, f"ANN01,Ann,,Kim,Blowdry,{soon},9:30"))
    pk = Appointment.objects.get().pk
    assert result.book.problems == {
        3: f"belongs to appointment {pk}, which was taken before without it: add it there"
    }
    assert result.book.known == 1


@pytest.mark.parametrize("gap", [0, 30])
def test_another_gap_adds_nothing(gap, book, take, soon):
    lines = [f"ANN01,Ann,,Kim,{what},{soon},{at}" for what, at in (("Cut", 9), ("Color", 10))]
    lines = [f"{line}:00" for line in lines]
    take(book(*lines), gap_minutes=gap)
    before = counts()
    result = take(book(*lines), gap_minutes=30 - gap)
    assert (result.book.known, result.book.taken, counts()) == (2, 0, before)


def test_a_newer_file_without_the_first_booking_of_an_appointment_adds_nothing(book, take, soon):
    first, second = f"ANN01,Ann,,Kim,Cut,{soon},9:00", f"ANN01,Ann,,Kim,Blowdry,{soon},9:30"
    take(book(first, second))
    before = counts()
    assert take(book(second)).book.known == 1
    assert counts() == before


def test_a_booking_between_two_appointments_taken_before_is_told_not_lost(book, take, soon):
    lines = [f"ANN01,Ann,,Kim,Cut,{soon},{at}" for at in ("9:00", "10:30")]
    take(book(*lines))
    result = take(book(*lines, f"ANN01,Ann,,Kim,Color,{soon},9:45"))
    assert list(result.book.problems) == [4]
    assert "taken before without it" in result.book.problems[4]
    assert result.book.known == 2


def test_what_was_deleted_here_is_taken_anew(book, take, appointments, soon):
    path = book(f"ANN01,Ann,,Kim,Cut,{soon},9:00")
    take(path)
    Appointment.objects.get().delete()
    assert take(path).book.taken == len(appointments()) == 1


class TestWhatTheFileHasOtherwiseByNow:
    """A newer file tells of changes in the old program; they are told, never made here."""

    HEADER = "No,Code,Staff,Date,Time,Status"

    @pytest.fixture
    def again(self, write, take, soon):
        """`again(line, newer line)`: what is wrong with the newer one."""

        def run(*lines):
            for line in lines:
                path = write("book.csv", self.HEADER, line.format(soon=soon))
                result = take(path, columns={"id": "No"})
            return result.book.problems.get(2)

        return run

    def test_an_appointment_that_was_called_off_there(self, again):
        problem = again("7,ANN01,Kim,{soon},9:00,", "7,ANN01,Kim,{soon},9:00,cancelled")
        appointment = Appointment.objects.get()
        assert appointment.status == "booked"
        assert problem == (
            f"is cancelled in the file by now; appointment {appointment.pk} is still booked:"
            " change it"
        )

    def test_an_appointment_that_was_taken_up_again_there(self, again):
        problem = again("7,ANN01,Kim,{soon},9:00,cancelled", "7,ANN01,Kim,{soon},9:00,booked")
        assert "is still cancelled: change it" in problem

    def test_an_appointment_that_was_moved_there(self, again):
        problem = again("7,ANN01,Kim,{soon},9:00,", "7,ANN01,Kim,{soon},14:00,")
        appointment = Appointment.objects.get()
        assert (
            problem == f"is at another time in the file by now: move appointment {appointment.pk}"
        )

    def test_is_the_salons_own_matter_once_the_appointment_was_changed_here(self, again, soon):
        again("7,ANN01,Kim,{soon},9:00,")
        Appointment.objects.get().save()
        assert again("7,ANN01,Kim,{soon},14:00,cancelled") is None

    def test_is_nobodys_matter_once_it_is_over(self, again, time_machine):
        again("7,ANN01,Kim,{soon},9:00,")
        time_machine.move_to(datetime.now(UTC) + timedelta(days=30))
        assert again("7,ANN01,Kim,{soon},14:00,cancelled") is None


def closing(run):
    """`run` in a thread, which closes its database connection in the end."""

    def run_and_close(*args):
        try:
            return run(*args)
        finally:
            connections.close_all()

    return run_and_close


class Killed(BaseException):
    """Nothing that any code would catch."""


def broken_at(call):
    """`apply_message_plans` that is interrupted at its n-th call, when most of a chunk is
    written."""
    calls = []

    def apply(appointments):
        calls.append(appointments)
        if len(calls) == call:
            raise Killed
        planning.apply_message_plans(appointments)

    return apply


def test_broken_off_it_leaves_whole_appointments_and_the_next_run_completes_it(
    book, take, soon, monkeypatch
):
    lines = []
    for n in range(300):
        time = f"{8 + n // 60}:{n % 60:02}"
        lines += [f"C{n:03},Ann,,Kim,{service},{soon},{time}" for service in ("Cut", "Color")]
    path = book(*lines)
    with monkeypatch.context() as patch:
        patch.setattr(
            bulk,
            "planning",
            SimpleNamespace(**vars(planning) | {"apply_message_plans": broken_at(2)}),
        )
        with pytest.raises(Killed):
            take(path)
    assert Appointment.objects.count() == 200
    assert all(appointment.items.count() == 2 for appointment in Appointment.objects.all())
    assert list(find_inconsistencies(ConsistencyReport())) == []
    result = take(path)
    assert (result.book.known, result.book.taken) == (400, 200)
    assert Appointment.objects.count() == 300
    assert list(find_inconsistencies(ConsistencyReport())) == []


def test_the_same_file_in_another_salon_is_another_book(barber, book, take, soon):
    line = f"ANN01,Ann,,Kim,Cut,{soon},9:00"
    take(book(line), salon=barber)
    assert take(book(line)).book.taken == 1
    assert Appointment.objects.count() == Customer.objects.count() == 2


def test_two_imports_at_the_same_moment_take_each_line_once(book, take, soon):
    lines = [
        f"C{n % 99:03},Ann,,Kim{n % 3},Cut,{soon},{8 + n // 60}:{n % 60:02}" for n in range(500)
    ]
    path = book(*lines)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(closing(take), path) for _ in range(2)]
    first, second = (run.result().book for run in runs)
    assert first.taken + second.taken == 500
    assert first.known + second.known == 500
    assert Customer.objects.count() == 99
    assert ExtendedUser.objects.count() == 3
