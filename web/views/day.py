"""The day as a plain list, which needs no script."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notification.models import AppointmentNotification
from notification.states import Kind, Status
from salon.models import Salon
from web import day_list, last_check, unreachable, wall_clock
from web.access import SalonRequest, signed_in


@signed_in
@require_safe
def day(request: SalonRequest) -> HttpResponse:
    """`?date=` (2026-05-04) chooses the day; without it, today on the salon's clock."""
    salon, now = request.salon, timezone.now()
    today = now.astimezone(salon.zone).date()
    shown = chosen_day(request, today)
    appointments = day_list.appointments_of(salon, shown)
    context = {
        "day": shown,
        "today": today,
        "relation": wall_clock.relation(shown, today),
        "previous": shown - timedelta(days=1),
        "next": shown + timedelta(days=1),
        "now": now.astimezone(salon.zone),
        "columns": day_list.columns(salon, day_list.entries_of(appointments, shown, now)),
        "count": len(appointments),
        "stamp": day_list.stamp(appointments),
        "shares_sender": request.user.is_owner and not salon.sender,
        "sender": salon.sender_number,
        "check": last_check.of_salon(salon, now) if request.user.is_owner else None,
        "unreachable": unreachable.pressing(salon, now),
        "is_newcomer": settings.PRACTICE_PHONE and not has_texted(salon),
    }
    return render(request, "web/day.html", context)


@signed_in
@require_safe
def texts(request: SalonRequest) -> HttpResponse:
    """The parts of the day that change by themselves; `?seen=` is the stamp of the page shown."""
    now = timezone.now()
    shown = chosen_day(request, now.astimezone(request.salon.zone).date())
    appointments = day_list.appointments_of(request.salon, shown)
    context = {
        "entries": day_list.entries_of(appointments, shown, now),
        "has_changed": request.GET.get("seen") != day_list.stamp(appointments),
        "day": shown,
    }
    return render(request, "web/day_texts.html", context)


def chosen_day(request: SalonRequest, today: date) -> date:
    """The day asked for; `today`, with a word about it, when it isn't one."""
    text = request.GET.get("date", "").strip()
    day = wall_clock.parse_day(text) if text else today
    if day is None:
        sentence = _("“%(text)s” is not a day such as 2026-05-04; this is today.")
        messages.error(request, sentence % {"text": text[:40]})
    return day or today


def has_texted(salon: Salon) -> bool:
    """Whether a confirmation of this salon ever went out."""
    rows = AppointmentNotification.objects.filter(salon=salon, kind=Kind.CONFIRMATION)
    return rows.filter(status__in=(Status.SENT, Status.DELIVERED)).exists()
