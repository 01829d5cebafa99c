"""The ledger at the API: to read only."""

from datetime import timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment

pytestmark = pytest.mark.django_db


def test_a_row_says_what_was_planned_and_what_became_of_it(staff, appointment):
    row = staff.get(f"/appointments/{appointment.pk}/notifications/?kind=confirmation").json()[
        "results"
    ][0]
    assert set(row) >= {"id", "appointment", "kind", "channel", "status", "reason", "due_at"}
    assert set(row) >= {"sent_at", "body", "error"}
    assert row["appointment"] == appointment.pk
    assert (row["kind"], row["channel"], row["status"]) == ("confirmation", "sms", "pending")
    assert staff.get(f"/notifications/{row['id']}/").json() == row


def test_the_newest_comes_first(staff, appointment):
    cancel_appointment(appointment.pk)
    for path in ("/notifications/", f"/appointments/{appointment.pk}/notifications/"):
        due = [row["due_at"] for row in staff.get(path).json()["results"]]
        assert due == sorted(due, reverse=True)


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("kind=reminder", {"reminder"}),
        ("kind=reminder,cancellation", {"reminder", "cancellation"}),
        ("status=pending", {"cancellation"}),
        ("status=pending&status=cancelled", {"confirmation", "reminder", "cancellation"}),
        ("channel=sms&kind=confirmation", {"confirmation"}),
        ("status=sent", set()),
    ],
)
def test_rows_are_found_by_what_they_are(staff, appointment, query, kinds):
    cancel_appointment(appointment.pk)
    rows = staff.get(f"/notifications/?{query}").json()["results"]
    assert {row["kind"] for row in rows} == kinds


def test_rows_are_found_by_appointment_and_by_when_they_are_due(staff, appointment, tomorrow):
    other = book_appointment(
        salon=appointment.salon,
        user=appointment.user,
        customer=appointment.customer,
        appointment_time=tomorrow + timedelta(days=3),
    )
    of_other = staff.get(f"/notifications/?appointment={other.pk}").json()["results"]
    assert {row["appointment"] for row in of_other} == {other.pk}
    due = (tomorrow - timedelta(minutes=60)).isoformat().replace("+", "%2B")
    at = staff.get(f"/notifications/?start={due}").json()["results"]
    assert {(row["appointment"], row["kind"]) for row in at} == {
        (appointment.pk, "reminder"),
        (other.pk, "reminder"),
    }
    before = staff.get(f"/notifications/?end={due}").json()["results"]
    assert {row["kind"] for row in before} == {"confirmation"}


@pytest.mark.parametrize("method", ["post", "patch", "put", "delete"])
def test_nobody_writes_the_ledger_here(owner, appointment, method):
    row = owner.get("/notifications/").json()["results"][0]
    for path in ("/notifications/", f"/notifications/{row['id']}/"):
        assert getattr(owner, method)(path, {"status": "sent"}).status_code == 405
