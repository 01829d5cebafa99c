"""Find a staff member of the own salon."""

from django.shortcuts import get_object_or_404

from core import tenancy
from pages.access import SalonRequest
from user.models import ExtendedUser


def get_own_staff_member(request: SalonRequest, pk: int) -> ExtendedUser:
    """That account of the owner's salon, or 404."""
    return get_object_or_404(tenancy.scoped_to(ExtendedUser.objects.all(), request.user), pk=pk)
