"""Twilio's error codes, and what each means for the notification and for the number."""

from datetime import datetime, timedelta

from notification.channels.outcomes import (
    RefusalReason,
)
from notification.rules.retry_pauses import LATE_RETRY_PAUSES
from notification.states import UnreachableCause

# The network says these of a phone that may answer later, after the provider took the text.
PASSING_ERRORS = {"30001", "30003", "30008"}
# What the provider's errors say of the number itself: https://www.twilio.com/docs/api/errors
UNREACHABLE_CAUSES = {
    **dict.fromkeys(("21211", "30005"), UnreachableCause.NO_SUCH_NUMBER),
    **dict.fromkeys(("21614", "30006"), UnreachableCause.NOT_MOBILE),
    "21612": UnreachableCause.NO_ROUTE,
    **dict.fromkeys(("30003", "30008"), UnreachableCause.NO_ANSWER),
}


def is_silent_for_good(error_code: str, retries_before: int) -> bool:
    """Whether the phone has had all its tries; an error of our own queue (30001) isn't its."""
    return UNREACHABLE_CAUSES.get(
        error_code
    ) == UnreachableCause.NO_ANSWER and retries_before >= len(LATE_RETRY_PAUSES)


def compute_late_retry_pause(
    error_code: str, retries_before: int, starts_at: datetime, now: datetime
) -> timedelta | None:
    """When to repeat a text that the network failed to deliver; None when not at all.

    It is not repeated once the appointment has begun or would have by then.
    """
    if error_code not in PASSING_ERRORS or retries_before >= len(LATE_RETRY_PAUSES):
        return None
    pause = LATE_RETRY_PAUSES[retries_before]
    return pause if now + pause < starts_at else None


TOO_MANY_REQUESTS = 20429
SENDER_QUEUE_FULL = 21611
# https://www.twilio.com/docs/api/errors; 30xxx come in receipts, the others when a text is handed
# over.
REFUSAL_REASONS: dict[int, RefusalReason] = {
    **dict.fromkeys((21610, 30004), "opted_out"),
    **dict.fromkeys((21211, 21612, 21614, 30005, 30006), "bad_number"),
    **dict.fromkeys((21602, 21603, 21604, 21609, 21617, 30007), "content"),
    **dict.fromkeys((20003, 21408, 21606, 30002, 30034), "configuration"),
}


def get_refusal_reason(error_code: str) -> RefusalReason | None:
    """Why a text with this error will not be taken; None when the error says nothing of it."""
    return REFUSAL_REASONS.get(parse_error_code(error_code))


def parse_error_code(code: object) -> int:
    """An error code as a number; 0 when it isn't one, written as Twilio writes them."""
    text = str(code)
    return int(text) if text.isdecimal() and str(int(text)) == text else 0
