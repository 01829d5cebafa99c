"""The words for each state of a text."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from appointment.actions.edit import AppointmentChanges, edit_appointment
from notification.models import AppointmentNotification
from notification.states import Kind, Reason, Status
from web.appointments import message_status

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # noon in New York


def build_test_notification(status, **fields):
    fields = {"kind": Kind.REMINDER, "due_at": NOW, "wake_at": NOW} | fields
    return AppointmentNotification(status=status, **fields)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            build_test_notification(Status.PENDING, due_at=NOW + timedelta(hours=2)),
            "planned for 2:00 PM",
        ),
        (
            build_test_notification(Status.PENDING, due_at=NOW + timedelta(days=3)),
            "planned for Mon, Nov 23, 12:00 PM",
        ),
        (build_test_notification(Status.PENDING, due_at=NOW - timedelta(seconds=1)), "on its way"),
        (
            build_test_notification(
                Status.PENDING,
                due_at=NOW - timedelta(minutes=1),
                attempts=2,
                wake_at=NOW + timedelta(minutes=5),
                reason=Reason.PROVIDER_BUSY,
            ),
            "next try at 12:05 PM: the provider could not be reached in time",
        ),
        (build_test_notification(Status.SENDING), "being sent"),
        (
            build_test_notification(Status.UNKNOWN, reason=Reason.LOST_ANSWER),
            "unclear whether it was sent: the provider's answer was lost",
        ),
        (build_test_notification(Status.SENT, sent_at=NOW), "sent 12:00 PM"),
        (build_test_notification(Status.DELIVERED, delivered_at=NOW), "delivered 12:00 PM"),
        (
            build_test_notification(Status.FAILED, reason=Reason.BAD_NUMBER),
            "failed: the number can't receive texts",
        ),
        (
            build_test_notification(Status.SKIPPED, reason=Reason.NOT_ASKED),
            "not sent: staff chose not to text",
        ),
        (
            build_test_notification(Status.CANCELLED, reason=Reason.SUPERSEDED),
            "cancelled: the appointment was moved",
        ),
    ],
)
def test_each_state_has_its_words(given, words):
    assert message_status.build_message_status(given, ZONE, NOW).words == words


def test_every_state_has_a_look_of_its_own():
    assert set(message_status.STATUS_LOOKS) == set(Status)
    shapes = [shape for shape, _tone in message_status.STATUS_LOOKS.values()]
    assert len(set(shapes)) == len(shapes)


def test_every_shape_is_drawn():
    from pathlib import Path

    from appointment.models import Status as AppointmentStatus

    symbols = (
        Path(message_status.__file__).parents[2] / "pages/static/pages/icons.svg"
    ).read_text()
    shapes = [shape for shape, _tone in message_status.STATUS_LOOKS.values()]
    for name in (*shapes, *AppointmentStatus.values):
        assert f'<symbol id="{name}"' in symbols


@pytest.mark.parametrize(
    ("lead", "words"),
    [(60, "none: booked less than 1 hour ahead"), (0, "none: the salon sends no reminders")],
)
@pytest.mark.django_db
def test_an_appointment_without_a_reminder_says_why(aurora, appointment, lead, words):
    appointment.salon.reminder_time_minutes = lead
    confirmations = AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION)
    states = message_status.list_message_statuses(appointment, confirmations, datetime.now(UTC))
    assert [state.words for state in states if state.kind == "reminder"] == [words]


@pytest.mark.django_db
def test_a_moved_appointment_shows_the_texts_of_its_new_time_alone(appointment, tomorrow):
    later = tomorrow + timedelta(hours=1)
    moved = edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": later}))
    rows = AppointmentNotification.objects.of_appointment(appointment.pk)
    assert rows.count() == 4
    states = message_status.list_message_statuses(moved, rows, datetime.now(UTC))
    assert [state.shape for state in states] == ["arrow", "clock"]


@pytest.mark.django_db
def test_an_appointment_moved_too_near_for_a_reminder_says_so(appointment):
    soon = datetime.now(UTC) + timedelta(minutes=30)
    moved = edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": soon}))
    rows = AppointmentNotification.objects.of_appointment(appointment.pk)
    states = {
        state.kind: state.words for state in message_status.list_message_statuses(moved, rows, NOW)
    }
    assert states["reminder"] == "none: booked less than 1 hour ahead"
