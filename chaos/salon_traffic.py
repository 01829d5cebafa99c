"""What goes on in the salons meanwhile: appointments are booked, moved, cancelled and deleted."""

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from testkit.expected_messages import TrackedAppointment, TrackedChange, TrackedSalon
from testkit.installation_api import ApiClient

SOONEST, LATEST = 8, 45  # seconds from the booking to the reminder


class SalonTraffic:
    """Books `size` appointments over `seconds`, `clients` at a time; each appointment has its own
    phone."""

    def __init__(
        self, api: ApiClient, *, random: Random, size: int, seconds: float, clients: int
    ) -> None:
        self.api, self.size, self.seconds, self.clients = api, size, seconds, clients
        shown = api.get("/salons/")["results"][0]
        self.salon = TrackedSalon(
            shown["name"],
            ZoneInfo(shown["timezone"]),
            timedelta(minutes=shown["reminder_time_minutes"]),
        )
        self.staff = [member["id"] for member in api.get("/staff/?bookable=true")["results"]]
        # One seed for each appointment: its life is the same whoever is faster.
        self.seeds = [random.getrandbits(32) for _ in range(size)]
        self.appointments: list[TrackedAppointment] = []
        self.ids: dict[str, int] = {}  # of the appointments, by phone
        self.errors: list[str] = []
        self.done: Counter[str] = Counter()
        self.numbers = iter(range(size))
        self.lock = threading.Lock()

    def go_on(self) -> None:
        """Live through all appointments; returns when the last one was dealt with."""
        threads = [threading.Thread(target=self.client) for _ in range(self.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def client(self) -> None:
        """One desk: an appointment after the other, at the pace that fills the time."""
        began = time.monotonic()
        while True:
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            time.sleep(max(0.0, began + self.seconds * number / self.size - time.monotonic()))
            try:
                self.live(number)
            except Exception as error:  # noqa: BLE001 - the report shows it, and the run fails
                self.errors.append(f"appointment {number}: {type(error).__name__}: {error}")

    def live(self, number: int) -> None:
        """Book one appointment and do to it what its own dice say."""
        dice = Random(self.seeds[number])
        phone = f"+1212{number + 2_000_000:07}"
        appointment = TrackedAppointment(phone, f"Customer {number}")
        values = {"full_name": appointment.customer, "phone_number": phone}
        customer = self.api.post("/customers/", values)["id"]
        start = self.near(dice)
        asked = datetime.now(UTC)
        body = {
            "customer": customer,
            "user": self.staff[number % len(self.staff)],
            "appointment_time": start.isoformat(),
            "allow_overlap": True,
        }
        booked = self.api.post("/appointments/", body)["id"]
        appointment.history.append(TrackedChange(start, asked, datetime.now(UTC)))
        self.ids[phone] = booked
        self.appointments.append(appointment)
        self.done["booked"] += 1
        self.change(appointment, booked, start, dice)

    def near(self, dice: Random) -> datetime:
        """A time whose reminder is due within the next seconds."""
        due = datetime.now(UTC) + timedelta(seconds=dice.uniform(SOONEST, LATEST))
        return (due + self.salon.lead).replace(microsecond=0)

    def change(
        self, appointment: TrackedAppointment, booked: int, start: datetime, dice: Random
    ) -> None:
        """Half stay as they are; the others are moved, moved back, cancelled or deleted."""
        lot = dice.random()
        if lot < 0.5:
            return
        if lot < 0.7:
            self.move(appointment, booked, self.near(dice))
        elif lot < 0.8:
            self.move(appointment, booked, start + timedelta(days=1))
            self.move(appointment, booked, start)
        elif lot < 0.9:
            self.ask(
                appointment, None, "POST", f"/appointments/{booked}/cancel/", {"reason": "ill"}
            )
            self.done["cancelled"] += 1
        else:
            self.ask(appointment, None, "DELETE", f"/appointments/{booked}/", None)
            self.done["deleted"] += 1

    def move(self, appointment: TrackedAppointment, booked: int, start: datetime) -> None:
        values = {"appointment_time": start.isoformat()}
        self.ask(appointment, start, "PATCH", f"/appointments/{booked}/", values)
        self.done["moved"] += 1

    def ask(
        self,
        appointment: TrackedAppointment,
        start: datetime | None,
        method: str,
        path: str,
        values: dict[str, Any] | None,
    ) -> None:
        """Change an appointment through the API and note when."""
        asked = datetime.now(UTC)
        self.api.call(method, path, values)
        appointment.history.append(TrackedChange(start, asked, datetime.now(UTC)))
