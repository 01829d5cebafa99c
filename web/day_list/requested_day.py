"""Read the day that a request is for."""

from datetime import date

from django.contrib import messages
from django.utils.translation import gettext as _

from pages import local_time
from pages.access import SalonRequest


def read_requested_day(request: SalonRequest, today: date) -> date:
    """Return the day in `?date=`; today, with an error message, when it is not valid."""
    text = request.GET.get("date", "").strip()
    day = local_time.parse_day(text) if text else today
    if day is None:
        sentence = _("“%(text)s” is not a valid date. Enter one such as 2026-05-04. This is today.")
        messages.error(request, sentence % {"text": text[:40]})
    return day or today
