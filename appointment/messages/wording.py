"""The words of each message, in the salon's local time. Pure functions of values."""

from datetime import datetime
from zoneinfo import ZoneInfo

import arrow


def build_confirmation_body(customer: str, salon: str, start: datetime, zone: ZoneInfo) -> str:
    """Return the text for an appointment that is booked or moved. `start` is aware."""
    local = arrow.get(start).to(zone)
    return (
        f"Hi {customer}, Your appointment at {salon} has been confirmed for"
        f" {local.format('YYYY-MM-DD')} at {local.format('h:mm A')}. See you soon!"
    )


def build_reminder_body(
    customer: str, salon: str, start: datetime, zone: ZoneInfo, now: datetime
) -> str:
    """Return the text before an appointment, with its date when `now` is an earlier day."""
    local = arrow.get(start).to(zone)
    is_today = arrow.get(now).to(zone).date() == local.date()
    day = "" if is_today else f"on {local.format('YYYY-MM-DD')} "
    return (
        f"Hi {customer}, You have an appointment coming up {day}at {local.format('h:mm A')}."
        f" Regards {salon}."
    )


def build_cancellation_body(start: datetime, zone: ZoneInfo) -> str:
    """Return the text for an appointment that is cancelled or deleted."""
    local = arrow.get(start).to(zone)
    return (
        "Hi, We regret to inform you that your scheduled appointment for"
        f" {local.format('YYYY-MM-DD h:mm A')} has been cancelled."
    )
