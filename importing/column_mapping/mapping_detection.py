"""Finds out what a mapping does not say, from the header and the first lines."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from importing.column_mapping.date_formats import FORMATS, detect_format
from importing.column_mapping.mapping import Mapping, build_mapping_error
from importing.csv_files.tables import Table

SAMPLE_LINES = 500  # lines looked at

# What other programs call a column, in small letters and digits alone; the likeliest first.
BOOK_COLUMN_ALIASES = {
    "customer": "code clientcode customercode clientid customerid clientno customerno",
    "customer_name": "customer client customername clientname guest guestname fullname name",
    "phone": "phone mobile cell phonenumber mobilenumber mobilephone cellphone telephone",
    "email": "email emailaddress mail",
    "staff": "staff stylist employee staffname staffmember teammember provider therapist barber",
    "service": "service services servicename servicecode treatment treatments treatmentname",
    "date": "date bookingdate appointmentdate startdate",
    "time": "time starttime bookingtime appointmenttime from",
    "start": "start datetime startdatetime startsat starttimeanddate begin dateandtime",
    "minutes": "minutes duration length mins durationminutes durationmins durationmin",
    "end": "end endtime endsat enddatetime finish until to",
    "note": "note notes comment comments remark remarks",
    "price": "price amount total",
    "status": "status state appointmentstatus bookingstatus",
}
SERVICES_COLUMN_ALIASES = {
    "code": "code id sku servicecode",
    "name": "name desc description service servicename treatment title",
    "minutes": "minutes duration length mins durationminutes",
    "price": "price amount",
    "active": "active isactive enabled",
}
CUSTOMERS_COLUMN_ALIASES = {
    "code": "code id clientcode customercode clientid customerid",
    "name": "name fullname customername clientname client customer",
    "phone": BOOK_COLUMN_ALIASES["phone"],
    "email": BOOK_COLUMN_ALIASES["email"],
    "note": BOOK_COLUMN_ALIASES["note"],
}


def detect_columns(
    headers: Sequence[str], given: dict[str, str], words: dict[str, str], field: str
) -> dict[str, str]:
    """Our word → header, for all that is given and all that can be told from the headers. A word
    given with "" has no column.

    Raises:
        Refusal: a given header is not in the file.
    """
    by_name = {header.casefold(): header for header in headers if header}
    found: dict[str, str] = {}
    for word, header in given.items():
        if header and header.strip().casefold() not in by_name:
            detail = _("There is no column “%(header)s”; the columns are %(known)s.")
            raise build_mapping_error(
                field, detail, header=header, known=", ".join(by_name.values())
            )
        found[word] = by_name.get(header.strip().casefold(), "")
    by_letters = {normalize_header(header): header for header in headers}
    for word, others in words.items():
        names = (by_letters[other] for other in others.split() if other in by_letters)
        header = next((name for name in names if name not in found.values()), "")
        if header and word not in found:
            found[word] = header
    return {word: header for word, header in found.items() if header}


def detect_book_columns(mapping: Mapping, book: Table) -> dict[str, str]:
    """The columns of the book; of a day with its time and a start, one is enough.

    Raises:
        Refusal: a given header is not in the file.
    """
    found = detect_columns(book.headers, mapping.columns, BOOK_COLUMN_ALIASES, "columns")
    if "date" in found and "time" in found and "start" not in mapping.columns:
        found.pop("start", None)
    elif "start" in found:
        found = {word: name for word, name in found.items() if word not in {"date", "time"}}
    return found


def detect_optional_file_columns(
    table: Table | None, mapping: Mapping, words: dict[str, str], field: str
) -> dict[str, str]:
    """The columns of a file that may not be given.

    Raises:
        Refusal
    """
    given: dict[str, str] = getattr(mapping, field)
    return detect_columns(table.headers, given, words, field) if table else given


def normalize_header(header: str) -> str:
    """A header without case, blanks and signs."""
    return "".join(filter(str.isalnum, header.casefold()))


def complete_mapping(
    mapping: Mapping, book: Table, services: Table | None = None, customers: Table | None = None
) -> Mapping:
    """`mapping` with the columns and formats that it leaves open, as the files show them.

    Raises:
        Refusal: a column or a format that is needed can't be told.
    """
    found = detect_book_columns(mapping, book)
    check_required_columns(mapping, found, book)
    mapping = replace(
        mapping,
        columns=found,
        services_columns=detect_optional_file_columns(
            services, mapping, SERVICES_COLUMN_ALIASES, "services_columns"
        ),
        customers_columns=detect_optional_file_columns(
            customers, mapping, CUSTOMERS_COLUMN_ALIASES, "customers_columns"
        ),
    )
    formats: dict[str, Any] = detect_missing_formats(mapping, book)
    return replace(mapping, **formats)


def detect_missing_formats(mapping: Mapping, book: Table) -> dict[str, str]:
    """The formats that `mapping` leaves open, by their names in it.

    Raises:
        Refusal
    """
    open_ones = [
        word
        for word in FORMATS
        if word in mapping.columns and not getattr(mapping, f"{word}_format")
    ]
    return {
        f"{word}_format": detect_format(word, read_sample_cells(book, mapping.columns[word]))
        for word in open_ones
    }


def read_sample_cells(table: Table, header: str) -> list[str]:
    """What stands in a column in the first lines."""
    return [line.cells[header] for line in islice(table.lines(), SAMPLE_LINES)]


def check_required_columns(mapping: Mapping, found: dict[str, str], book: Table) -> None:
    """Refuse a mapping that leaves out who, with whom or when.

    Raises:
        Refusal
    """
    has_when = "start" in found or {"date", "time"} <= found.keys()
    needs = {
        "customer": "customer" in found or "customer_name" in found,
        "staff": "staff" in found or bool(mapping.default_staff),
        "start": has_when,
    }
    missing = next((word for word, is_there in needs.items() if not is_there), None)
    if missing:
        detail = _("Say which column is “%(missing)s”; the file has %(known)s.")
        known = ", ".join(filter(None, book.headers))
        raise build_mapping_error("columns", detail, missing=missing, known=known)
