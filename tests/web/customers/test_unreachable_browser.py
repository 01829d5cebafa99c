"""In Chromium: staff are warned of a number while they book, and led to the list of them."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointment.consistency import nightly
from appointment.consistency.models import LastCheck
from notification.contacts.models import UnreachableNumber
from notification.states import UnreachableCause
from testkit.browser.chromium import find_serious_violations
from tests.web.conftest import PHONE, format_local_start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def marked(aurora, jane):
    now = timezone.now()
    return UnreachableNumber.objects.create(
        salon=aurora,
        phone_number=jane.phone_number,
        cause=UnreachableCause.NOT_MOBILE,
        since=now,
        tried_at=now,
    )


def test_the_dialog_warns_when_the_customer_is_chosen(sign_in, bob, appointment, marked):
    page = sign_in(bob, "bob-password")
    page.goto(f"/?date={format_local_start(appointment, '%Y-%m-%d')}")
    page.keyboard.press("n")
    dialog = page.locator("#book")
    dialog.get_by_label("Customer", exact=True).type("0199")
    dialog.get_by_role("option", name="Jane Roe").click()
    dialog.get_by_label("Time", exact=True).fill("12:00")
    expect(dialog.locator("#book-texts")).to_contain_text(
        "Texts don't reach this number: not a mobile number. Ask for another number."
    )


def test_the_count_leads_to_the_list_and_the_list_to_the_number(sign_in, bob, appointment, marked):
    page = sign_in(bob, "bob-password", viewport=PHONE)
    page.get_by_role("link", name="1 unreachable number").click()
    expect(page.get_by_role("heading", name="Unreachable numbers")).to_be_visible()
    page.get_by_role("link", name="Change the number of Jane Roe").click()
    page.get_by_label("Mobile number").fill("(212) 555-0134")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Jane Roe.")).to_be_visible()
    expect(page.get_by_text("Texts don't reach")).to_have_count(0)
    page.get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("link", name="unreachable number")).to_have_count(0)


@pytest.mark.parametrize("address", ["/people/unreachable/", "/", "/day/", "/people/{jane}/"])
def test_pages_that_tell_of_a_mark_stand_in_nobodys_way(
    sign_in, alice, appointment, jane, marked, address
):
    nightly.run_nightly_check()
    LastCheck.objects.update(differences=1, found={"missing": 1})
    page = sign_in(alice, "alice-password", bypass_csp=True)
    page.goto(address.format(jane=jane.pk))
    assert find_serious_violations(page) == []
