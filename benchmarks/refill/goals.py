"""The goals of the refill, and whether a result meets them."""

HOUR_GOAL = 60.0  # seconds until all that is due within the hour is back
RATE_GOAL = 2000.0  # rows a second for the rest


def has_met_refill_goals(result: dict[str, float]) -> bool:
    in_time = result["hour"] <= HOUR_GOAL and result["rate"] >= RATE_GOAL
    return in_time and result["out_of_order"] == 0
