"""The part of benchmarks/screen/__main__.py that runs inside Django: a full day at a demo salon."""

from datetime import datetime, timedelta

from appointment.actions.book import book_appointment
from customer.models import Customer
from salon.models import Salon
from user.models import ExtendedUser

LENGTH = timedelta(minutes=30)


def fill_salon_day(staff: int, appointments: int) -> tuple[str, int]:
    """`appointments` on a day a year ahead, one after the other for each of `staff` members of
    staff.

    Returns the day, and the first one's last appointment, after which that person is free.
    """
    salon = Salon.objects.get(name="Aurora")
    people = list(ExtendedUser.objects.filter(salon=salon, bookable=True).order_by("name"))
    missing = range(len(people), staff)
    people += [ExtendedUser.objects.create_user(name=f"Zoe {n}", salon=salon) for n in missing]
    service = salon.services.first()
    customers = Customer.objects.bulk_create(
        Customer(salon=salon, full_name=f"Customer {n}", phone_number=f"+1917555{n:04}")
        for n in range(appointments)
    )
    first = datetime.now(salon.zone).replace(hour=8, minute=0, second=0, microsecond=0)
    first += timedelta(days=365)
    for number, customer in enumerate(customers):
        start = first + number // staff * LENGTH
        last = book_appointment(
            salon=salon,
            user=people[number % staff],
            customer=customer,
            appointment_time=start,
            end_time=start + LENGTH,
            services=[service] if service else [],
            notify=number % staff == 0,
        )
        if number % staff == 0:
            movable = last.pk
    return f"{first:%Y-%m-%d}", movable
