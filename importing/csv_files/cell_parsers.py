"""What single cells mean: each function reads one kind, or says why it can't."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from appointment.models import Status
from core.phone_numbers import InvalidPhoneNumber, parse_phone_number
from importing.bookings import LineRejected
from importing.csv_files.datetime_parser import parse_datetime_text

YEAR_OF_BARE_TIME = 1900  # the year of a moment that was read from a time of the day alone
LONGEST_BOOKING_MINUTES = 24 * 60  # minutes of a booking
PRICE_LIMIT = Decimal(10) ** 8  # below which a price has room in the database
LENGTH_PATTERN = re.compile(
    r"(?:(\d+)\s*(?:h|hr|hrs|hours?|:)\s*)?(?:(\d+)\s*(?:m|min|mins|minutes?)?)?"
)
YES_WORDS = {"1", "true", "t", "yes", "y", "x", "active"}
NO_WORDS = {"0", "false", "f", "no", "n", "inactive"}
STATUS_WORDS = {
    "noshow": Status.NO_SHOW,
    "canceled": Status.CANCELLED,
    "checkedin": Status.ARRIVED,
    "done": Status.COMPLETED,
    "paid": Status.COMPLETED,
} | {status.value.replace("_", ""): status for status in Status}


def parse_datetime_cell(text: str, form: str, what: str) -> datetime:
    """A date, a time, or both, in a format of `strptime`.

    Raises:
        Rejected
    """
    found = parse_datetime_text(text, form)
    if found is None:
        detail = _("no %(what)s") if not text else _("%(what)s “%(text)s” is not like %(form)s")
        raise LineRejected(detail % {"what": what, "text": text, "form": form})
    return found


def parse_minutes_cell(text: str) -> int:
    """A length: 45, 45 min, 0:45, 1h 15m.

    Raises:
        Rejected
    """
    match = LENGTH_PATTERN.fullmatch(text.lower())
    hours, rest = match.groups() if match else (None, None)
    length = int(hours or 0) * 60 + int(rest or 0)
    return check_booking_length(length, text)


def check_booking_length(length: int, text: str) -> int:
    """`length` in minutes, if a booking can be so long.

    Raises:
        Rejected
    """
    if not 1 <= length <= LONGEST_BOOKING_MINUTES:
        raise LineRejected(
            _("length “%(text)s” is not between 1 minute and a day") % {"text": text}
        )
    return length


def parse_price_cell(text: str) -> Decimal:
    """An amount of money, with or without its currency: 45, $1,234.50, 12,50 €.

    Raises:
        Rejected
    """
    digits = re.sub(r"[^\d.,-]", "", text)
    if re.search(r",\d{1,2}$", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(digits.replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise LineRejected(_("price “%(text)s” is no amount") % {"text": text}) from None
    if not 0 <= amount < PRICE_LIMIT:
        raise LineRejected(_("price “%(text)s” is out of range") % {"text": text})
    return amount


def parse_yes_no_cell(text: str) -> bool:
    """A yes or no; an empty cell is a yes.

    Raises:
        Rejected
    """
    word = text.lower()
    if word not in YES_WORDS | NO_WORDS | {""}:
        raise LineRejected(_("“%(text)s” is neither yes nor no") % {"text": text})
    return word not in NO_WORDS


def parse_status_cell(text: str, given: dict[str, str]) -> str:
    """The status that a word of the file means; `given` maps words in small letters.

    Raises:
        Rejected
    """
    word = text.casefold()
    found = given.get(word) or STATUS_WORDS.get("".join(filter(str.isalnum, word)))
    if text and found is None:
        raise LineRejected(_("unknown status “%(text)s”: map it under statuses") % {"text": text})
    return str(found or "")


def parse_phone_cell(text: str, country: str) -> tuple[str, str]:
    """The number as E.164, and what has to be said when there is none in `text`."""
    try:
        # A spreadsheet that took it for an amount wrote 6045550100.0.
        return parse_phone_number(text.removesuffix(".0"), country), ""
    except InvalidPhoneNumber:
        return "", _("taken without its phone number, which nobody can dial")


def parse_email_cell(text: str) -> tuple[str, str]:
    """The address, and what has to be said when `text` is none."""
    try:
        if text:
            validate_email(text)
    except ValidationError:
        return "", _("taken without its e-mail, which is no address")
    return text.lower(), ""


def check_cell_length(text: str, longest: int, what: str) -> str:
    """`text`, if the database has room for it.

    Raises:
        Rejected
    """
    if len(text) > longest:
        detail = _("%(what)s is longer than %(longest)d characters")
        raise LineRejected(detail % {"what": what, "longest": longest})
    return text
