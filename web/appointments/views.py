"""One appointment: its page, its life, calling it off."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from core.api.errors import Refusal
from pages.access import SalonRequest, require_sign_in
from web.appointments import status_buttons
from web.appointments.lookup import get_own_appointment
from web.appointments.presenter import build_appointment_context, load_message_history
from web.appointments.status_forms import CancelForm, StatusForm
from web.appointments.summary import format_appointment_span, redirect_to_day


@require_sign_in
@require_safe
def show_appointment(request: SalonRequest, pk: int) -> HttpResponse:
    """All that is known of an appointment, and the history of its texts."""
    return render(
        request,
        "web/appointments/appointment.html",
        build_appointment_context(get_own_appointment(request, pk)),
    )


@require_sign_in
@require_safe
def show_message_history(request: SalonRequest, pk: int) -> HttpResponse:
    """The history of the texts alone, for the page to keep up to date."""
    shown = get_own_appointment(request, pk)
    return render(
        request,
        "web/appointments/message_history.html",
        {"appointment": shown, "history": load_message_history(shown)},
    )


@require_sign_in
@require_POST
def handle_status_button(request: SalonRequest, pk: int) -> HttpResponse:
    """One of the buttons Confirm, Arrived, Done, No-show, Reopen."""
    shown = get_own_appointment(request, pk)
    form = StatusForm(request.POST)
    wanted = request.POST.get("status")
    if not form.is_valid() or wanted not in {
        step.status for step in status_buttons.list_status_buttons(shown)
    }:
        messages.error(
            request,
            _("This appointment has changed since you opened the page. Check it and try again."),
        )
        return redirect("web:appointment", pk)
    try:
        changed = change_appointment_status(
            pk,
            Status(wanted),
            version=form.cleaned_data["version"],
            notify=form.cleaned_data["notify"],
        )
    except Refusal as refusal:
        return redirect_with_refusal(request, pk, refusal)
    messages.success(
        request,
        _("%(customer)s: %(status)s.")
        % {"customer": changed.customer, "status": changed.get_status_display()},
    )
    return redirect_to_day(changed) if "back" in request.POST else redirect("web:appointment", pk)


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def handle_cancel_form(request: SalonRequest, pk: int) -> HttpResponse:
    """Call an appointment off, with a reason, and tell the customer unless staff rather don't."""
    shown = get_own_appointment(request, pk)
    if not status_buttons.can_cancel(shown):
        messages.error(request, _("This appointment is already completed or cancelled."))
        return redirect("web:appointment", pk)
    form = CancelForm(request.POST or None, initial={"version": shown.version})
    if request.method != "POST" or not form.is_valid():
        return render_cancel_page(request, shown, form)
    try:
        changed = cancel_appointment(pk, **form.cleaned_data)
    except Refusal as refusal:
        return redirect_with_refusal(request, pk, refusal)
    messages.success(request, _("Cancelled: %(name)s.") % {"name": changed.customer})
    return redirect_to_day(changed)


def render_cancel_page(request: SalonRequest, shown: Appointment, form: CancelForm) -> HttpResponse:
    context = {
        "appointment": shown,
        "span": format_appointment_span(shown),
        "form": form,
        "has_begun": shown.appointment_time <= timezone.now(),
    }
    return render(
        request, "web/appointments/cancel.html", context, status=400 if form.errors else 200
    )


def redirect_with_refusal(request: SalonRequest, pk: int, refusal: Refusal) -> HttpResponse:
    """The appointment as it is now, with why it wasn't changed."""
    if refusal.status_code == 404:
        raise Http404
    messages.error(request, refusal.detail)
    return redirect("web:appointment", pk)
