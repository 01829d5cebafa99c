"""Parse dates and times in the formats of `strptime`, in the spellings that exports use."""

import re
from datetime import datetime

# What `strptime` has no sign for and what says nothing new: a.m. for AM, Tue before a date, .000.
SPELLING_REPLACEMENTS = (
    (re.compile(r"(?<![a-z])([ap])\.\s?m\.?(?![a-z])", re.IGNORECASE), r"\1m"),
    (re.compile(r"(:\d\d:\d\d)[.,]\d{1,9}(?!\d)"), r"\1"),
    (re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE), ""),
)


def parse_datetime_text(text: str, form: str) -> datetime | None:
    """`text` read in a format of `strptime`, as it is or in usual words; None when neither fits."""
    for written in dict.fromkeys((text, normalize_datetime_text(text))):
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the salon's clock is added later
        except ValueError:
            continue
    return None


def normalize_datetime_text(text: str) -> str:
    """`text` as most programs would write it."""
    for pattern, replacement in SPELLING_REPLACEMENTS:
        text = pattern.sub(replacement, text)
    return text
