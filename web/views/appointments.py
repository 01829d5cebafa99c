"""One appointment: its page, its life, calling it off."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointment.actions import busy_spans
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from core.api.errors import Refusal
from notification.models import AppointmentNotification
from web import steps, text_states
from web.access import SalonRequest, own_appointment, signed_in
from web.forms import CancelForm, StatusForm
from web.views.booking import span, to_day


@signed_in
@require_safe
def appointment(request: SalonRequest, pk: int) -> HttpResponse:
    """All that is known of an appointment, and the history of its texts."""
    return render(request, "web/visit.html", context_of(own_appointment(request, pk)))


def context_of(shown: Appointment) -> dict[str, object]:
    """What pages about one appointment show of it."""
    return {
        "appointment": shown,
        "span": span(shown),
        "history": history(shown),
        "steps": steps.steps(shown),
        "can_cancel": steps.can_cancel(shown),
        "can_move": steps.can_move(shown),
        **neighbour(shown),
    }


def neighbour(shown: Appointment) -> dict[str, object]:
    """The appointment that shares the time, as staff meant it to or as an import brought it."""
    other = busy_spans.overlapping(shown)
    return {"beside": other, "beside_span": span(other)} if other else {}


@signed_in
@require_safe
def texts(request: SalonRequest, pk: int) -> HttpResponse:
    """The history of the texts alone, for the page to keep up to date."""
    shown = own_appointment(request, pk)
    return render(request, "web/history.html", {"appointment": shown, "history": history(shown)})


@signed_in
@require_POST
def change_status(request: SalonRequest, pk: int) -> HttpResponse:
    """One of the buttons Confirm, Arrived, Done, No-show, Reopen."""
    shown = own_appointment(request, pk)
    form = StatusForm(request.POST)
    wanted = request.POST.get("status")
    if not form.is_valid() or wanted not in {step.status for step in steps.steps(shown)}:
        messages.error(request, _("The appointment looks different by now; this is how it stands."))
        return redirect("web:appointment", pk)
    try:
        changed = change_appointment_status(
            pk,
            Status(wanted),
            version=form.cleaned_data["version"],
            notify=form.cleaned_data["notify"],
        )
    except Refusal as refusal:
        return not_done(request, pk, refusal)
    messages.success(
        request,
        _("%(customer)s: %(status)s.")
        % {"customer": changed.customer, "status": changed.get_status_display()},
    )
    return to_day(changed) if "back" in request.POST else redirect("web:appointment", pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SalonRequest, pk: int) -> HttpResponse:
    """Call an appointment off, with a reason, and tell the customer unless staff rather don't."""
    shown = own_appointment(request, pk)
    if not steps.can_cancel(shown):
        messages.error(request, _("This appointment is over or cancelled already."))
        return redirect("web:appointment", pk)
    form = CancelForm(request.POST or None, initial={"version": shown.version})
    if request.method != "POST" or not form.is_valid():
        return cancel_page(request, shown, form)
    try:
        changed = cancel_appointment(pk, **form.cleaned_data)
    except Refusal as refusal:
        return not_done(request, pk, refusal)
    messages.success(request, _("Cancelled: %(name)s.") % {"name": changed.customer})
    return to_day(changed)


def cancel_page(request: SalonRequest, shown: Appointment, form: CancelForm) -> HttpResponse:
    context = {
        "appointment": shown,
        "span": span(shown),
        "form": form,
        "has_begun": shown.appointment_time <= timezone.now(),
    }
    return render(request, "web/cancel.html", context, status=400 if form.errors else 200)


def not_done(request: SalonRequest, pk: int, refusal: Refusal) -> HttpResponse:
    """The appointment as it is now, with why it wasn't changed."""
    if refusal.status_code == 404:
        raise Http404
    messages.error(request, refusal.detail)
    return redirect("web:appointment", pk)


def history(shown: Appointment) -> list[text_states.Event]:
    """The texts of an appointment, in the order they were planned."""
    rows = AppointmentNotification.objects.of_appointment(shown.pk)
    rows = rows.select_related("salon", "appointment__customer")
    is_stopped = bool(shown.customer.reach.opted_out)
    return text_states.history(rows, shown.salon.zone, timezone.now(), is_stopped=is_stopped)
