"""The day as a plain list, which needs no script."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages import local_time
from pages.access import SalonRequest, require_sign_in
from web.customers import unreachable
from web.day_list import presenter
from web.day_list.presenter import has_sent_confirmation
from web.day_list.requested_day import read_requested_day
from web.settings import check_summary


@require_sign_in
@require_safe
def show_day(request: SalonRequest) -> HttpResponse:
    """`?date=` (2026-05-04) chooses the day; without it, today on the salon's clock."""
    salon, now = request.salon, timezone.now()
    today = now.astimezone(salon.zone).date()
    shown = read_requested_day(request, today)
    appointments = presenter.find_appointments_of_day(salon, shown)
    context = {
        "day": shown,
        "today": today,
        "relation": local_time.format_relative_day(shown, today),
        "previous": shown - timedelta(days=1),
        "next": shown + timedelta(days=1),
        "now": now.astimezone(salon.zone),
        "columns": presenter.build_staff_columns(
            salon, presenter.build_day_entries(appointments, shown, now)
        ),
        "count": len(appointments),
        "stamp": presenter.build_day_stamp(appointments),
        "shares_sender": request.user.is_owner and not salon.sender,
        "sender": salon.sender_number,
        "check": check_summary.summarize_last_check(salon, now) if request.user.is_owner else None,
        "unreachable": unreachable.count_unreachable_numbers(salon, now),
        "is_newcomer": settings.PRACTICE_PHONE and not has_sent_confirmation(salon),
    }
    return render(request, "web/day_list/day.html", context)


@require_sign_in
@require_safe
def show_day_messages(request: SalonRequest) -> HttpResponse:
    """The parts of the day that change by themselves; `?seen=` is the stamp of the page shown."""
    now = timezone.now()
    shown = read_requested_day(request, now.astimezone(request.salon.zone).date())
    appointments = presenter.find_appointments_of_day(request.salon, shown)
    context = {
        "entries": presenter.build_day_entries(appointments, shown, now),
        "has_changed": request.GET.get("seen") != presenter.build_day_stamp(appointments),
        "day": shown,
    }
    return render(request, "web/day_list/day_messages.html", context)
