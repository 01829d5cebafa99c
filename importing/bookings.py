"""One booking of the old book, as it stands there: checked, and not yet in our words."""

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from importing.models import LONGEST_KEY


class LineRejected(Exception):
    """A line that can't be taken. The sentence says why."""


class Booking(NamedTuple):
    """One line of the book. Times are those of its wall clock, before any shift."""

    line: int
    key: str  # the same in every run, whatever the shift
    customer: "CustomerRecord"
    staff: str  # by name or e-mail; "" for none
    services: tuple[str, ...]  # codes or names, as the file has them
    start: datetime
    minutes: int
    price: Decimal | None = None  # of all services together; None: what they usually cost
    note: str = ""
    status: str = ""  # one of ours, or "": by the time
    remark: str = ""  # what had to be left out

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


class CustomerRecord(NamedTuple):
    """A customer. `key` is the code of the old program, else made of name and number."""

    key: str
    name: str = ""
    phone: str = ""  # E.164, or "" for none
    email: str = ""
    note: str = ""


def build_short_key(*parts: str) -> str:
    """The parts as one key, readable where it is short enough."""
    key = " ".join(part for part in parts if part)
    return key if len(key) <= LONGEST_KEY else build_hashed_key(key)


def build_hashed_key(*parts: str) -> str:
    """A key that only the same parts have."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
