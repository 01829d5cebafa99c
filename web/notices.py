"""The notices above the calendar and above the day's list."""

from datetime import datetime

from django.conf import settings

from notification.models import AppointmentNotification
from notification.states import Kind, Status
from pages.access import SalonRequest
from salon.models import Salon
from web.customers import unreachable
from web.settings import check_summary


def build_notices_context(request: SalonRequest, now: datetime) -> dict[str, object]:
    """Return the template variables of the notices; some are for owners alone."""
    salon, is_owner = request.salon, request.user.is_owner
    return {
        "shares_sender": is_owner and not salon.sender,
        "sender": salon.sender_number,
        "check": check_summary.summarize_last_check(salon, now) if is_owner else None,
        "unreachable": unreachable.count_unreachable_numbers(salon, now),
        "is_newcomer": settings.PRACTICE_PHONE and not has_sent_confirmation(salon),
    }


def has_sent_confirmation(salon: Salon) -> bool:
    """Return whether a confirmation of this salon was ever sent."""
    confirmations = AppointmentNotification.objects.filter(salon=salon, kind=Kind.CONFIRMATION)
    return confirmations.filter(status__in=(Status.SENT, Status.DELIVERED)).exists()
