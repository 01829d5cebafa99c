"""Read the day that a request names."""

from datetime import date

from django.contrib import messages
from django.utils.translation import gettext as _

from pages import local_time
from pages.access import SalonRequest


def read_requested_day(request: SalonRequest, today: date) -> date:
    """The day asked for; `today`, with a word about it, when it isn't one."""
    text = request.GET.get("date", "").strip()
    day = local_time.parse_day(text) if text else today
    if day is None:
        sentence = _("“%(text)s” is not a day such as 2026-05-04; this is today.")
        messages.error(request, sentence % {"text": text[:40]})
    return day or today
