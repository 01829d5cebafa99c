"""A member of staff leaves: a colleague takes over all their visits to come."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointment import occupancy
from appointment.models import Appointment
from appointment.refusals import gone, guard_against_races
from appointment.services import lock_staff
from booking_api.errors import Refusal, bad_field
from user.models import ExtendedUser

Met = tuple[Appointment, Appointment]  # a visit that moves, and one that is in its way


def hand_over(staff_id: int, *, to: ExtendedUser, allow_overlap: bool = False) -> int:
    """Give all visits of `staff_id` that are to come to `to`; answers how many, all or none.

    Customers are told nothing, for no text names the staff; their reminders stay. With
    `allow_overlap`, visits that meet one of `to` are marked as overbooked on purpose.

    Raises:
        Refusal: visits would meet (409 `overlap`, naming them), or `to` can't take any (400).
    """
    if to.pk == staff_id or not to.bookable:
        raise bad_field("to", "invalid", _("Name a colleague who takes bookings."))
    with guard_against_races(), transaction.atomic():
        if to.pk not in lock_staff([staff_id, to.pk]):
            raise gone("to")
        visits = visits_ahead(staff_id)
        meetings = [met for visit in visits if (met := meets(visit, to))]
        if meetings and not allow_overlap:
            raise overlaps(meetings)
        for visit, _other in meetings:
            visit.allow_overlap = True
        for visit in visits:
            visit.user = to
            visit.save()
    return len(visits)


def visits_ahead(staff_id: int) -> list[Appointment]:
    """Their visits to come, each locked; the lock on the staff keeps others from adding any."""
    visits = Appointment.objects.filter(user_id=staff_id).ahead(timezone.now())
    locked = visits.select_for_update(of=("self",), no_key=True).select_related("salon", "customer")
    return list(locked.order_by("pk"))


def meets(visit: Appointment, to: ExtendedUser) -> Met | None:
    """What of `to` is in the way of `visit`, unless that is overbooked on purpose anyway."""
    if visit.allow_overlap:
        return None
    other = occupancy.clash(to.pk, visit.appointment_time, visit.end_time)
    return (visit, other) if other else None


def overlaps(meetings: Sequence[Met]) -> Refusal:
    """The refusal that names every visit which meets another."""
    sentence = _("Visit %(id)s on %(start)s overlaps visit %(other)s.")
    sentences = [
        sentence
        % {
            "id": visit.pk,
            "start": f"{visit.appointment_time.astimezone(visit.salon.zone):%Y-%m-%d %H:%M}",
            "other": other.pk,
        }
        for visit, other in meetings
    ]
    detail = _("Nothing was handed over: %(count)d of the visits meet others.") % {
        "count": len(meetings)
    }
    in_the_way = sorted({other.pk for _visit, other in meetings})
    errors = {"to": sentences, "overlaps": [str(pk) for pk in in_the_way]}
    return Refusal("overlap", detail, errors=errors)
