"""What a list costs does not grow with its rows."""

from datetime import timedelta

import pytest

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment
from customer.models import Customer
from salon.models import Service
from user.actions import create_api_token
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

# Who signs in, the salon where times are shown, the count, the rows and what hangs on each.
BUDGETS = {
    "/salons/": 4,
    "/staff/": 3,
    "/services/": 3,
    "/customers/": 5,  # with what is known of their numbers
    "/customers/?search=jane": 5,
    "/appointments/": 5,
    "/appointments/?start=2020-01-01&status=booked": 5,
    "/notifications/": 4,
    "/appointments/{appointment}/notifications/": 6,  # the appointment and its services too
}


@pytest.fixture
def client(alice, client):
    """Signed in by a real token, so that its look-up counts too."""
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {create_api_token(alice)}"
    return client


@pytest.fixture
def more(aurora, appointment, cut, tomorrow):
    """Adds ten of everything."""

    def add():
        for number in range(10):
            name = f"Jane {Customer.objects.count()}"
            aurora.addresses.create(street=name, city="New York", country="US")
            service = Service.objects.create(salon=aurora, name=name)
            stylist = ExtendedUser.objects.create(salon=aurora, name=name)
            phone = f"+1212555013{number}"
            jane = Customer.objects.create(salon=aurora, full_name=name, phone_number=phone)
            book_appointment(
                salon=aurora,
                user=stylist,
                customer=jane,
                appointment_time=tomorrow + timedelta(hours=number),
                services=[cut, service],
            )
        cancel_appointment(appointment.pk)

    return add


@pytest.mark.parametrize(("path", "budget"), BUDGETS.items())
def test_a_list_costs_the_same_for_few_rows_and_for_many(
    client, appointment, more, path, budget, django_assert_num_queries
):
    path = path.replace("{appointment}", str(appointment.pk))
    with django_assert_num_queries(budget):
        few = client.get(path)
    more()
    with django_assert_num_queries(budget):
        many = client.get(path)
    assert few.status_code == 200
    if path != "/salons/":
        assert many.json()["count"] > few.json()["count"]


def test_every_list_of_the_api_has_a_budget():
    from tests.core.api.test_api_tenancy import LISTS

    budgeted = {path.split("?")[0] for path in BUDGETS}
    assert budgeted == LISTS | {"/appointments/{appointment}/notifications/"}
