"""What single cells mean: each function reads one kind, or says why it can't."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from appointment.models import Status
from booking_api.phones import NotPossible, parse_phone
from importing.bookings import Rejected
from importing.formats import parsed

NO_YEAR = 1900  # the year of a moment that was read from a time of the day alone
LONGEST = 24 * 60  # minutes of a booking
DEAREST = Decimal(10) ** 8  # below which a price has room in the database
LENGTH = re.compile(r"(?:(\d+)\s*(?:h|hr|hrs|hours?|:)\s*)?(?:(\d+)\s*(?:m|min|mins|minutes?)?)?")
YES = {"1", "true", "t", "yes", "y", "x", "active"}
NO = {"0", "false", "f", "no", "n", "inactive"}
STATUSES = {
    "noshow": Status.NO_SHOW,
    "canceled": Status.CANCELLED,
    "checkedin": Status.ARRIVED,
    "done": Status.COMPLETED,
    "paid": Status.COMPLETED,
} | {status.value.replace("_", ""): status for status in Status}


def moment(text: str, form: str, what: str) -> datetime:
    """A date, a time, or both, in a format of `strptime`.

    Raises:
        Rejected
    """
    found = parsed(text, form)
    if found is None:
        detail = _("no %(what)s") if not text else _("%(what)s “%(text)s” is not like %(form)s")
        raise Rejected(detail % {"what": what, "text": text, "form": form})
    return found


def minutes(text: str) -> int:
    """A length: 45, 45 min, 0:45, 1h 15m.

    Raises:
        Rejected
    """
    match = LENGTH.fullmatch(text.lower())
    hours, rest = match.groups() if match else (None, None)
    length = int(hours or 0) * 60 + int(rest or 0)
    return checked_length(length, text)


def checked_length(length: int, text: str) -> int:
    """`length` in minutes, if a booking can be so long.

    Raises:
        Rejected
    """
    if not 1 <= length <= LONGEST:
        raise Rejected(_("length “%(text)s” is not between 1 minute and a day") % {"text": text})
    return length


def price(text: str) -> Decimal:
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
        raise Rejected(_("price “%(text)s” is no amount") % {"text": text}) from None
    if not 0 <= amount < DEAREST:
        raise Rejected(_("price “%(text)s” is out of range") % {"text": text})
    return amount


def flag(text: str) -> bool:
    """A yes or no; an empty cell is a yes.

    Raises:
        Rejected
    """
    word = text.lower()
    if word not in YES | NO | {""}:
        raise Rejected(_("“%(text)s” is neither yes nor no") % {"text": text})
    return word not in NO


def status(text: str, given: dict[str, str]) -> str:
    """The status that a word of the file means; `given` maps words in small letters.

    Raises:
        Rejected
    """
    word = text.casefold()
    found = given.get(word) or STATUSES.get("".join(filter(str.isalnum, word)))
    if text and found is None:
        raise Rejected(_("unknown status “%(text)s”: map it under statuses") % {"text": text})
    return str(found or "")


def phone(text: str, country: str) -> tuple[str, str]:
    """The number as E.164, and what has to be said when there is none in `text`."""
    try:
        # A spreadsheet that took it for an amount wrote 6045550100.0.
        return parse_phone(text.removesuffix(".0"), country), ""
    except NotPossible:
        return "", _("taken without its phone number, which nobody can dial")


def email(text: str) -> tuple[str, str]:
    """The address, and what has to be said when `text` is none."""
    try:
        if text:
            validate_email(text)
    except ValidationError:
        return "", _("taken without its e-mail, which is no address")
    return text.lower(), ""


def short(text: str, longest: int, what: str) -> str:
    """`text`, if the database has room for it.

    Raises:
        Rejected
    """
    if len(text) > longest:
        detail = _("%(what)s is longer than %(longest)d characters")
        raise Rejected(detail % {"what": what, "longest": longest})
    return text
