"""In which format dates and times are written, found out from what stands there."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.api.errors import Refusal
from importing.column_mapping.mapping import build_mapping_error
from importing.csv_files.datetime_parser import parse_datetime_text

EXAMPLE_DATETIME = datetime(2027, 5, 31, 14, 30)  # noqa: DTZ001 - any
SAMPLED_TEXTS = 10  # texts that show which formats are worth a try
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
DISPLAY_FORMATS = {"date": "%Y-%m-%d", "time": "%H:%M:%S"}  # others: both


class FormatMatch(NamedTuple):
    """What a format makes of texts: a moment of each, None where it doesn't fit."""

    word: str  # the column: of a date or a time only that part counts
    form: str
    moments: tuple[datetime | None, ...]

    def differing(self, other: "FormatMatch") -> list[int]:
        """Of which of the texts the two mean something else, by their place."""
        texts = range(len(self.moments))
        return [number for number in texts if self.meaning(number) != other.meaning(number)]

    def meaning(self, number: int) -> str:
        """What is read in a text, without what doesn't count; "" for nothing."""
        moment = self.moments[number]
        return f"{moment:{DISPLAY_FORMATS.get(self.word, '%Y-%m-%d %H:%M:%S')}}" if moment else ""

    def shown(self, number: int) -> str:
        """What is read in a text, with the format."""
        return f"{self.meaning(number) or '–'} ({self.form})"

    @property
    def hits(self) -> int:
        return sum(moment is not None for moment in self.moments)


def find_matching_formats(word: str, texts: Iterable[str]) -> list[FormatMatch]:
    """The ways to read `texts` of the column `word` that fit most of them, the best first."""
    texts = [text for text in texts if text]
    likely = (
        form
        for form in FORMATS[word]
        if any(parse_datetime_text(text, form) for text in texts[:SAMPLED_TEXTS])
    )
    found = [
        FormatMatch(word, form, tuple(parse_datetime_text(text, form) for text in texts))
        for form in likely
    ]
    most = [reading for reading in found if reading.hits * 2 >= len(texts)]
    return sorted(most, key=lambda reading: -reading.hits)


def detect_format(word: str, texts: Iterable[str]) -> str:
    """The format in which most of `texts` can be read.

    Raises:
        Refusal: none fits most of them, or two do and read different moments.
    """
    texts = [text for text in texts if text]
    if not texts:
        return FORMATS[word][0]
    found, name = find_matching_formats(word, texts), f"{word}_format"
    if not found:
        detail = _(
            "“%(text)s” is written in a way that is not known here."
            " Write this column as in %(like)s, or say its format."
        )
        like = f"{EXAMPLE_DATETIME:{FORMATS[word][0]}}"
        raise build_mapping_error(name, detail, text=texts[0], like=like)
    best = found[0]
    for rival in found[1:]:
        if rival.hits == best.hits and best.differing(rival):
            raise build_ambiguous_format_error(name, texts, best, rival)
    return best.form


def build_ambiguous_format_error(
    name: str, texts: list[str], best: FormatMatch, rival: FormatMatch
) -> Refusal:
    """The refusal of a column that can be read in two ways, by an example."""
    detail = _("“%(text)s” can be %(best)s or %(rival)s. Say which.")
    number = best.differing(rival)[0]
    values = {"best": best.shown(number), "rival": rival.shown(number)}
    return build_mapping_error(name, detail, text=texts[number], **values)
