"""A salon that moves in, and its old book as a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appointment.models import Appointment
from importing.actions import Import, ImportJob
from importing.column_mapping.mapping import Mapping
from salon.models import Salon

HEADER = "Code,Name,Phone,Staff,Service,Date,Time"


@pytest.fixture
def salon(transactional_db):
    return Salon.objects.create(name="Old & New", timezone="America/New_York", country="US")


@pytest.fixture
def soon():
    """A day well ahead, as the old book writes it."""
    return f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}"


@pytest.fixture
def write(tmp_path):
    """`write(name, lines…)`: a file of the old program."""

    def to(name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding)
        return path

    return to


@pytest.fixture
def book(write):
    """`book(lines…)`: the old book, with the usual header."""
    return lambda *lines: write("book.csv", HEADER, *lines)


@pytest.fixture
def take(salon):
    """`take(path, …)`: the result of importing that file; options of Job and words of Mapping."""

    def run(path, **options):
        of_job = {
            name: options.pop(name) for name in [*options] if name in ImportJob.__annotations__
        }
        job = ImportJob(**{"salon": salon, "book": path, "mapping": Mapping(**options)} | of_job)
        return Import(job).run()

    return run


@pytest.fixture
def appointments(salon):
    """`appointments()`: customer, staff, start on the salon's clock, minutes and services of
    each."""

    def described():
        found = Appointment.objects.filter(salon=salon).prefetch_related("items__service")
        return [
            (
                str(appointment.customer),
                appointment.user.name,
                f"{appointment.appointment_time.astimezone(salon.zone):%H:%M}",
                (appointment.end_time - appointment.appointment_time) // timedelta(minutes=1),
                [item.service.name for item in appointment.items.all()],
            )
            for appointment in found.select_related("customer", "user")
        ]

    return described
