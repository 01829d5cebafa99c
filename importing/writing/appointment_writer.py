"""Puts appointments into the salon's book, some hundred at a time, or looks what that would do."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import reset_queries, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appointment.actions import bulk
from appointment.actions.locks import lock_staff
from appointment.models import BLOCKING, UPCOMING, Appointment, AppointmentService
from availability.models import BusySpan
from customer.models import Customer
from importing.bookings import CustomerRecord
from importing.resolving.customer_resolver import CustomerResolver
from importing.resolving.service_resolver import ServiceResolver
from importing.resolving.staff_resolver import StaffResolver
from importing.results import ImportResult
from importing.writing import appointment_drafts
from importing.writing.already_imported import drop_already_imported, record_imported_bookings
from importing.writing.appointment_drafts import AppointmentDraft
from salon.models import Salon
from user.models import ExtendedUser


@contextmanager
def lock_salon_bookings(salon: Salon, *, save: bool, with_salon: bool = False) -> Iterator[None]:
    """One transaction in which nobody else books in `salon`; without `save`, none at all.

    Two imports of one salon take turns here. `with_salon` holds the salon's own row too, before
    staff and services are made: there may be no staff yet to take turns for.
    """
    if save:
        with transaction.atomic():
            if with_salon:
                Salon.objects.select_for_update(no_key=True).get(pk=salon.pk)
            staff = ExtendedUser.objects.filter(salon=salon)
            lock_staff(staff.values_list("pk", flat=True))
            yield
    else:
        yield
    reset_queries()  # with DEBUG=1 Django remembers every statement


class AppointmentWriter:
    """Takes appointments that come by start, and counts what it did in `result`."""

    def __init__(
        self,
        salon: Salon,
        team: StaffResolver,
        offer: ServiceResolver,
        result: ImportResult,
        *,
        confirm: bool,
        shifted: bool,
        save: bool,
    ) -> None:
        self.salon = salon
        self.team = team
        self.offer = offer
        self.result = result
        self.confirm = confirm
        self.shifted = shifted
        self.save = save
        self.customers = CustomerResolver(salon, save=save)
        self.diary = appointment_drafts.OverlapTracker()
        self.upcoming: Counter[int] = Counter()  # appointments, by the hash of the customer's key

    def take_customers(self, people: Sequence[CustomerRecord]) -> None:
        """Store those of `people` who are new, and what was not known of the others."""
        with lock_salon_bookings(self.salon, save=self.save):
            self.customers.get(people)
        self.result.new_customers = self.customers.created

    def take(self, appointments: Sequence[AppointmentDraft]) -> None:
        """Store those of `appointments` that are new: all of them or, if something fails, none."""
        with lock_salon_bookings(self.salon, save=self.save):
            # Read anew under the lock: its reminder time may just have been changed.
            self.salon = Salon.objects.get(pk=self.salon.pk)
            unknown = drop_already_imported(
                self.salon, appointments, self.result.book, shifted=self.shifted
            )
            new = [appointment for appointment in unknown if self.can_take_place(appointment)]
            customers = self.customers.get(
                booking.customer for appointment in new for booking in appointment.bookings
            )
            records = [self.record(appointment, customers) for appointment in new]
            self.allow_overlaps(new, records)
            if self.save:
                pairs = zip(new, records, strict=True)
                bulk.create_appointments(
                    records, [item for pair in pairs for item in self.items(*pair)]
                )
                record_imported_bookings(zip(new, records, strict=True))
        self.count(new, records)

    def can_take_place(self, appointment: AppointmentDraft) -> bool:
        """Whether its staff are there for it; bookings of who has left are problems."""
        staff = self.team[appointment.first.staff]
        if (
            staff.is_active
            or appointment_drafts.choose_draft_status(appointment, timezone.now()) not in UPCOMING
        ):
            return True
        for booking in appointment.bookings:
            detail = _("“%(name)s” has left: name somebody else")
            self.result.book.problems[booking.line] = detail % {"name": staff.name}
        return False

    def record(self, appointment: AppointmentDraft, customers: dict[str, Customer]) -> Appointment:
        """The appointment as it will be stored."""
        return bulk.build_appointment(
            notify=self.confirm,
            salon=self.salon,
            user=self.team[appointment.first.staff],
            customer=customers[appointment.first.customer.key],
            appointment_time=appointment.start,
            end_time=appointment.end,
            comment=appointment_drafts.build_draft_comment(appointment),
            status=appointment_drafts.choose_draft_status(appointment, timezone.now()),
        )

    def items(
        self, appointment: AppointmentDraft, record: Appointment
    ) -> Iterator[AppointmentService]:
        """The services of the appointment, in the order of its bookings."""
        position = 0
        for booking in appointment.bookings:
            wanted = [self.offer[name] for name in booking.services]
            minutes = appointment_drafts.split_booking_minutes(
                booking, [service.minutes for service in wanted]
            )
            prices = appointment_drafts.split_booking_price(
                booking, [service.price for service in wanted]
            )
            for service, length, price in zip(wanted, minutes, prices, strict=True):
                yield AppointmentService(
                    appointment=record,
                    service=service,
                    position=position,
                    minutes=length,
                    price=price,
                )
                position += 1

    def allow_overlaps(
        self, appointments: Sequence[AppointmentDraft], records: Sequence[Appointment]
    ) -> None:
        """Mark who comes at a time that is somebody else's already, as the old book had it."""
        taken = self.taken_times(records)
        for appointment, record in zip(appointments, records, strict=True):
            if record.status not in BLOCKING:
                continue
            start, end, staff = record.appointment_time, record.end_time, record.user
            in_book = any(start < until and end > since for since, until in taken[staff.pk])
            in_file = self.diary.is_taken(staff.pk or staff.name, start, end)
            record.allow_overlap = in_book or in_file
            if record.allow_overlap:
                self.result.overlaps.append(appointment.first.line)

    def taken_times(
        self, records: Sequence[Appointment]
    ) -> dict[int | None, list[tuple[datetime, datetime]]]:
        """When the staff are busy in the book by now, as far as it touches `records`."""
        taken: dict[int | None, list[tuple[datetime, datetime]]] = defaultdict(list)
        if records:
            spans = BusySpan.objects.filter(
                user__salon=self.salon,
                start__lt=max(record.end_time for record in records),
                end__gt=min(record.appointment_time for record in records),
            )
            for user_id, start, end in spans.values_list("user_id", "start", "end"):
                taken[user_id].append((start, end))
        return taken

    def finish(self) -> None:
        """Count what shows only when the whole book is read."""
        reached = self.customers.with_number
        self.result.without_number = sum(
            appointments
            for customer, appointments in self.upcoming.items()
            if customer not in reached
        )

    def count(
        self, appointments: Sequence[AppointmentDraft], records: Sequence[Appointment]
    ) -> None:
        """Add what was taken to the result."""
        result, now = self.result, timezone.now()
        result.book.taken += sum(len(appointment.bookings) for appointment in appointments)
        result.appointments += len(appointments)
        result.shared += sum(
            len({each.staff for each in appointment.bookings}) > 1 for appointment in appointments
        )
        result.reminders += sum(bool(record.task_id) for record in records)
        result.new_customers = self.customers.created
        upcoming = [record for record in records if record.appointment_time > now]
        result.upcoming += len(upcoming)
        keys = (str(record.customer.external_id) for record in upcoming)
        self.upcoming.update(map(hash, keys))
        if self.confirm:
            result.confirmations += sum(record.status in UPCOMING for record in upcoming)
