"""In which format dates and times are written, found out from what stands there."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from booking_api.errors import Refusal
from importing.mapping import wrong_mapping

EXAMPLE = datetime(2027, 5, 31, 14, 30)  # noqa: DTZ001 - any
LOOK = 10  # texts that show which formats are worth a try
DATE_FORMATS = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
)
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I %p", "%H.%M", "%H%M")
START_FORMATS = (
    *(
        f"{date}{between}{time}"
        for date in DATE_FORMATS
        for time in TIME_FORMATS
        for between in (" ", "T", ", ")
    ),
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
)
# Databases export a day with the time 0:00 and a time with the day 0, so both may come in full.
FORMATS = {
    "date": (*DATE_FORMATS, *START_FORMATS),
    "time": (*TIME_FORMATS, *START_FORMATS),
    "start": START_FORMATS,
    "end": (*TIME_FORMATS, *START_FORMATS),
}
# What `strptime` has no sign for and what says nothing new: a.m. for AM, Tue before a date, .000.
OTHER_WAYS = (
    (re.compile(r"(?<![a-z])([ap])\.\s?m\.?(?![a-z])", re.IGNORECASE), r"\1m"),
    (re.compile(r"(:\d\d:\d\d)[.,]\d{1,9}(?!\d)"), r"\1"),
    (re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE), ""),
)
SHOWN_AS = {"date": "%Y-%m-%d", "time": "%H:%M:%S"}  # others: both


class Reading(NamedTuple):
    """What a format makes of texts: a moment of each, None where it doesn't fit."""

    word: str  # the column: of a date or a time only that part counts
    form: str
    moments: tuple[datetime | None, ...]

    def differing(self, other: "Reading") -> list[int]:
        """Of which of the texts the two mean something else, by their place."""
        texts = range(len(self.moments))
        return [number for number in texts if self.meaning(number) != other.meaning(number)]

    def meaning(self, number: int) -> str:
        """What is read in a text, without what doesn't count; "" for nothing."""
        moment = self.moments[number]
        return f"{moment:{SHOWN_AS.get(self.word, '%Y-%m-%d %H:%M:%S')}}" if moment else ""

    def shown(self, number: int) -> str:
        """What is read in a text, with the format."""
        return f"{self.meaning(number) or '–'} ({self.form})"

    @property
    def hits(self) -> int:
        return sum(moment is not None for moment in self.moments)


def readings(word: str, texts: Iterable[str]) -> list[Reading]:
    """The ways to read `texts` of the column `word` that fit most of them, the best first."""
    texts = [text for text in texts if text]
    likely = (form for form in FORMATS[word] if any(parsed(text, form) for text in texts[:LOOK]))
    found = [Reading(word, form, tuple(parsed(text, form) for text in texts)) for form in likely]
    most = [reading for reading in found if reading.hits * 2 >= len(texts)]
    return sorted(most, key=lambda reading: -reading.hits)


def guess_format(word: str, texts: Iterable[str]) -> str:
    """The format in which most of `texts` can be read.

    Raises:
        Refusal: none fits most of them, or two do and read different moments.
    """
    texts = [text for text in texts if text]
    if not texts:
        return FORMATS[word][0]
    found, name = readings(word, texts), f"{word}_format"
    if not found:
        detail = _(
            "“%(text)s” is written in a way that is not known here."
            " Write this column as in %(like)s, or say its format."
        )
        like = f"{EXAMPLE:{FORMATS[word][0]}}"
        raise wrong_mapping(name, detail, text=texts[0], like=like)
    best = found[0]
    for rival in found[1:]:
        if rival.hits == best.hits and best.differing(rival):
            raise unclear(name, texts, best, rival)
    return best.form


def unclear(name: str, texts: list[str], best: Reading, rival: Reading) -> Refusal:
    """The refusal of a column that can be read in two ways, by an example."""
    detail = _("“%(text)s” can be %(best)s or %(rival)s. Say which.")
    number = best.differing(rival)[0]
    values = {"best": best.shown(number), "rival": rival.shown(number)}
    return wrong_mapping(name, detail, text=texts[number], **values)


def parsed(text: str, form: str) -> datetime | None:
    """`text` read in a format of `strptime`, as it is or in usual words; None when neither fits."""
    for written in dict.fromkeys((text, usual(text))):
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the salon's clock is added later
        except ValueError:
            continue
    return None


def usual(text: str) -> str:
    """`text` as most programs would write it."""
    for pattern, replacement in OTHER_WAYS:
        text = pattern.sub(replacement, text)
    return text
