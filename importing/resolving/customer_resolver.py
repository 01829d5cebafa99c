"""Who the customers in the old book are: those taken before, made where they are missing."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from customer.models import Customer
from customer.spelling import fold_text
from importing.bookings import CustomerRecord, LineRejected, build_short_key
from importing.column_mapping.mapping import Mapping
from importing.csv_files import cell_parsers
from importing.csv_files.tables import Line, Table
from importing.results import ImportResult, read_valid_lines
from salon.models import Salon

LONGEST_CUSTOMER_NAME = 160  # characters
FILLED_FIELDS = {"full_name": "name", "phone_number": "phone", "email": "email", "notes": "note"}


def read_customers_file(
    table: Table, mapping: Mapping, salon: Salon, result: ImportResult
) -> Iterator[CustomerRecord]:
    """The people of the customers file."""
    words = ("code", "name", "phone", "email", "note")
    country, lines = mapping.country or salon.country, result.customers

    def person(line: Line) -> CustomerRecord:
        columns = mapping.customers_columns
        texts = {word: line.cells[columns[word]] for word in words if word in columns}
        found, remark = parse_customer_record(country, **texts)
        if remark:
            lines.remarks[line.number] = remark
        return found

    for found in read_valid_lines(table, lines, person):
        lines.taken += 1
        yield found


def parse_customer_record(
    country: str,
    *,
    code: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    note: str = "",
) -> tuple[CustomerRecord, str]:
    """A customer, and what has to be said of them.

    Raises:
        Rejected: nobody.
    """
    phone, bad_phone = cell_parsers.parse_phone_cell(phone, country)
    email, bad_email = cell_parsers.parse_email_cell(email)
    key = build_short_key(code) or build_short_key(name.casefold(), phone)
    if not key:
        raise LineRejected(_("no customer"))
    name = cell_parsers.check_cell_length(name, LONGEST_CUSTOMER_NAME, _("the customer's name"))
    return CustomerRecord(key, name, phone, email, note), "; ".join(
        filter(None, (bad_phone, bad_email))
    )


class CustomerResolver:
    """The salon's customers by the key of the old program."""

    def __init__(self, salon: Salon, *, save: bool) -> None:
        self.salon = salon
        self.save = save
        self.created = 0
        # Hashes of keys, to save memory: who a dry run would have made, and who has a number.
        self.not_saved: set[int] = set()
        self.with_number: set[int] = set()

    def get(self, people: Iterable[CustomerRecord]) -> dict[str, Customer]:
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
            if person.key in found and fill_blank_fields(found[person.key], person)
        }
        for person in people:
            if person.key in new:
                fill_blank_fields(new[person.key], person)
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
                customer.search_name = fold_text(customer.full_name)  # no hook does it here
            Customer.objects.bulk_update(changed, [*FILLED_FIELDS, "search_name"])
            return
        self.not_saved.update(hash(customer.external_id) for customer in new)
        self.created = len(self.not_saved)


def fill_blank_fields(customer: Customer, person: CustomerRecord) -> bool:
    """Put on the customer what was blank and is known now; whether that changed anything."""
    has_changed = False
    for field, word in FILLED_FIELDS.items():
        value = getattr(person, word)
        if value and not getattr(customer, field):
            setattr(customer, field, value)
            has_changed = True
    return has_changed
