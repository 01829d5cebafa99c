"""The locks that bookings share: staff first, then the appointment."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from appointment.actions.checks import build_stale_refusal, staff_inactive
from appointment.models import (
    Appointment,
)
from core.api.errors import Refusal
from user.models import ExtendedUser


def lock_staff(user_ids: Iterable[int]) -> set[int]:
    """Hold these members of staff until the transaction ends, so that nobody else books them.

    Answers which of them are active, and stay so as long.
    """
    staff = ExtendedUser.objects.select_for_update(no_key=True).filter(pk__in=set(user_ids))
    return {
        pk for pk, is_active in staff.order_by("pk").values_list("pk", "is_active") if is_active
    }


def lock_appointment(appointment_id: int, also_staff: ExtendedUser | None = None) -> Appointment:
    """Lock the appointment's staff, then the appointment, and read it.

    Raises:
        Refusal: it was deleted meanwhile (404), or given to other staff at this moment (409), or
            `also_staff` were deactivated (400).
    """
    seen = Appointment.objects.filter(pk=appointment_id).values_list("user_id", flat=True).first()
    if seen is not None:
        active = lock_staff([seen, *([also_staff.pk] if also_staff else [])])
        if also_staff and also_staff.pk not in {seen, *active}:
            raise staff_inactive()
    # Without a key lock: on PostgreSQL a claim that refers to the appointment would wait for us,
    # and we for its row of the ledger.
    appointment = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("salon", "customer", "user")
        .filter(pk=appointment_id)
        .first()
    )
    if appointment is None:
        raise Refusal("not_found", _("Not found."), status_code=404)
    if appointment.user_id != seen:
        raise build_stale_refusal()
    return appointment
