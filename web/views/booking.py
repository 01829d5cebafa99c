"""Booking an appointment and changing one."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from appointment.actions.edit import edit_appointment
from appointment.models import Appointment
from core.api.errors import Refusal
from customer.models import Customer
from customer.search import search_customers
from notification.contacts import deliverability
from notification.models import AppointmentNotification
from web import booking, steps, text_states, wall_clock
from web.access import SalonRequest, own_appointment, signed_in
from web.appointment_forms import AppointmentForm, BookForm, EditForm, suggested

MOST_FOUND = 8  # customers offered for one search


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: SalonRequest) -> HttpResponse:
    """Book an appointment; `?date=` and `?staff=` fill in what the day's list knows already."""
    salon = request.salon
    if request.method != "POST":
        return book_page(request, BookForm(salon=salon, initial=beginning(request)))
    form = BookForm(request.POST, salon=salon)
    if wants_search(request):
        return book_page(request, BookForm(salon=salon, initial=form.typed()))
    if not form.is_valid():
        return book_page(request, form, status=400)
    try:
        appointment = booking.book(salon, form.cleaned_data, allow_overlap=overlaps(request))
    except Refusal as refusal:
        return refused_booking(request, form, refusal)
    messages.success(request, _("Booked: %(appointment)s.") % {"appointment": said(appointment)})
    return finished(request, form, appointment)


@signed_in
@require_safe
def find_customers(request: SalonRequest) -> HttpResponse:
    """The customers that match `?q=`, as the form offers them; asked for while one types."""
    found = find(request, request.GET.get("q", ""))
    return render(request, "web/customers_found.html", {"found": found})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SalonRequest, pk: int) -> HttpResponse:
    """Move an appointment, or change its staff, services or note."""
    appointment = own_appointment(request, pk)
    movable = steps.can_move(appointment)
    form = EditForm(request.POST or None, appointment=appointment, movable=movable)
    if request.method != "POST":
        return edit_page(request, form, appointment)
    if not form.is_valid():
        return edit_page(request, form, appointment, status=400)
    try:
        changes = booking.changes(appointment, form.cleaned_data, allow_overlap=overlaps(request))
        changed = edit_appointment(appointment.pk, changes)
    except Refusal as refusal:
        return refused_edit(request, form, appointment, refusal)
    messages.success(request, _("Saved: %(appointment)s.") % {"appointment": said(changed)})
    return finished(request, form, changed)


def refused_booking(request: SalonRequest, form: BookForm, refusal: Refusal) -> HttpResponse:
    """The form again, nothing lost, with what stands in its way."""
    form.show_refusal(refusal)
    return book_page(request, form, refusal.status_code, **clash(request, refusal))


def refused_edit(
    request: SalonRequest, form: EditForm, appointment: Appointment, refusal: Refusal
) -> HttpResponse:
    """As `refused_booking`; an appointment changed meanwhile is shown in both versions."""
    if refusal.status_code == 404:
        raise Http404
    if refusal.code == "stale":
        return stale_page(request, form, appointment)
    form.show_refusal(refusal)
    return edit_page(request, form, appointment, refusal.status_code, **clash(request, refusal))


def clash(request: SalonRequest, refusal: Refusal) -> dict[str, object]:
    """The appointment that is in the way, when the refusal names one."""
    named = (refusal.errors or {}).get("overlaps", [])
    other = request.salon.appointments.with_people().filter(pk__in=named).first()
    return {"clash": other, "clash_span": span(other)} if other else {}


def stale_page(request: SalonRequest, form: EditForm, appointment: Appointment) -> HttpResponse:
    """Both versions side by side; sending the form once more is meant to replace the stored one."""
    appointment = own_appointment(request, appointment.pk)
    typed = request.POST.copy()
    typed["version"] = str(appointment.version)
    again = EditForm(typed, appointment=appointment, movable=steps.can_move(appointment))
    again.is_valid()
    differences = booking.differences(appointment, form.cleaned_data)
    return edit_page(request, again, appointment, 409, is_stale=True, differences=differences)


def book_page(
    request: SalonRequest, form: BookForm, status: int = 200, **context: object
) -> HttpResponse:
    chosen = find_chosen(request, form["customer"].value())
    found = find(request, form["q"].value() or "")
    if chosen is not None:
        found = [chosen, *(customer for customer in found if customer != chosen)]
    context |= {"form": form, "found": found, "chosen": chosen, "searched": form["q"].value()}
    return form_page(request, "web/book.html", status, context)


def edit_page(
    request: SalonRequest,
    form: EditForm,
    appointment: Appointment,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    context |= {"form": form, "appointment": appointment, "movable": steps.can_move(appointment)}
    return form_page(request, "web/edit.html", status, context)


def form_page(
    request: SalonRequest, template: str, status: int, context: dict[str, object]
) -> HttpResponse:
    """A form with what it says about the texts that will go out."""
    lead = request.salon.reminder_time_minutes
    context["lead"] = wall_clock.length_words(lead) if lead else ""
    return render(request, template, context, status=status)


def beginning(request: SalonRequest) -> dict[str, object]:
    """What a new form is filled in with."""
    day = wall_clock.parse_day(request.GET.get("date", ""))
    staff = request.GET.get("staff") or request.user.pk
    shown = suggested(timezone.now(), request.salon, day)
    customer = request.GET.get("customer")
    return shown | {"user": staff, "customer": customer, "request_id": uuid4()}


def wants_search(request: SalonRequest) -> bool:
    """Whether staff look for a customer: by the button, or by Enter with nobody chosen yet."""
    sent = request.POST
    has_someone = sent.get("customer") or sent.get("new_name") or sent.get("new_phone")
    return "find" in sent or ("enter" in sent and bool(sent.get("q")) and not has_someone)


def find(request: SalonRequest, text: str) -> list[Customer]:
    """The salon's customers who match; none for an empty search."""
    if not text.strip():
        return []
    customers = Customer.objects.filter(salon=request.salon).select_related("salon")
    found = list(search_customers(customers, text)[:MOST_FOUND])
    deliverability.attach_deliverability(found)
    return found


def find_chosen(request: SalonRequest, chosen: object) -> Customer | None:
    """The customer ticked in the form, if it is the salon's own."""
    if not str(chosen or "").isdecimal():
        return None
    return Customer.objects.filter(salon=request.salon, pk=str(chosen)).first()


def overlaps(request: SalonRequest) -> bool:
    """Whether staff pressed “Book anyway”."""
    return "allow_overlap" in request.POST


def span(appointment: Appointment) -> str:
    """When an appointment begins and ends, on its day."""
    zone = appointment.salon.zone
    day = appointment.appointment_time.astimezone(zone).date()
    return wall_clock.span(appointment.appointment_time, appointment.end_time, zone, day)


def said(appointment: Appointment) -> str:
    """The appointment and its texts in a line."""
    now, zone = timezone.now(), appointment.salon.zone
    start = f"{wall_clock.day_words(appointment.appointment_time.astimezone(zone).date())}, {span(appointment)}"
    rows = AppointmentNotification.objects.of_appointment(appointment.pk)
    is_stopped = bool(appointment.customer.reach.opted_out)
    states = text_states.of_appointment(appointment, rows, now, is_stopped=is_stopped)
    texts = [f"{state.kind} {state.words}" for state in states]
    return "; ".join([f"{appointment.customer}, {start}", *texts])


def finished(
    request: SalonRequest, form: AppointmentForm, appointment: Appointment
) -> HttpResponseRedirect:
    """Back to the day of the appointment, where it stands out."""
    if form.comes_twice:
        sentence = _(
            "That time comes twice on this day; the appointment is at the first, %(time)s."
        )
        shown = wall_clock.clock(appointment.appointment_time, appointment.salon.zone)
        messages.warning(request, sentence % {"time": shown})
    return to_day(appointment)


def to_day(appointment: Appointment) -> HttpResponseRedirect:
    """The appointment in its day's list."""
    day = appointment.appointment_time.astimezone(appointment.salon.zone).date()
    return HttpResponseRedirect(
        f"{reverse('web:day')}?date={day:%Y-%m-%d}#appointment-{appointment.pk}"
    )
