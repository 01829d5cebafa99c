"""Times at the API: ISO 8601 with the salon's offset, to the second, on the salon's wall clock.

New York skips 02:00-03:00 on 14 March 2027 and has 01:00-02:00 twice on 7 November 2027.
"""

from datetime import UTC, datetime

import pytest

from appointment.models import Appointment

pytestmark = pytest.mark.django_db


def book_at(client, booking, text):
    return client.post("/appointments/", {**booking, "appointment_time": text})


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2027-01-15T09:30:00-05:00", "2027-01-15T09:30:00-05:00"),
        ("2027-01-15T14:30:00Z", "2027-01-15T09:30:00-05:00"),
        ("2027-07-15T14:30:00Z", "2027-07-15T10:30:00-04:00"),
        ("2027-01-15T14:30:00.999999Z", "2027-01-15T09:30:00-05:00"),
        ("2027-01-15T09:30:17", "2027-01-15T09:30:17-05:00"),
        ("2027-01-15 09:30", "2027-01-15T09:30:00-05:00"),
        ("2027-07-15T09:30", "2027-07-15T09:30:00-04:00"),
        ("2027-11-07T01:30:00", "2027-11-07T01:30:00-04:00"),
        ("2027-11-07T01:30:00-05:00", "2027-11-07T01:30:00-05:00"),
        ("2027-03-14T03:00:00", "2027-03-14T03:00:00-04:00"),
    ],
)
def test_a_time_comes_back_in_the_salons_offset(owner, booking, sent, shown):
    response = book_at(owner, booking, sent)
    assert response.status_code == 201, response.json()
    assert response.json()["appointment_time"] == shown
    assert Appointment.objects.get().appointment_time == datetime.fromisoformat(shown)


def test_every_moment_of_an_appointment_is_shown_to_the_second(owner, booking):
    appointment = book_at(owner, booking, "2027-01-15T09:30:00").json()
    for name in ("appointment_time", "end_time", "created", "modified"):
        assert appointment[name].endswith(("-05:00", "-04:00"))
        assert "." not in appointment[name]
    assert appointment["end_time"] == "2027-01-15T10:00:00-05:00"


def test_a_salon_on_universal_time_shows_its_offset_too(owner, booking, aurora):
    aurora.timezone = "UTC"
    aurora.save()
    appointment = book_at(owner, booking, "2027-01-15T09:30:00").json()
    assert appointment["appointment_time"] == "2027-01-15T09:30:00+00:00"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("2027-03-14T02:30:00", "skip"),
        ("2027-03-14T02:00:00", "skip"),
        ("2027-02-30T09:00:00", "not a time"),
        ("2027-01-15", "time of day"),
        ("tomorrow", "time of day"),
        ("nine:thirty", "not a time"),
        ("", "time of day"),
        (1789000000, "not a time"),
        (True, "not a time"),
        (["2027-01-15T09:30:00"], "not a time"),
        ("0001-01-01T00:00:00+14:00", "out of range"),
        ("9999-12-31T23:59:59-14:00", "out of range"),
        ("9999-12-31T23:59:59", "out of range"),
        ("9998-12-31T23:59:59", "year from 1970"),
        ("1969-12-31T23:59:59Z", "year from 1970"),
    ],
)
def test_a_time_that_is_none_is_a_field_error(owner, booking, sent, says):
    response = book_at(owner, booking, sent)
    assert response.status_code == 400
    assert says in response.json()["errors"]["appointment_time"][0]
    assert not Appointment.objects.exists()


@pytest.fixture
def morning(owner, booking):
    """An appointment from 09:00 to 09:30 on 15 January 2027 in New York."""
    return book_at(owner, booking, "2027-01-15T09:00:00-05:00").json()["id"]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("start=2027-01-15T09:00:00-05:00", True),
        ("start=2027-01-15T09:29:59-05:00", True),
        ("start=2027-01-15T09:30:00-05:00", False),
        ("end=2027-01-15T09:00:01-05:00", True),
        ("end=2027-01-15T09:00:00-05:00", False),
        ("start=2027-01-15T09:10:00-05:00&end=2027-01-15T09:20:00-05:00", True),
        ("start=2027-01-15T00:00&end=2027-01-16T00:00", True),
        ("start=2027-01-15&end=2027-01-16", True),
        ("start=2027-01-14&end=2027-01-15", False),
        ("start=2027-01-15T14:00:00Z&end=2027-01-15T14:30:00Z", True),
        # a plus that was not encoded arrives as a blank
        ("start=2027-01-15T15:30:00 01:00", False),
        ("start=2027-01-15T15:29:00 01:00", True),
        ("start=2027-01-15T15:30:00+01:00", False),
        ("start=2027-01-15T15:29:00+01:00", True),
        ("start=2027-01-15T15:29:00%2B01:00", True),
        ("start=2027-01-15 09:29:00", True),
        ("start=1970-01-01T00:00:00Z&end=9999-12-31T00:00:00Z", True),
        ("start=&end=", True),
    ],
)
def test_start_and_end_find_what_shares_time_with_them(owner, morning, query, is_found):
    found = owner.get(f"/appointments/?{query}").json()
    assert [appointment["id"] for appointment in found["results"]] == (
        [morning] if is_found else []
    )


def test_times_of_the_ledger_are_shown_like_those_of_appointments(owner, morning):
    row = owner.get(f"/appointments/{morning}/notifications/?kind=reminder").json()["results"][0]
    assert row["due_at"] == "2027-01-15T08:00:00-05:00"
    assert row["starts_at"] == "2027-01-15T09:00:00-05:00"
    assert row["sent_at"] is None


def test_an_appointment_may_be_entered_from_the_salons_previous_day_on(
    owner, booking, time_machine
):
    time_machine.move_to(datetime(2027, 1, 15, 4, 30, tzinfo=UTC))  # 23:30 on the 14th there
    too_early = book_at(owner, booking, "2027-01-12T23:59:59-05:00")
    assert too_early.status_code == 400
    assert "yesterday" in too_early.json()["errors"]["appointment_time"][0]
    assert book_at(owner, booking, "2027-01-13T00:00:00-05:00").status_code == 201
