"""Whether texts get to a person's number: it may be unreachable, or have answered STOP."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from django.conf import settings
from django.db.models import Exists, F, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from notification.contacts.models import OptOut, UnreachableNumber
from salon.models import Salon

People = TypeVar("People", bound=Model)


@dataclass(frozen=True)
class Deliverability:
    """What is known of `number` (E.164, or "") at one salon."""

    number: str
    unreachable: UnreachableNumber | None = None
    opted_out: OptOut | None = None


class Person(Protocol):
    """Whom one may ask about; `known_reach` keeps the answer."""

    salon_id: int
    phone_number: Any
    known_reach: Deliverability | None

    @property
    def salon(self) -> Salon: ...


def get_deliverability(person: Person) -> Deliverability:
    """What is known of the number of `person`, asked for once as long as it stays the same."""
    if person.known_reach is None or person.known_reach.number != str(person.phone_number):
        attach_deliverability([person])
    return person.known_reach or Deliverability(str(person.phone_number))


def attach_deliverability(people: Iterable[Person]) -> None:
    """Ask for all of these in two queries at most; their `salon` should be loaded."""
    people = list(people)
    numbers = {str(one.phone_number) for one in people if one.phone_number}
    salons = {one.salon_id for one in people}
    senders = {one.salon.sender_number for one in people if one.phone_number}
    marks = UnreachableNumber.objects.filter(salon__in=salons, phone_number__in=numbers)
    stops = OptOut.objects.filter(sender__in=senders, phone_number__in=numbers)
    by_salon = {(mark.salon_id, str(mark.phone_number)): mark for mark in marks}
    by_sender = {(stop.sender, str(stop.phone_number)): stop for stop in stops}
    for one in people:
        number = str(one.phone_number)
        mark = by_salon.get((one.salon_id, number))
        stop = by_sender.get((one.salon.sender_number, number)) if number else None
        one.known_reach = Deliverability(number, mark, stop)


def filter_unreachable(people: QuerySet[People]) -> QuerySet[People]:
    """Those of `people` whose number has a mark at their salon."""
    marks = UnreachableNumber.objects.filter(
        salon=OuterRef("salon"), phone_number=OuterRef("phone_number")
    )
    return people.filter(Exists(marks))


def filter_opted_out(people: QuerySet[People]) -> QuerySet[People]:
    """Those of `people` who told their salon's sender to stop."""
    own = NullIf(F("salon__sender"), Value(""))
    sender = Coalesce(own, Value(settings.TWILIO_PHONE_NUMBER))
    stops = OptOut.objects.filter(
        sender=OuterRef("sender_now"), phone_number=OuterRef("phone_number")
    )
    return cast("QuerySet[People]", people.alias(sender_now=sender).filter(Exists(stops)))
