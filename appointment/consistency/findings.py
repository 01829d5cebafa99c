"""What a comparison of the book, the ledger and Redis found, and how much it saw."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

CHUNK = 500  # appointments or rows looked at in one step


@dataclass(frozen=True)
class Finding:
    """One difference. `what` is a word for programs, `detail` a sentence for people.

    `salon_id` and `appointment_id` are None of a message in Redis whose row is gone.
    """

    what: str
    salon_id: int | None
    appointment_id: int | None
    detail: str
    is_mended: bool = False


@dataclass
class SalonCounts:
    """What an audit saw of one salon."""

    appointments: int = 0
    reminders_due: int = 0
    reminders_planned: int = 0


class ConsistencyReport(defaultdict[int, SalonCounts]):
    """What an audit saw, by the salon's id."""

    def __init__(self) -> None:
        super().__init__(SalonCounts)

    def total(self, name: str) -> int:
        """The sum of one of the counts over all salons."""
        return sum(getattr(counts, name) for counts in self.values())


def iterate_chunks(records: QuerySet[Row]) -> Iterator[list[Row]]:
    """The records, `CHUNK` at a time in the order of their ids, whatever changes meanwhile."""
    last = 0
    while chunk := list(records.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk
