"""A member of staff in a real browser: invited by mail, signed in, leaving, coming back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from appointment.actions.book import book_appointment
from appointment.models import Appointment
from testkit.browser.chromium import find_serious_violations
from testkit.servers.mail_server import find_link
from tests.user.conftest import mail_server  # noqa: F401 - a fixture
from tests.web.conftest import PHONE
from user.models import ExtendedUser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "clippers-and-combs"


@pytest.fixture(autouse=True)
def links_lead_here(settings, live_server):
    settings.PUBLIC_URL = live_server.url


@pytest.fixture
def book(aurora, jane, cut, tomorrow):
    """`book(bob, 2)`: Jane's cut with Bob, two hours after `tomorrow`."""

    def go(user, hours=0):
        start = tomorrow + timedelta(hours=hours)
        return book_appointment(
            salon=aurora, user=user, customer=jane, services=[cut], appointment_time=start
        )

    return go


def open_staff_page(page, name):
    page.get_by_role("link", name="Settings").first.click()
    page.locator("#staff").get_by_role("link", name=name).click()


def try_sign_in(page, email, password):
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_from_the_invitation_to_leaving_and_coming_back(
    sign_in,
    open_page,
    mail_server,  # noqa: F811
    worker,
    alice,
    book,
    script,
):
    office = sign_in(alice, "alice-password", java_script_enabled=script)
    office.get_by_role("link", name="Settings").click()
    office.get_by_role("link", name="New staff member").click()
    office.get_by_label("Name").fill("Nina")
    office.get_by_label("E-mail").fill("nina@aurora.example")
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("An invitation is on its way")).to_be_visible()
    expect(office.locator("#staff")).to_contain_text("invited, no password yet")

    first_link = find_link(mail_server.next_mail())
    open_staff_page(office, "Nina")
    office.get_by_role("button", name="Send the invitation again").click()
    link = find_link(mail_server.next_mail())

    desk = open_page(viewport=PHONE, java_script_enabled=script)
    desk.goto(link)
    desk.get_by_label("New password", exact=True).fill(NEW)
    desk.get_by_label("New password confirmation").fill(NEW)
    desk.get_by_role("button", name="Save and sign in").click()
    expect(desk.get_by_text("Your password is set. Welcome!")).to_be_visible()
    desk.goto(first_link)
    expect(desk.get_by_text("This link no longer works")).to_be_visible()

    nina = ExtendedUser.objects.get(name="Nina")
    meets, _free = book(nina), book(nina, 2)
    book(alice)
    office.reload()
    expect(office.get_by_text("Can sign in.")).to_be_visible()
    office.get_by_role("link", name="Close the account").click()
    expect(office.get_by_role("heading", name="2 upcoming appointments")).to_be_visible()
    office.get_by_label("Hand over to").select_option("Alice")
    office.get_by_role("button", name="Hand over and close account").click()
    expect(office.get_by_role("alert")).to_contain_text(
        "Alice is busy at the time of some appointments"
    )
    expect(office.get_by_role("alert").get_by_role("row")).to_have_count(2)
    office.get_by_role("alert").get_by_role("link", name="Jane Roe").first.click()
    office.get_by_role("link", name="Move or edit").click()
    office.get_by_label("Time", exact=True).fill("15:00")
    office.get_by_role("button", name="Save").click()
    open_staff_page(office, "Nina")
    office.get_by_role("link", name="Close the account").click()
    office.get_by_label("Hand over to").select_option("Alice")
    office.get_by_role("button", name="Hand over and close account").click()
    expect(office.get_by_text("Alice has taken over 2 appointments.")).to_be_visible()
    assert Appointment.objects.filter(user=nina).count() == 0
    assert not Appointment.objects.get(pk=meets.pk).allow_overlap

    desk.goto("/")
    expect(desk.get_by_role("button", name="Sign in")).to_be_visible()
    try_sign_in(desk, nina.email, NEW)

    open_staff_page(office, "Nina")
    office.get_by_role("button", name="Reopen the account").click()
    expect(office.get_by_role("status")).to_contain_text("Nina works here again.")
    desk.goto("/")
    expect(desk.get_by_role("button", name="Sign in")).to_be_visible()
    desk.get_by_label("E-mail").fill(nina.email)
    desk.get_by_label("Password").fill(NEW)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
def test_no_page_of_staff_stands_in_anybodys_way(sign_in, alice, bob, book, viewport):
    book(bob)
    book(alice)
    page = sign_in(alice, "alice-password", viewport=viewport, bypass_csp=True)
    for address in ("new/", f"{bob.pk}/", f"{bob.pk}/leave/", f"{alice.pk}/leave/"):
        page.goto(f"/settings/staff/{address}")
        check_fits(page, viewport)
    page.goto(f"/settings/staff/{bob.pk}/leave/")
    page.get_by_role("button", name="Hand over and close account").click()
    expect(page.get_by_text("Choose a colleague to take over the appointments.")).to_be_visible()
    check_fits(page, viewport)
    page.get_by_label("Hand over to").select_option("Alice")
    page.get_by_role("button", name="Hand over and close account").click()
    expect(page.get_by_role("alert")).to_contain_text("Alice is busy")
    check_fits(page, viewport)


def check_fits(page, viewport):
    """Nothing is wider than the screen, and axe finds nothing grave."""
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert find_serious_violations(page) == []
