"""Planning, as pure arithmetic: whatever happens to an appointment, in whatever order."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from appointment.messages.planning import plan_messages
from appointment.messages.policies import Obstacle
from appointment.messages.rules import MessagingRules
from appointment.models import UPCOMING, Appointment, Status
from notification.models import AppointmentNotification
from notification.states import MAYBE_SENT, Kind, Reason
from notification.states import Status as NotificationStatus

NOW = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)  # the day before the clocks change in New York
MINUTES = st.integers(min_value=1, max_value=3 * 24 * 60)

STEPS = st.one_of(
    st.tuples(st.just("move"), MINUTES),
    st.tuples(st.just("lead"), st.sampled_from([0, 5, 60, 120, 24 * 60])),
    st.tuples(st.just("become"), st.sampled_from(list(Status))),
    st.tuples(st.just("wait"), MINUTES),
    st.tuples(st.just("save"), st.just(0)),
)


class Life:
    """An appointment and its notifications in memory, changed as actions and workers do."""

    def __init__(self, minutes_ahead):
        self.now, self.lead, self.ids = NOW, 60, count(1)
        self.appointment = Appointment(
            pk=1, appointment_time=NOW + timedelta(minutes=minutes_ahead), status=Status.BOOKED
        )
        self.notifications = []
        self.plan()

    def step(self, what, value):
        was_upcoming = self.appointment.is_expected
        if what == "wait":
            self.wait(value)
        elif what == "lead":
            self.lead = value
        elif what == "move":
            self.appointment.appointment_time += timedelta(minutes=value)
            self.appointment.revision += 1
        elif what == "become":
            reopened = self.appointment.status == Status.CANCELLED and value in UPCOMING
            self.appointment.status = value
            self.appointment.revision += reopened
        self.plan(was_upcoming=was_upcoming and not self.appointment.is_expected)

    def wait(self, minutes):
        """Time passes, and what falls due is sent at once, as long as it is still right."""
        self.now += timedelta(minutes=minutes)
        for notification in self.notifications:
            if (
                notification.status == NotificationStatus.PENDING
                and notification.due_at <= self.now
            ):
                late = notification.starts_at <= self.now
                notification.status = (
                    NotificationStatus.SKIPPED if late else NotificationStatus.SENT
                )

    def planned(self, **more):
        rules = MessagingRules(reminder_minutes=self.lead)
        return plan_messages(
            self.appointment, self.notifications, rules=rules, now=self.now, **more
        )

    def plan(self, **more):
        plan = self.planned(**more)
        for notification, obstacle in plan.to_cancel:
            assert notification.status == NotificationStatus.PENDING
            notification.status, notification.reason = (
                NotificationStatus.CANCELLED,
                Reason(obstacle),
            )
        for owed in plan.to_create:
            self.notifications.append(
                AppointmentNotification(
                    pk=next(self.ids),
                    kind=owed.kind,
                    status=NotificationStatus.PENDING,
                    due_at=owed.due_at,
                    offset_minutes=owed.offset_minutes,
                    revision=self.appointment.revision,
                    starts_at=self.appointment.appointment_time,
                )
            )

    def pending(self, kind):
        return [
            n
            for n in self.notifications
            if n.kind == kind and n.status == NotificationStatus.PENDING
        ]


@given(MINUTES, st.lists(STEPS, max_size=12))
def test_planning_twice_changes_nothing(minutes_ahead, steps):
    life = Life(minutes_ahead)
    for step in steps:
        life.step(*step)
        again = life.planned()
        assert (again.to_create, again.to_cancel) == ([], [])


@given(MINUTES, st.lists(STEPS, max_size=12))
def test_one_reminder_waits_at_most_and_only_for_an_upcoming_appointment(minutes_ahead, steps):
    life = Life(minutes_ahead)
    for step in steps:
        life.step(*step)
        waiting = life.pending(Kind.REMINDER)
        assert len(waiting) <= 1
        for notification in waiting:
            assert life.appointment.is_expected
            assert notification.starts_at == life.appointment.appointment_time
            assert notification.revision == life.appointment.revision


@given(MINUTES, st.lists(STEPS, max_size=12))
def test_no_message_is_sent_twice(minutes_ahead, steps):
    life = Life(minutes_ahead)
    for step in steps:
        life.step(*step)
    sent = [
        (notification.kind, notification.revision)
        for notification in life.notifications
        if notification.status in MAYBE_SENT
    ]
    assert len(sent) == len(set(sent))


def test_a_notification_cancelled_by_hand_is_not_planned_again():
    life = Life(24 * 60)
    for notification in life.notifications:
        notification.status, notification.reason = NotificationStatus.CANCELLED, Reason.TAKEN_BACK
    assert (life.planned().to_create, life.planned().to_cancel) == ([], [])


def test_each_obstacle_is_a_reason_of_the_ledger():
    assert {Reason(obstacle).value for obstacle in Obstacle} == set(Obstacle)
