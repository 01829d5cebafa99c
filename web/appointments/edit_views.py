"""Booking an appointment and changing one."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appointment.actions.edit import edit_appointment
from appointment.models import Appointment
from core.api.errors import Refusal
from pages import local_time
from pages.access import SalonRequest, require_sign_in
from web.appointments import form_to_action, status_buttons
from web.appointments.forms import AppointmentForm, BookForm, EditForm, suggest_start
from web.appointments.lookup import get_own_appointment
from web.appointments.summary import (
    format_appointment_span,
    format_appointment_summary,
    redirect_to_day,
)
from web.customers.lookup import find_chosen_customer, find_matching_customers


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def handle_booking_form(request: SalonRequest) -> HttpResponse:
    """Book an appointment; `?date=` and `?staff=` prefill the form."""
    salon = request.salon
    if request.method != "POST":
        return render_booking_page(
            request, BookForm(salon=salon, initial=build_initial_values(request))
        )
    form = BookForm(request.POST, salon=salon)
    if is_customer_search(request):
        return render_booking_page(request, BookForm(salon=salon, initial=form.typed()))
    if not form.is_valid():
        return render_booking_page(request, form, status=400)
    try:
        appointment = form_to_action.book_from_form(
            salon, form.cleaned_data, allow_overlap=is_overlap_allowed(request)
        )
    except Refusal as refusal:
        return render_refused_booking(request, form, refusal)
    messages.success(
        request,
        _("Booked: %(appointment)s.") % {"appointment": format_appointment_summary(appointment)},
    )
    return redirect_to_saved_appointment(request, form, appointment)


@require_sign_in
@require_safe
def show_found_customers(request: SalonRequest) -> HttpResponse:
    """Return the customers that match `?q=` as choices of the form, while staff type."""
    found = find_matching_customers(request, request.GET.get("q", ""))
    return render(request, "web/customers/found_customers.html", {"found": found})


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def handle_edit_form(request: SalonRequest, pk: int) -> HttpResponse:
    """Move an appointment, or change its staff, services or note."""
    appointment = get_own_appointment(request, pk)
    movable = status_buttons.can_move(appointment)
    form = EditForm(request.POST or None, appointment=appointment, movable=movable)
    if request.method != "POST":
        return render_edit_page(request, form, appointment)
    if not form.is_valid():
        return render_edit_page(request, form, appointment, status=400)
    try:
        changes = form_to_action.build_appointment_changes(
            appointment, form.cleaned_data, allow_overlap=is_overlap_allowed(request)
        )
        changed = edit_appointment(appointment.pk, changes)
    except Refusal as refusal:
        return render_refused_edit(request, form, appointment, refusal)
    messages.success(
        request, _("Saved: %(appointment)s.") % {"appointment": format_appointment_summary(changed)}
    )
    return redirect_to_saved_appointment(request, form, changed)


def render_refused_booking(request: SalonRequest, form: BookForm, refusal: Refusal) -> HttpResponse:
    """Show the form again as typed, with the errors."""
    form.show_refusal(refusal)
    return render_booking_page(
        request, form, refusal.status_code, **build_refusal_context(request, refusal)
    )


def render_refused_edit(
    request: SalonRequest, form: EditForm, appointment: Appointment, refusal: Refusal
) -> HttpResponse:
    """Show the form again with the errors; a stale form is shown beside the saved version."""
    if refusal.status_code == 404:
        raise Http404
    if refusal.code == "stale":
        return render_stale_page(request, form, appointment)
    form.show_refusal(refusal)
    return render_edit_page(
        request, form, appointment, refusal.status_code, **build_refusal_context(request, refusal)
    )


def build_refusal_context(request: SalonRequest, refusal: Refusal) -> dict[str, object]:
    """Return the overlapping appointment, when the refusal names one."""
    named = (refusal.errors or {}).get("overlaps", [])
    overlap = request.salon.appointments.with_people().filter(pk__in=named).first()
    if overlap is None:
        return {}
    return {"overlap": overlap, "overlap_span": format_appointment_span(overlap)}


def render_stale_page(
    request: SalonRequest, form: EditForm, appointment: Appointment
) -> HttpResponse:
    """Show both versions side by side; saving again replaces the stored one."""
    appointment = get_own_appointment(request, appointment.pk)
    typed = request.POST.copy()
    typed["version"] = str(appointment.version)
    again = EditForm(typed, appointment=appointment, movable=status_buttons.can_move(appointment))
    again.is_valid()
    differences = form_to_action.find_form_differences(appointment, form.cleaned_data)
    return render_edit_page(
        request, again, appointment, 409, is_stale=True, differences=differences
    )


def render_booking_page(
    request: SalonRequest, form: BookForm, status: int = 200, **context: object
) -> HttpResponse:
    chosen = find_chosen_customer(request, form["customer"].value())
    found = find_matching_customers(request, form["q"].value() or "")
    if chosen is not None:
        found = [chosen, *(customer for customer in found if customer != chosen)]
    context |= {"form": form, "found": found, "chosen": chosen, "searched": form["q"].value()}
    return render_form_page(request, "web/appointments/book.html", status, context)


def render_edit_page(
    request: SalonRequest,
    form: EditForm,
    appointment: Appointment,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    context |= {
        "form": form,
        "appointment": appointment,
        "movable": status_buttons.can_move(appointment),
    }
    return render_form_page(request, "web/appointments/edit.html", status, context)


def render_form_page(
    request: SalonRequest, template: str, status: int, context: dict[str, object]
) -> HttpResponse:
    """Show a form with its hints about the texts that will be sent."""
    lead = request.salon.reminder_time_minutes
    context["lead"] = local_time.format_length(lead) if lead else ""
    return render(request, template, context, status=status)


def build_initial_values(request: SalonRequest) -> dict[str, object]:
    """Return the initial values of a new form."""
    day = local_time.parse_day(request.GET.get("date", ""))
    staff = request.GET.get("staff") or request.user.pk
    shown = suggest_start(timezone.now(), request.salon, day)
    customer = request.GET.get("customer")
    return shown | {"user": staff, "customer": customer, "request_id": uuid4()}


def is_customer_search(request: SalonRequest) -> bool:
    """Return whether staff search a customer: by button, or by Enter with none chosen."""
    sent = request.POST
    has_someone = sent.get("customer") or sent.get("new_name") or sent.get("new_phone")
    return "find" in sent or ("enter" in sent and bool(sent.get("q")) and not has_someone)


def is_overlap_allowed(request: SalonRequest) -> bool:
    """Return whether staff pressed “Book anyway”."""
    return "allow_overlap" in request.POST


def redirect_to_saved_appointment(
    request: SalonRequest, form: AppointmentForm, appointment: Appointment
) -> HttpResponseRedirect:
    """Lead to the day of the appointment, where it is highlighted."""
    if form.comes_twice:
        sentence = _(
            "The clocks go back: this time occurs twice. The appointment is at the first, %(time)s."
        )
        shown = local_time.format_time(appointment.appointment_time, appointment.salon.zone)
        messages.warning(request, sentence % {"time": shown})
    return redirect_to_day(appointment)
