"""Which messages an appointment owes: one idempotent `sync` for book, move, cancel and settings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from appointment.messages import policies
from appointment.messages.policies import PlannedMessage
from appointment.models import Appointment
from notification import actions as ledger
from notification.models import AppointmentNotification, new_message_id
from notification.states import Kind, Reason, Status


def sync_notifications(
    appointment: Appointment, *, is_new: bool = False, was_expected: bool = False
) -> None:
    """Bring the ledger in line with `appointment`, inside the caller's transaction.

    `is_new` says that the ledger can't know the appointment yet. `appointment.notify` False still plans the
    reminder; what would be told at once is noted as not asked for.
    """
    rows = [] if is_new else list(lock_notifications([appointment.pk]))
    apply_message_plans([(appointment, rows)], was_expected=was_expected)


def sync_notifications_in_bulk(appointments: Sequence[Appointment]) -> None:
    """`sync` for many appointments with a fixed number of queries (and one per changed `task_id`)."""
    by_appointment: dict[int, list[AppointmentNotification]] = defaultdict(list)
    for row in lock_notifications([appointment.pk for appointment in appointments]):
        by_appointment[row.appointment_number].append(row)
    apply_message_plans(
        [(appointment, by_appointment[appointment.pk]) for appointment in appointments]
    )


def lock_notifications(appointment_ids: Sequence[int]) -> QuerySet[AppointmentNotification]:
    """All rows of these appointments. A worker that is claiming one is waited for: a reminder that just
    went out must be seen as such, or the customer would be reminded twice."""
    rows = AppointmentNotification.objects.filter(appointment_number__in=appointment_ids)
    return rows.select_for_update().order_by("pk")


def apply_message_plans(
    appointments: Iterable[tuple[Appointment, list[AppointmentNotification]]],
    *,
    was_expected: bool = False,
) -> None:
    """Plan and retire rows for appointments, each given with all its rows."""
    now = timezone.now()
    retired: dict[Reason, list[AppointmentNotification]] = defaultdict(list)
    planned: list[AppointmentNotification] = []
    for appointment, rows in appointments:
        lead = appointment.salon.reminder_time_minutes
        plan = policies.plan_messages(
            appointment, rows, lead_minutes=lead, now=now, was_expected=was_expected
        )
        new = [build_notification(appointment, owed) for owed in plan.owe]
        if not rows:
            use_chosen_task_id(appointment, new)
        for row, reason in plan.retire:
            retired[reason].append(row)
        gone = {row.pk for row, _ in plan.retire}
        set_task_id(appointment, [*(row for row in rows if row.pk not in gone), *new])
        planned += new
    for reason, rows in retired.items():
        ledger.cancel_pending(rows, reason)
    if planned:
        ledger.create_notifications(planned)


def use_chosen_task_id(appointment: Appointment, rows: Iterable[AppointmentNotification]) -> None:
    """Give a new appointment's reminder the id that was written with the appointment."""
    for row in rows:
        if row.kind == Kind.REMINDER and appointment.task_id:
            row.message_id = appointment.task_id


def build_notification(appointment: Appointment, owed: PlannedMessage) -> AppointmentNotification:
    """A row for a message that is owed; one staff did not want is noted as such."""
    row = AppointmentNotification(
        salon=appointment.salon,
        appointment=appointment,
        appointment_number=appointment.pk,
        starts_at=appointment.appointment_time,
        revision=appointment.revision,
        kind=owed.kind,
        offset_minutes=owed.offset_minutes,
        due_at=owed.due_at,
    )
    if owed.kind != Kind.REMINDER and not appointment.notify:
        row.status, row.reason = Status.SKIPPED, Reason.NOT_ASKED
    if owed.kind == Kind.CANCELLATION:
        row.recipient = str(appointment.customer.phone_number)
    return row


def cancel_for_deleted(appointment: Appointment) -> None:
    """Settle the ledger for an appointment that is being deleted: take back, and tell the customer.

    An appointment that was not awaited any more, or has begun, is not spoken of.
    """
    now = timezone.now()
    pending = AppointmentNotification.objects.of_appointment(appointment.pk).pending()
    ledger.cancel_pending(
        [row for row in pending if row.kind != Kind.CANCELLATION], Reason.APPOINTMENT_DELETED
    )
    if appointment.is_expected and appointment.appointment_time > now:
        row = build_notification(appointment, PlannedMessage(Kind.CANCELLATION, now))
        row.appointment = None  # the ledger outlives it
        ledger.create_notifications([row])


def choose_task_id(appointment: Appointment) -> str:
    """The Redis id that a new appointment's reminder will wait under; "" when it gets none.

    Chosen before the appointment is written, so that it need not be written twice.
    """
    lead = appointment.salon.reminder_time_minutes
    due = policies.compute_reminder_due(appointment.appointment_time, lead, timezone.now())
    return new_message_id() if appointment.is_expected and due else ""


def set_task_id(appointment: Appointment, rows: Iterable[AppointmentNotification]) -> None:
    """Keep on the appointment the Redis id of its earliest pending reminder."""
    waiting = [r for r in rows if r.kind == Kind.REMINDER and r.status == Status.PENDING]
    earliest = min(waiting, key=lambda row: row.due_at, default=None)
    task_id = earliest.message_id if earliest else ""
    if appointment.task_id != task_id:
        appointment.task_id = task_id
        Appointment.objects.filter(pk=appointment.pk).update(task_id=task_id)


def refresh_task_id(appointment_id: int, waited_as: str = "") -> None:
    """`set_task_id` when a worker took up a row of this appointment, which waited under that id."""
    if waited_as and replace_task_id(appointment_id, waited_as):
        return
    with transaction.atomic():
        appointment = (
            Appointment.objects.select_for_update(no_key=True).filter(pk=appointment_id).first()
        )
        if appointment is not None:
            set_task_id(
                appointment,
                AppointmentNotification.objects.of_appointment(appointment_id).pending(),
            )


def replace_task_id(appointment_id: int, old: str) -> bool:
    """Set the id in one statement, which is what nearly each reminder that goes out needs.

    False when the appointment names another than `old`. Who plans anew meanwhile names another too, so
    that what this statement saw before is not written over it.
    """
    waiting = AppointmentNotification.objects.of_appointment(appointment_id).pending()
    reminders = waiting.filter(kind=Kind.REMINDER).order_by("due_at").values("message_id")
    earliest = Coalesce(Subquery(reminders[:1]), Value(""))
    return bool(Appointment.objects.filter(pk=appointment_id, task_id=old).update(task_id=earliest))
