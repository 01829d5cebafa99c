"""Planning, as pure arithmetic: whatever happens to an appointment, in whatever order."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from appointment.messages import policies
from appointment.models import UPCOMING, Appointment, Status
from notification.models import AppointmentNotification
from notification.states import MAYBE_SENT, Kind, Reason
from notification.states import Status as RowStatus

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
    """An appointment and its rows in memory, changed as services and workers would change them."""

    def __init__(self, minutes_ahead):
        self.now, self.lead, self.ids = NOW, 60, count(1)
        self.appointment = Appointment(
            pk=1, appointment_time=NOW + timedelta(minutes=minutes_ahead), status=Status.BOOKED
        )
        self.rows = []
        self.plan()

    def step(self, what, value):
        was_expected = self.appointment.is_expected
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
        self.plan(was_expected=was_expected and not self.appointment.is_expected)

    def wait(self, minutes):
        """Time passes, and what falls due is sent at once, as long as it is still right."""
        self.now += timedelta(minutes=minutes)
        for row in self.rows:
            if row.status == RowStatus.PENDING and row.due_at <= self.now:
                late = row.starts_at <= self.now
                row.status = RowStatus.SKIPPED if late else RowStatus.SENT

    def planned(self, **more):
        return policies.plan_messages(
            self.appointment, self.rows, lead_minutes=self.lead, now=self.now, **more
        )

    def plan(self, **more):
        plan = self.planned(**more)
        for row, reason in plan.retire:
            assert row.status == RowStatus.PENDING
            row.status, row.reason = RowStatus.CANCELLED, reason
        for owed in plan.owe:
            self.rows.append(
                AppointmentNotification(
                    pk=next(self.ids),
                    kind=owed.kind,
                    status=RowStatus.PENDING,
                    due_at=owed.due_at,
                    offset_minutes=owed.offset_minutes,
                    revision=self.appointment.revision,
                    starts_at=self.appointment.appointment_time,
                )
            )

    def pending(self, kind):
        return [r for r in self.rows if r.kind == kind and r.status == RowStatus.PENDING]


@given(MINUTES, st.lists(STEPS, max_size=12))
def test_planning_twice_changes_nothing(minutes_ahead, steps):
    life = Life(minutes_ahead)
    for step in steps:
        life.step(*step)
        again = life.planned()
        assert (again.owe, again.retire) == ([], [])


@given(MINUTES, st.lists(STEPS, max_size=12))
def test_one_reminder_waits_at_most_and_only_for_somebody_who_is_awaited(minutes_ahead, steps):
    life = Life(minutes_ahead)
    for step in steps:
        life.step(*step)
        waiting = life.pending(Kind.REMINDER)
        assert len(waiting) <= 1
        for row in waiting:
            assert life.appointment.is_expected
            assert row.starts_at == life.appointment.appointment_time
            assert row.revision == life.appointment.revision


@given(MINUTES, st.lists(STEPS, max_size=12))
def test_nobody_is_told_the_same_twice(minutes_ahead, steps):
    life = Life(minutes_ahead)
    for step in steps:
        life.step(*step)
    told = [(row.kind, row.revision) for row in life.rows if row.status in MAYBE_SENT]
    assert len(told) == len(set(told))


def test_what_was_taken_back_by_hand_is_not_planned_again():
    life = Life(24 * 60)
    for row in life.rows:
        row.status, row.reason = RowStatus.CANCELLED, Reason.TAKEN_BACK
    assert (life.planned().owe, life.planned().retire) == ([], [])
