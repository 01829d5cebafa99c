"""The judge of the flow is itself judged: it must see each kind of wrong text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from testkit.expected_messages import (
    TrackedAppointment,
    TrackedChange,
    TrackedSalon,
    compare_messages,
    list_expected_messages,
)
from testkit.provider import AcceptedMessage

NOON = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)  # in New York
UNTIL = NOON + timedelta(hours=12)
SALON = TrackedSalon("Aurora", ZoneInfo("America/New_York"), timedelta(minutes=60))
PHONE = "+12125550101"
BOOKED = (
    "Hi Jane, Your appointment at Aurora has been confirmed for 2026-05-04 at {}. See you soon!"
)
REMINDED = "Hi Jane, You have an appointment coming up at {}. Regards Aurora."


def build_change(seconds, *, start=None):
    """A request that was sent so many seconds after noon and took 0.1 s."""
    asked = NOON + timedelta(seconds=seconds)
    return TrackedChange(start, asked, asked + timedelta(seconds=0.1))


def build_message(body, seconds):
    return AcceptedMessage(
        PHONE, "+12125550110", body, "SM1", None, NOON + timedelta(seconds=seconds)
    )


def judge_messages(texts, *history):
    return compare_messages(
        texts,
        list_expected_messages([TrackedAppointment(PHONE, "Jane", list(history))], SALON, UNTIL),
    )


@pytest.fixture
def booked():
    """For 1:00:30 PM, so the reminder is due 30 s after noon."""
    return build_change(0, start=NOON + timedelta(minutes=60, seconds=30))


@pytest.fixture
def right():
    return [
        build_message(BOOKED.format("1:00 PM"), 1),
        build_message(REMINDED.format("1:00 PM"), 30.5),
    ]


def test_the_right_texts_are_right_and_lateness_counts_from_the_due_time(booked, right):
    verdict = judge_messages(right, booked)
    assert verdict.is_right()
    assert verdict.counts == {"confirmation": 1, "reminder": 1}
    assert verdict.lateness == [0.5]


@pytest.mark.parametrize("left_out", [0, 1])
def test_a_text_that_is_left_out_is_missing(booked, right, left_out):
    del right[left_out]
    assert len(judge_messages(right, booked).missing) == 1


@pytest.mark.parametrize("again", [0, 1])
def test_a_text_that_comes_again_is_doubled(booked, right, again):
    right.append(replace(right[again], created=NOON + timedelta(minutes=5)))
    assert len(judge_messages(right, booked).doubled) == 1


def test_a_reminder_before_its_time_is_stale(booked, right):
    right[1] = build_message(right[1].body, 29.9)
    verdict = judge_messages(right, booked)
    assert (len(verdict.stale), len(verdict.missing)) == (1, 1)


def test_a_text_with_another_hour_is_stale(booked, right):
    right[1] = build_message(REMINDED.format("5:00 PM"), 30.5)
    assert len(judge_messages(right, booked).stale) == 1


def test_a_reminder_of_a_cancelled_appointment_is_stale(booked, right):
    cancelled = build_message(
        "Hi, We regret to inform you that your scheduled appointment for"
        " 2026-05-04 1:00 PM has been cancelled.",
        11,
    )
    assert judge_messages([right[0], cancelled], booked, build_change(10)).is_right()
    assert len(judge_messages([*right, cancelled], booked, build_change(10)).stale) == 1


def test_a_moved_appointment_is_reminded_at_its_new_time_alone(booked, right):
    moved = build_change(10, start=NOON + timedelta(minutes=62))
    told = [
        right[0],
        build_message(BOOKED.format("1:02 PM"), 11),
        build_message(REMINDED.format("1:02 PM"), 121),
    ]
    assert judge_messages(told, booked, moved).is_right()
    assert len(judge_messages([*told, right[1]], booked, moved).stale) == 1


def test_an_appointment_moved_there_and_back_is_reminded_once(booked, right):
    there, back = (
        build_change(10, start=NOON + timedelta(days=1)),
        build_change(11, start=booked.start),
    )
    told = [*right, build_message(right[0].body, 12)]
    assert judge_messages(told, booked, there, back).is_right()
    assert len(judge_messages([*told, right[1]], booked, there, back).doubled) == 1


def test_an_appointment_cancelled_as_its_reminder_falls_due_may_be_reminded_or_not(booked, right):
    cancelled = build_message(
        "Hi, We regret to inform you that your scheduled appointment for"
        " 2026-05-04 1:00 PM has been cancelled.",
        31,
    )
    off = build_change(29.95)
    assert judge_messages([*right, cancelled], booked, off).is_right()
    assert judge_messages([right[0], cancelled], booked, off).is_right()


def test_a_text_on_an_earlier_day_names_the_day():
    midnight = NOON.replace(hour=4) + timedelta(days=1)  # 0:00 in New York
    booked = build_change(0, start=midnight + timedelta(minutes=30))
    body = "Hi Jane, You have an appointment coming up on 2026-05-05 at 12:30 AM. Regards Aurora."
    told = [
        build_message(BOOKED.replace("05-04", "05-05").format("12:30 AM"), 1),
        build_message(body, 11.5 * 3600 + 1),
    ]
    assert judge_messages(told, booked).is_right()
