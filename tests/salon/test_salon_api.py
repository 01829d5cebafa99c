"""Salons and services at the API."""

import pytest

from appointment.messages.models import ReminderReplan
from salon.models import Salon, Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(aurora):
    return f"/salons/{aurora.pk}/"


def get_refused_field(response):
    """The one field that was refused."""
    assert response.status_code == 400, response.content
    (name,) = response.json()["errors"]
    return name


class TestASalon:
    def test_is_shown_with_its_addresses(self, staff, path, aurora):
        aurora.addresses.create(street="1 Main St", city="New York", country="US")
        assert staff.get(path).json() == {
            "id": aurora.pk,
            "name": "Aurora",
            "timezone": "America/New_York",
            "country": "US",
            "currency": "USD",
            "locale": "en",
            "phone_number": "",
            "email": "",
            "sender": "+12125550110",
            "reminder_time_minutes": 60,
            "addresses": [
                {
                    "id": aurora.addresses.get().pk,
                    "street": "1 Main St",
                    "extra": "",
                    "postal_code": "",
                    "city": "New York",
                    "region": "",
                    "country": "US",
                }
            ],
        }

    def test_is_changed_by_owners_only(self, owner, staff, path):
        assert staff.patch(path, {"reminder_time_minutes": 120}).status_code == 403
        assert Salon.objects.get(name="Aurora").reminder_time_minutes == 60
        response = owner.patch(path, {"reminder_time_minutes": 120})
        assert response.status_code == 200
        assert response.json()["reminder_time_minutes"] == 120
        assert Salon.objects.get(name="Aurora").reminder_time_minutes == 120

    def test_a_new_reminder_time_is_handed_on_to_appointments(self, owner, path, aurora):
        owner.patch(path, {"name": "Aurora Hair"})
        assert not ReminderReplan.objects.exists()
        owner.patch(path, {"reminder_time_minutes": 120})
        assert ReminderReplan.objects.filter(salon=aurora).exists()

    @pytest.mark.parametrize("minutes", [0, 1, 43_200])
    def test_may_remind_up_to_thirty_days_before(self, owner, path, minutes):
        assert owner.patch(path, {"reminder_time_minutes": minutes}).status_code == 200

    @pytest.mark.parametrize("minutes", [-1, 43_201, 10**12, "soon", 1.5, None, True])
    def test_refuses_other_reminder_times(self, owner, path, minutes):
        response = owner.patch(path, {"reminder_time_minutes": minutes})
        assert get_refused_field(response) == "reminder_time_minutes"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("timezone", "Mars/Olympus"),
            ("timezone", "america/new_york"),
            ("timezone", "../../etc/passwd"),
            ("timezone", ""),
            ("country", "usa"),
            ("country", "1A"),
            ("currency", "usd"),
            ("locale", "xx"),
            ("name", ""),
            ("name", "   "),
            ("sender", "12125550110"),
            ("sender", "+1212555"[:6]),
            ("sender", "+１２１２５５５０１００"),
            ("sender", "Aurora"),
            ("phone_number", "12"),
            ("email", "nobody"),
        ],
    )
    def test_refuses_what_cant_be(self, owner, path, field, value):
        assert get_refused_field(owner.patch(path, {field: value})) == field

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("timezone", "Europe/Berlin"),
            ("country", "DE"),
            ("currency", "EUR"),
            ("sender", ""),
            ("sender", "+4915112345678"),
            ("sender", "MG" + "0123456789abcdef" * 2),
            ("phone_number", "+12125550123"),
            ("phone_number", ""),
            ("email", "hello@aurora.example"),
        ],
    )
    def test_takes_what_can_be(self, owner, path, field, value):
        response = owner.patch(path, {field: value})
        assert response.status_code == 200, response.json()
        assert response.json()[field] == value

    def test_keeps_a_sender_to_itself(self, owner, path, barber):
        response = owner.patch(path, {"sender": barber.sender})
        assert get_refused_field(response) == "sender"
        assert "Barber" not in response.content.decode()

    def test_may_send_its_own_sender_again(self, owner, path, aurora):
        assert owner.patch(path, {"sender": aurora.sender}).status_code == 200

    def test_shares_the_installations_number_only_by_having_none(self, owner, path, settings):
        response = owner.patch(path, {"sender": settings.TWILIO_PHONE_NUMBER})
        assert get_refused_field(response) == "sender"

    def test_gets_other_addresses_for_the_ones_it_had(self, owner, path, aurora):
        aurora.addresses.create(street="1 Main St", city="New York", country="US")
        body = {"addresses": [{"street": "2 High St", "city": "Boston", "country": "US"}]}
        shown = owner.patch(path, body).json()["addresses"]
        assert [address["street"] for address in shown] == ["2 High St"]
        assert [address.street for address in aurora.addresses.all()] == ["2 High St"]

    def test_keeps_its_addresses_when_another_field_is_wrong(self, owner, path, aurora):
        aurora.addresses.create(street="1 Main St", city="New York", country="US")
        assert owner.patch(path, {"addresses": [], "name": ""}).status_code == 400
        assert aurora.addresses.count() == 1

    def test_can_neither_be_made_nor_removed_here(self, owner, path):
        assert owner.post("/salons/", {"name": "Another"}).status_code == 405
        assert owner.delete(path).status_code == 405


class TestAService:
    def test_is_changed_by_owners_only(self, owner, staff, cut):
        path = f"/services/{cut.pk}/"
        assert staff.get(path).json()["name"] == "Cut"
        assert staff.post("/services/", {"name": "Wash"}).status_code == 403
        assert staff.patch(path, {"price": "50.00"}).status_code == 403
        assert staff.delete(path).status_code == 403
        assert owner.patch(path, {"price": "50.00"}).json()["price"] == "50.00"
        assert owner.post("/services/", {"name": "Wash", "minutes": 15}).status_code == 201
        assert owner.delete(path).status_code == 204

    def test_has_a_name_of_its_own_in_its_salon(self, owner, outsider, cut):
        assert get_refused_field(owner.post("/services/", {"name": "Cut"})) == "name"
        assert owner.patch(f"/services/{cut.pk}/", {"name": "Cut"}).status_code == 200
        assert outsider.post("/services/", {"name": "Cut"}).status_code == 201

    @pytest.mark.parametrize(
        ("field", "value"),
        [("minutes", 0), ("minutes", 1441), ("price", "-1"), ("price", "1e30"), ("color", "red")],
    )
    def test_refuses_what_cant_be(self, owner, field, value):
        assert get_refused_field(owner.post("/services/", {"name": "New", field: value})) == field

    def test_that_was_done_stays_on_record(self, owner, appointment, cut):
        response = owner.delete(f"/services/{cut.pk}/")
        assert (response.status_code, response.json()["code"]) == (409, "in_use")
        assert Service.objects.filter(pk=cut.pk).exists()

    @pytest.mark.parametrize(("query", "count"), [("true", 1), ("false", 1), ("", 2)])
    def test_is_found_by_whether_it_is_offered(self, owner, cut, aurora, query, count):
        Service.objects.create(salon=aurora, name="Old", is_active=False)
        assert owner.get(f"/services/?is_active={query}").json()["count"] == count

    def test_is_asked_for_by_yes_or_no(self, owner, cut):
        assert get_refused_field(owner.get("/services/?is_active=maybe")) == "is_active"
