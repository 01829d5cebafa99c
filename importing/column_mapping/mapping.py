"""How a salon's files are to be read: which column is what, and in which format."""

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from django.utils.translation import gettext as _
from phonenumbers import SUPPORTED_REGIONS

from appointment.models import Status
from core.api.errors import Refusal, build_field_refusal

# What a column may be. Of a customer `customer` is the code, of a booking `start` is date and time.
BOOK_COLUMNS = (
    "id",
    "customer",
    "customer_name",
    "phone",
    "email",
    "staff",
    "service",
    "date",
    "time",
    "start",
    "minutes",
    "end",
    "note",
    "price",
    "status",
)
SERVICES_COLUMNS = ("code", "name", "minutes", "price", "active")
CUSTOMERS_COLUMNS = ("code", "name", "phone", "email", "note")
KNOWN_COLUMNS = {
    "columns": BOOK_COLUMNS,
    "services_columns": SERVICES_COLUMNS,
    "customers_columns": CUSTOMERS_COLUMNS,
}


@dataclass(frozen=True)
class Mapping:
    """The names are those of the TOML file and, with dashes, those of the command's options.

    `columns` lead from our word to the file's header; formats are those of Python's `strptime`.
    """

    columns: dict[str, str] = field(default_factory=dict)
    services_columns: dict[str, str] = field(default_factory=dict)
    customers_columns: dict[str, str] = field(default_factory=dict)
    date_format: str = ""
    time_format: str = ""
    start_format: str = ""
    end_format: str = ""
    minutes: int = 30  # of a booking whose length neither the file nor its services tell
    gap_minutes: int = 30  # at most so much between two bookings of one appointment
    country: str = ""  # two letters, where a number without + lies; "": the salon's
    encoding: str = ""
    delimiter: str = ""
    service_separator: str = ""  # "": a booking names one service
    default_staff: str = ""
    skip_staff: list[str] = field(default_factory=list)
    staff_names: dict[str, str] = field(default_factory=dict)  # from the file's name to ours
    create_staff: bool = True
    create_services: bool = True
    statuses: dict[str, str] = field(default_factory=dict)  # from the file's word to ours

    def __post_init__(self) -> None:
        for name, known in KNOWN_COLUMNS.items():
            check_known_words(name, getattr(self, name), known)
        wrong = sorted(set(self.statuses.values()) - set(Status.values))
        if wrong:
            detail = _("“%(wrong)s” is no status; the statuses are %(known)s.")
            raise build_mapping_error(
                "statuses", detail, wrong=wrong[0], known=", ".join(Status.values)
            )
        if self.country and self.country not in SUPPORTED_REGIONS:
            detail = _("“%(country)s” is no country; give two capital letters such as US.")
            raise build_mapping_error("country", detail, country=self.country)
        if self.minutes < 1 or self.gap_minutes < 0:
            name = "minutes" if self.minutes < 1 else "gap_minutes"
            raise build_mapping_error(name, _("%(name)s is too small."), name=name)

    def merged(self, values: dict[str, Any]) -> "Mapping":
        """With `values` in place of what stands here; columns are added one by one."""
        columns = {
            name: getattr(self, name) | values[name] for name in KNOWN_COLUMNS if name in values
        }
        return replace(self, **values | columns)


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file.

    Raises:
        Refusal: not there, no TOML, or with a word or value that means nothing here.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise build_mapping_error(
            "mapping", "%(path)s: %(error)s.", path=path, error=error
        ) from error
    types = get_type_hints(Mapping)
    check_known_words("mapping", values, [each.name for each in fields(Mapping)])
    for name, value in values.items():
        if not is_of_field_type(value, types[name]):
            raise build_mapping_error(
                name, _("%(name)s can't be %(value)r."), name=name, value=value
            )
    return Mapping(**values)


def is_of_field_type(value: Any, kind: Any) -> bool:
    """Whether a value of a TOML file is of the type a field of Mapping has."""
    if kind == dict[str, str]:
        return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return type(value) is kind


def check_known_words(name: str, given: Any, known: Any) -> None:
    """Refuse words that mean nothing here.

    Raises:
        Refusal
    """
    unknown = sorted(set(given) - set(known))
    if unknown:
        detail = _("%(name)s: “%(unknown)s” means nothing here; the words are %(known)s.")
        known = ", ".join(known)
        raise build_mapping_error(name, detail, name=name, unknown=unknown[0], known=known)


def build_mapping_error(field: str, detail: str, /, **values: Any) -> Refusal:
    """The refusal of a mapping because of one of its fields; nothing is done then."""
    return build_field_refusal(field, "wrong_mapping", detail % values)
