"""The nightly check, and where its result is shown."""

import pytest

from appointment import nightly
from appointment.models import Appointment, LastCheck

pytestmark = pytest.mark.django_db(transaction=True)


def test_before_the_first_night_nothing_is_claimed():
    assert nightly.last_result()["checked_at"] is None


def test_keeps_what_it_saw_of_each_salon(visit, barber, client):
    nightly.check()
    own = LastCheck.objects.get(salon=visit.salon)
    assert (own.visits, own.reminders_due, own.reminders_planned, own.differences) == (1, 1, 1, 0)
    assert LastCheck.objects.get(salon=barber).visits == 0


def test_a_difference_is_counted_and_left_for_a_person(visit, broker):
    broker.cancel(visit.task_id)
    nightly.check()
    assert LastCheck.objects.get(salon=visit.salon).differences == 1
    assert broker.not_waiting([visit.task_id]) == [visit.task_id]


def test_stands_in_the_body_of_health(visit, client):
    Appointment.objects.bulk_create([copy_of(visit)])
    nightly.check()
    result = client.get("/health/").json()["check"]
    assert (result["visits"], result["reminders_due"], result["reminders_planned"]) == (2, 2, 1)
    assert result["differences"] > 0


def copy_of(visit):
    twin = Appointment.objects.get(pk=visit.pk)
    twin.pk = None
    twin.task_id = ""
    return twin
