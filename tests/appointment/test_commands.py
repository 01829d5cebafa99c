"""The operators' commands: what they print, send, leave alone, and answer to the shell."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from appointment import services
from notification.models import AppointmentNotification, Kind, Status
from tests.provider import Fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(capsys):
    """`run("remind", "3")` answers (what was printed, exit status)."""

    def command(*args):
        status = 0
        try:
            call_command(*args)
        except SystemExit as stop:
            status = stop.code
        return capsys.readouterr().out, status

    return command


@pytest.fixture
def due(visit, time_machine):
    """The visit's reminder, at the moment it is due; the confirmation went out before."""
    AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION).update(status=Status.SENT)
    row = AppointmentNotification.objects.get(kind=Kind.REMINDER)
    time_machine.move_to(row.due_at, tick=False)
    return row


def states():
    return [(r.kind, r.status) for r in AppointmentNotification.objects.order_by("pk")]


class TestSendAppointmentReminders:
    def test_sends_what_is_due_and_counts_it(self, due, provider, run):
        out, status = run("send_appointment_reminders")
        assert out.splitlines()[-1] == "1 messages: 1 sent"
        assert status == 0
        assert [text.to for text in provider.texts] == ["+12125550199"]

    def test_sends_nothing_before_its_time(self, visit, provider, run):
        out, status = run("send_appointment_reminders")
        assert (out, status) == ("Nothing was due.\n", 0)
        assert provider.texts == []

    def test_dry_run_prints_the_very_text_and_changes_nothing(self, due, provider, run):
        before = list(AppointmentNotification.objects.order_by("pk").values())
        out, _ = run("send_appointment_reminders", "--dry-run")
        assert "to +12125550199: Hi Jane Roe, You have an appointment coming up at" in out
        assert out.splitlines()[-1] == "1 messages looked at, nothing was sent."
        assert list(AppointmentNotification.objects.order_by("pk").values()) == before
        assert provider.texts == []
        run("send_appointment_reminders")
        assert provider.texts[0].body in out

    def test_dry_run_says_why_a_row_would_not_be_sent(self, due, jane, provider, run):
        jane.phone_number = ""
        jane.save()
        out, _ = run("send_appointment_reminders", "--dry-run")
        assert "would not be sent (no phone number)" in out

    def test_force_alone_is_refused(self, due, provider):
        with pytest.raises(CommandError, match="--yes"):
            call_command("send_appointment_reminders", "--force")
        assert provider.texts == []

    def test_force_sends_again_on_a_new_row_that_names_the_first(self, due, provider, run, visit):
        run("send_appointment_reminders")
        out, status = run("send_appointment_reminders", "--force", str(visit.pk))
        assert f"sent again on purpose (first: message {due.pk})" in out
        assert status == 0
        assert len(provider.texts) == 2
        assert AppointmentNotification.objects.order_by("pk").last().retry_of_id == due.pk

    def test_force_with_yes_reaches_all_within_their_reminder_time_only(
        self, due, book, provider, run, tomorrow
    ):
        book(tomorrow + timedelta(hours=3), notify=False)
        run("send_appointment_reminders", "--force", "--yes")
        assert len(provider.texts) == 1

    def test_force_with_dry_run_changes_nothing(self, visit, provider, run):
        before = AppointmentNotification.objects.count()
        out, _ = run("send_appointment_reminders", "--force", "--dry-run", str(visit.pk))
        assert "Hi Jane Roe" in out
        assert (AppointmentNotification.objects.count(), provider.texts) == (before, [])

    def test_force_for_a_visit_that_is_not_there_sends_nothing_at_all(self, due, provider, visit):
        with pytest.raises(CommandError, match="no visit 999"):
            call_command("send_appointment_reminders", "--force", str(visit.pk), "999")
        assert provider.texts == []

    def test_force_for_a_cancelled_visit_sends_nothing(self, due, provider, run, visit):
        services.cancel(visit.pk, notify=False)
        run("send_appointment_reminders", "--force", str(visit.pk))
        assert provider.texts == []

    def test_a_forced_reminder_leaves_the_planned_one_planned(self, visit, provider, run, broker):
        run("send_appointment_reminders", "--force", str(visit.pk))
        assert states()[1:] == [("reminder", "pending"), ("reminder", "sent")]
        assert broker.not_waiting([visit.task_id]) == []

    def test_a_failure_is_an_exit_status(self, due, provider, run):
        provider.fail_next(Fault.http(400, 21211))
        out, status = run("send_appointment_reminders")
        assert "failed (the number can't receive texts)" in out
        assert status == 1


class TestProcessPendingNotifications:
    def test_sends_all_kinds_that_are_due(self, visit, provider, run):
        _out, status = run("process_pending_notifications")
        assert states() == [("confirmation", "sent"), ("reminder", "pending")]
        assert status == 0

    def test_stops_after_max(self, book, provider, run, tomorrow):
        for hour in range(3):
            book(tomorrow + timedelta(hours=hour))
        run("process_pending_notifications", "--max", "2")
        assert len(provider.texts) == 2

    def test_max_must_be_a_number(self):
        with pytest.raises(CommandError, match="whole number"):
            call_command("process_pending_notifications", "--max", "0")

    def test_retry_failed_tries_each_once_more_as_a_new_row(self, visit, provider, run):
        provider.fail_next(Fault.http(401, 20003))
        run("process_pending_notifications")
        out, status = run("process_pending_notifications", "--retry-failed")
        assert status == 0
        assert states()[0] == ("confirmation", "failed")
        assert states()[-1] == ("confirmation", "sent")
        out, _ = run("process_pending_notifications", "--retry-failed")
        assert out == "Nothing was due.\n"

    def test_dry_run_of_retry_failed_changes_nothing(self, visit, provider, run):
        provider.fail_next(Fault.http(401, 20003))
        run("process_pending_notifications")
        before = states()
        out, _ = run("process_pending_notifications", "--retry-failed", "--dry-run")
        assert "to +12125550199: Hi Jane Roe" in out
        assert states() == before

    def test_a_failed_message_of_a_moved_visit_is_not_repeated(
        self, visit, provider, run, tomorrow
    ):
        provider.fail_next(Fault.http(401, 20003))
        run("process_pending_notifications")
        later = {"appointment_time": tomorrow + timedelta(hours=1)}
        services.edit(visit.pk, services.Changes(values=later, notify=False))
        run("process_pending_notifications", "--retry-failed")
        assert provider.texts == []

    def test_works_while_redis_is_down(self, visit, provider, run, broker, monkeypatch):
        import redis

        monkeypatch.setattr(broker, "client", redis.Redis.from_url("unix:///nowhere/redis.sock"))
        run("process_pending_notifications")
        assert len(provider.texts) == 1


class TestRemind:
    def test_reminds_one_customer_now(self, visit, provider, run):
        _out, status = run("remind", str(visit.pk), "--channel", "sms")
        assert status == 0
        assert "coming up" in provider.texts[0].body

    def test_a_visit_that_is_not_there(self, provider, db):
        with pytest.raises(CommandError, match="no visit 7"):
            call_command("remind", "7")

    def test_an_unknown_channel(self, visit):
        with pytest.raises(CommandError, match="invalid choice"):
            call_command("remind", str(visit.pk), "--channel", "pigeon")
