"""What becomes of a visit after it was booked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.flow_model import Visit

DAY = timedelta(days=1)
LONGER = timedelta(seconds=10)  # what a visit that is moved on is moved by

# Takes the case, its new start (None: called off), method, path and fields of the request.
Ask = Callable[..., None]


@dataclass
class Case:
    """A visit and what shall become of it; `change` None leaves it as it was booked."""

    visit: Visit
    start: datetime
    change: "Callable[[Ask, Case], None] | None" = None
    change_at: datetime | None = None  # None: as soon as all visits are booked
    id: int = 0


def move_away(ask: Ask, case: Case) -> None:
    """To the next day: no reminder falls due in the window."""
    move(ask, case, case.start + DAY)


def move_on(ask: Ask, case: Case) -> None:
    """By a little: one reminder, that much later."""
    move(ask, case, case.start + LONGER)


def there_and_back(ask: Ask, case: Case) -> None:
    """To the next day and back: one reminder at the first time."""
    move(ask, case, case.start + DAY)
    move(ask, case, case.start)


def bring_forward(ask: Ask, case: Case) -> None:
    """From the next day into the window: one reminder."""
    move(ask, case, case.start - DAY)


def move(ask: Ask, case: Case, start: datetime) -> None:
    ask(case, start, "PATCH", appointment_time=start.isoformat())


def cancel(ask: Ask, case: Case) -> None:
    """No reminder, one cancellation."""
    ask(case, None, "POST", "cancel/", reason="closed")


def delete(ask: Ask, case: Case) -> None:
    """No reminder, one cancellation."""
    ask(case, None, "DELETE")
