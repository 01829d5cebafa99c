"""The requests of benchmarks/booking/__main__.py, whichever way they are sent."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

WARM_UP = 20  # requests of each kind that are not counted
# Route → what it is called in the table.
KINDS = {
    "appointments": "ours, messages on",
    "quiet": "ours, messages off",
    "bare": "bare create",
    "recipe": "public recipe",
}
LENGTH = timedelta(minutes=30)

Scene = dict[str, Any]  # ids and token, as `booking_inside.prepare` made them
Send = Callable[[str, dict[str, Any]], None]  # post to a route; raises unless it answers 201


def time_request_rounds(
    scene: Scene, requests: int, send: Send, *, first_day: int
) -> dict[str, list[float]]:
    """Milliseconds per kind. The kinds take turns, so that what disturbs one disturbs all."""
    taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(WARM_UP + requests):
        for kind in KINDS:
            values = build_booking_body(scene, kind, number, first_day=first_day)
            started = time.perf_counter()
            send(kind, values)
            if number >= WARM_UP:
                taken[kind].append((time.perf_counter() - started) * 1000)
    return taken


def build_booking_body(scene: Scene, kind: str, number: int, *, first_day: int) -> dict[str, Any]:
    """An appointment that overlaps no other of its kind's member of staff."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = today + timedelta(days=first_day) + number * LENGTH
    return {
        "customer": scene["customer"],
        "user": scene["staff"][kind],
        "appointment_time": start.isoformat(),
        "end_time": (start + LENGTH).isoformat(),
        "comment": "window seat",
    }
