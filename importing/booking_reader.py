"""Reads lines of the book: cells into a Booking, with all checks that need no calendar."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from importing.bookings import Booking, CustomerRecord, LineRejected, build_hashed_key
from importing.column_mapping.mapping import Mapping
from importing.csv_files import cell_parsers
from importing.csv_files.tables import Line
from importing.models import LONGEST_KEY
from importing.resolving.customer_resolver import parse_customer_record
from importing.resolving.service_resolver import ServiceResolver
from importing.resolving.staff_resolver import StaffResolver
from salon.models import Salon


class BookingReader:
    """Reads by a mapping that guessing.py has completed."""

    def __init__(
        self, salon: Salon, mapping: Mapping, team: StaffResolver, offer: ServiceResolver
    ) -> None:
        self.mapping = mapping
        self.team = team
        self.offer = offer
        self.country = mapping.country or salon.country
        self.zone = salon.zone
        self.statuses = {theirs.casefold(): ours for theirs, ours in mapping.statuses.items()}

    def read(self, line: Line) -> Booking | None:
        """The booking in a line; None when bookings of its staff shall be left out.

        Raises:
            Rejected
        """
        if self.team.skips(self.cell(line, "staff")):
            return None
        self.refuse_broken(line)
        customer, remark = self.customer(line)
        staff = self.team.name(self.cell(line, "staff"))
        start = self.start(line)
        services = self.services(line)
        price = self.cell(line, "price")
        return Booking(
            line=line.number,
            key=self.key(line, customer, start),
            customer=customer,
            staff=staff,
            services=services,
            start=start,
            minutes=self.minutes(line, start, services),
            price=cell_parsers.parse_price_cell(price) if price else None,
            note=self.cell(line, "note"),
            status=cell_parsers.parse_status_cell(self.cell(line, "status"), self.statuses),
            remark=remark,
        )

    def refuse_broken(self, line: Line) -> None:
        """Refuse a cell that holds what must be another line; only notes have several.

        Raises:
            Rejected
        """
        for word, header in self.mapping.columns.items():
            if header in line.broken and word != "note":
                raise LineRejected(_("a line break in “%(header)s”") % {"header": header})

    def cell(self, line: Line, word: str) -> str:
        """The text in the column of our word; "" without such a column."""
        return line.cells.get(self.mapping.columns.get(word, ""), "")

    def customer(self, line: Line) -> tuple[CustomerRecord, str]:
        return parse_customer_record(
            self.country,
            code=self.cell(line, "customer"),
            name=self.cell(line, "customer_name"),
            phone=self.cell(line, "phone"),
            email=self.cell(line, "email"),
        )

    def start(self, line: Line) -> datetime:
        """The start on the salon's wall clock."""
        if "start" in self.mapping.columns:
            return self.moment(line, "start", _("start"))
        day = self.moment(line, "date", _("date"))
        return datetime.combine(day.date(), self.moment(line, "time", _("time")).time())

    def moment(self, line: Line, word: str, what: str) -> datetime:
        """A date, a time or both; one with an offset is put on the salon's wall clock."""
        form: str = getattr(self.mapping, f"{word}_format")
        moment = cell_parsers.parse_datetime_cell(self.cell(line, word), form, what)
        return moment.astimezone(self.zone).replace(tzinfo=None) if moment.tzinfo else moment

    def services(self, line: Line) -> tuple[str, ...]:
        text = self.cell(line, "service")
        separator = self.mapping.service_separator
        parts = text.split(separator) if separator else [text]
        return tuple(self.offer.name(part.strip()) for part in parts if part.strip())

    def minutes(self, line: Line, start: datetime, services: tuple[str, ...]) -> int:
        """By the end, else the length, else what the services usually take."""
        end, length = self.cell(line, "end"), self.cell(line, "minutes")
        if end:
            until = self.end(line, start)
            if until <= start:
                raise LineRejected(_("it ends at “%(end)s”, before it begins") % {"end": end})
            return cell_parsers.check_booking_length((until - start) // timedelta(minutes=1), end)
        if length:
            return cell_parsers.parse_minutes_cell(length)
        usual = sum(self.offer.minutes(name) for name in services) or self.mapping.minutes
        return cell_parsers.check_booking_length(usual, str(usual))

    def end(self, line: Line, start: datetime) -> datetime:
        """The end, given in full or as a time of the day; before the start it is the next day's."""
        until = self.moment(line, "end", _("end"))
        if until.year != cell_parsers.YEAR_OF_BARE_TIME:
            return until
        until = datetime.combine(start.date(), until.time())
        return until if until > start else until + timedelta(days=1)

    def key(self, line: Line, customer: CustomerRecord, start: datetime) -> str:
        """The file's own id, else what tells this booking from all others in it."""
        id_ = self.cell(line, "id")
        if id_:
            return cell_parsers.check_cell_length(id_, LONGEST_KEY, _("the id"))
        staff, service = self.cell(line, "staff"), self.cell(line, "service")
        return build_hashed_key(
            customer.key, staff.casefold(), start.isoformat(), service.casefold()
        )
