"""What becomes of an appointment after it was booked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from testkit.expected_messages import TrackedAppointment

DAY = timedelta(days=1)
SLIGHT_MOVE = timedelta(seconds=10)  # what an appointment that is moved on is moved by

# Takes the case, its new start (None: called off), method, path and fields of the request.
SendChange = Callable[..., None]


@dataclass
class AppointmentCase:
    """An appointment and what shall become of it; `change` None leaves it as it was booked."""

    appointment: TrackedAppointment
    start: datetime
    change: "Callable[[SendChange, AppointmentCase], None] | None" = None
    change_at: datetime | None = None  # None: as soon as all appointments are booked
    id: int = 0


def move_case_to_next_day(ask: SendChange, case: AppointmentCase) -> None:
    """To the next day: no reminder falls due in the window."""
    move_case(ask, case, case.start + DAY)


def move_case_slightly(ask: SendChange, case: AppointmentCase) -> None:
    """By a little: one reminder, that much later."""
    move_case(ask, case, case.start + SLIGHT_MOVE)


def move_case_there_and_back(ask: SendChange, case: AppointmentCase) -> None:
    """To the next day and back: one reminder at the first time."""
    move_case(ask, case, case.start + DAY)
    move_case(ask, case, case.start)


def bring_case_forward(ask: SendChange, case: AppointmentCase) -> None:
    """From the next day into the window: one reminder."""
    move_case(ask, case, case.start - DAY)


def move_case(ask: SendChange, case: AppointmentCase, start: datetime) -> None:
    ask(case, start, "PATCH", appointment_time=start.isoformat())


def cancel_case(ask: SendChange, case: AppointmentCase) -> None:
    """No reminder, one cancellation."""
    ask(case, None, "POST", "cancel/", reason="closed")


def delete_case(ask: SendChange, case: AppointmentCase) -> None:
    """No reminder, one cancellation."""
    ask(case, None, "DELETE")
