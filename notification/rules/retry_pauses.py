"""When to try again, and what a failure says of a number."""

from datetime import timedelta

SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
GOLDEN = 0.6180339887  # its multiples, less their whole part, lie evenly between 0 and 1
MOST_FAULTS = 5  # tries of a row that our own program can't prepare
LATE_RETRY_PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=30),
)  # before the first and the second retry


def compute_retry_pause(
    attempts: int, *, left: timedelta, row: int, retry_after: float | None = None
) -> timedelta:
    """How long to wait after `attempts` tries of which nothing was sent: 5, 10, 20 … 600 s.

    At most a tenth of what is `left` until the appointment: when the provider is back, near ones
    are first. `retry_after` is what the provider asked for, in seconds; it is kept to when it is
    longer. By the number of the `row` it is up to half as long again, so that rows that failed
    together don't come back together.
    """
    growing = timedelta(seconds=5 * 2 ** min(max(attempts, 1) - 1, 10))
    ours = min(growing, max(left / 10, SHORTEST_PAUSE))
    asked = timedelta(seconds=retry_after or 0)
    return min(max(ours, asked), LONGEST_PAUSE) * (1 + row * GOLDEN % 1 / 2)
