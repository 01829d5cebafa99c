"""How long the calendar's data takes: a day of 8 staff and 120 appointments, a week of 800.

    python -m benchmarks.calendar [--quick] [--others 500000]

Both alone and beside that many other appointments of the same salon, on SQLite. Exit status 1 when
the median is beyond 60 ms for the day or 150 ms for the week.
"""

import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from testkit import report

MOST_MS = {1: 60.0, 7: 150.0}  # by days asked for
ROUNDS = 15
STAFF = 8
DAY_APPOINTMENTS, WEEK_APPOINTMENTS = 120, 800
BATCH = 5000


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="beside 5,000 others")
    parser.add_argument("--others", type=int, help="other appointments of the salon")
    options = parser.parse_args()
    others = options.others or (5_000 if options.quick else 500_000)
    report.run_benchmark("The calendar", lambda: measure_calendar(others))


def measure_calendar(others: int) -> bool:
    """Measure and say so; whether the goals were met."""
    with TemporaryDirectory(prefix="salon-bench-", ignore_cleanup_errors=True) as folder:
        os.environ.update(DATA_DIR=folder, DEBUG="1", DJANGO_SETTINGS_MODULE="booking_api.settings")
        os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # nothing is enqueued
        import django  # noqa: PLC0415 - the folder has to be named first

        django.setup()
        return CalendarBench(others).run()


class CalendarBench:
    """One salon whose week is full."""

    def __init__(self, others: int) -> None:
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from customer.models import Customer  # noqa: PLC0415
        from salon.models import Salon, Service  # noqa: PLC0415
        from user.models import ExtendedUser  # noqa: PLC0415

        settings.DEBUG = False  # it keeps every query in memory
        settings.ALLOWED_HOSTS = ["*"]
        call_command("migrate", verbosity=0)
        self.others = others
        self.salon = Salon.objects.create(name="Aurora", timezone="America/New_York")
        self.staff = [
            ExtendedUser.objects.create_user(f"{n}@a.example", None, name=f"S{n}", salon=self.salon)
            for n in range(STAFF)
        ]
        self.customers = Customer.objects.bulk_create(
            Customer(salon=self.salon, full_name=f"Customer {n}", phone_number=f"+1212555{n:04}")
            for n in range(200)
        )
        self.service = Service.objects.create(salon=self.salon, name="Cut", minutes=30)
        self.monday = datetime(2027, 6, 7, 13, tzinfo=UTC)
        self.client = Client(raise_request_exception=True)
        self.client.force_login(self.staff[0], backend="user.backends.EmailBackend")

    def run(self) -> bool:
        self.fill(self.monday, DAY_APPOINTMENTS, days=1)
        later = self.monday + timedelta(days=1)
        self.fill(later, WEEK_APPOINTMENTS - DAY_APPOINTMENTS, days=6)
        alone = [self.measure("alone", days, count) for days, count in self.asked()]
        self.fill(self.monday - timedelta(days=900), self.others, days=880)
        name = f"beside {self.others:,} others"
        beside = [self.measure(name, days, count) for days, count in self.asked()]
        return all([*alone, *beside])

    def asked(self) -> list[tuple[int, int]]:
        return [(1, DAY_APPOINTMENTS), (7, WEEK_APPOINTMENTS)]

    def fill(self, first: datetime, count: int, days: int) -> None:
        """`count` appointments with their two messages, spread over `days` days and all the
        staff."""
        for begin in range(0, count, BATCH):
            self.add([self.slot(first, n, days) for n in range(begin, min(begin + BATCH, count))])

    def slot(self, first: datetime, number: int, days: int) -> dict[str, Any]:
        start = first + timedelta(days=number % days, minutes=30 * (number // days // STAFF % 20))
        return {
            "salon": self.salon,
            "user": self.staff[number // days % STAFF],
            "customer": self.customers[number % len(self.customers)],
            "appointment_time": start,
            "end_time": start + timedelta(minutes=30),
        }

    def add(self, slots: list[dict[str, Any]]) -> None:
        from appointment.models import Appointment, AppointmentService  # noqa: PLC0415
        from notification.models import AppointmentNotification  # noqa: PLC0415
        from notification.states import Kind  # noqa: PLC0415

        appointments = Appointment.objects.bulk_create(Appointment(**slot) for slot in slots)
        AppointmentService.objects.bulk_create(
            AppointmentService(appointment=appointment, service=self.service, minutes=30)
            for appointment in appointments
        )
        AppointmentNotification.objects.bulk_create(
            AppointmentNotification(
                salon=self.salon,
                appointment=appointment,
                appointment_number=appointment.pk,
                starts_at=appointment.appointment_time,
                revision=1,
                kind=kind,
                due_at=appointment.appointment_time - timedelta(hours=1),
                wake_at=appointment.appointment_time,
                woken_until=appointment.appointment_time,
            )
            for appointment in appointments
            for kind in (Kind.CONFIRMATION, Kind.REMINDER)
        )

    def measure(self, name: str, days: int, count: int) -> bool:
        """Whether the median of some requests is within the figure."""
        url = f"/calendar/events/?start={self.monday:%Y-%m-%d}&days={days}"
        took = []
        for _ in range(ROUNDS):
            since = time.perf_counter()
            answer = self.client.get(url)
            took.append((time.perf_counter() - since) * 1000)
        found = len(answer.json()["events"])
        assert found == count, f"{found} appointments instead of {count}"
        since = time.perf_counter()
        assert self.client.get(f"{url}&seen={answer.json()['stamp']}").status_code == 204
        unchanged = (time.perf_counter() - since) * 1000
        median = statistics.median(took)
        print(
            f"{days} day(s), {count} appointments, {name}: median {median:.0f} ms,"
            f" slowest {max(took):.0f} ms; unchanged {unchanged:.0f} ms;"
            f" at most {MOST_MS[days]:.0f} ms; {report.describe_load()}"
        )
        return median <= MOST_MS[days]


if __name__ == "__main__":
    main()
