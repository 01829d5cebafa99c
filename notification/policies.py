"""When to try again, and what a failure says of a number."""

from datetime import datetime, timedelta

from notification.models import Cause

SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
GOLDEN = 0.6180339887  # its multiples, less their whole part, lie evenly between 0 and 1
MOST_FAULTS = 5  # tries of a row that our own program can't prepare


# The network says these of a phone that may answer later, after the provider took the text.
PASSING = {"30001", "30003", "30008"}
LATER = (timedelta(minutes=5), timedelta(minutes=30))  # before the first and the second retry
# What the provider's errors say of the number itself: https://www.twilio.com/docs/api/errors
CAUSES = {
    **dict.fromkeys(("21211", "30005"), Cause.NO_SUCH_NUMBER),
    **dict.fromkeys(("21614", "30006"), Cause.NOT_MOBILE),
    "21612": Cause.NO_ROUTE,
    **dict.fromkeys(("30003", "30008"), Cause.NO_ANSWER),
}


def silent_for_good(error_code: str, retries_before: int) -> bool:
    """Whether the phone has had all its tries; an error of our own queue (30001) isn't its."""
    return CAUSES.get(error_code) == Cause.NO_ANSWER and retries_before >= len(LATER)


def late_retry(
    error_code: str, retries_before: int, starts_at: datetime, now: datetime
) -> timedelta | None:
    """When to repeat a text that the network failed to deliver; None when not at all.

    It is not repeated once the visit has begun or would have by then.
    """
    if error_code not in PASSING or retries_before >= len(LATER):
        return None
    pause = LATER[retries_before]
    return pause if now + pause < starts_at else None


def pause(
    attempts: int, *, left: timedelta, row: int, retry_after: float | None = None
) -> timedelta:
    """How long to wait after `attempts` tries of which nothing was sent: 5, 10, 20 … 600 s.

    At most a tenth of what is `left` until the visit: when the provider is back, near ones are
    first. `retry_after` is what the provider asked for, in seconds; it is kept to when it is
    longer. By the number of the `row` it is up to half as long again, so that rows that failed
    together don't come back together.
    """
    growing = timedelta(seconds=5 * 2 ** min(max(attempts, 1) - 1, 10))
    ours = min(growing, max(left / 10, SHORTEST_PAUSE))
    asked = timedelta(seconds=retry_after or 0)
    return min(max(ours, asked), LONGEST_PAUSE) * (1 + row * GOLDEN % 1 / 2)
