"""People at the calendar while something else goes on: how fast the web answers them."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from testkit.installation_api import ApiClient

LISTS, BOOKINGS = 4.0, 1.0  # requests a second
LENGTH = timedelta(minutes=30)
CLIENTS = 16  # requests at a time


class BackgroundRequests:
    """Ask for the day's appointments and book new ones, at planned moments whatever the answers
    take.

    Milliseconds count from the planned moment, so that an answer which holds up the next ones
    counts for them too. Bookings are of the days ahead and tell nobody.
    """

    def __init__(self, api: ApiClient) -> None:
        self.api = api
        self.milliseconds: defaultdict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.stopping = threading.Event()
        self.staff = api.get("/staff/?bookable=true")["results"][0]["id"]
        values = {"full_name": "Jane Roe", "phone_number": "+12125550199"}
        self.customer = api.post("/customers/", values)["id"]
        self.first = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
        self.booked = 0

    def __enter__(self) -> "BackgroundRequests":
        self.pool = ThreadPoolExecutor(CLIENTS)
        self.threads = [
            threading.Thread(target=self.keep_asking, args=each)
            for each in (("GET", self.list_day, LISTS), ("POST", self.book, BOOKINGS))
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        self.pool.shutdown()

    def keep_asking(self, name: str, ask: Callable[[int], object], rate: float) -> None:
        """`rate` times a second, until we stop."""
        began, number = time.monotonic(), 0
        while not self.stopping.wait(max(began + number / rate - time.monotonic(), 0.0)):
            self.pool.submit(self.note, name, ask, number, began + number / rate)
            number += 1

    def note(self, name: str, ask: Callable[[int], object], number: int, planned: float) -> None:
        try:
            ask(number)
        except Exception as error:  # noqa: BLE001 - the report shows it, and the run fails
            self.errors.append(f"{name}: {type(error).__name__}: {error}")
        self.milliseconds[name].append((time.monotonic() - planned) * 1000)

    def list_day(self, number: int) -> None:
        today = datetime.now(UTC).date()
        self.api.get(f"/appointments/?start={today}&end={today + timedelta(days=2)}")

    def book(self, number: int) -> None:
        start = self.first + number * LENGTH
        self.api.post(
            "/appointments/",
            {
                "customer": self.customer,
                "user": self.staff,
                "appointment_time": start.isoformat(),
                "end_time": (start + LENGTH).isoformat(),
                "notify": False,
            },
        )
