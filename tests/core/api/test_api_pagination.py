"""Lists come in pages of one shape, in an order that never repeats or skips a row."""

import pytest

from customer.models import Customer

pytestmark = pytest.mark.django_db

LISTS = ["/appointments/", "/customers/", "/notifications/", "/salons/", "/services/", "/staff/"]


@pytest.fixture
def crowd(aurora):
    """260 customers of one name."""
    Customer.objects.bulk_create(Customer(salon=aurora, full_name="Same") for _ in range(260))


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_page(owner, appointment, path):
    page = owner.get(path).json()
    assert list(page) == ["count", "next", "previous", "results"]
    assert page["count"] == len(page["results"]) > 0
    assert page["next"] is None
    assert page["previous"] is None


def test_an_appointments_messages_are_a_page(owner, appointment):
    page = owner.get(f"/appointments/{appointment.pk}/notifications/").json()
    assert list(page) == ["count", "next", "previous", "results"]
    assert page["count"] == 2


def test_pages_follow_one_another(owner, crowd):
    path, seen = "/customers/?page_size=100&ordering=-full_name", []
    while path:
        page = owner.get(path).json()
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == page["count"] == 260
    assert "page=2" in page["previous"]


@pytest.mark.parametrize(
    ("query", "length"),
    [
        ("", 50),
        ("page_size=10", 10),
        ("page_size=200", 200),
        ("page_size=100000", 200),
        ("page=2&page_size=200", 60),
    ],
)
def test_a_page_is_as_long_as_asked_up_to_200(owner, crowd, query, length):
    assert len(owner.get(f"/customers/?{query}").json()["results"]) == length


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=99", "page=" + "9" * 30])
def test_a_page_that_is_not_there_is_404(owner, crowd, query):
    response = owner.get(f"/customers/?{query}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("size", ["0", "-5", "x", "1.5", "9" * 5_000])
def test_a_page_size_that_is_none_is_400(owner, crowd, size):
    response = owner.get(f"/customers/?page_size={size}")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["page_size"]
