"""A salon's data goes to another database whole, and its texts with it."""

import re
import threading
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from appointment.actions.book import book_appointment
from appointment.models import Appointment
from core.jobs import enqueue, heartbeat
from notification.delivery import sweeper
from notification.delivery.models import QueueRefill
from notification.models import AppointmentNotification
from notification.states import Status
from operations import copy_data, tables
from salon.models import Salon
from testkit.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(book_of_five, other, other_file, everything):
    """The address of a database with a book in it; ours is empty."""
    sweeper.sweep()
    assert QueueRefill.objects.get().is_done
    copy_data.copy_database("default", other, lambda _: None)
    call_command("flush", interactive=False, verbosity=0)
    enqueue.get_broker().client.flushall()
    return f"sqlite:///{other_file}"


def move_data(source):
    printed = StringIO()
    call_command("move_data", source=source, stdout=printed)
    return printed.getvalue()


def test_every_row_arrives_as_it_was(book_of_five, everything, other, other_file):
    before = everything()
    assert before["appointment.Appointment"]
    assert before["knox.AuthToken"]
    copy_data.copy_database("default", other, lambda _: None)
    call_command("flush", interactive=False, verbosity=0)
    move_data(f"sqlite:///{other_file}")
    assert everything() == before


def test_the_counts_of_both_databases_are_printed(source):
    lines = move_data(source).splitlines()
    assert "appointment_appointment 4 = 4" in [" ".join(line.split()) for line in lines]
    tables_named = {line.split()[0] for line in lines if " = " in line}
    assert tables_named == {model._meta.db_table for model in tables.list_models_to_copy()}


def test_pending_reminders_wait_in_the_new_redis_and_go_out_once(
    source, broker, provider, request, time_machine
):
    ledger = AppointmentNotification.objects
    move_data(source)
    assert (broker.ready(), broker.waiting()) == (0, 0)  # nothing was woken by moving
    sweeper.sweep()
    assert broker.waiting() == 4
    call_command("check_notifications", stdout=StringIO())  # exits when something differs
    request.getfixturevalue("worker")
    for row in AppointmentNotification.objects.pending().order_by("due_at"):
        time_machine.move_to(row.due_at + timedelta(minutes=1))
        sweeper.sweep()
        sweeper.sweep()
        wait_until(lambda row=row: ledger.get(pk=row.pk).status == Status.SENT)
    assert reminded(provider) == ["10:00 AM", "11:00 AM", "12:00 PM", "1:00 PM"]
    assert len(provider.texts) == 1 + 4  # the confirmation went out before


def reminded(provider):
    """The hours of which reminders speak, in the order in which they were sent."""
    found = [re.search(r"coming up at (\S+ \S+)\.", text.body) for text in provider.texts]
    return [each.group(1) for each in found if each]


def test_no_id_is_given_to_a_second_row(source, tomorrow):
    gone = AppointmentNotification.objects.using("other").filter(appointment=None)
    deleted = gone.first().appointment_number
    move_data(source)
    first = Appointment.objects.first()
    appointment = book_appointment(
        salon=first.salon,
        user=first.user,
        customer=first.customer,
        appointment_time=tomorrow + timedelta(hours=9),
    )
    assert appointment.pk == deleted + 1
    row = AppointmentNotification.objects.latest("pk")
    assert row.appointment_number == appointment.pk


def test_what_stays_behind_is_said(source):
    printed = move_data(source)
    assert "notification.QueueRefill: belongs to one Redis" in printed
    assert not QueueRefill.objects.exists()


def test_every_table_is_taken_or_named_with_a_reason():
    from django.apps import apps

    known = {model._meta.label for model in tables.list_models_to_copy()} | set(tables.LEFT_BEHIND)
    assert {model._meta.label for model in apps.get_models(include_auto_created=True)} == known


def test_a_database_with_rows_in_it_is_refused(source):
    Salon.objects.create(name="Here already", timezone="UTC")
    with pytest.raises(CommandError, match="is not empty"):
        move_data(source)
    assert Salon.objects.get().name == "Here already"


def test_nothing_is_kept_when_a_table_differs(source, everything, monkeypatch):
    insert = copy_data.insert_rows

    def lossy(model, rows, alias):
        insert(model, rows[:-1] if model is Appointment else rows, alias)

    monkeypatch.setattr(copy_data, "insert_rows", lossy)
    with pytest.raises(CommandError, match="appointment_appointment: 4 differs from 3"):
        move_data(source)
    assert not any(everything().values())


def test_one_changed_value_is_noticed(source, monkeypatch):
    insert = copy_data.insert_rows

    def forgetful(model, rows, alias):
        at = [field.attname for field in model._meta.concrete_fields].index
        if model is Salon:
            place = at("reminder_time_minutes") + 1
            rows = [(*row[:place], 61, *row[place + 1 :]) for row in rows]
        insert(model, rows, alias)

    monkeypatch.setattr(copy_data, "insert_rows", forgetful)
    with pytest.raises(CommandError, match="salon_salon: 2 = 2, but a value differs"):
        move_data(source)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes any text")
@pytest.mark.parametrize(
    ("name", "what"), [("x" * 200, "full_name: longer than"), ("a\0b", "holds a NUL character")]
)
def test_a_row_postgresql_can_not_take_is_named(source, everything, name, what):
    from customer.models import Customer

    Customer.objects.using("other").update(full_name=name)
    pk = Customer.objects.using("other").get().pk
    with pytest.raises(CommandError, match=f"customer_customer, id {pk}, .*{what}"):
        move_data(source)
    assert not any(everything().values())


def test_a_file_that_is_not_there_is_refused_and_not_made(transactional_db, tmp_path):
    with pytest.raises(CommandError, match="there is no file"):
        move_data(f"sqlite:///{tmp_path}/none.sqlite3")
    assert not list(tmp_path.iterdir())


def test_a_wrong_address_is_refused(transactional_db):
    with pytest.raises(CommandError, match="not an address of the kind"):
        move_data("mysql://nowhere/salon")


def test_a_database_without_tables_is_refused(transactional_db, tmp_path):
    (tmp_path / "bare.sqlite3").touch()
    with pytest.raises(CommandError, match="of an older version: run migrate"):
        move_data(f"sqlite:///{tmp_path}/bare.sqlite3")


def test_the_database_itself_is_refused(transactional_db):
    ours = connection.settings_dict
    address = (
        f"sqlite:///{ours['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{ours['USER']}@{ours['HOST']}:{ours['PORT']}/{ours['NAME']}"
    )
    with pytest.raises(CommandError, match="itself"):
        move_data(address)


def test_a_program_that_runs_on_the_old_database_is_noticed(source, other_file, make_run):
    with make_run(other_file.parent), pytest.raises(CommandError, match="`make run` is running"):
        move_data(source)


@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_part_that_beats_is_noticed(source, broker, part):
    heartbeat.record_heartbeat(broker, part)
    again = threading.Timer(1, heartbeat.record_heartbeat, [broker, part])
    again.start()
    with pytest.raises(CommandError, match=f"a {part} is running"):
        move_data(source)
    again.join()


def test_a_part_that_just_stopped_is_waited_for(source, broker):
    beat = heartbeat.read_redis_time(broker) - 9.5  # seconds; silent after ten
    broker.client.zadd(heartbeat.build_heartbeat_key(broker, "worker"), {"elsewhere:1": beat})
    move_data(source)
    assert Salon.objects.count() == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite doesn't tell who is connected")
def test_a_connection_of_somebody_else_is_noticed(source):
    ours = connections["default"].get_connection_params()
    address = {key: ours[key] for key in ("dbname", "user", "host", "port")}
    with (
        psycopg.connect(**address),
        pytest.raises(CommandError, match="others are connected to the database \\(1\\)"),
    ):
        move_data(source)
