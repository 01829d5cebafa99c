"""What the texts say, in the salon's own wall clock. Pure functions of values."""

from datetime import datetime
from zoneinfo import ZoneInfo

import arrow


def build_confirmation_body(customer: str, salon: str, start: datetime, zone: ZoneInfo) -> str:
    """Told when an appointment is booked or moved. `start` is aware."""
    local = arrow.get(start).to(zone)
    return (
        f"Hi {customer}, Your appointment at {salon} has been confirmed for"
        f" {local.format('YYYY-MM-DD')} at {local.format('h:mm A')}. See you soon!"
    )


def build_reminder_body(
    customer: str, salon: str, start: datetime, zone: ZoneInfo, now: datetime
) -> str:
    """Told before an appointment; names the day when it goes out (`now`) on an earlier one."""
    local = arrow.get(start).to(zone)
    is_today = arrow.get(now).to(zone).date() == local.date()
    day = "" if is_today else f"on {local.format('YYYY-MM-DD')} "
    return (
        f"Hi {customer}, You have an appointment coming up {day}at {local.format('h:mm A')}."
        f" Regards {salon}."
    )


def build_cancellation_body(start: datetime, zone: ZoneInfo) -> str:
    """Told when an appointment is off."""
    local = arrow.get(start).to(zone)
    return (
        "Hi, We regret to inform you that your scheduled appointment for"
        f" {local.format('YYYY-MM-DD h:mm A')} has been cancelled."
    )
