"""Who the customers in the old book are: those taken before, made where they are missing."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from customer.models import Customer
from customer.spelling import fold
from importing import cells
from importing.bookings import Person, Rejected, short_key
from importing.mapping import Mapping
from importing.results import Result, checked
from importing.tables import Line, Table
from salon.models import Salon

LONGEST_NAME = 160  # characters
FILLED = {"full_name": "name", "phone_number": "phone", "email": "email", "notes": "note"}


def read(table: Table, mapping: Mapping, salon: Salon, result: Result) -> Iterator[Person]:
    """The people of the customers file."""
    words = ("code", "name", "phone", "email", "note")
    country, lines = mapping.country or salon.country, result.customers

    def person(line: Line) -> Person:
        columns = mapping.customers_columns
        texts = {word: line.cells[columns[word]] for word in words if word in columns}
        found, remark = read_person(country, **texts)
        if remark:
            lines.remarks[line.number] = remark
        return found

    for found in checked(table, lines, person):
        lines.taken += 1
        yield found


def read_person(
    country: str,
    *,
    code: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    note: str = "",
) -> tuple[Person, str]:
    """A customer, and what has to be said of them.

    Raises:
        Rejected: nobody.
    """
    phone, bad_phone = cells.phone(phone, country)
    email, bad_email = cells.email(email)
    key = short_key(code) or short_key(name.casefold(), phone)
    if not key:
        raise Rejected(_("no customer"))
    name = cells.short(name, LONGEST_NAME, _("the customer's name"))
    return Person(key, name, phone, email, note), "; ".join(filter(None, (bad_phone, bad_email)))


class Customers:
    """The salon's customers by the key of the old program."""

    def __init__(self, salon: Salon, *, save: bool) -> None:
        self.salon = salon
        self.save = save
        self.created = 0
        # Hashes of keys, to save memory: who a dry run would have made, and who has a number.
        self.not_saved: set[int] = set()
        self.with_number: set[int] = set()

    def get(self, people: Iterable[Person]) -> dict[str, Customer]:
        """The customer of each key; the missing are made, and what was blank is filled.

        The caller holds a transaction, and the salon's staff locked: two imports never run at
        the same moment.
        """
        people = list(people)
        keys = {person.key for person in people}
        known = Customer.objects.filter(salon=self.salon, external_id__in=keys)
        found = {str(customer.external_id): customer for customer in known}
        new = {key: Customer(salon=self.salon, external_id=key) for key in keys - found.keys()}
        changed = {
            person.key: found[person.key]
            for person in people
            if person.key in found and fill(found[person.key], person)
        }
        for person in people:
            if person.key in new:
                fill(new[person.key], person)
        self.write(list(new.values()), list(changed.values()))
        everybody = found | new
        reached = (key for key, customer in everybody.items() if customer.phone_number)
        self.with_number.update(map(hash, reached))
        return everybody

    def write(self, new: list[Customer], changed: list[Customer]) -> None:
        if self.save:
            self.created += len(new)
            Customer.objects.bulk_create(new)
            for customer in changed:
                customer.search_name = fold(customer.full_name)  # no hook does it here
            Customer.objects.bulk_update(changed, [*FILLED, "search_name"])
            return
        self.not_saved.update(hash(customer.external_id) for customer in new)
        self.created = len(self.not_saved)


def fill(customer: Customer, person: Person) -> bool:
    """Put on the customer what was blank and is known now; whether that changed anything."""
    has_changed = False
    for field, word in FILLED.items():
        value = getattr(person, word)
        if value and not getattr(customer, field):
            setattr(customer, field, value)
            has_changed = True
    return has_changed
