"""A real salon's book moves in: 1,906 bookings of a year, as its old program wrote them.

The folder with its files is named by SALON_BOOK (future_bookings.csv, services.csv). Every client
gets a number of their own that is reserved for fiction.
"""

import csv
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport
from appointment.models import Appointment, AppointmentService
from customer.models import Customer
from importing.actions import Import, ImportJob
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon, Service
from user.models import ExtendedUser

FOLDER = os.environ.get("SALON_BOOK", "")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FOLDER, reason="SALON_BOOK names no folder with a real salon's book"),
]

BOOKINGS, CLIENTLESS = 1906, 1
AREAS = (604, 250, 778, 236, 672, 403, 587, 825)  # in each, 555-0100 to 555-0199 are nobody's


def rows(name):
    with (Path(FOLDER) / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def customers_file(tmp_path_factory):
    """code, phone: a number for each client."""
    codes = sorted({row["Code"].strip() for row in rows("future_bookings.csv")} - {""})
    numbers = [f"{area} 555 {last:04}" for area in AREAS for last in range(100, 200)]
    path = tmp_path_factory.mktemp("book") / "customers.csv"
    lines = [f"{code},{number}" for code, number in zip(codes, numbers, strict=False)]
    path.write_text("\n".join(["code,phone", *lines]))
    return path


@pytest.fixture
def salon(transactional_db):
    return Salon.objects.create(name="Moving in", timezone="America/Vancouver", country="CA")


@pytest.fixture
def owner(salon):
    return ExtendedUser.objects.create_user(
        "owner@old.example", "owner-password", name="Olive", salon=salon, is_owner=True
    )


@pytest.fixture
def move_in(salon, customers_file):
    """`move_in()`: the result of importing the book, shifted to begin tomorrow."""
    tomorrow = datetime.now(salon.zone).date() + timedelta(days=1)
    folder = Path(FOLDER)

    def run(**options):
        job = ImportJob(
            salon,
            folder / "future_bookings.csv",
            services=folder / "services.csv",
            customers=customers_file,
            shift_to=tomorrow,
            **options,
        )
        return Import(job).run()

    return run


def waiting_ids(broker):
    """Who waits in Redis: the ids of the messages."""
    return {id_.decode() for id_ in broker.client.zrange("dramatiq:default.DQ.eta", 0, -1)}


def pending():
    """Redis id → due time of each reminder that is planned."""
    waiting = AppointmentNotification.objects.filter(kind=Kind.REMINDER, status=Status.PENDING)
    return dict(waiting.values_list("message_id", "due_at"))


def test_all_but_the_one_without_a_client_go_in_and_every_appointment_is_reminded(move_in, broker):
    result = move_in()
    assert (result.book.read, result.book.taken, result.book.rejected) == (
        BOOKINGS,
        BOOKINGS - CLIENTLESS,
        CLIENTLESS,
    )
    assert list(result.book.problems.values()) == ["no customer"]
    assert AppointmentService.objects.count() == BOOKINGS - CLIENTLESS
    # The first appointment begins tomorrow afternoon, so each is farther away than the lead of an
    # hour.
    appointments = Appointment.objects.count()
    assert appointments == result.appointments == result.upcoming == result.reminders
    assert len(pending()) == appointments
    assert waiting_ids(broker) == set(pending())
    assert broker.ready() == 0
    assert not AppointmentNotification.objects.filter(sent_at__isnull=False).exists()
    assert list(find_inconsistencies(ConsistencyReport())) == []


def test_its_people_and_services_stand_in_the_salon(move_in):
    move_in()
    staff = {row["Staff"].strip() for row in rows("future_bookings.csv")}
    assert set(ExtendedUser.objects.values_list("name", flat=True)) == staff
    assert not ExtendedUser.objects.filter(can_login=True).exists()
    assert Service.objects.count() == len(rows("services.csv"))
    assert Service.objects.get(name="Men's hair cut").is_active
    clients = {row["Code"].strip() for row in rows("future_bookings.csv")} - {""}
    assert set(Customer.objects.values_list("external_id", flat=True)) == clients
    numbers = Customer.objects.values_list("phone_number", flat=True)
    assert len({str(number) for number in numbers}) == len(clients)
    assert all(str(number)[5:10] == "55501" for number in numbers)


def test_bookings_of_one_customer_and_day_are_one_appointment(move_in, salon):
    """KRAV01 came on 30 June 2018 for 2:30, 3:00 and 3:50 PM."""
    result = move_in()
    appointments = Appointment.objects.filter(customer__external_id="KRAV01").prefetch_related(
        "items"
    )
    appointment = next(
        appointment for appointment in appointments if appointment.items.count() == 3
    )
    start, end = appointment.appointment_time, appointment.end_time
    assert (
        f"{start.astimezone(salon.zone):%H:%M} {end.astimezone(salon.zone):%H:%M}" == "14:30 16:20"
    )
    assert [item.service.name for item in appointment.items.all()] == [
        "double process blonde",
        "Smart Bond",
        "Women's hair cut",
    ]
    assert result.appointments < result.book.taken


def test_a_second_run_adds_nothing(move_in, broker):
    move_in()
    before = (Appointment.objects.count(), Customer.objects.count(), waiting_ids(broker))
    result = move_in()
    assert (result.book.known, result.book.taken, result.book.rejected) == (1905, 0, 1)
    assert (Appointment.objects.count(), Customer.objects.count(), waiting_ids(broker)) == before
    assert Service.objects.count() == len(rows("services.csv"))


def test_a_dry_run_counts_the_same_and_changes_nothing(move_in, broker):
    dry = move_in(dry_run=True)
    models = (Appointment, Customer, Service, ExtendedUser, AppointmentNotification)
    assert [model.objects.count() for model in models] == [0] * 5
    assert broker.waiting() == 0
    assert dry == move_in()


def test_200_moved_and_200_cancelled_change_exactly_their_reminders(
    move_in, owner, as_user, broker
):
    move_in()
    api = as_user(owner)
    before = pending()
    appointments = list(Appointment.objects.order_by("pk"))
    moved, cancelled, others = appointments[:200], appointments[200:400], appointments[400:]
    for appointment in moved:
        later = appointment.appointment_time + timedelta(minutes=7)
        answer = api.patch(
            f"/appointments/{appointment.pk}/",
            {"appointment_time": later.isoformat(), "allow_overlap": True},
        )
        assert answer.status_code == 200, answer.json()
    for appointment in cancelled:
        assert api.post(f"/appointments/{appointment.pk}/cancel/", {}).status_code == 200
    after = pending()
    kept = {appointment.task_id: before[appointment.task_id] for appointment in others}
    new = dict(
        Appointment.objects.filter(pk__in=[v.pk for v in moved]).values_list("pk", "task_id")
    )
    lead = timedelta(minutes=60)
    times = {new[v.pk]: v.appointment_time + timedelta(minutes=7) - lead for v in moved}
    assert after == kept | times
    assert waiting_ids(broker) == set(after)
    gone = Appointment.objects.filter(pk__in=[appointment.pk for appointment in cancelled])
    assert set(gone.values_list("task_id", flat=True)) == {""}
    assert list(find_inconsistencies(ConsistencyReport())) == []


def test_the_command_takes_it_by_its_own_guesses(salon, tmp_path, capsys):
    rejects = tmp_path / "rejects.csv"
    path = Path(FOLDER) / "future_bookings.csv"
    with pytest.raises(SystemExit) as stop:
        call_command("import_bookings", path, "--salon", "moving in", "--rejects", rejects)
    assert stop.value.code == 1
    assert "Bookings: 1906 read, 1905 taken, 1 rejected." in capsys.readouterr().out
    assert len(rejects.read_text().splitlines()) == 2
    assert not AppointmentNotification.objects.exists()  # all of it is over
