"""Read requests of the calendar's script. It writes through the API."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointment.models import Appointment
from core import tenancy
from core.api import errors
from pages import local_time
from pages.access import SalonRequest, require_sign_in
from web.appointments.lookup import get_own_appointment
from web.calendar import presenter, span_stamp
from web.calendar.page import format_utc_offset
from web.calendar.panel import build_panel_context

MAX_DAYS = 31  # in one request
HTTP_NO_CONTENT = 204


@require_sign_in
@require_safe
def list_calendar_events(request: SalonRequest) -> HttpResponse:
    """Return the appointments of `?days=` days from `?start=` on.

    The answer is 204 while `?seen=` is still the stamp of these days.
    """
    first = local_time.parse_day(request.GET.get("start", ""))
    days = request.GET.get("days", "1")
    if first is None or not days.isdecimal() or not 1 <= int(days) <= MAX_DAYS:
        return errors.bad_request(request)
    appointments = presenter.find_appointments_in_span(request.salon, first, int(days))
    seen = request.GET.get("seen")
    if seen and span_stamp.query_span_stamp(request.salon, appointments) == seen:
        return HttpResponse(status=HTTP_NO_CONTENT)
    span = presenter.read_calendar_span(request.salon, appointments, timezone.now())
    page = {"offset": format_utc_offset(request.salon), "me": request.user.pk}
    return JsonResponse({**page, **vars(span)})


@require_sign_in
@require_safe
def show_calendar_event(request: SalonRequest, pk: int) -> HttpResponse:
    """Return one appointment in the form of `list_calendar_events`."""
    appointments = tenancy.scoped_to(Appointment.objects.filter(pk=pk), request.user)
    event = presenter.read_calendar_event(request.salon, appointments, timezone.now())
    return JsonResponse(event) if event else errors.page_not_found(request)


@require_sign_in
@require_safe
def show_appointment_panel(request: SalonRequest, pk: int) -> HttpResponse:
    """Show everything about one appointment, beside the calendar."""
    context = build_panel_context(get_own_appointment(request, pk))
    return render(request, "web/calendar/appointment_panel.html", context)
