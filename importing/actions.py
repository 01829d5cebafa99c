"""The import itself: files and a mapping in, appointments and a result out.

`Import(job)` looks at the files and settles the mapping; `preview` shows what the first lines
mean; `run` takes them all. The command and the page use it alike.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.datetimes import InvalidDateTime
from importing.booking_reader import BookingReader
from importing.bookings import Booking, LineRejected
from importing.column_mapping import mapping_detection
from importing.column_mapping.mapping import Mapping, build_mapping_error
from importing.csv_files.rejects_file import write_rejects_file
from importing.csv_files.tables import Line, Table, build_file_error, open_table
from importing.resolving import customer_resolver, service_resolver
from importing.resolving.staff_resolver import StaffResolver
from importing.results import FileResult, ImportResult, read_valid_lines
from importing.staging import StagedBookings
from importing.writing import appointment_drafts
from importing.writing.appointment_drafts import AppointmentDraft, PlacedBooking
from importing.writing.appointment_writer import AppointmentWriter, lock_salon_bookings
from salon.models import Salon

__all__ = ["Import", "ImportJob", "PreviewedLine", "write_rejects_file"]

CHUNK_SIZE = 200  # appointments a transaction; short enough that staff never wait for it

ProgressCallback = Callable[[int, int], None]  # so many bookings of so many are done


@dataclass(frozen=True)
class ImportJob:
    """What shall be imported, whither and how."""

    salon: Salon
    book: Path
    mapping: Mapping = field(default_factory=Mapping)
    services: Path | None = None
    customers: Path | None = None
    shift_to: date | None = None  # the day on which the book's first day shall fall
    confirm: bool = False  # tell the customers of upcoming appointments that they are booked
    dry_run: bool = False


class PreviewedLine(NamedTuple):
    """What one line means: a booking, or a problem; neither when it shall be left out."""

    line: Line
    booking: Booking | None = None
    problem: str = ""


class Import:
    """One import of one salon's files.

    Raises:
        Refusal: a file can't be read, or the mapping doesn't fit it. Nothing was done.
    """

    def __init__(self, job: ImportJob) -> None:
        self.job = job
        self.result = ImportResult()
        self.book = self.table(job.book)
        self.services = self.table(job.services) if job.services else None
        self.customers = self.table(job.customers) if job.customers else None
        self.mapping = mapping_detection.complete_mapping(
            job.mapping, self.book, self.services, self.customers
        )
        self.team = StaffResolver(job.salon, self.mapping)
        self.offer = service_resolver.ServiceResolver(job.salon, self.mapping)
        if self.services is not None:
            self.offer.learn(self.services, self.result.services)
        self.reader = BookingReader(job.salon, self.mapping, self.team, self.offer)

    def table(self, path: Path) -> Table:
        return open_table(path, self.job.mapping.encoding, self.job.mapping.delimiter)

    def files(self) -> Iterator[tuple[str, Table, FileResult]]:
        """The name of each file that was given, the file, and what became of its lines."""
        tables = {"book": self.book, "services": self.services, "customers": self.customers}
        for name, table in tables.items():
            if table is not None:
                yield name, table, getattr(self.result, name)

    def preview(self, most: int) -> Iterator[PreviewedLine]:
        """What the first lines of the book mean."""
        for line in islice(self.book.lines(), most):
            try:
                booking = self.reader.read(line)
                if booking is not None:
                    self.place(booking, timedelta(0))
                yield PreviewedLine(line, booking)
            except LineRejected as problem:
                yield PreviewedLine(line, problem=str(problem))

    def run(self, progress: ProgressCallback = lambda done, total: None) -> ImportResult:
        """Take all that can be taken; with `dry_run` only look.

        If it fails on the way, what was taken stays, and another run goes on from there.

        Raises:
            Refusal: not one line can be taken, so the mapping must be wrong. Nothing was done.
        """
        with StagedBookings() as staging:
            self.stage(staging)
            total = staging.count()
            if total:
                self.result.first_day, self.result.last_day = staging.first_and_last_day()
                writer = self.writer()
                self.take_people(staging, writer)
                for done in self.take_appointments(staging, writer):
                    progress(done, total)
                writer.finish()
        return self.result

    def writer(self) -> AppointmentWriter:
        return AppointmentWriter(
            self.job.salon,
            self.team,
            self.offer,
            self.result,
            confirm=self.job.confirm,
            shifted=self.job.shift_to is not None,
            save=not self.job.dry_run,
        )

    def stage(self, staging: StagedBookings) -> None:
        """Read the whole book before anything is written.

        Raises:
            Refusal
        """
        lines = self.result.book
        for booking in read_valid_lines(self.book, lines, self.reader.read):
            if booking is None:
                lines.left_out += 1
                continue
            twin = staging.add(booking)
            if twin is not None:
                lines.problems[booking.line] = _("the same as line %(line)d") % {"line": twin}
            elif booking.remark:
                lines.remarks[booking.line] = booking.remark
        if not lines.read:
            raise build_file_error(self.book.path, _("there is no booking below the header"))
        if len(lines.problems) == lines.read:
            line, problem = next(iter(lines.problems.items()))
            detail = _("Not one line can be taken. Line %(line)d: %(problem)s.")
            raise build_mapping_error("columns", detail, line=line, problem=problem)

    def take_people(self, staging: StagedBookings, writer: AppointmentWriter) -> None:
        """Staff, services and the customers of the customers file, before the appointments."""
        with lock_salon_bookings(self.job.salon, save=writer.save, with_salon=True):
            self.team.load()  # somebody else may have made some since the book was read
            self.offer.load()
            self.team.create_missing(staging.staff(), save=writer.save)
            self.offer.create_missing(staging.services(), save=writer.save)
        self.result.new_staff, self.result.new_services = self.team.created, self.offer.created
        if self.customers is not None:
            people = customer_resolver.read_customers_file(
                self.customers, self.mapping, self.job.salon, self.result
            )
            while chunk := list(islice(people, CHUNK_SIZE)):
                writer.take_customers(chunk)

    def take_appointments(
        self, staging: StagedBookings, writer: AppointmentWriter
    ) -> Iterator[int]:
        """Take the appointments, and tell again and again how many bookings are done."""
        done = 0
        appointments = self.appointments(staging)
        while chunk := list(islice(appointments, CHUNK_SIZE)):
            writer.take(chunk)
            done += sum(len(appointment.bookings) for appointment in chunk)
            yield done

    def appointments(self, staging: StagedBookings) -> Iterator[AppointmentDraft]:
        """The appointments of the staged bookings, by start."""
        shift = timedelta(0)
        if self.job.shift_to is not None:
            shift = self.job.shift_to - staging.first_and_last_day()[0]
        gap = timedelta(minutes=self.mapping.gap_minutes)
        for bookings in staging.days():
            yield from appointment_drafts.group_bookings_of_day(self.placed(bookings, shift), gap)

    def placed(self, bookings: list[Booking], shift: timedelta) -> Iterator[PlacedBooking]:
        """The bookings in our calendar; those that have no place in it are problems."""
        for booking in bookings:
            try:
                yield self.place(booking, shift)
            except LineRejected as problem:
                self.result.book.problems[booking.line] = str(problem)

    def place(self, booking: Booking, shift: timedelta) -> PlacedBooking:
        """The booking in our calendar.

        Raises:
            Rejected: it has no place there.
        """
        try:
            return appointment_drafts.place_booking(booking, shift, self.job.salon.zone)
        except InvalidDateTime as problem:
            raise LineRejected(str(problem).rstrip(".")) from problem
        except OverflowError:
            raise LineRejected(_("out of the calendar")) from None
