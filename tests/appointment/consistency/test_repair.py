"""check_notifications: what bulk writes went past is found, and repaired with --repair."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport
from appointment.models import Appointment, Status
from availability.models import BusySpan
from core.jobs import enqueue
from notification import actions
from notification.delivery import manual_sending
from notification.models import AppointmentNotification, new_code, new_message_id
from notification.registry import get_message_kind
from user.tasks import mail_invitation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def planned(appointment):
    """The appointment's reminder, which waits."""
    return AppointmentNotification.objects.get(appointment_number=appointment.pk, kind="reminder")


@pytest.fixture
def confirmed(appointment):
    """The appointment's confirmation, which was delivered."""
    notifications = AppointmentNotification.objects.filter(
        appointment_number=appointment.pk, kind="confirmation"
    )
    notifications.update(
        status="delivered", recipient="+12125550199", attempts=1, claimed_at=appointment.created
    )
    return notifications.get()


def create_copy_of_notification(notification, **changes):
    """Another notification like it, written past the hooks."""
    notification.pk, notification.code, notification.message_id, notification.provider_id = (
        None,
        new_code(),
        new_message_id(),
        "",
    )
    for name, value in changes.items():
        setattr(notification, name, value)
    AppointmentNotification.objects.bulk_create([notification])
    return notification


def find_words():
    return sorted(finding.what for finding in find_inconsistencies(ConsistencyReport()))


def has_repaired_all():
    for finding in find_inconsistencies(ConsistencyReport(), repair=True):
        assert finding.is_repaired, finding
    left = list(find_inconsistencies(ConsistencyReport()))
    assert left == []
    return True


def test_a_book_that_was_kept_by_the_hooks_is_in_order(appointment):
    report = ConsistencyReport()
    assert list(find_inconsistencies(report)) == []
    counts = report[appointment.salon_id]
    assert (counts.appointments, counts.reminders_planned, counts.reminders_due) == (1, 1, 1)


def test_appointments_made_in_bulk_get_their_messages_and_their_time(
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
    assert find_words() == ["free"] * 3 + ["missing"] * 6
    assert has_repaired_all()
    for appointment in Appointment.objects.all():
        assert ledger(appointment.pk) == ["confirmation pending", "reminder pending"]
        assert broker.not_waiting([appointment.task_id]) == []
    assert BusySpan.objects.count() == 3


def test_appointments_moved_in_bulk_are_confirmed_again(appointment, ledger, tomorrow):
    later = tomorrow + timedelta(hours=4)
    Appointment.objects.update(appointment_time=later, end_time=later + timedelta(hours=1))
    assert find_words() == ["elsewhere", "extra", "extra", "missing", "missing"]
    assert has_repaired_all()
    assert ledger(appointment.pk)[-2:] == ["confirmation pending", "reminder pending"]
    assert BusySpan.objects.get().start == later


def test_appointments_cancelled_in_bulk_are_taken_back_and_told(appointment, ledger, broker):
    Appointment.objects.update(status=Status.CANCELLED)
    assert find_words() == ["busy", "extra", "extra", "missing"]
    assert has_repaired_all()
    assert ledger(appointment.pk)[-1] == "cancellation pending"
    assert broker.waiting() == 0


def test_notifications_of_appointments_deleted_without_hooks_are_taken_back(
    appointment, ledger, broker
):
    BusySpan.objects.all().delete()
    AppointmentNotification.objects.update(appointment=None)
    appointment.items.all().delete()
    Appointment.objects.filter(pk=appointment.pk)._raw_delete("default")
    assert find_words() == ["extra", "extra"]
    assert has_repaired_all()
    assert broker.waiting() == 0


def test_notifications_deleted_by_hand_are_planned_again_and_redis_wakes_the_new(
    appointment, ledger, broker
):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM notification_appointmentnotification")
    assert find_words() == ["extra_in_redis", "missing", "missing"]
    assert has_repaired_all()
    assert ledger(appointment.pk) == ["confirmation pending", "reminder pending"]
    appointment.refresh_from_db()
    [(message_id, message)] = next(broker.waiting_messages())
    notification = AppointmentNotification.objects.get(kind="reminder")
    assert (message_id, message.args) == (appointment.task_id, (notification.pk,))


def test_a_redis_that_was_emptied_is_filled_again(appointment, planned, confirmed, broker):
    broker.client.flushall()
    assert find_words() == ["not_in_redis"]
    assert has_repaired_all()
    assert broker.pauses([appointment.task_id])[appointment.task_id] > 0


@pytest.mark.parametrize("kind", ["confirmation", "reminder"])
def test_a_second_notification_beside_one_that_was_sent_is_taken_back(
    appointment, planned, confirmed, kind, ledger
):
    AppointmentNotification.objects.filter(pk=planned.pk).update(status="sent")
    Appointment.objects.update(task_id="")
    sent = AppointmentNotification.objects.get(appointment_number=appointment.pk, kind=kind)
    extra = create_copy_of_notification(sent, status="pending", offset_minutes=sent.offset_minutes)
    assert "extra" in find_words()
    assert has_repaired_all()
    extra.refresh_from_db()
    assert (extra.status, extra.reason) == ("cancelled", "taken_back")


def test_a_reminder_at_another_lead_is_taken_back(appointment, planned, confirmed):
    first = planned.starts_at - timedelta(minutes=30)
    create_copy_of_notification(
        planned, offset_minutes=30, due_at=first, wake_at=first, woken_until=first
    )
    assert find_words() == ["extra", "not_in_redis"]
    assert has_repaired_all()


def test_a_retry_and_a_reminder_asked_for_early_are_no_extras(appointment, planned, confirmed):
    actions.retry(confirmed, timedelta(minutes=5))
    early = create_copy_of_notification(planned, offset_minutes=0, status="sent", retry_of=None)
    assert early.pk > appointment.notifications.get(kind="reminder", offset_minutes=60).pk
    assert find_words() == []


@pytest.mark.parametrize("moved", [("due_at", "wake_at"), ("wake_at",), ("due_at",)])
def test_a_reminder_that_waits_for_a_wrong_time_is_moved_to_its_own(
    appointment, planned, moved, broker
):
    due = planned.due_at
    late = dict.fromkeys(moved, due + timedelta(minutes=20))
    AppointmentNotification.objects.filter(pk=planned.pk).update(**late)
    assert "wrong_time" in find_words()
    assert has_repaired_all()
    planned.refresh_from_db()
    assert planned.due_at == planned.wake_at == due
    pause = timedelta(seconds=broker.pauses([planned.message_id])[planned.message_id])
    assert abs(timezone.now() + pause - due) < timedelta(seconds=10)


def test_a_reminder_that_is_due_this_minute_is_woken_at_once(book, broker):
    appointment = book(timezone.now() + timedelta(minutes=60, seconds=40))
    reminder = AppointmentNotification.objects.get(
        appointment_number=appointment.pk, kind="reminder"
    )
    late = reminder.due_at + timedelta(minutes=20)
    AppointmentNotification.objects.filter(pk=reminder.pk).update(due_at=late, wake_at=late)
    enqueue.enqueue_calls([actions.call_for(AppointmentNotification.objects.get(pk=reminder.pk))])
    assert broker.pauses([appointment.task_id])[appointment.task_id] > 1_000
    list(find_inconsistencies(ConsistencyReport(), repair=True))
    assert broker.pauses([appointment.task_id])[appointment.task_id] < 60


def test_a_wake_up_for_another_time_is_put_right(appointment, planned, confirmed, broker):
    broker.cancel(planned.message_id)
    late = enqueue.ActorCall(
        get_message_kind("reminder").actor,
        (planned.pk,),
        planned.message_id,
        planned.wake_at + timedelta(minutes=5),
    )
    enqueue.enqueue_calls([late])
    assert find_words() == ["not_in_redis"]
    assert has_repaired_all()


def test_a_wake_up_for_a_notification_that_waits_no_more_is_taken_out(
    appointment, planned, confirmed, broker
):
    stranger = enqueue.ActorCall(
        get_message_kind("reminder").actor, (planned.pk,), new_message_id(), planned.wake_at
    )
    enqueue.enqueue_calls([stranger])
    [finding] = find_inconsistencies(ConsistencyReport())
    assert (finding.what, finding.salon_id) == ("extra_in_redis", appointment.salon_id)
    assert has_repaired_all()
    assert broker.not_waiting([stranger.message_id, planned.message_id]) == [stranger.message_id]


@pytest.mark.parametrize("junk", [b"not json", b"{}", b"[]", b"\xff"])
def test_what_is_no_message_of_redis_is_named_and_taken_out(appointment, confirmed, broker, junk):
    broker.client.hset(f"{broker.namespace}:default.DQ.msgs", "junk", junk)
    [finding] = find_inconsistencies(ConsistencyReport())
    assert (finding.what, finding.appointment_id) == ("extra_in_redis", None)
    assert "'junk'" in finding.detail
    assert has_repaired_all()


def test_a_due_time_whose_message_is_gone_wakes_nobody_and_is_put_right(
    appointment, planned, confirmed, broker
):
    broker.client.hdel(f"{broker.namespace}:default.DQ.msgs", planned.message_id)
    assert find_words() == ["not_in_redis"]
    assert has_repaired_all()


def test_what_became_due_during_a_long_repair_is_no_difference(book, tomorrow, time_machine):
    first, second = book(tomorrow), book(tomorrow + timedelta(hours=2))
    AppointmentNotification.objects.filter(appointment_number=first.pk).update(status="delivered")
    AppointmentNotification.objects.filter(appointment_number=second.pk).delete()
    Appointment.objects.update(task_id="")
    first.busy_spans.all().delete()
    found = []
    for finding in find_inconsistencies(ConsistencyReport(), repair=True):
        found.append(finding.what)
        if finding.appointment_id == first.pk:  # before the second is repaired
            time_machine.move_to(timezone.now() + timedelta(seconds=61), tick=False)
    assert sorted(set(found)) == ["extra_in_redis", "free", "missing"]


def test_what_other_rooms_have_waiting_is_no_extra(appointment, confirmed, broker):
    mail = enqueue.ActorCall(
        mail_invitation, (1,), new_message_id(), timezone.now() + timedelta(hours=1)
    )
    enqueue.enqueue_calls([mail])
    assert find_words() == []


def test_what_is_overdue_is_enqueued_again_under_another_id(
    appointment, planned, confirmed, broker
):
    past = timezone.now() - timedelta(minutes=10)
    AppointmentNotification.objects.filter(pk=planned.pk).update(
        wake_at=past, due_at=past, attempts=1
    )
    planned.refresh_from_db()
    enqueue.enqueue_calls([actions.call_for(planned)])  # a worker may have it in its hands, frozen
    before = broker.ready()
    assert find_words() == ["overdue"]
    [finding] = find_inconsistencies(ConsistencyReport(), repair=True)
    assert finding.is_repaired
    assert broker.ready() == before + 1


class TestWhatIsStuck:
    @pytest.fixture
    def lost(self, planned, confirmed, provider):
        """`lost(status)`: a reminder that a worker took ten minutes ago and never finished."""

        def lose(status):
            taken = timezone.now() - timedelta(minutes=10)
            Appointment.objects.update(task_id="")
            enqueue.get_broker().cancel(planned.message_id)
            AppointmentNotification.objects.filter(pk=planned.pk).update(
                status=status,
                claimed_at=taken,
                attempts=1,
                due_at=taken,
                recipient="+12125550199",
                sender="+12125550110",
                body="Hi",
            )
            return planned

        return lose

    @pytest.mark.parametrize("status", ["sending", "unknown"])
    def test_is_settled_with_the_provider(self, lost, status):
        notification = lost(status)
        assert find_words() == ["stuck"]
        assert has_repaired_all()
        notification.refresh_from_db()
        assert notification.status == "pending"  # the provider never had it

    def test_stays_so_while_the_provider_does_not_answer(self, lost, provider):
        lost("unknown")
        provider.stop()
        [finding] = find_inconsistencies(ConsistencyReport(), repair=True)
        assert not finding.is_repaired
        assert find_words() == ["stuck"]

    @pytest.mark.parametrize("status", ["sending", "unknown"])
    def test_is_also_a_text_that_names_no_moment_it_was_taken_at(self, lost, status):
        notification = lost(status)
        AppointmentNotification.objects.filter(pk=notification.pk).update(claimed_at=None)
        assert "stuck" in find_words()
        left = [
            f for f in find_inconsistencies(ConsistencyReport(), repair=True) if not f.is_repaired
        ]
        assert [finding.what for finding in left] == ["stuck"]

    def test_is_no_text_that_was_taken_just_now(self, lost, planned):
        lost("sending")
        AppointmentNotification.objects.filter(pk=planned.pk).update(claimed_at=timezone.now())
        assert find_words() == []


def test_notifications_of_an_appointment_moved_into_the_past_by_hand_are_taken_back(
    appointment, planned, confirmed, broker
):
    begun = timezone.now() - timedelta(hours=3)
    Appointment.objects.update(appointment_time=begun, end_time=begun + timedelta(hours=1))
    assert find_words() == ["extra"]
    assert has_repaired_all()
    assert broker.waiting() == 0


def test_counts_are_of_what_stands_after_the_repair(appointment):
    AppointmentNotification.objects.all().delete()
    report = ConsistencyReport()
    assert len(list(find_inconsistencies(report))) == 3
    assert report.total("reminders_planned") == 0
    report = ConsistencyReport()
    list(find_inconsistencies(report, repair=True))
    counts = report[appointment.salon_id]
    assert (counts.appointments, counts.reminders_planned, counts.reminders_due) == (1, 1, 1)


def test_a_reminder_taken_back_by_hand_is_not_counted_as_due(appointment, planned):
    assert manual_sending.cancel_manually(planned)
    report = ConsistencyReport()
    assert list(find_inconsistencies(report)) == []
    assert report.total("reminders_due") == report.total("reminders_planned") == 0


def test_a_reminder_that_redis_lost_is_handed_to_it_again(appointment, broker):
    broker.cancel(appointment.task_id)
    assert find_words() == ["not_in_redis"]
    assert has_repaired_all()
    assert broker.not_waiting([appointment.task_id]) == []


def test_the_command_says_what_is_wrong_and_fails_until_it_is_repaired(appointment, broker, capsys):
    broker.cancel(appointment.task_id)
    with pytest.raises(SystemExit) as stop:
        call_command("check_notifications")
    assert stop.value.code == 1
    assert f"appointment {appointment.pk}: not_in_redis" in capsys.readouterr().out
    call_command("check_notifications", "--repair")
    call_command("check_notifications")
    assert "1 of 1 reminders planned, 0 differences" in capsys.readouterr().out
