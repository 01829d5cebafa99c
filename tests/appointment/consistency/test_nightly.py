"""The nightly check, and where its result is shown."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from appointment.consistency import nightly
from appointment.consistency.models import LastCheck
from appointment.models import Appointment

pytestmark = pytest.mark.django_db(transaction=True)


def test_before_the_first_night_nothing_is_claimed():
    assert nightly.get_last_check_result()["checked_at"] is None


def test_keeps_what_it_saw_of_each_salon(appointment, barber, client):
    nightly.run_nightly_check()
    own = LastCheck.objects.get(salon=appointment.salon)
    assert (own.appointments, own.reminders_due, own.reminders_planned, own.differences) == (
        1,
        1,
        1,
        0,
    )
    assert LastCheck.objects.get(salon=barber).appointments == 0


def test_a_difference_is_counted_and_left_for_a_person(appointment, broker):
    broker.cancel(appointment.task_id)
    nightly.run_nightly_check()
    last = LastCheck.objects.get(salon=appointment.salon)
    assert (last.differences, last.found) == (1, {"not_in_redis": 1})
    assert broker.not_waiting([appointment.task_id]) == [appointment.task_id]


def test_stands_in_the_body_of_health(appointment, client):
    Appointment.objects.bulk_create([build_copy_of_appointment(appointment)])
    nightly.run_nightly_check()
    result = client.get("/health/").json()["check"]
    assert (result["visits"], result["reminders_due"], result["reminders_planned"]) == (
        2,
        2,
        1,
    )
    assert result["differences"] > 0


def build_copy_of_appointment(appointment):
    twin = Appointment.objects.get(pk=appointment.pk)
    twin.pk = None
    twin.task_id = ""
    return twin


def test_a_check_by_hand_is_kept_too_with_what_it_left(appointment, barber, broker):
    broker.cancel(appointment.task_id)
    with pytest.raises(SystemExit):
        call_command("check_notifications")
    last = LastCheck.objects.get(salon=appointment.salon)
    assert last.found == {"not_in_redis": 1}
    assert LastCheck.objects.get(salon=barber).found == {}
    call_command("check_notifications", "--repair")
    last.refresh_from_db()
    assert (last.differences, last.found) == (0, {})


def test_one_salons_trouble_is_not_counted_at_anothers(appointment, barber, broker):
    Appointment.objects.bulk_create([build_copy_of_appointment(appointment)])
    nightly.run_nightly_check()
    assert LastCheck.objects.get(salon=appointment.salon).differences > 0
    assert LastCheck.objects.get(salon=barber).differences == 0


def test_runs_as_soon_as_it_can_where_the_machine_was_off_at_night(appointment, time_machine):
    nightly.run_missed_check()
    first = LastCheck.objects.get(salon=appointment.salon).checked_at
    time_machine.move_to(first + timedelta(hours=24), tick=False)
    nightly.run_missed_check()
    assert LastCheck.objects.get(salon=appointment.salon).checked_at == first
    time_machine.move_to(first + timedelta(hours=26), tick=False)
    nightly.run_missed_check()
    assert LastCheck.objects.get(salon=appointment.salon).checked_at == timezone.now()
