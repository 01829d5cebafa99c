"""Services and the test text of the settings."""

import pytest

from salon.models import Service
from tests.web.conftest import get_form_errors, read_page_text

pytestmark = pytest.mark.django_db

SERVICE = {"name": "Color", "minutes": "90", "price": "120", "color": "#be185d", "is_active": "on"}


def test_a_service_is_added_and_stands_in_the_settings(office, aurora):
    page = office.post("/settings/services/new/", SERVICE, follow=True)
    assert "Saved: Color." in read_page_text(page)
    assert "90 min" in read_page_text(page)
    added = Service.objects.get()
    assert (added.salon, added.minutes, added.color) == (aurora, 90, "#be185d")


def test_a_service_that_exists_is_refused_beside_its_name(office, cut):
    page = office.post("/settings/services/new/", {**SERVICE, "name": "Cut"})
    assert get_form_errors(page) == {"name": ["A service with this name exists already."]}
    assert Service.objects.count() == 1


def test_a_service_can_be_taken_off(office, cut):
    office.post(f"/settings/services/{cut.pk}/", {**SERVICE, "name": "Cut", "is_active": ""})
    cut.refresh_from_db()
    assert not cut.is_active
    assert "no longer offered" in read_page_text(office.get("/settings/"))


def test_a_test_text_arrives_from_the_salons_number(office, provider):
    page = office.post("/settings/test-text/", {"phone": "(212) 555-0177"}, follow=True)
    assert "A test text is on its way to +1 212-555-0177." in read_page_text(page)
    [sent] = provider.texts
    assert (sent.to, sent.sender) == ("+12125550177", "+12125550110")
    assert sent.body == "A test from Aurora: texts arrive."


def test_a_wrong_number_is_texted_nothing(office, provider):
    page = office.post("/settings/test-text/", {"phone": "12"}, follow=True)
    assert "This is not a phone number" in read_page_text(page)
    assert provider.texts == []


def test_staff_and_outsiders_set_nothing_up(desk, at_desk, charlie, cut):
    for tail in ("services/new/", "staff/new/", "test-text/", f"services/{cut.pk}/"):
        assert desk.post(f"/settings/{tail}", SERVICE).status_code == 403
    assert at_desk(charlie).get(f"/settings/services/{cut.pk}/").status_code == 404
    assert Service.objects.count() == 1
