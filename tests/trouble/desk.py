"""A salon at work in a real installation, while something is wrong with what it stands on."""

import json
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import psycopg
import redis

from testkit.processes.installation import Installation
from testkit.provider import Provider
from testkit.run_inside import PROVIDER_ACCOUNT
from testkit.waiting import wait_until

OWNER, PASSWORD = "owner@aurora.example", "a-password-for-rehearsals"
CONFIRMATION, REMINDER = "confirmed", "coming up"  # words of the texts
SOON = 60  # seconds
LEAD = timedelta(minutes=60)  # the demo salon's reminder time
SMALL_INSTALLATION = {"WEB_WORKERS": "1", "WORKER_PROCESSES": "1", "WORKER_THREADS": "4"}


def build_installation_variables(provider: Provider) -> dict[str, str]:
    """What an installation is started with that texts `provider`."""
    demo = {"DEMO": "1", "DEMO_PASSWORD": PASSWORD, "TWILIO_API_BASE_URL": provider.url}
    return {**PROVIDER_ACCOUNT, **demo, **SMALL_INSTALLATION}


@dataclass(frozen=True)
class Answer:
    """What the web server said, and after how many seconds."""

    status: int
    body: Any
    seconds: float


class Desk:
    """The owner of a demo salon at work; each appointment has a customer of its own."""

    def __init__(self, installation: Installation, provider: Provider, customers: int) -> None:
        self.installation, self.provider = installation, provider
        installation.until_open()
        self.headers = {"Content-Type": "application/json"}
        signed_in = self.ask("POST", "/auth/login/", {"email": OWNER, "password": PASSWORD})
        self.headers["Authorization"] = f"Token {signed_in.body['token']}"
        self.staff = self.ask("GET", "/staff/?bookable=true").body["results"][0]["id"]
        self.phones = {self.enter(number): f"+12125550{number:03}" for number in range(customers)}
        self.free = iter(self.phones)
        self.booked: dict[int, int] = {}  # appointment -> customer
        self.soon: dict[int, int] = {}  # those of them who are reminded during the test
        wait_until(lambda: self.health() == {})

    def ask(self, method: str, path: str, values: dict[str, Any] | None = None) -> Answer:
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", int(self.installation.port), timeout=30)
        try:
            connection.request(method, path, json.dumps(values) if values else None, self.headers)
            with connection.getresponse() as answer:
                body = json.loads(answer.read() or "null")
        finally:
            connection.close()
        return Answer(answer.status, body, time.monotonic() - began)

    def enter(self, number: int) -> int:
        values = {"full_name": f"Customer {number}", "phone_number": f"+12125550{number:03}"}
        return self.ask("POST", "/customers/", values).body["id"]

    def book(self, reminder_in: float = 3600) -> Answer:
        """Book for the next customer, with a reminder due in so many seconds."""
        customer = next(self.free)
        start = datetime.now(UTC) + LEAD + timedelta(seconds=reminder_in)
        values = {
            "customer": customer,
            "user": self.staff,
            "appointment_time": start.isoformat(timespec="seconds"),
            "allow_overlap": True,
        }
        answer = self.ask("POST", "/appointments/", values)
        if answer.status == 201:
            self.booked[answer.body["id"]] = customer
            if reminder_in < SOON:
                self.soon[answer.body["id"]] = customer
        return answer

    def look_at_the_day(self) -> Answer:
        """What the calendar asks for."""
        day = datetime.now(UTC)
        return self.ask("GET", f"/appointments/?start={day:%Y-%m-%dT00:00:00Z}&page_size=100")

    def health(self) -> dict[str, str]:
        """Part -> what is wrong with it, for those with which something is."""
        answer = self.ask("GET", "/health/")
        ill = {n: p["detail"] for n, p in answer.body["parts"].items() if not p["ok"]}
        assert (answer.status == 200) == (not ill)
        return ill

    def rows(self, **filters: str) -> list[dict[str, Any]]:
        """The salon's ledger."""
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.ask("GET", f"/notifications/?page_size=100&{query}").body["results"]

    def texts(self, word: str) -> Counter[str]:
        """Phone -> how many texts with `word` the provider took for it."""
        return Counter(text.to for text in self.provider.texts if word in text.body)

    def until_told(self, *, timeout: float = 20.0) -> None:
        """Wait until nothing that is due is left to do; then each text went out, and once."""
        wait_until(lambda: not self.due("pending", "sending", "unknown"), timeout=timeout)
        assert self.texts(CONFIRMATION) == Counter(self.phones[one] for one in self.booked.values())
        reminded = Counter(self.phones[one] for one in self.soon.values())
        wait_until(lambda: self.texts(REMINDER) == reminded, timeout=timeout)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database says, past the program."""
        with closing(self.connect()) as connection, connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def connect(self) -> Any:
        url = self.installation.environment.get("DATABASE_URL", "")
        if url.startswith("postgresql:"):
            return psycopg.connect(url, options="-c default_transaction_read_only=off")
        file = url.removeprefix("sqlite:///") or self.installation.data_dir / "db.sqlite3"
        return sqlite3.connect(file, timeout=20)

    def due(self, *statuses: str) -> int:
        """How many rows whose time has come are in one of these states."""
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
        [(count,)] = self.sql(
            "SELECT count(*) FROM notification_appointmentnotification"
            f" WHERE due_at < '{now}' AND status IN ({', '.join(map(repr, statuses))})"
        )
        return int(count)

    def half_done(self) -> list[tuple[Any, ...]]:
        """Appointments without their time, their two messages or their history."""
        return self.sql(
            "SELECT id FROM appointment_appointment AS appointment WHERE"
            " (SELECT count(*) FROM notification_appointmentnotification"
            "  WHERE appointment_id = appointment.id) <> 2"
            " OR NOT EXISTS"
            " (SELECT 1 FROM appointment_busyspan WHERE appointment_id = appointment.id)"
            " OR NOT EXISTS"
            " (SELECT 1 FROM appointment_historicalappointment WHERE id = appointment.id)"
        )

    def goes_on_by_itself(self) -> None:
        """After a trouble is over: bookings are taken, all is told once, nothing is half done."""
        wait_until(lambda: self.health() == {}, timeout=30)
        assert self.book().status == 201
        self.half_a_minute_later()
        self.a_minute_later()
        self.until_told(timeout=40)
        assert self.half_done() == []

    def half_a_minute_later(self) -> None:
        """What is being sent since just now has been so for longer than a call can take."""
        before = datetime.now(UTC) - timedelta(seconds=31)
        self.sql(
            "UPDATE notification_appointmentnotification"
            f" SET claimed_at = '{before:%Y-%m-%d %H:%M:%S}' WHERE status = 'sending'"
        )

    def a_minute_later(self) -> None:
        """Redis was trusted long enough with what is pending and due."""
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
        self.sql(
            f"UPDATE notification_appointmentnotification SET woken_until = '{now}'"
            f" WHERE status = 'pending' AND wake_at < '{now}'"
        )

    @property
    def redis(self) -> redis.Redis:
        socket = self.installation.data_dir / "redis.sock"
        return redis.Redis.from_url(f"unix://{socket}?db=0")
