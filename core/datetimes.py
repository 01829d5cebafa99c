"""Times as text: ISO 8601, to the second, in a salon's local time."""

import re
from datetime import UTC, datetime, tzinfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

# `+04:00` in a query string that was not encoded arrives as ` 04:00`.
LOST_PLUS = re.compile(r"(?<=\d) (?=\d{2}:?\d{2}$)")


class InvalidDateTime(ValueError):
    """The text is no valid time; the message gives the reason."""


def parse_zoned_datetime(text: str, zone: tzinfo) -> datetime:
    """Return `text` as an aware datetime in `zone`, without fractions of a second.

    A text without an offset is local time in `zone`; an hour that comes twice in autumn means the
    first one. A day alone means its midnight.

    Raises:
        InvalidDateTime: not ISO 8601, out of range, or skipped by the clocks in spring.
    """
    text = text.strip()
    moment = parse_iso_datetime(text) or parse_iso_datetime(LOST_PLUS.sub("+", text))
    if moment is None:
        raise InvalidDateTime(_("This is not a time such as 2026-05-04T09:00:00-04:00."))
    try:
        return localize(moment.replace(microsecond=0), zone)
    except OverflowError:
        raise InvalidDateTime(_("This time is out of range.")) from None


def parse_iso_datetime(text: str) -> datetime | None:
    """Return `text` as a naive or aware datetime; None when it isn't one."""
    try:
        return parse_datetime(text)
    except ValueError:  # the right form, but no such day or hour
        return None


def localize(moment: datetime, zone: tzinfo) -> datetime:
    """Return `moment` in `zone`; a naive one is local time in `zone`.

    Raises:
        InvalidDateTime: the clocks skip this time.
        OverflowError: before the year 1 or after 9999.
    """
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    existing = local.astimezone(UTC).astimezone(zone)
    if moment.tzinfo is None and existing.replace(tzinfo=None, fold=0) != moment:
        raise InvalidDateTime(_("The clocks skip this time: it does not exist on that day."))
    return existing


def format_zoned_datetime(moment: datetime, zone: tzinfo) -> str:
    """Return `moment` as ISO 8601 with the offset of `zone`, to the second."""
    return moment.astimezone(zone).isoformat(timespec="seconds")
