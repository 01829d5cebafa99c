"""The calendar: its page, and what its script reads. It writes through the API."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from appointment.models import Appointment, Status
from core import tenancy
from core.api import errors
from salon.models import Salon
from web import calendar, changes, last_check, steps, unreachable, wall_clock
from web.access import SalonRequest, own_appointment, signed_in
from web.calendar_words import words
from web.views.accounts import SignIn
from web.views.appointments import context_of
from web.views.day import chosen_day, has_texted

MOST_DAYS = 31  # asked for at once
OTHER_APPOINTMENTS = 6  # of the customer, told in the panel
NO_CONTENT = 204
SUNDAY_FIRST = {"US", "CA", "MX", "BR", "JP", "IL", "IN", "ZA", "KR", "TW"}
ACTIONS = {
    Status.BOOKED: "reopen",
    Status.CONFIRMED: "confirm",
    Status.ARRIVED: "arrive",
    Status.COMPLETED: "complete",
    Status.NO_SHOW: "no-show",
}


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The calendar for those who are signed in, the sign-in for visitors."""
    if not request.user.is_authenticated:
        return SignIn.as_view()(request)
    if request.user.is_staff and not tenancy.get_user_salons(request.user).exists():
        return redirect("admin:index")  # an operator belongs to no salon
    return page(request)


@signed_in
@ensure_csrf_cookie
def page(request: SalonRequest) -> HttpResponse:
    """`?date=` (2026-05-04) chooses the day; `?visit=` opens an appointment, `?book=1` a booking, and
    `?customer=` one for that customer."""
    salon, now = request.salon, timezone.now()
    today = now.astimezone(salon.zone).date()
    shown = day_of_appointment(request) or chosen_day(request, today)
    lead = wall_clock.length_words(salon.reminder_time_minutes)
    context = {
        "day": shown,
        "statuses": Status.choices,
        "config": config(request, shown, today),
        "lead": lead if salon.reminder_time_minutes else "",
        "shares_sender": request.user.is_owner and not salon.sender,
        "sender": salon.sender_number,
        "check": last_check.of_salon(salon, now) if request.user.is_owner else None,
        "unreachable": unreachable.pressing(salon, now),
        "is_newcomer": settings.PRACTICE_PHONE and not has_texted(salon),
    }
    return render(request, "web/calendar.html", context)


def day_of_appointment(request: SalonRequest) -> date | None:
    """The day of the appointment that the address names, unless it names a day too."""
    named = request.GET.get("appointment", "")
    if not named.isdecimal() or "date" in request.GET:
        return None
    appointment = tenancy.scoped_to(Appointment.objects.filter(pk=named), request.user).first()
    return (
        appointment.appointment_time.astimezone(request.salon.zone).date() if appointment else None
    )


def config(request: SalonRequest, shown: date, today: date) -> dict[str, Any]:
    """What the script knows from the start."""
    salon = request.salon
    return {
        "day": f"{shown:%Y-%m-%d}",
        "today": f"{today:%Y-%m-%d}",
        "zone": salon.timezone,
        "offset": offset(salon),
        "first_day": 0 if salon.country in SUNDAY_FIRST else 1,
        "me": request.user.pk,
        "staff": calendar.people(salon),
        "services": calendar.offers(salon),
        "words": words(),
    }


@signed_in
@require_safe
def events(request: SalonRequest) -> HttpResponse:
    """The appointments of `?days=` days from `?start=` on; 204 while `?seen=` is still how they stand."""
    first = wall_clock.parse_day(request.GET.get("start", ""))
    days = request.GET.get("days", "1")
    if first is None or not days.isdecimal() or not 1 <= int(days) <= MOST_DAYS:
        return errors.bad_request(request)
    appointments = calendar.in_span(request.salon, first, int(days))
    seen = request.GET.get("seen")
    if seen and calendar.stamp(request.salon, appointments) == seen:
        return HttpResponse(status=NO_CONTENT)
    span = calendar.read(request.salon, appointments, timezone.now())
    page = {"offset": offset(request.salon), "me": request.user.pk}
    return JsonResponse({**page, **vars(span)})


@signed_in
@require_safe
def event(request: SalonRequest, pk: int) -> HttpResponse:
    """One appointment as `events` tells it, with how the ledger stands now."""
    appointments = tenancy.scoped_to(Appointment.objects.filter(pk=pk), request.user)
    shown = calendar.read_one(request.salon, appointments, timezone.now())
    return JsonResponse(shown) if shown else errors.page_not_found(request)


@signed_in
@require_safe
def panel(request: SalonRequest, pk: int) -> HttpResponse:
    """All about one appointment, for the side of the calendar."""
    appointment = own_appointment(request, pk)
    others = (
        appointment.customer.appointments.exclude(pk=pk).with_people().order_by("-appointment_time")
    )
    context = context_of(appointment) | {
        "buttons": [(step, step_url(appointment, step)) for step in steps.steps(appointment)],
        "others": others[:OTHER_APPOINTMENTS],
        "changes": changes.of_appointment(appointment),
        "has_begun": appointment.appointment_time <= timezone.now(),
    }
    return render(request, "web/panel.html", context)


def step_url(appointment: Appointment, step: steps.Step) -> str:
    """The route of the API that does what the button says."""
    return reverse(f"appointment-{ACTIONS[Status(step.status)]}", args=[appointment.pk])


def offset(salon: Salon) -> str:
    """How far the salon's clock is from UTC now: -05:00"""
    return timezone.now().astimezone(salon.zone).isoformat()[-6:]
