"""Somebody leaves a salon, or comes back."""

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
from user import actions as accounts
from user.models import ExtendedUser
from web import wall_clock
from web.access import SalonRequest, owners_only, signed_in
from web.staff_forms import LeaveForm
from web.views.staff import own_staff, tell_invitation

FIRST_SHOWN = 5  # appointments ahead, and appointments in the way


@signed_in
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: SalonRequest, pk: int) -> HttpResponse:
    """A colleague takes over the appointments to come, then the account is closed: both or nothing."""
    leaver = own_staff(request, pk)
    if not leaver.is_active:
        messages.info(request, _("%(name)s has left already.") % {"name": leaver})
        return redirect("web:staff", pk)
    colleagues = tenancy.scoped_to(ExtendedUser.objects.all(), request.user)
    colleagues = colleagues.filter(is_active=True, bookable=True).exclude(pk=pk)
    has_visits = staff_handover.find_upcoming_appointments(pk).exists()
    posted = request.POST if request.method == "POST" else None  # may be empty
    form = LeaveForm(posted, colleagues=colleagues, has_visits=has_visits)
    if not form.is_valid():
        return page(request, leaver, form)
    to = form.cleaned_data["to"]
    try:
        moved = staff_handover.offboard_staff(
            pk, to=to, allow_overlap=form.cleaned_data["allow_overlap"]
        )
    except Refusal as refusal:
        return page(request, leaver, form, refusal)
    messages.success(request, what_was_done(leaver, to, moved))
    return redirect("web:settings")


@signed_in
@owners_only
@require_POST
def come_back(request: SalonRequest, pk: int) -> HttpResponse:
    """Somebody who left works here again, with the old password or an invitation."""
    back = accounts.change_staff_member(own_staff(request, pk).pk, {"is_active": True})
    messages.success(request, _("%(name)s works here again.") % {"name": back})
    tell_invitation(request, back)
    return redirect("web:staff", pk)


def page(
    request: SalonRequest, leaver: ExtendedUser, form: LeaveForm, refusal: Refusal | None = None
) -> HttpResponse:
    """How many appointments are ahead, the first of them, and what stands in the way."""
    ahead = staff_handover.find_upcoming_appointments(leaver.pk)
    met = []
    if refusal and refusal.code == "overlap":
        met = staff_handover.find_handover_overlaps(ahead, form.cleaned_data["to"])
    elif refusal:
        form.add_error("to" if "to" in (refusal.errors or {}) else None, refusal.detail)
    count = ahead.count()
    context = {
        "leaver": leaver,
        "form": form,
        "is_last_owner": accounts.is_last_owner(leaver),
        "count": count,
        "appointments": [
            (appointment, time_of(appointment)) for appointment in ahead[:FIRST_SHOWN]
        ],
        "more": max(0, count - FIRST_SHOWN),
        "met": [(*pair, *map(time_of, pair)) for pair in met[:FIRST_SHOWN]],
        "more_met": max(0, len(met) - FIRST_SHOWN),
    }
    code = refusal.status_code if refusal else 400 if form.errors else 200
    return render(request, "web/leave.html", context, status=code)


def time_of(appointment: Appointment) -> str:
    """Mon, May 4, 3:00 – 3:45 PM, on the salon's clock."""
    zone = appointment.salon.zone
    day = appointment.appointment_time.astimezone(zone).date()
    span = wall_clock.span(appointment.appointment_time, appointment.end_time, zone, day)
    return f"{wall_clock.day_words(day)}, {span}"


def what_was_done(left: ExtendedUser, to: ExtendedUser | None, moved: int) -> str:
    """What became of the account and its appointments."""
    words = _("%(name)s has left and can't sign in any more.") % {"name": left}
    if not moved:
        return words
    taken = ngettext(
        "%(to)s has taken over %(count)d appointment.",
        "%(to)s has taken over %(count)d appointments.",
        moved,
    )
    return f"{words} {taken % {'to': to, 'count': moved}}"
