"""A member of staff leaves: a colleague takes over all their appointments to come."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from appointment.actions.checks import staff_inactive, translate_integrity_errors
from appointment.actions.locks import lock_staff
from appointment.models import Appointment, AppointmentQuerySet
from availability.models import BusySpan
from core.api.errors import Refusal, build_field_refusal
from user import actions as accounts
from user.models import ExtendedUser

OverlapPair = tuple[
    Appointment, Appointment
]  # an appointment that moves, and one that is in its way


def offboard_staff(staff_id: int, *, to: ExtendedUser | None, allow_overlap: bool = False) -> int:
    """Hand all appointments ahead to `to`, then deactivate the account; answers how many
    appointments moved.

    Both or nothing is done.

    Raises:
        Refusal: as `hand_over` and `user.actions.change_staff_member`; 409 `has_visits` where `to`
            is None.
    """
    with translate_integrity_errors(), transaction.atomic():
        accounts.lock_salon_of_user(staff_id)  # before the staff, as everywhere
        moved = hand_over_appointments(staff_id, to=to, allow_overlap=allow_overlap) if to else 0
        accounts.change_staff_member(staff_id, {"is_active": False})
    return moved


def hand_over_appointments(staff_id: int, *, to: ExtendedUser, allow_overlap: bool = False) -> int:
    """Give all appointments of `staff_id` that are to come to `to`; answers how many, all or none.

    Customers are told nothing, for no text names the staff; their reminders stay. With
    `allow_overlap`, appointments that meet one of `to` are marked as overbooked on purpose.

    Raises:
        Refusal: appointments would meet (409 `overlap`, naming them), or `to` can't take any (400).
    """
    if to.pk == staff_id or not to.bookable:
        raise build_field_refusal("to", "invalid", _("Name a colleague who takes bookings."))
    with translate_integrity_errors(), transaction.atomic():
        if to.pk not in lock_staff([staff_id, to.pk]):
            raise staff_inactive("to")
        ahead = find_upcoming_appointments(
            staff_id
        )  # the lock on the staff keeps others from adding any
        appointments = list(ahead.select_for_update(of=("self",), no_key=True))
        met = find_handover_overlaps(ahead, to)
        if met and not allow_overlap:
            raise build_handover_refusal(met)
        overbooked = {appointment.pk for appointment, _other in met}
        for appointment in appointments:
            appointment.user = to
            appointment.allow_overlap |= appointment.pk in overbooked
            appointment.save()
    return len(appointments)


def find_upcoming_appointments(staff_id: int) -> AppointmentQuerySet:
    """Their appointments to come, the nearest first."""
    appointments = Appointment.objects.filter(user_id=staff_id).ahead(timezone.now())
    return appointments.select_related("salon", "customer").order_by("appointment_time", "pk")


def find_handover_overlaps(
    appointments: AppointmentQuerySet, to: ExtendedUser
) -> list[OverlapPair]:
    """Which of `appointments` meet one of `to`; those overbooked on purpose may meet any."""
    spans = BusySpan.objects.filter(user=to, start__lt=OuterRef("end_time"))
    in_the_way = spans.filter(end__gt=OuterRef("appointment_time")).values("appointment")[:1]
    found = (
        appointments.filter(allow_overlap=False)
        .annotate(met=Subquery(in_the_way))
        .exclude(met=None)
    )
    pairs = dict(found.values_list("pk", "met"))
    both = Appointment.objects.select_related("salon", "customer").in_bulk(
        {*pairs, *pairs.values()}
    )
    return [(both[pk], both[other]) for pk, other in pairs.items()]


def build_handover_refusal(meetings: Sequence[OverlapPair]) -> Refusal:
    """The refusal that names every appointment which meets another."""
    sentence = _("Appointment %(id)s on %(start)s overlaps appointment %(other)s.")
    sentences = [
        sentence
        % {
            "id": appointment.pk,
            "start": format_start(appointment),
            "other": other.pk,
        }
        for appointment, other in meetings
    ]
    detail = _("Nothing was handed over: %(count)d of the appointments meet others.") % {
        "count": len(meetings)
    }
    in_the_way = sorted({other.pk for _appointment, other in meetings})
    errors = {"to": sentences, "overlaps": [str(pk) for pk in in_the_way]}
    return Refusal("overlap", detail, errors=errors)


def format_start(appointment: Appointment) -> str:
    """Return the start on the salon's clock, such as 2027-05-04 09:30."""
    return f"{appointment.appointment_time.astimezone(appointment.salon.zone):%Y-%m-%d %H:%M}"
