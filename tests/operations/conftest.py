"""A second database, a book with texts in every state, and a program that seems to run."""

import fcntl
import shutil
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from knox.models import AuthToken

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment, delete_appointment
from notification.contacts.models import OptOut
from notification.delivery.send import deliver_notification
from operations import tables
from operations.management.commands.move_data import connect_source


@contextmanager
def attach_database(alias, path):
    """The SQLite file at `path` under `alias`."""
    connect_source(f"sqlite:///{path}", alias)
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory, django_db_setup, django_db_blocker):
    """An SQLite file with all tables and nothing in them; copy it."""
    path = tmp_path_factory.mktemp("other") / "empty.sqlite3"
    path.touch()
    with django_db_blocker.unblock(), attach_database("template", path):
        call_command("migrate", database="template", verbosity=0)
    return path


@pytest.fixture
def other_file(migrated_file, tmp_path):
    return shutil.copy(migrated_file, tmp_path / "other.sqlite3")


@pytest.fixture
def other(other_file, transactional_db):
    """The alias of a second database, migrated and empty."""
    with attach_database("other", other_file) as alias:
        yield alias


@pytest.fixture
def book_of_five(transactional_db, provider, aurora, barber, bob, charlie, jane, cut, tomorrow):
    """Appointments at five hours of tomorrow: the first is told of, the last was deleted."""
    AuthToken.objects.create(user=bob)
    OptOut.objects.create(sender="+12125550110", phone_number="+12125550198")
    appointments = [
        book_appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            services=[cut],
            notify=hours == 0,
            appointment_time=tomorrow + timedelta(hours=hours),
        )
        for hours in range(5)
    ]
    deliver_notification(appointments[0].notifications.get(kind="confirmation").pk)
    deleted = appointments.pop().pk
    cancel_appointment(deleted, notify=False)
    delete_appointment(deleted)
    assert len(provider.texts) == 1
    return appointments


@pytest.fixture
def everything():
    """`everything()`: the rows of each table that belongs to a salon's data."""

    def rows():
        found = {}
        for model in tables.list_models_to_copy():
            if model._meta.label not in tables.MADE_BY_MIGRATIONS:
                found[model._meta.label] = list(model._base_manager.order_by("pk").values())
        return found

    return rows


@pytest.fixture
def make_run():
    """`with make_run(folder)`: somebody runs the program there."""

    @contextmanager
    def running(folder):
        with (folder / "run.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    return running
