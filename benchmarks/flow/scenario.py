"""A salon's busiest half minute: appointments whose reminders fall due within it, and their
changes."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.flow.changes import (
    DAY,
    SLIGHT_MOVE,
    AppointmentCase,
    bring_case_forward,
    cancel_case,
    delete_case,
    move_case_slightly,
    move_case_there_and_back,
    move_case_to_next_day,
)
from testkit.expected_messages import (
    ExpectedMessage,
    MessageVerdict,
    TrackedAppointment,
    TrackedChange,
    TrackedSalon,
    compare_messages,
    list_expected_messages,
)
from testkit.installation_api import ApiClient
from testkit.provider import Provider
from testkit.waiting import wait_until

CLIENTS = 4  # requests at a time
# Numbers that are kept for fiction: 555-0100 to 555-0199 of each area code.
AREA_CODES = (212, 305, 415, 512, 617, 702, 808, 907)
SECOND = timedelta(seconds=1)
CHANGES = (
    move_case_to_next_day,
    move_case_slightly,
    move_case_there_and_back,
    bring_case_forward,
    cancel_case,
    delete_case,
)


class FlowScenario:
    """Books `size` appointments at `api`; their reminders fall due within `window` from `opens` on.

    Every second appointment is changed, `races` of them in the very moment their reminder falls
    due.
    """

    def __init__(
        self, api: ApiClient, provider: Provider, *, size: int, window: timedelta, races: int = 0
    ) -> None:
        self.api, self.provider = api, provider
        shown = api.get("/salons/")["results"][0]
        self.salon = TrackedSalon(
            name=shown["name"],
            zone=ZoneInfo(shown["timezone"]),
            lead=timedelta(minutes=shown["reminder_time_minutes"]),
        )
        self.staff = [member["id"] for member in api.get("/staff/?bookable=true")["results"]]
        self.size, self.window, self.races = size, window, races
        self.cases: list[AppointmentCase] = []

    def prepare(self) -> None:
        """Enter the customers, each with a phone of their own."""
        appointments = [
            TrackedAppointment(build_fictional_number(n), f"Customer {n}") for n in range(self.size)
        ]
        self.customers = run_in_parallel(self.enter, appointments)
        self.appointments = appointments

    def enter(self, appointment: TrackedAppointment) -> int:
        values = {"full_name": appointment.customer, "phone_number": appointment.phone}
        return self.api.post("/customers/", values)["id"]

    def book(self, *, within: timedelta) -> None:
        """Book all appointments and wait for their confirmations; the window opens `within` from
        now.

        Raises:
            TooSlow: the machine did not manage that before the window opened.
        """
        self.opens = datetime.now(UTC).replace(microsecond=0) + within
        self.cases = self.planned()
        run_in_parallel(self.enter_appointment, list(enumerate(self.cases)))
        wait_until(
            lambda: len(self.provider.texts) >= self.size, timeout=within.total_seconds() + 30
        )
        if datetime.now(UTC) > self.opens:
            raise TooSlow(f"booking {self.size} appointments took longer than {within}")

    def planned(self) -> list[AppointmentCase]:
        """Every second appointment stays; of the others those that are changed early fall due
        late."""
        changes = cycle(CHANGES)
        changed = self.size // 2
        cases = []
        for number, appointment in enumerate(self.appointments):
            share = number // 2 / changed
            if number % 2 == 0:
                cases.append(AppointmentCase(appointment, self.start_for(share)))
                continue
            late = AppointmentCase(
                appointment, self.start_for(1 / 3 + share * 2 / 3), next(changes)
            )
            if number // 2 >= changed - self.races:
                late.change_at = self.due(late.start)
                late.change = (cancel_case, delete_case, move_case_to_next_day)[number // 2 % 3]
            if late.change is bring_case_forward:
                late.start += DAY
            cases.append(late)
        return cases

    def start_for(self, share: float) -> datetime:
        """When an appointment is whose reminder falls due in that part of the window; to the
        second."""
        offset = round(share * self.window.total_seconds())
        return self.opens + offset * SECOND + self.salon.lead

    def due(self, start: datetime) -> datetime:
        return start - self.salon.lead

    def enter_appointment(self, numbered: tuple[int, AppointmentCase]) -> None:
        number, case = numbered
        values = {
            "customer": self.customers[number],
            "user": self.staff[number % len(self.staff)],
            "appointment_time": case.start.isoformat(),
            "allow_overlap": True,
        }
        asked = datetime.now(UTC)
        case.id = self.api.post("/appointments/", values)["id"]
        case.appointment.history.append(TrackedChange(case.start, asked, datetime.now(UTC)))

    def change(self) -> None:
        """Move, cancel and delete, each at its time."""
        changed = [case for case in self.cases if case.change is not None]
        early = [case for case in changed if case.change_at is None]
        run_in_parallel(lambda case: case.change(self.ask, case), early)
        late = [case for case in changed if case.change_at is not None]
        run_in_parallel(self.change_in_time, sorted(late, key=lambda case: case.change_at))

    def change_in_time(self, case: AppointmentCase) -> None:
        time.sleep(max((case.change_at - datetime.now(UTC)).total_seconds(), 0))
        case.change(self.ask, case)

    def ask(
        self,
        case: AppointmentCase,
        start: datetime | None,
        method: str,
        path: str = "",
        **values: str,
    ) -> None:
        """Change an appointment through the API and note when."""
        asked = datetime.now(UTC)
        self.api.call(method, f"/appointments/{case.id}/{path}", values or None)
        case.appointment.history.append(TrackedChange(start, asked, datetime.now(UTC)))

    def expected(self) -> list[ExpectedMessage]:
        """All texts that may go out until the window is over."""
        return list_expected_messages(self.appointments, self.salon, self.ends)

    @property
    def ends(self) -> datetime:
        """When all that falls due in the window has fallen due; a move may add ten seconds."""
        return self.opens + self.window + SLIGHT_MOVE

    def wait_for_the_end(self, timeout: float) -> None:
        """Wait until the window is over and no row is waiting for its turn, or `timeout` seconds.

        What is missing then is for the verdict to say.
        """
        left = (self.ends - datetime.now(UTC)).total_seconds()
        wait_until(lambda: datetime.now(UTC) > self.ends, timeout=left + 1)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and not self.is_done():
            time.sleep(0.2)

    def is_done(self) -> bool:
        """Whether every required text is there and no row is due or on its way."""
        verdict = self.verdict()
        return not verdict.missing and not self.rows("sending") and not self.rows_due()

    def rows(self, status: str) -> int:
        """How many rows of the ledger have this status."""
        return self.api.get(f"/notifications/?status={status}&page_size=1")["count"]

    def rows_due(self) -> int:
        """How many rows wait although their time has come."""
        now = datetime.now(UTC).isoformat().replace("+", "%2B")
        return self.api.get(f"/notifications/?status=pending&end={now}&page_size=1")["count"]

    def verdict(self) -> MessageVerdict:
        """What the provider accepted, against what it should have."""
        return compare_messages(list(self.provider.texts), self.expected())


class TooSlow(Exception):
    """The machine is too slow, or too busy, for so many appointments."""


def build_fictional_number(number: int) -> str:
    """One of the numbers kept for fiction, E.164."""
    return f"+1{AREA_CODES[number // 100]}55501{number % 100:02}"


def run_in_parallel(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """`work` on each of `items`, `CLIENTS` at a time; the results in order, errors raised."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(work, items))
