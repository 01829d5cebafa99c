"""Tells what an earlier run has taken, so that the same file again adds nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from appointment.models import Appointment
from importing.policies import Visit
from importing.results import Lines
from salon.models import Salon


class Known(NamedTuple):
    """A visit that stands in the book, with what tells whether the file has more of it by now."""

    id: int
    version: int
    start: datetime
    end: datetime
    services: int

    def lacks(self, visit: Visit) -> bool:
        """Whether the file has more of this visit than was taken. One that was edited since is
        the salon's own matter."""
        services = sum(len(booking.services) for booking in visit.bookings)
        is_longer = not services and visit.end - visit.start > self.end - self.start
        return self.version == 1 and (services > self.services or is_longer)


def without_known(salon: Salon, visits: Sequence[Visit], lines: Lines) -> list[Visit]:
    """The visits of which nothing was taken before; the others are counted in `lines`."""
    known = find_known(salon, [each.key for visit in visits for each in visit.bookings])
    return [visit for visit in visits if not is_known(visit, known, lines)]


def find_known(salon: Salon, keys: Sequence[str]) -> dict[str, Known]:
    """The visits that were taken under one of `keys`."""
    stored = Appointment.objects.filter(salon=salon, external_id__in=keys).order_by()
    stored = stored.annotate(item_count=Count("items"))
    fields = ("pk", "version", "appointment_time", "end_time", "item_count")
    return {key: Known(*values) for key, *values in stored.values_list("external_id", *fields)}


def is_known(visit: Visit, known: dict[str, Known], lines: Lines) -> bool:
    """Whether the visit was taken before; bookings that came to it since are problems."""
    found = [known[booking.key] for booking in visit.bookings if booking.key in known]
    if not found:
        return False
    late = [booking for booking in visit.bookings if booking.key not in known]
    if len(found) > 1 or not found[0].lacks(visit):
        late = []
    for booking in late:
        detail = _("belongs to visit %(id)d, which was taken before without it: add it there")
        lines.problems[booking.line] = detail % {"id": found[0].id}
    lines.known += len(visit.bookings) - len(late)
    return True
