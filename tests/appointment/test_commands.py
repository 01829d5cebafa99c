"""The operators' commands: what they print, send, leave alone, and answer to the shell."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from testkit.provider import Fault

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
def due(appointment, time_machine):
    """The appointment's reminder, at the moment it is due; the confirmation went out before."""
    AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION).update(status=Status.SENT)
    notification = AppointmentNotification.objects.get(kind=Kind.REMINDER)
    time_machine.move_to(notification.due_at, tick=False)
    return notification


def list_states():
    return [(r.kind, r.status) for r in AppointmentNotification.objects.order_by("pk")]


class TestSendAppointmentReminders:
    def test_sends_what_is_due_and_counts_it(self, due, provider, run):
        out, status = run("send_appointment_reminders")
        assert out.splitlines()[-1] == "1 messages: 1 sent"
        assert status == 0
        assert [text.to for text in provider.texts] == ["+12125550199"]

    def test_sends_nothing_before_its_time(self, appointment, provider, run):
        out, status = run("send_appointment_reminders")
        assert (out, status) == ("Nothing was due.\n", 0)
        assert provider.texts == []

    def test_dry_run_prints_the_very_text_and_changes_nothing(self, due, provider, run):
        before = list(AppointmentNotification.objects.order_by("pk").values())
        out, _ = run("send_appointment_reminders", "--dry-run")
        assert "to +12125550199: Hi Jane Roe, You have an appointment coming up at" in out
        assert (
            out.splitlines()[-1] == "1 messages: 1 would be sent, 0 would not. Nothing was changed."
        )
        assert list(AppointmentNotification.objects.order_by("pk").values()) == before
        assert provider.texts == []
        run("send_appointment_reminders")
        assert provider.texts[0].body in out

    def test_dry_run_says_why_a_notification_would_not_be_sent(self, due, jane, provider, run):
        jane.phone_number = ""
        jane.save()
        out, _ = run("send_appointment_reminders", "--dry-run")
        assert "would not be sent (no phone number)" in out

    def test_force_alone_is_refused(self, due, provider):
        with pytest.raises(CommandError, match="--yes"):
            call_command("send_appointment_reminders", "--force")
        assert provider.texts == []

    def test_force_sends_again_on_a_new_notification_that_names_the_first(
        self, due, provider, run, appointment
    ):
        run("send_appointment_reminders")
        out, status = run("send_appointment_reminders", "--force", str(appointment.pk))
        assert f"sent, again on purpose after message {due.pk}" in out
        assert status == 0
        assert len(provider.texts) == 2
        assert AppointmentNotification.objects.order_by("pk").last().retry_of_id == due.pk

    def test_force_with_yes_reaches_all_within_their_reminder_time_only(
        self, due, book, provider, run, tomorrow
    ):
        book(tomorrow + timedelta(hours=3), notify=False)
        run("send_appointment_reminders", "--force", "--yes")
        assert len(provider.texts) == 1

    def test_force_with_dry_run_changes_nothing(self, appointment, provider, run):
        before = AppointmentNotification.objects.count()
        out, _ = run("send_appointment_reminders", "--force", "--dry-run", str(appointment.pk))
        assert "Hi Jane Roe" in out
        assert (AppointmentNotification.objects.count(), provider.texts) == (before, [])

    def test_force_for_an_appointment_that_is_not_there_sends_nothing_at_all(
        self, due, provider, appointment
    ):
        with pytest.raises(CommandError, match="no appointment 999"):
            call_command("send_appointment_reminders", "--force", str(appointment.pk), "999")
        assert provider.texts == []

    @pytest.mark.parametrize("dry", [[], ["--dry-run"]])
    def test_force_for_a_cancelled_appointment_sends_nothing_and_says_so(
        self, dry, due, provider, run, appointment
    ):
        cancel_appointment(appointment.pk, notify=False)
        _out, status = run("send_appointment_reminders", "--force", str(appointment.pk), *dry)
        assert (provider.texts, status) == ([], 1)

    def test_a_named_appointment_that_does_not_exist_is_reported(self, due, provider, appointment):
        with pytest.raises(CommandError, match="no appointment 999") as refused:
            call_command("send_appointment_reminders", str(appointment.pk), "999")
        assert (provider.texts, refused.value.returncode) == ([], 2)

    @pytest.mark.parametrize("dry", [[], ["--dry-run"]])
    def test_a_named_appointment_without_a_due_reminder_is_reported(
        self, dry, due, book, provider, capsys, tomorrow, appointment
    ):
        other = book(tomorrow + timedelta(hours=3), notify=False)
        with pytest.raises(SystemExit) as stop:
            call_command("send_appointment_reminders", str(appointment.pk), str(other.pk), *dry)
        assert stop.value.code == 1
        assert capsys.readouterr().err == f"appointment {other.pk}: no reminder is due now\n"
        assert len(provider.texts) == (0 if dry else 1)

    def test_dry_run_of_force_says_which_message_went_before(self, due, provider, run, appointment):
        run("send_appointment_reminders")
        out, _ = run("send_appointment_reminders", "--force", "--dry-run", str(appointment.pk))
        assert f", again on purpose after message {due.pk}, to +1" in out

    def test_a_forced_reminder_repeats_nothing_that_only_waits(self, appointment, provider, run):
        out, _ = run("send_appointment_reminders", "--force", str(appointment.pk))
        assert "again" not in out
        assert not AppointmentNotification.objects.filter(retry_of__isnull=False).exists()

    def test_a_forced_reminder_leaves_the_planned_one_planned(
        self, appointment, provider, run, broker
    ):
        run("send_appointment_reminders", "--force", str(appointment.pk))
        assert list_states()[1:] == [("reminder", "pending"), ("reminder", "sent")]
        assert broker.not_waiting([appointment.task_id]) == []

    def test_a_failure_is_an_exit_status(self, due, provider, run):
        provider.fail_next(Fault.http(400, 21211))
        out, status = run("send_appointment_reminders")
        assert "failed (the number can't receive texts)" in out
        assert status == 1


class TestProcessPendingNotifications:
    def test_sends_all_kinds_that_are_due(self, appointment, provider, run):
        _out, status = run("process_pending_notifications")
        assert list_states() == [("confirmation", "sent"), ("reminder", "pending")]
        assert status == 0

    def test_stops_after_max(self, book, provider, run, tomorrow):
        for hour in range(3):
            book(tomorrow + timedelta(hours=hour))
        run("process_pending_notifications", "--max", "2")
        assert len(provider.texts) == 2

    def test_max_must_be_a_number(self):
        with pytest.raises(CommandError, match="whole number"):
            call_command("process_pending_notifications", "--max", "0")

    def test_retry_failed_tries_each_once_more_as_a_new_notification(
        self, appointment, provider, run
    ):
        provider.fail_next(Fault.http(401, 20003))
        run("process_pending_notifications")
        out, status = run("process_pending_notifications", "--retry-failed")
        assert status == 0
        assert list_states()[0] == ("confirmation", "failed")
        assert list_states()[-1] == ("confirmation", "sent")
        out, _ = run("process_pending_notifications", "--retry-failed")
        assert out == "Nothing was due.\n"

    def test_dry_run_of_retry_failed_changes_nothing(self, appointment, provider, run):
        provider.fail_next(Fault.http(401, 20003))
        run("process_pending_notifications")
        before, first = list_states(), AppointmentNotification.objects.order_by("pk").first()
        out, _ = run("process_pending_notifications", "--retry-failed", "--dry-run")
        assert f", again on purpose after message {first.pk}, to +12125550199: Hi Jane Roe" in out
        assert list_states() == before

    def test_retry_failed_leaves_a_dead_number_alone_until_there_is_another(
        self, appointment, provider, run, jane
    ):
        provider.fail_next(Fault.http(400, 21211))
        run("process_pending_notifications")
        run("process_pending_notifications", "--retry-failed")
        assert provider.texts == []
        jane.phone_number = "+12125550188"
        jane.save()
        run("process_pending_notifications", "--retry-failed")
        assert [text.to for text in provider.texts] == ["+12125550188"]

    def test_a_failed_message_of_a_moved_appointment_is_not_repeated(
        self, appointment, provider, run, tomorrow
    ):
        provider.fail_next(Fault.http(401, 20003))
        run("process_pending_notifications")
        later = {"appointment_time": tomorrow + timedelta(hours=1)}
        edit_appointment(appointment.pk, AppointmentChanges(values=later, notify=False))
        run("process_pending_notifications", "--retry-failed")
        assert provider.texts == []

    def test_works_while_redis_is_down(self, appointment, provider, run, broker, monkeypatch):
        import redis

        monkeypatch.setattr(broker, "client", redis.Redis.from_url("unix:///nowhere/redis.sock"))
        run("process_pending_notifications")
        assert len(provider.texts) == 1


EMPTY = "sqlite:///{folder}/empty.sqlite3"


@pytest.mark.parametrize(
    ("command", "url", "error"),
    [
        ("send_appointment_reminders", EMPTY, "no such table"),
        ("process_pending_notifications --retry-failed", EMPTY, "no such table"),
        ("remind 3", EMPTY, "no such table"),
        ("check_notifications --repair", EMPTY, "no such table"),
        ("remind 3", "postgres://salon:x@127.0.0.1:1/salon", "couldn't get a connection"),
    ],
)
def test_a_database_that_does_not_answer_is_one_line_and_status_2(command, url, error, tmp_path):
    environment = {
        "DJANGO_SETTINGS_MODULE": "booking_api.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": url.format(folder=tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    line = done.stderr.splitlines()[-1]
    assert line.startswith("CommandError: The database does not answer as it should (")
    assert error in line


class TestRemind:
    def test_reminds_one_customer_now(self, appointment, provider, run):
        _out, status = run("remind", str(appointment.pk), "--channel", "sms")
        assert status == 0
        assert "coming up" in provider.texts[0].body

    def test_an_appointment_that_is_not_there(self, provider, db):
        with pytest.raises(CommandError, match="no appointment 7") as refused:
            call_command("remind", "7")
        assert refused.value.returncode == 2

    def test_an_unknown_channel(self, appointment):
        with pytest.raises(CommandError, match="invalid choice"):
            call_command("remind", str(appointment.pk), "--channel", "pigeon")
