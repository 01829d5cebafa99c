"""Close the account of a staff member who leaves, and reopen it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from appointment.actions import staff_handover
from appointment.models import Appointment
from core import tenancy
from core.api.errors import Refusal
from pages import local_time
from pages.access import SalonRequest, require_owner, require_sign_in
from user import actions as accounts
from user.models import ExtendedUser
from web.settings.sign_in_status import show_invitation_link
from web.settings.staff_forms import OffboardingForm
from web.settings.staff_lookup import get_own_staff_member

MAX_LISTED_APPOINTMENTS = 5  # appointments ahead, and appointments in the way


@require_sign_in
@require_owner
@require_http_methods(["GET", "HEAD", "POST"])
def handle_offboarding_form(request: SalonRequest, pk: int) -> HttpResponse:
    """Hand the upcoming appointments over and close the account: both or nothing."""
    leaver = get_own_staff_member(request, pk)
    if not leaver.is_active:
        messages.info(request, _("%(name)s has left already.") % {"name": leaver})
        return redirect("web:staff", pk)
    colleagues = tenancy.scoped_to(ExtendedUser.objects.all(), request.user)
    colleagues = colleagues.filter(is_active=True, bookable=True).exclude(pk=pk)
    has_visits = staff_handover.find_upcoming_appointments(pk).exists()
    posted = request.POST if request.method == "POST" else None  # may be empty
    form = OffboardingForm(posted, colleagues=colleagues, has_visits=has_visits)
    if not form.is_valid():
        return render_offboarding_page(request, leaver, form)
    to = form.cleaned_data["to"]
    try:
        moved = staff_handover.offboard_staff(
            pk, to=to, allow_overlap=form.cleaned_data["allow_overlap"]
        )
    except Refusal as refusal:
        return render_offboarding_page(request, leaver, form, refusal)
    messages.success(request, format_offboarding_result(leaver, to, moved))
    return redirect("web:settings")


@require_sign_in
@require_owner
@require_POST
def reactivate_staff_member(request: SalonRequest, pk: int) -> HttpResponse:
    """Reopen the account of a staff member who left."""
    back = accounts.change_staff_member(get_own_staff_member(request, pk).pk, {"is_active": True})
    messages.success(request, _("%(name)s works here again.") % {"name": back})
    show_invitation_link(request, back)
    return redirect("web:staff", pk)


def render_offboarding_page(
    request: SalonRequest,
    leaver: ExtendedUser,
    form: OffboardingForm,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Show the upcoming appointments, and the overlaps that prevent the handover."""
    ahead = staff_handover.find_upcoming_appointments(leaver.pk)
    overlaps = []
    if refusal and refusal.code == "overlap":
        overlaps = staff_handover.find_handover_overlaps(ahead, form.cleaned_data["to"])
    elif refusal:
        form.add_error("to" if "to" in (refusal.errors or {}) else None, refusal.detail)
    count = ahead.count()
    context = {
        "leaver": leaver,
        "form": form,
        "is_last_owner": accounts.is_last_owner(leaver),
        "count": count,
        "appointments": [
            (appointment, format_day_and_span(appointment))
            for appointment in ahead[:MAX_LISTED_APPOINTMENTS]
        ],
        "more": max(0, count - MAX_LISTED_APPOINTMENTS),
        "overlaps": [
            (*pair, *map(format_day_and_span, pair)) for pair in overlaps[:MAX_LISTED_APPOINTMENTS]
        ],
        "more_overlaps": max(0, len(overlaps) - MAX_LISTED_APPOINTMENTS),
    }
    code = refusal.status_code if refusal else 400 if form.errors else 200
    return render(request, "web/settings/offboarding.html", context, status=code)


def format_day_and_span(appointment: Appointment) -> str:
    """Return Mon, May 4, 3:00 – 3:45 PM, on the salon's clock."""
    zone = appointment.salon.zone
    day = appointment.appointment_time.astimezone(zone).date()
    span = local_time.format_span(appointment.appointment_time, appointment.end_time, zone, day)
    return f"{local_time.format_day(day)}, {span}"


def format_offboarding_result(left: ExtendedUser, to: ExtendedUser | None, moved: int) -> str:
    """Return what happened to the account and its appointments."""
    words = _("%(name)s can no longer sign in.") % {"name": left}
    if not moved:
        return words
    taken = ngettext(
        "%(to)s has taken over %(count)d appointment.",
        "%(to)s has taken over %(count)d appointments.",
        moved,
    )
    return f"{words} {taken % {'to': to, 'count': moved}}"
