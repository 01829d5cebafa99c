"""The day of a salon: who has which visits, and how far their texts have come."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from appointment.actions import busy_spans
from appointment.models import Appointment
from customer.models import Customer
from notification.contacts import deliverability
from notification.models import AppointmentNotification
from salon.models import Salon
from user.models import ExtendedUser
from web import steps, text_states, wall_clock


@dataclass(frozen=True)
class Entry:
    """A visit as the day's list shows it."""

    visit: Appointment
    span: str
    texts: list[text_states.TextState]
    overbooked: bool = False

    @property
    def steps(self) -> list[steps.Step]:
        return steps.steps(self.visit)

    @property
    def can_move(self) -> bool:
        return steps.can_move(self.visit)

    @property
    def can_cancel(self) -> bool:
        return steps.can_cancel(self.visit)


@dataclass
class Column:
    """One member of staff and their visits, the earliest first."""

    person: ExtendedUser
    entries: list[Entry] = field(default_factory=list)


def visits_of(salon: Salon, day: date) -> list[Appointment]:
    """The visits that take time of `day` on the salon's clock; the earliest first."""
    begin, end = wall_clock.bounds(day, salon.zone)
    visits = Appointment.objects.filter(salon=salon).overlapping(begin, end).with_people()
    return list(visits.order_by("appointment_time", "pk"))


def entries_of(visits: Sequence[Appointment], day: date, now: datetime) -> list[Entry]:
    """The visits with the state of their texts; one query, however many they are."""
    rows: dict[int, list[AppointmentNotification]] = defaultdict(list)
    ids = [visit.pk for visit in visits]
    for row in AppointmentNotification.objects.filter(visit_id__in=ids):
        rows[row.visit_id].append(row)
    deliverability.attach_deliverability(whose_numbers(visits))
    crowded = busy_spans.overlapping_ids(visits)
    return [
        Entry(
            visit,
            wall_clock.span(visit.appointment_time, visit.end_time, visit.salon.zone, day),
            text_states.of_visit(
                visit, rows[visit.pk], now, is_stopped=bool(visit.customer.reach.opted_out)
            ),
            visit.pk in crowded,
        )
        for visit in visits
    ]


def whose_numbers(visits: Sequence[Appointment]) -> list[Customer]:
    """The customers of `visits`, who know their salon already."""
    for visit in visits:
        visit.customer.salon = visit.salon
    return [visit.customer for visit in visits]


def columns(salon: Salon, entries: Sequence[Entry]) -> list[Column]:
    """A column for everyone who takes bookings or has a visit among `entries`, by name."""
    busy = {entry.visit.user_id for entry in entries}
    takes_bookings = Q(bookable=True, is_active=True)
    people = ExtendedUser.objects.filter(takes_bookings | Q(pk__in=busy), salon=salon)
    by_person = {person.pk: Column(person) for person in people.order_by("name", "pk")}
    for entry in entries:
        by_person[entry.visit.user_id].entries.append(entry)
    return list(by_person.values())


def stamp(visits: Sequence[Appointment]) -> str:
    """A short mark that is another one once a visit was added, changed or removed."""
    return f"{zlib.crc32(repr([(visit.pk, visit.version) for visit in visits]).encode()):x}"
