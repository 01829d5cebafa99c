"""The salon's wall clock: what staff type becomes a moment, a moment becomes words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from django.utils.dateformat import format as django_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.datetimes import localize

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class ResolvedTime:
    """What a time on the wall clock means; of a time that comes twice, the first."""

    moment: datetime  # UTC
    comes_twice: bool


def resolve_local_time(day: date, at: time, zone: tzinfo) -> ResolvedTime:
    """The moment (UTC) when a clock in `zone` shows `at` on `day`.

    Raises:
        NoMoment: the clocks are put forward over it.
    """
    shown = localize(datetime.combine(day, at), zone)
    return ResolvedTime(shown.astimezone(UTC), is_ambiguous_time(shown))


def is_ambiguous_time(shown: datetime) -> bool:
    """Whether the clocks are put back over this existing, aware time."""
    return shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()


def parse_day(text: str) -> date | None:
    """The day written as 2026-05-04; None when it isn't one a book can show."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def get_day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When `day` begins and ends in `zone`, in UTC; 23 to 25 hours apart."""
    begin = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def format_localized(shown: date, form: str) -> str:
    """`shown` in Django's date `form`, without regard to a zone."""
    naive = shown.replace(tzinfo=None) if isinstance(shown, datetime) else shown
    return format_localized_cached(naive, form, get_language())


@lru_cache(maxsize=4096)
def format_localized_cached(shown: date, form: str, language: str | None) -> str:
    """A week of the book says the same few times again and again."""
    return django_format(shown, form)


def format_time(moment: datetime, zone: tzinfo) -> str:
    """3:00 PM; with the zone's letters where the clocks show that time twice."""
    shown = moment.astimezone(zone)
    words = format_localized(shown, "g:i A")
    return f"{words} {shown:%Z}" if is_ambiguous_time(shown) else words


def format_day(day: date) -> str:
    """Mon, May 4"""
    return format_localized(day, "D, M j")


def format_datetime(moment: datetime, zone: tzinfo, today: date) -> str:
    """3:00 PM, or Mon, May 4, 3:00 PM when it isn't `today`."""
    day = moment.astimezone(zone).date()
    words = format_time(moment, zone)
    return words if day == today else f"{format_day(day)}, {words}"


def format_span(start: datetime, end: datetime, zone: tzinfo, today: date) -> str:
    """3:00 – 3:45 PM, naming the days that aren't `today`."""
    first, last = format_datetime(start, zone, today), format_datetime(end, zone, today)
    half = first[-3:]
    if half in {" AM", " PM"} and last.endswith(half) and "," not in last:
        first = first.removesuffix(half)
    return f"{first} – {last}"


def format_length(minutes: int) -> str:
    """90 → 90 minutes, 60 → 1 hour, 2880 → 2 days"""
    if minutes and minutes % 1440 == 0:
        days = minutes // 1440
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if minutes and minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def format_relative_day(day: date, today: date) -> str:
    """Today, Tomorrow, Yesterday, or nothing."""
    names = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    return names.get((day - today).days, "")
