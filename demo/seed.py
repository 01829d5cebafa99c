"""Two salons to try the program with. Made once; what people change afterwards stays."""

import os
import secrets
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from address.models import Address
from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from core.api.errors import Refusal
from customer.models import Customer
from demo.data import SALONS, DemoBooking, DemoSalon, DemoStaffMember
from pages.local_time import resolve_local_time
from salon.models import Salon, Service
from user.models import ExtendedUser

logger = structlog.get_logger(__name__)

PASSWORD_LETTERS = "abcdefghkmnpqrstuvwxyz"  # noqa: S105 - letters, none that looks like another


def seed_demo_salons(password: str) -> None:
    """Make the demo salons that aren't there; appointments only where texts go to the practice
    phone."""
    for demo in SALONS:
        with transaction.atomic():
            if not is_demo_seeded(demo):
                salon = create_demo_salon(demo, password)
                if settings.PRACTICE_PHONE:
                    create_demo_bookings(salon, demo)


def is_demo_seeded(demo: DemoSalon) -> bool:
    """Whether this salon was made before, under whatever name it goes now."""
    emails = [person.email for person in demo.staff if person.email]
    known = ExtendedUser.objects.filter(email__in=emails).exists()
    return known or Salon.objects.filter(name=demo.name).exists()


def create_demo_salon(demo: DemoSalon, password: str) -> Salon:
    """The salon with its address, staff and services."""
    salon = Salon.objects.create(
        name=demo.name,
        timezone="America/New_York",
        country="US",
        currency="USD",
        phone_number=demo.phone_number,
        sender=demo.sender,
    )
    Address.objects.create(
        salon=salon,
        street=demo.street,
        postal_code=demo.postal_code,
        city="New York",
        region="NY",
        country="US",
    )
    for person in demo.staff:
        create_demo_account(salon, person, password)
    for offer in demo.offers:
        Service.objects.create(
            salon=salon,
            name=offer.name,
            minutes=offer.minutes,
            price=offer.price,
            color=offer.color,
        )
    return salon


def create_demo_account(salon: Salon, person: DemoStaffMember, password: str) -> ExtendedUser:
    """An account with the demo's password, or a stylist who can't sign in."""
    return ExtendedUser.objects.create_user(
        person.email,
        password if person.email else None,
        name=person.name,
        salon=salon,
        is_owner=person.is_owner,
        can_login=person.email is not None,
    )


def create_demo_bookings(salon: Salon, demo: DemoSalon) -> None:
    """Customers, and appointments around today. Nobody is texted about a booking they did not
    make."""
    customers = [
        Customer.objects.create(salon=salon, full_name=name, phone_number=number)
        for name, number in demo.customers
    ]
    staff = {person.name: person for person in salon.staff.all()}
    offers = {service.name: service for service in salon.services.all()}
    now = timezone.now()
    for booking in demo.bookings:
        appointment = book_demo_appointment(
            booking,
            now,
            user=staff[demo.staff[booking.staff].name],
            customer=customers[booking.customer],
            chosen=[offers[demo.offers[place].name] for place in booking.services],
        )
        if appointment is not None:
            advance_demo_status(appointment, booking, now)


def book_demo_appointment(
    booking: DemoBooking,
    now: datetime,
    *,
    user: ExtendedUser,
    customer: Customer,
    chosen: list[Service],
) -> Appointment | None:
    """One appointment; None when midnight has passed meanwhile and its day is too long ago now."""
    salon = customer.salon
    day = now.astimezone(salon.zone).date() + timedelta(days=booking.day)
    try:
        return book_appointment(
            salon=salon,
            user=user,
            customer=customer,
            appointment_time=resolve_local_time(day, booking.at, salon.zone).moment,
            services=chosen,
            comment=booking.comment,
            notify=False,
        )
    except Refusal as refusal:
        if refusal.code != "too_early":
            raise
        logger.info("demo_appointment_left_out", reason=refusal.code)
        return None


def advance_demo_status(appointment: Appointment, booking: DemoBooking, now: datetime) -> None:
    """Bring the appointment to where it would be by now."""
    if booking.ends == "cancelled":
        cancel_appointment(appointment.pk, notify=False)
    elif appointment.end_time <= now:
        over = Status.NO_SHOW if booking.ends == "no_show" else Status.COMPLETED
        change_appointment_status(appointment.pk, over, notify=False)
    elif appointment.appointment_time <= now:
        change_appointment_status(appointment.pk, Status.ARRIVED, notify=False)
    elif appointment.customer_id % 3 == 0:
        change_appointment_status(appointment.pk, Status.CONFIRMED, notify=False)


def get_demo_password() -> str:
    """DEMO_PASSWORD, else the one made on first use and kept in DATA_DIR."""
    given: str = settings.ENV.text("DEMO_PASSWORD")
    return given or read_or_create_password()


def read_or_create_password() -> str:
    """The password in DATA_DIR/demo_password, for its owner's eyes only."""
    path = settings.ENV.data_dir / "demo_password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".demo_password.{os.getpid()}")
        draft.touch(mode=0o600)
        words = ("".join(secrets.choice(PASSWORD_LETTERS) for _ in range(4)) for _ in range(3))
        draft.write_text("-".join(words))
        draft.replace(path)
    return str(path.read_text()).strip()


def summarize_demo_accounts(password: str) -> list[str]:
    """A line for each account of the demo: e-mail, password, who it is."""
    emails = [person.email for demo in SALONS for person in demo.staff if person.email]
    accounts = ExtendedUser.objects.filter(email__in=emails).select_related("salon")
    by_email = {account.email: account for account in accounts}
    return [format_demo_account(by_email[email], password) for email in emails if email in by_email]


def format_demo_account(account: ExtendedUser, password: str) -> str:
    """One account; a password that was changed since is not told, for nobody knows it here."""
    shown = password if account.check_password(password) else "(a password set since)"
    role = "owner of" if account.is_owner else "staff at"
    return f"{account.email:<22}  {shown}  {role} {account.salon}"
