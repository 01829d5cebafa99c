"""The calendar's page and the configuration of its script."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie

from appointment.models import Appointment, Status
from core import tenancy
from pages import local_time
from pages.access import SalonRequest, require_sign_in
from salon.models import Salon
from web.calendar import presenter
from web.calendar.script_strings import get_script_strings
from web.day_list.requested_day import read_requested_day
from web.notices import build_notices_context

SUNDAY_FIRST_COUNTRIES = {"US", "CA", "MX", "BR", "JP", "IL", "IN", "ZA", "KR", "TW"}


@require_sign_in
@ensure_csrf_cookie
def render_calendar_page(request: SalonRequest) -> HttpResponse:
    """Return the calendar of the day in `?date=` (2026-05-04).

    Its script opens the appointment of `?visit=`, a booking with `?book=1`, and one for the
    customer of `?customer=`.
    """
    salon, now = request.salon, timezone.now()
    today = now.astimezone(salon.zone).date()
    day = find_day_of_appointment(request) or read_requested_day(request, today)
    lead = salon.reminder_time_minutes
    context = {
        "day": day,
        "statuses": Status.choices,
        "config": build_script_config(request, day, today),
        "lead": local_time.format_length(lead) if lead else "",
    }
    context |= build_notices_context(request, now)
    return render(request, "web/calendar/calendar.html", context)


def find_day_of_appointment(request: SalonRequest) -> date | None:
    """Return the day of the appointment in `?visit=`; None when `?date=` is given too."""
    pk = request.GET.get("visit", "")
    if not pk.isdecimal() or "date" in request.GET:
        return None
    appointment = tenancy.scoped_to(Appointment.objects.filter(pk=pk), request.user).first()
    if appointment is None:
        return None
    return appointment.appointment_time.astimezone(request.salon.zone).date()


def build_script_config(request: SalonRequest, day: date, today: date) -> dict[str, Any]:
    """Return what the script starts with."""
    salon = request.salon
    return {
        "day": f"{day:%Y-%m-%d}",
        "today": f"{today:%Y-%m-%d}",
        "zone": salon.timezone,
        "offset": format_utc_offset(salon),
        "first_day": 0 if salon.country in SUNDAY_FIRST_COUNTRIES else 1,
        "me": request.user.pk,
        "staff": presenter.list_salon_staff(salon),
        "services": presenter.list_salon_services(salon),
        "words": get_script_strings(),
    }


def format_utc_offset(salon: Salon) -> str:
    """Return how far the salon's clock is from UTC now: -05:00"""
    return timezone.now().astimezone(salon.zone).isoformat()[-6:]
