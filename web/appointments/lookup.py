"""Find an appointment of the own salon."""

from django.shortcuts import get_object_or_404

from appointment.models import Appointment
from core import tenancy
from pages.access import SalonRequest


def get_own_appointment(request: SalonRequest, pk: int) -> Appointment:
    """That appointment of the account's salon.

    Raises:
        Http404: there is none, or it is another salon's.
    """
    return get_object_or_404(
        tenancy.scoped_to(Appointment.objects.with_people(), request.user), pk=pk
    )
