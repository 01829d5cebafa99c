"""The day as a plain list, which works without a script."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages import local_time
from pages.access import SalonRequest, require_sign_in
from web.day_list import presenter
from web.day_list.requested_day import read_requested_day
from web.notices import build_notices_context


@require_sign_in
@require_safe
def show_day(request: SalonRequest) -> HttpResponse:
    """Show the day in `?date=` (2026-05-04), or today on the salon's clock."""
    salon, now = request.salon, timezone.now()
    today = now.astimezone(salon.zone).date()
    day = read_requested_day(request, today)
    appointments = presenter.find_appointments_of_day(salon, day)
    context = {
        "day": day,
        "today": today,
        "relation": local_time.format_relative_day(day, today),
        "previous": day - timedelta(days=1),
        "next": day + timedelta(days=1),
        "now": now.astimezone(salon.zone),
        "columns": presenter.build_staff_columns(
            salon, presenter.build_day_entries(appointments, day, now)
        ),
        "count": len(appointments),
        "stamp": presenter.build_day_stamp(appointments),
    }
    context |= build_notices_context(request, now)
    return render(request, "web/day_list/day.html", context)


@require_sign_in
@require_safe
def show_day_messages(request: SalonRequest) -> HttpResponse:
    """Return the parts of the day that change by themselves; `?seen=` is the page's stamp."""
    now = timezone.now()
    day = read_requested_day(request, now.astimezone(request.salon.zone).date())
    appointments = presenter.find_appointments_of_day(request.salon, day)
    context = {
        "entries": presenter.build_day_entries(appointments, day, now),
        "has_changed": request.GET.get("seen") != presenter.build_day_stamp(appointments),
        "day": day,
    }
    return render(request, "web/day_list/day_messages.html", context)
