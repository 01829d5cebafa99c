"""The judge of `make chaos` is itself judged: it sees what is lost, doubled and stale."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chaos.allowed_messages import IN_FLIGHT_GRACE, compare_with_allowed
from testkit.expected_messages import (
    TrackedAppointment,
    TrackedChange,
    TrackedSalon,
    format_cancellation,
    format_confirmation,
    format_reminder,
)
from testkit.provider import AcceptedMessage

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SALON = TrackedSalon("Aurora", ZoneInfo("America/New_York"), timedelta(hours=1))
FIRST, OTHER = NOON + timedelta(hours=5), NOON + timedelta(hours=6)
PHONE = "+12125550199"


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def appointment(*starts):
    """Booked at noon and changed every second; None calls it off."""
    history = [TrackedChange(start, at(n), at(n + 0.5)) for n, start in enumerate(starts)]
    return TrackedAppointment(PHONE, "Jane", history)


def text(body, moment):
    return AcceptedMessage(PHONE, "+12125550110", body, f"SM{moment:%s}", None, moment)


def verdict(appointment, *texts):
    seen = compare_with_allowed(texts, [appointment], SALON)
    return (seen.right, len(seen.lost), len(seen.doubled), len(seen.stale))


def confirmed(appointment, start, moment):
    return text(format_confirmation(appointment, start, SALON), moment)


def reminded(appointment, start, moment):
    return text(format_reminder(start, start - SALON.lead, appointment, SALON), moment)


@pytest.fixture
def kept():
    return appointment(FIRST)


@pytest.fixture
def there_and_back():
    """The first and the last time are confirmed in the same words."""
    return appointment(FIRST, OTHER, FIRST)


def test_each_text_once_is_right(kept):
    due = FIRST - SALON.lead
    assert verdict(kept, confirmed(kept, FIRST, at(1)), reminded(kept, FIRST, due)) == (2, 0, 0, 0)


def test_what_is_missing_is_lost(kept):
    assert verdict(kept) == (0, 2, 0, 0)


def test_the_same_text_twice_is_doubled(kept):
    texts = [confirmed(kept, FIRST, at(1)), confirmed(kept, FIRST, at(90))]
    due = FIRST - SALON.lead
    assert verdict(kept, *texts, reminded(kept, FIRST, due)) == (2, 0, 1, 0)


def test_a_reminder_before_its_time_is_not_one_of_those_allowed(kept):
    early = reminded(kept, FIRST, at(2))
    assert verdict(kept, confirmed(kept, FIRST, at(1)), early) == (1, 1, 0, 1)


def test_a_reminder_of_a_time_that_was_given_up_is_stale():
    moved = appointment(FIRST, OTHER)
    texts = [
        confirmed(moved, OTHER, at(2)),
        reminded(moved, OTHER, OTHER - SALON.lead),
        reminded(moved, FIRST, FIRST - SALON.lead),
    ]
    assert verdict(moved, *texts) == (2, 0, 0, 1)


def test_a_confirmation_of_a_time_that_was_given_up_may_be_on_its_way_but_not_longer():
    moved = appointment(FIRST, OTHER)
    rest = [confirmed(moved, OTHER, at(2)), reminded(moved, OTHER, OTHER - SALON.lead)]
    last = at(1.5) + IN_FLIGHT_GRACE
    assert verdict(moved, confirmed(moved, FIRST, last), *rest) == (3, 0, 0, 0)
    late = confirmed(moved, FIRST, last + timedelta(seconds=1))
    assert verdict(moved, late, *rest) == (2, 0, 0, 1)


def test_a_cancelled_appointment_is_called_off_once_and_never_reminds():
    off = appointment(FIRST, None)
    said = text(format_cancellation(FIRST, SALON), at(2))
    assert verdict(off, said) == (1, 0, 0, 0)
    assert verdict(off, said, reminded(off, FIRST, FIRST - SALON.lead)) == (1, 0, 0, 1)
    assert verdict(off) == (0, 1, 0, 0)


def test_a_time_there_and_back_may_be_confirmed_twice_in_the_same_words(there_and_back):
    rest = [reminded(there_and_back, FIRST, FIRST - SALON.lead)]
    early, late = (confirmed(there_and_back, FIRST, at(s)) for s in (2.5, 200))
    assert verdict(there_and_back, early, late, *rest) == (3, 0, 0, 0)
    assert verdict(there_and_back, late, *rest) == (2, 0, 0, 0)
    again = confirmed(there_and_back, FIRST, at(300))
    assert verdict(there_and_back, early, late, again, *rest) == (3, 0, 1, 0)


def test_words_said_just_before_need_not_be_said_again(there_and_back):
    rest = [reminded(there_and_back, FIRST, FIRST - SALON.lead)]
    told = confirmed(there_and_back, FIRST, at(0.2))
    assert verdict(there_and_back, told, *rest) == (2, 0, 0, 0)
    untold = [confirmed(there_and_back, OTHER, at(1.2)), *rest]
    assert verdict(there_and_back, *untold) == (2, 1, 0, 0)
