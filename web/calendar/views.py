"""The calendar: its page, and what its script reads. It writes through the API."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from appointment.models import Appointment, Status
from core import tenancy
from core.api import errors
from pages import local_time
from pages.access import SalonRequest, require_sign_in
from salon.models import Salon
from web.appointments import history, status_buttons
from web.appointments.lookup import get_own_appointment
from web.appointments.presenter import build_appointment_context
from web.calendar import presenter
from web.calendar.script_strings import get_script_strings
from web.customers import unreachable
from web.day_list.presenter import has_sent_confirmation
from web.day_list.requested_day import read_requested_day
from web.settings import check_summary

MAX_DAYS = 31  # asked for at once
MAX_OTHER_APPOINTMENTS = 6  # of the customer, told in the panel
HTTP_NO_CONTENT = 204
SUNDAY_FIRST_COUNTRIES = {"US", "CA", "MX", "BR", "JP", "IL", "IN", "ZA", "KR", "TW"}
API_ACTIONS = {
    Status.BOOKED: "reopen",
    Status.CONFIRMED: "confirm",
    Status.ARRIVED: "arrive",
    Status.COMPLETED: "complete",
    Status.NO_SHOW: "no-show",
}


@require_sign_in
@ensure_csrf_cookie
def show_calendar(request: SalonRequest) -> HttpResponse:
    """`?date=` (2026-05-04) chooses the day; `?visit=` opens an appointment, `?book=1` a booking, and
    `?customer=` one for that customer."""
    salon, now = request.salon, timezone.now()
    today = now.astimezone(salon.zone).date()
    shown = get_day_of_appointment(request) or read_requested_day(request, today)
    lead = local_time.format_length(salon.reminder_time_minutes)
    context = {
        "day": shown,
        "statuses": Status.choices,
        "config": build_script_config(request, shown, today),
        "lead": lead if salon.reminder_time_minutes else "",
        "shares_sender": request.user.is_owner and not salon.sender,
        "sender": salon.sender_number,
        "check": check_summary.summarize_last_check(salon, now) if request.user.is_owner else None,
        "unreachable": unreachable.count_unreachable_numbers(salon, now),
        "is_newcomer": settings.PRACTICE_PHONE and not has_sent_confirmation(salon),
    }
    return render(request, "web/calendar/calendar.html", context)


def get_day_of_appointment(request: SalonRequest) -> date | None:
    """The day of the appointment that the address names, unless it names a day too."""
    named = request.GET.get("appointment", "")
    if not named.isdecimal() or "date" in request.GET:
        return None
    appointment = tenancy.scoped_to(Appointment.objects.filter(pk=named), request.user).first()
    return (
        appointment.appointment_time.astimezone(request.salon.zone).date() if appointment else None
    )


def build_script_config(request: SalonRequest, shown: date, today: date) -> dict[str, Any]:
    """What the script knows from the start."""
    salon = request.salon
    return {
        "day": f"{shown:%Y-%m-%d}",
        "today": f"{today:%Y-%m-%d}",
        "zone": salon.timezone,
        "offset": format_utc_offset(salon),
        "first_day": 0 if salon.country in SUNDAY_FIRST_COUNTRIES else 1,
        "me": request.user.pk,
        "staff": presenter.list_salon_staff(salon),
        "services": presenter.list_salon_services(salon),
        "words": get_script_strings(),
    }


@require_sign_in
@require_safe
def list_calendar_events(request: SalonRequest) -> HttpResponse:
    """The appointments of `?days=` days from `?start=` on; 204 while `?seen=` is still how they stand."""
    first = local_time.parse_day(request.GET.get("start", ""))
    days = request.GET.get("days", "1")
    if first is None or not days.isdecimal() or not 1 <= int(days) <= MAX_DAYS:
        return errors.bad_request(request)
    appointments = presenter.find_appointments_in_span(request.salon, first, int(days))
    seen = request.GET.get("seen")
    if seen and presenter.query_span_stamp(request.salon, appointments) == seen:
        return HttpResponse(status=HTTP_NO_CONTENT)
    span = presenter.read_calendar_span(request.salon, appointments, timezone.now())
    page = {"offset": format_utc_offset(request.salon), "me": request.user.pk}
    return JsonResponse({**page, **vars(span)})


@require_sign_in
@require_safe
def show_calendar_event(request: SalonRequest, pk: int) -> HttpResponse:
    """One appointment as `events` tells it, with how the ledger stands now."""
    appointments = tenancy.scoped_to(Appointment.objects.filter(pk=pk), request.user)
    shown = presenter.read_calendar_event(request.salon, appointments, timezone.now())
    return JsonResponse(shown) if shown else errors.page_not_found(request)


@require_sign_in
@require_safe
def show_appointment_panel(request: SalonRequest, pk: int) -> HttpResponse:
    """All about one appointment, for the side of the calendar."""
    appointment = get_own_appointment(request, pk)
    others = (
        appointment.customer.appointments.exclude(pk=pk).with_people().order_by("-appointment_time")
    )
    context = build_appointment_context(appointment) | {
        "buttons": [
            (step, build_status_url(appointment, step))
            for step in status_buttons.list_status_buttons(appointment)
        ],
        "others": others[:MAX_OTHER_APPOINTMENTS],
        "changes": history.build_appointment_history(appointment),
        "has_begun": appointment.appointment_time <= timezone.now(),
    }
    return render(request, "web/calendar/appointment_panel.html", context)


def build_status_url(appointment: Appointment, step: status_buttons.StatusButton) -> str:
    """The route of the API that does what the button says."""
    return reverse(f"appointment-{API_ACTIONS[Status(step.status)]}", args=[appointment.pk])


def format_utc_offset(salon: Salon) -> str:
    """How far the salon's clock is from UTC now: -05:00"""
    return timezone.now().astimezone(salon.zone).isoformat()[-6:]
