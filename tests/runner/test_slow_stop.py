"""The longest stop there is: a text has just been handed to a provider that does not answer."""

import json
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest

from testkit.provider import Fault, Provider
from testkit.waiting import wait_until

pytestmark = pytest.mark.process
PASSWORD = "only-for-this-test-1"


class Owner:
    """Aurora's owner, over HTTP."""

    def __init__(self, port):
        self._base = f"http://127.0.0.1:{port}"
        self._token = None
        login = self.post("/auth/login/", email="owner@aurora.example", password=PASSWORD)
        self._token = login["token"]

    def get(self, path):
        return self._ask(Request(self._base + path))

    def post(self, path, **values):
        return self._ask(Request(self._base + path, json.dumps(values).encode()))

    def _ask(self, request):
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Token {self._token}")
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def book(self, days_ahead):
        """An appointment of the first customer, three weeks away where the demo has none."""
        begin = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days_ahead)
        return self.post(
            "/appointments/",
            customer=self.get("/customers/")["results"][0]["id"],
            user=self.get("/staff/")["results"][0]["id"],
            appointment_time=begin.isoformat(),
            end_time=(begin + timedelta(minutes=30)).isoformat(),
            comment="",
        )


def test_a_send_without_an_answer_is_waited_for_and_recorded(install):
    with Provider(down_with=Fault.timeout()) as provider:
        installation = install(DEMO_PASSWORD=PASSWORD, TWILIO_API_BASE_URL=provider.url)
        installation.until_open()
        Owner(installation.port).book(days_ahead=21)
        wait_until(lambda: any("confirmed" in call.form.get("Body", "") for call in provider.calls))
        asked = time.monotonic()
        assert installation.stop() == 0
        assert time.monotonic() - asked < 20
        assert installation.processes.all() == {}
    with sqlite3.connect(installation.data_dir / "db.sqlite3") as database:
        rows = database.execute(
            "SELECT status FROM notification_appointmentnotification"
            " WHERE kind = 'confirmation' AND status != 'skipped'"
        ).fetchall()
    assert rows == [("unknown",)], installation.printed()
