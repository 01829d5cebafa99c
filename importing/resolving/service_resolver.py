"""What the services in the old book are: those of the salon, made where they are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from importing.bookings import LineRejected
from importing.column_mapping.mapping import Mapping
from importing.csv_files import cell_parsers
from importing.csv_files.tables import Line, Table
from importing.results import FileResult, read_valid_lines
from salon.models import Salon, Service

LONGEST_SERVICE_NAME = 120  # characters


@dataclass(frozen=True)
class ServiceRecord:
    """One line of the services file."""

    code: str
    name: str
    minutes: int
    price: Decimal
    is_active: bool


class ServiceResolver:
    """The salon's services by the codes and names of the file, whatever the case."""

    def __init__(self, salon: Salon, mapping: Mapping) -> None:
        self.salon = salon
        self.may_create = mapping.create_services
        self.usual_minutes = mapping.minutes
        self.columns = mapping.services_columns
        self.names: dict[str, str] = {}  # from a code in small letters to our name
        self.entries: dict[str, ServiceRecord] = {}  # by our name in small letters
        self.created: list[str] = []
        self.services: dict[str, Service] = {}
        self.load()

    def load(self) -> None:
        """Read what the salon offers now."""
        services = Service.objects.filter(salon=self.salon)
        self.services = {service.name.casefold(): service for service in services}

    def learn(self, table: Table, lines: FileResult) -> None:
        """Read the services file."""
        for entry in read_valid_lines(table, lines, self.entry):
            self.entries[entry.name.casefold()] = entry
            self.names[entry.code.casefold()] = entry.name
            lines.taken += 1

    def entry(self, line: Line) -> ServiceRecord:
        """What a line of the services file says; a code without a name is its own name.

        Raises:
            Rejected
        """
        cell = {word: line.cells[header] for word, header in self.columns.items()}
        code, minutes, price = cell.get("code", ""), cell.get("minutes"), cell.get("price")
        name = self.free_name(code, cell.get("name", ""))
        return ServiceRecord(
            code=code or name,
            name=cell_parsers.check_cell_length(
                name, LONGEST_SERVICE_NAME, _("the name of the service")
            ),
            minutes=cell_parsers.parse_minutes_cell(minutes) if minutes else self.usual_minutes,
            price=cell_parsers.parse_price_cell(price) if price else Decimal(0),
            is_active=cell_parsers.parse_yes_no_cell(cell.get("active", "")),
        )

    def free_name(self, code: str, name: str) -> str:
        """How a service of the file is called: its code too where another has its name.

        Raises:
            Rejected: neither is given, or another line has both.
        """
        known = self.names if code else self.entries
        if not (code or name):
            raise LineRejected(_("neither code nor name"))
        if (code or name).casefold() in known:
            raise LineRejected(_("“%(code)s” stands in the file already") % {"code": code or name})
        is_taken = name.casefold() in self.entries
        return f"{name} ({code})" if is_taken else name or code

    def name(self, text: str) -> str:
        """Our name for what the file says.

        Raises:
            Rejected: unknown, and may not be made.
        """
        name = self.names.get(text.casefold(), text)
        known = name.casefold() in self.services or name.casefold() in self.entries
        if not known and not self.may_create:
            raise LineRejected(_("“%(name)s” is not a service of the salon") % {"name": text})
        return cell_parsers.check_cell_length(
            name, LONGEST_SERVICE_NAME, _("the name of the service")
        )

    def minutes(self, name: str) -> int:
        """How long the service of our name takes."""
        known = self.services.get(name.casefold()) or self.entries.get(name.casefold())
        return known.minutes if known else self.usual_minutes

    def create_missing(self, names: Iterable[str], *, save: bool) -> None:
        """Make what is missing, all of the services file too. Without `save` only in memory."""
        wanted = {name.casefold(): name for name in names}
        wanted |= {key: entry.name for key, entry in self.entries.items()}
        new = [self.new(name) for key, name in wanted.items() if key not in self.services]
        if save:
            Service.objects.bulk_create(new)
        self.services |= {service.name.casefold(): service for service in new}
        self.created += [service.name for service in new]

    def new(self, name: str) -> Service:
        """A service that is not stored yet."""
        entry = self.entries.get(name.casefold())
        if entry is None:
            return Service(salon=self.salon, name=name, minutes=self.usual_minutes)
        return Service(
            salon=self.salon,
            name=entry.name,
            minutes=entry.minutes,
            price=entry.price,
            is_active=entry.is_active,
        )

    def __getitem__(self, name: str) -> Service:
        """The service that `name` answered and `create_missing` made."""
        return self.services[name.casefold()]
