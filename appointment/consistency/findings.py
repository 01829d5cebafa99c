"""The findings and counts of a comparison of appointments, ledger and Redis."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

Record = TypeVar("Record", bound=Model)

CHUNK = 500  # records compared in one step


@dataclass(frozen=True)
class Finding:
    """One difference: `what` is its code, `detail` a sentence for people.

    `salon_id` and `appointment_id` are None for a message in Redis that has no notification.
    """

    what: str
    salon_id: int | None
    appointment_id: int | None
    detail: str
    is_repaired: bool = False


@dataclass
class SalonCounts:
    """The counts of one salon."""

    appointments: int = 0
    reminders_due: int = 0
    reminders_planned: int = 0


class ConsistencyReport(defaultdict[int, SalonCounts]):
    """The counts of all salons, by the salon's id."""

    def __init__(self) -> None:
        super().__init__(SalonCounts)

    def total(self, name: str) -> int:
        """Return the sum of one of the counts over all salons."""
        return sum(getattr(counts, name) for counts in self.values())


def iterate_chunks(records: QuerySet[Record]) -> Iterator[list[Record]]:
    """Yield the records by id, `CHUNK` at a time; concurrent changes skip and repeat none."""
    last = 0
    while chunk := list(records.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk
