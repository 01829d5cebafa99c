"""In which format dates and times are written, found out from what stands there."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from importing.mapping import wrong_mapping

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


class Reading(NamedTuple):
    """What a format makes of texts: a moment of each, None where it doesn't fit."""

    word: str  # the column: of a date or a time only that part counts
    form: str
    moments: tuple[datetime | None, ...]

    def differs(self, other: "Reading") -> bool:
        """Whether the two mean something else by the same texts."""
        part = {"date": datetime.date, "time": datetime.time}.get(self.word, lambda moment: moment)
        pairs = zip(self.moments, other.moments, strict=True)
        return any((one and part(one)) != (another and part(another)) for one, another in pairs)

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
        detail = _("In which format is “%(text)s” written? Say it (%(name)s).")
        raise wrong_mapping(name, detail, text=texts[0], name=name)
    best = found[0]
    for rival in found[1:]:
        if rival.hits == best.hits and rival.differs(best):
            detail = _("“%(text)s” can be read as %(best)s and as %(rival)s. Say which (%(name)s).")
            values = {"text": texts[0], "best": best.form, "rival": rival.form, "name": name}
            raise wrong_mapping(name, detail, **values)
    return best.form


def parsed(text: str, form: str) -> datetime | None:
    """`text` read in a format of `strptime`; None when it doesn't fit."""
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the salon's clock is added later
    except ValueError:
        return None
