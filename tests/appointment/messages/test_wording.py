"""The words of the contract, on the salon's wall clock, through both DST days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from appointment.messages import wording

NEW_YORK = ZoneInfo("America/New_York")


def test_confirmation():
    start = datetime(2026, 5, 4, 18, 5, tzinfo=UTC)
    assert wording.build_confirmation_body("Jane Roe", "Aurora", start, NEW_YORK) == (
        "Hi Jane Roe, Your appointment at Aurora has been confirmed for 2026-05-04 at 2:05 PM."
        " See you soon!"
    )


def test_reminder_on_the_day_names_the_hour():
    start = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    assert wording.build_reminder_body(
        "Jane Roe", "Aurora", start, NEW_YORK, start - timedelta(hours=1)
    ) == ("Hi Jane Roe, You have an appointment coming up at 2:00 PM. Regards Aurora.")


def test_reminder_on_an_earlier_local_day_names_the_day():
    start = datetime(2026, 5, 4, 4, 30, tzinfo=UTC)  # half past midnight in New York
    sent = start - timedelta(hours=1)  # the same day in UTC, the day before in New York
    assert wording.build_reminder_body("Jane Roe", "Aurora", start, NEW_YORK, sent) == (
        "Hi Jane Roe, You have an appointment coming up on 2026-05-04 at 12:30 AM. Regards Aurora."
    )


def test_cancellation():
    start = datetime(2026, 12, 24, 14, 0, tzinfo=UTC)
    assert wording.build_cancellation_body(start, NEW_YORK) == (
        "Hi, We regret to inform you that your scheduled appointment for 2026-12-24 9:00 AM"
        " has been cancelled."
    )


def test_the_hour_before_and_after_the_clocks_change():
    spring = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    autumn = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    hours = [
        wording.build_cancellation_body(moment, NEW_YORK).split("for ")[1].split(" has")[0]
        for moment in (spring, spring + timedelta(hours=1), autumn, autumn + timedelta(hours=1))
    ]
    assert hours == [
        "2026-03-08 1:30 AM",
        "2026-03-08 3:30 AM",
        "2026-11-01 1:30 AM",
        "2026-11-01 1:30 AM",
    ]
