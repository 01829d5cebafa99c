"""The part of benchmarks/importing/__main__.py that runs inside Django."""

import resource
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from appointment.models import Appointment
from core.jobs import enqueue
from importing.actions import Import, ImportJob
from salon.models import Salon
from testkit import report
from user.models import ExtendedUser

REQUESTS = 40  # of each page


def measure_import_inside(paths: list[str]) -> dict[str, Any]:
    """Seconds and MiB of one import, of the same once more, and of pages afterwards."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    salon = Salon.objects.create(name="Moving in", timezone="America/Vancouver", country="CA")
    before = read_own_peak_memory()
    started = time.monotonic()
    result = import_shifted_book(salon, paths)
    seconds, memory = time.monotonic() - started, read_own_peak_memory()
    waiting, appointments = enqueue.get_broker().waiting(), Appointment.objects.count()
    if not waiting == appointments == result.appointments == result.reminders:
        raise AssertionError(
            f"{result.appointments} appointments, {appointments} stored, {waiting} in Redis"
        )
    started = time.monotonic()
    if import_shifted_book(salon, paths).book.taken:
        raise AssertionError("the second run took something")
    return {
        "bookings": result.book.taken,
        "appointments": result.appointments,
        "reminders": result.reminders,
        "seconds": seconds,
        "again": time.monotonic() - started,
        "peak": memory,
        "before": before,
        "pages": [[page, *time_page_requests(salon, page)] for page in list_measured_pages(salon)],
    }


def import_shifted_book(salon: Salon, paths: list[str]) -> Any:
    """Import the book, shifted to begin tomorrow."""
    book, *services = map(Path, paths)
    tomorrow = timezone.now().astimezone(salon.zone).date() + timedelta(days=1)
    job = ImportJob(salon, book, services=services[0] if services else None, shift_to=tomorrow)
    return Import(job).run()


def read_own_peak_memory() -> float:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def list_measured_pages(salon: Salon) -> list[str]:
    """What a salon asks for all day, on a day with many appointments."""
    middle = Appointment.objects.order_by("appointment_time")[Appointment.objects.count() // 2]
    day = middle.appointment_time.astimezone(salon.zone).date()
    return [
        f"/day/?date={day}",
        f"/appointments/?start={day}&end={day + timedelta(days=1)}",
        f"/appointments/{middle.pk}/",
        "/customers/?search=customer%20777",
        "/notifications/",
    ]


def time_page_requests(salon: Salon, page: str) -> tuple[float, float]:
    """Median and 95th percentile of a page in ms, signed in as the owner."""
    owner, _ = ExtendedUser.objects.get_or_create(
        email="owner@old.example", defaults={"name": "Olive", "salon": salon, "is_owner": True}
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="user.backends.EmailBackend")
    taken = []
    for _ in range(REQUESTS):
        started = time.monotonic()
        answer = client.get(page)
        taken.append((time.monotonic() - started) * 1000)
        if answer.status_code != 200:
            raise AssertionError(f"{page}: {answer.status_code}")
    return report.compute_percentile(taken, 50), report.compute_percentile(taken, 95)
