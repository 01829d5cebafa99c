"""Who and what the demo shows. Names are made up; the numbers are among those nobody has."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal


@dataclass(frozen=True)
class DemoStaffMember:
    """A member of staff; without an e-mail one who never signs in."""

    name: str
    email: str | None = None
    is_owner: bool = False


@dataclass(frozen=True)
class DemoService:
    """A service: minutes and price as usual."""

    name: str
    minutes: int
    price: Decimal
    color: str


@dataclass(frozen=True)
class DemoBooking:
    """An appointment, `day` days from now; people and services by their place in the lists."""

    day: int
    at: time
    staff: int
    customer: int
    services: tuple[int, ...]
    comment: str = ""
    ends: str = ""  # how it ends when its time has come: no_show; cancelled at once; else completed


@dataclass(frozen=True)
class DemoSalon:
    """One salon with all that stands in its book."""

    name: str
    street: str
    postal_code: str
    phone_number: str
    sender: str
    staff: list[DemoStaffMember]
    offers: list[DemoService]
    customers: list[tuple[str, str]] = field(default_factory=list)  # name, number
    bookings: list[DemoBooking] = field(default_factory=list)


AURORA = DemoSalon(
    name="Aurora",
    street="48 Mercer Street",
    postal_code="10013",
    phone_number="+12125550101",
    sender="",  # shares the installation's number, so that its owner sees the warning
    staff=[
        DemoStaffMember("Maya Torres", "owner@aurora.example", is_owner=True),
        DemoStaffMember("Leo Park", "staff@aurora.example"),
        DemoStaffMember("Nina Brooks"),
        DemoStaffMember("Sam Reyes"),
    ],
    offers=[
        DemoService("Cut", 45, Decimal(55), "#0f766e"),
        DemoService("Blow-dry", 30, Decimal(35), "#7c3aed"),
        DemoService("Color", 90, Decimal(120), "#be185d"),
        DemoService("Balayage", 150, Decimal(210), "#b45309"),
        DemoService("Fringe trim", 15, Decimal(15), "#475569"),
    ],
    customers=[
        ("Grace Okafor", "+12125550131"),
        ("Hannah Lindqvist", "+12125550132"),
        ("Priya Raman", "+12125550133"),
        ("Olivia Chen", "+12125550134"),
        ("Rosa Delgado", "+12125550135"),
        ("Ruth Abrams", "+12125550136"),
        ("Tom Abrams", "+12125550136"),  # families share a number
        ("Jack Whitfield", "+12125550137"),
        ("Amélie Durand", "+12125550138"),
        ("Edith Moore", ""),  # has no mobile
    ],
    bookings=[
        DemoBooking(-1, time(9, 30), 0, 0, (0, 1)),
        DemoBooking(-1, time(10), 1, 7, (0,)),
        DemoBooking(-1, time(13), 2, 2, (2,), ends="no_show"),
        DemoBooking(-1, time(15), 3, 9, (0,)),
        DemoBooking(0, time(9), 0, 4, (2, 0), "Likes it a shade warmer than last time."),
        DemoBooking(0, time(11, 45), 0, 1, (0, 1)),
        DemoBooking(0, time(14, 30), 0, 5, (0,)),
        DemoBooking(0, time(16), 0, 3, (2,)),
        DemoBooking(0, time(9, 30), 1, 6, (0,)),
        DemoBooking(0, time(11), 1, 7, (4,), ends="no_show"),
        DemoBooking(0, time(13), 1, 8, (0, 1)),
        DemoBooking(0, time(17), 1, 2, (1,)),
        DemoBooking(0, time(10), 2, 0, (3,), "Bring the color card."),
        DemoBooking(0, time(15), 2, 9, (0, 1)),
        DemoBooking(0, time(12), 3, 3, (4,), "Has caught a cold.", ends="cancelled"),
        DemoBooking(0, time(18), 3, 8, (0,)),
        DemoBooking(1, time(9), 0, 2, (3,)),
        DemoBooking(1, time(13), 0, 7, (0,)),
        DemoBooking(1, time(10), 1, 1, (0,)),
        DemoBooking(1, time(11), 1, 5, (0,), "Comes with Tom."),
        DemoBooking(1, time(11), 3, 6, (0,), "Comes with Ruth."),
        DemoBooking(1, time(14), 2, 4, (1,), ends="cancelled"),
        DemoBooking(2, time(10), 0, 8, (2,)),
        DemoBooking(2, time(9, 30), 2, 3, (0, 1)),
        DemoBooking(2, time(16), 3, 0, (4,)),
        DemoBooking(4, time(12), 1, 9, (0,)),
        DemoBooking(6, time(15, 30), 2, 1, (2, 0)),
    ],
)

BARBER = DemoSalon(
    name="Barber & Co",
    street="212 Atlantic Avenue",
    postal_code="11201",
    phone_number="+12125550102",
    sender="+12125550120",
    staff=[
        DemoStaffMember("Dan Fisher", "owner@barber.example", is_owner=True),
        DemoStaffMember("Eli Ward"),
    ],
    offers=[
        DemoService("Haircut", 30, Decimal(38), "#1d4ed8"),
        DemoService("Beard trim", 15, Decimal(18), "#b45309"),
        DemoService("Hot towel shave", 30, Decimal(34), "#0f766e"),
    ],
    customers=[
        ("Marcus Bell", "+12125550141"),
        ("Ivan Petrov", "+12125550142"),
        ("Noah Kim", "+12125550143"),
        ("Grace Okafor", "+12125550131"),  # a customer of both salons
    ],
    bookings=[
        DemoBooking(-1, time(10), 0, 0, (0,)),
        DemoBooking(0, time(9), 0, 1, (0, 1)),
        DemoBooking(0, time(13, 30), 0, 2, (2,)),
        DemoBooking(0, time(17, 30), 1, 0, (0,)),
        DemoBooking(1, time(11), 0, 3, (0,)),
        DemoBooking(2, time(12), 1, 1, (2,)),
    ],
)

SALONS = [AURORA, BARBER]
