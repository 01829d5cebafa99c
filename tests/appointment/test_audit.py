"""check_notifications: what bulk writes went past is found, and mended with --repair."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from appointment.audit import Report, audit
from appointment.models import Appointment, BusySpan, Status
from notification.models import AppointmentNotification

pytestmark = pytest.mark.django_db(transaction=True)


def findings():
    return sorted(finding.what for finding in audit(Report()))


def mended():
    for finding in audit(Report(), repair=True):
        assert finding.is_mended, finding
    return findings() == []


def test_a_book_that_was_kept_by_the_hooks_is_in_order(visit):
    report = Report()
    assert list(audit(report)) == []
    counts = report[visit.salon_id]
    assert (counts.visits, counts.reminders_planned, counts.reminders_due) == (1, 1, 1)


def test_visits_made_in_bulk_get_their_messages_and_their_time(
    aurora, bob, jane, tomorrow, ledger, broker
):
    Appointment.objects.bulk_create(
        Appointment(
            salon=aurora,
            user=bob,
            customer=jane,
            appointment_time=tomorrow + timedelta(hours=hour),
            end_time=tomorrow + timedelta(hours=hour + 1),
        )
        for hour in range(3)
    )
    assert findings() == ["free"] * 3 + ["missing"] * 6
    assert mended()
    for visit in Appointment.objects.all():
        assert ledger(visit.pk) == ["confirmation pending", "reminder pending"]
        assert broker.not_waiting([visit.task_id]) == []
    assert BusySpan.objects.count() == 3


def test_visits_moved_in_bulk_are_told_anew(visit, ledger, tomorrow):
    later = tomorrow + timedelta(hours=4)
    Appointment.objects.update(appointment_time=later, end_time=later + timedelta(hours=1))
    assert findings() == ["elsewhere", "extra", "extra", "missing", "missing"]
    assert mended()
    assert ledger(visit.pk)[-2:] == ["confirmation pending", "reminder pending"]
    assert BusySpan.objects.get().start == later


def test_visits_cancelled_in_bulk_are_taken_back_and_told(visit, ledger, broker):
    Appointment.objects.update(status=Status.CANCELLED)
    assert findings() == ["busy", "extra", "extra", "missing"]
    assert mended()
    assert ledger(visit.pk)[-1] == "cancellation pending"
    assert broker.waiting() == 0


def test_rows_of_visits_deleted_without_hooks_are_taken_back(visit, ledger, broker):
    BusySpan.objects.all().delete()
    AppointmentNotification.objects.update(appointment=None)
    visit.items.all().delete()
    Appointment.objects.filter(pk=visit.pk)._raw_delete("default")
    assert findings() == ["extra", "extra"]
    assert mended()
    assert broker.waiting() == 0


def test_a_reminder_that_redis_lost_is_handed_to_it_again(visit, broker):
    broker.cancel(visit.task_id)
    assert findings() == ["not_in_redis"]
    assert mended()
    assert broker.not_waiting([visit.task_id]) == []


def test_the_command_says_what_is_wrong_and_fails_until_it_is_mended(visit, broker, capsys):
    broker.cancel(visit.task_id)
    with pytest.raises(SystemExit) as stop:
        call_command("check_notifications")
    assert stop.value.code == 1
    assert f"visit {visit.pk}: not_in_redis" in capsys.readouterr().out
    call_command("check_notifications", "--repair")
    call_command("check_notifications")
    assert "1 of 1 reminders planned, 0 differences" in capsys.readouterr().out
