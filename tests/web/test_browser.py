"""The pages in a real browser: from signing in to cancelling, wide and narrow, with and without
JavaScript.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment
from appointment.models import Appointment
from customer.models import Customer
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from testkit.waiting import wait_until
from tests.web.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALLEST_TARGET = 44  # px


@pytest.fixture
def at_desk(sign_in, bob):
    return lambda **options: sign_in(bob, "bob-password", **options)


@pytest.fixture
def in_office(sign_in, alice):
    return lambda **options: sign_in(alice, "alice-password", **options)


def fill_booking(page, aurora, moment, name="Ada Byron", phone="212 555 0134"):
    start = moment.astimezone(aurora.zone)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Mobile number").fill(phone)
    page.get_by_label("Date").fill(f"{start:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{start:%H:%M}")


def test_from_signing_in_to_the_text_of_a_cancellation(
    at_desk, aurora, cut, tomorrow, worker, provider
):
    page = at_desk()
    page.goto("/day/")
    page.get_by_role("link", name="Book an appointment").first.click()
    fill_booking(page, aurora, tomorrow)
    page.get_by_label("Cut").check()
    page.get_by_role("button", name="Book the appointment").click()

    card = page.get_by_role("listitem").filter(has_text="Ada Byron").first
    expect(card).to_contain_text("10:00 – 10:45 AM")
    expect(card).to_contain_text(re.compile(r"Confirmation (sent|delivered)"))
    expect(card).to_contain_text("Reminder planned for")

    card.get_by_text("Change").click()
    card.get_by_role("link", name="Move or edit").click()
    page.get_by_label("Time", exact=True).fill("13:30")
    page.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("1:30 – 2:15 PM")
    wait_until(lambda: len(provider.texts) == 2)

    card.get_by_role("link", name="Ada Byron").click()
    expect(page.locator("#history")).to_contain_text("cancelled: the appointment was moved")
    page.get_by_role("link", name="Cancel appointment").click()
    page.get_by_label("Reason").fill("Caught a cold")
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(card).to_contain_text("cancelled")
    expect(card).to_contain_text(re.compile(r"Cancellation (sent|delivered)"))

    day = f"{tomorrow.astimezone(aurora.zone):%Y-%m-%d}"
    assert [text.body.split(".")[0] for text in provider.texts] == [
        f"Hi Ada Byron, Your appointment at Aurora has been confirmed for {day} at 10:00 AM",
        f"Hi Ada Byron, Your appointment at Aurora has been confirmed for {day} at 1:30 PM",
        "Hi, We regret to inform you that your scheduled appointment for"
        f" {day} 1:30 PM has been cancelled",
    ]
    assert {text.to for text in provider.texts} == {"+12125550134"}


def test_an_overlap_asks_before_it_overbooks(at_desk, aurora, appointment, tomorrow):
    page = at_desk()
    page.goto("/visits/new/")
    fill_booking(page, aurora, tomorrow)
    page.get_by_role("button", name="Book the appointment").click()
    expect(page.get_by_role("alert")).to_contain_text("Bob is busy at that time. Jane Roe")
    expect(page.get_by_label("Mobile number")).to_have_value("(212) 555-0134")
    page.get_by_role("button", name="Book anyway").click()
    expect(page.get_by_text("overbooked")).to_have_count(2)  # both are in each other's way
    assert Appointment.objects.count() == 2


def test_customers_appear_while_one_types(at_desk, aurora, jane):
    Customer.objects.create(salon=aurora, full_name="Jill Doe")
    page = at_desk()
    page.goto("/visits/new/")
    page.get_by_label("Find a customer").type("ja")
    expect(page.get_by_label("Jane Roe")).to_be_visible()
    expect(page.get_by_label("Jill Doe")).to_have_count(0)
    page.get_by_label("Jane Roe").check()
    page.get_by_role("button", name="Book the appointment").click()
    expect(page.get_by_role("status").first).to_contain_text("Booked: Jane Roe")


def test_the_state_of_a_text_appears_without_loading_the_page_again(at_desk, appointment):
    page = at_desk()
    page.goto(
        f"/day/?date={appointment.appointment_time.astimezone(appointment.salon.zone):%Y-%m-%d}"
    )
    card = page.locator(f"#appointment-{appointment.pk}")
    expect(card).to_contain_text("Confirmation on its way")
    card.get_by_text("Change").click()
    rows = AppointmentNotification.objects.filter(kind=Kind.CONFIRMATION)
    rows.update(status=Status.SENT, sent_at=timezone.now())
    expect(card).to_contain_text("Confirmation sent")
    expect(card.get_by_role("link", name="Move or edit")).to_be_visible()
    cancel_appointment(appointment.pk)
    expect(page.get_by_text("The appointments have changed.")).to_be_visible()


def test_without_javascript_a_known_customer_is_found_booked_moved_and_cancelled(
    at_desk, aurora, jane, tomorrow
):
    page = at_desk(java_script_enabled=False)
    page.goto("/visits/new/")
    page.get_by_label("Find a customer").fill("roe")
    page.keyboard.press("Enter")
    page.get_by_label("Jane Roe").check()
    start = tomorrow.astimezone(aurora.zone)
    page.get_by_label("Date").fill(f"{start:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill("11:00")
    page.get_by_role("button", name="Book the appointment").click()
    page.get_by_role("link", name="Jane Roe").click()
    page.get_by_role("link", name="Move or edit").click()
    page.get_by_label("Time", exact=True).fill("12:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Jane Roe").click()
    page.get_by_role("link", name="Cancel appointment").click()
    page.get_by_role("button", name="Cancel the appointment").click()
    expect(page.get_by_text("12:00 – 12:30 PM", exact=True)).to_be_visible()
    assert Appointment.objects.get().status == "cancelled"


@pytest.fixture
def every_page(appointment, bob, jane, cut, aurora):
    """The address of each page, with long names and many states on them."""
    jane.full_name = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley"
    jane.save()
    book_appointment(
        salon=aurora,
        user=bob,
        customer=jane,
        appointment_time=appointment.end_time + timedelta(hours=1),
        services=[cut],
        comment="https://example.com/" + "a-very-long-word" * 12,
    )
    cancel_appointment(appointment.pk, reason="She rang: " + "x" * 150)
    aurora.sender = ""
    aurora.save()
    day = f"/day/?date={appointment.appointment_time.astimezone(appointment.salon.zone):%Y-%m-%d}"
    one = f"/visits/{Appointment.objects.latest('pk').pk}/"
    return [
        *(
            "/",
            day,
            "/visits/new/",
            "/settings/",
            f"/visits/{appointment.pk}/",
            f"/visits/{appointment.pk}/edit/",
        ),
        *(one, f"{one}edit/", f"{one}cancel/", "/visits/987654/"),
    ]


def test_nothing_scrolls_sideways_on_a_phone(in_office, every_page):
    page = in_office(viewport=PHONE, has_touch=True, is_mobile=True)
    for address in every_page:
        page.goto(address)
        for details in page.locator("summary").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def test_all_that_is_touched_is_large_enough_for_a_finger(in_office, every_page):
    page = in_office(viewport=PHONE, has_touch=True, is_mobile=True)
    for address in every_page:
        page.goto(address)
        for details in page.locator("summary").all():
            details.click()
        assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == [], address


def test_every_field_has_a_name_and_every_word_stands_out(in_office, every_page):
    page = in_office()
    for address in every_page:
        page.goto(address)
        assert page.evaluate(WITHOUT_A_NAME) == [], address
        assert page.evaluate(TOO_PALE) == [], address


def test_staff_columns_stand_side_by_side_on_a_wide_screen(in_office, every_page):
    page = in_office()
    page.goto(every_page[1])
    columns = [column.bounding_box() for column in page.locator(".column").all()]
    assert len(columns) == 2
    assert columns[0]["y"] == columns[1]["y"]
    page.set_viewport_size(PHONE)
    columns = [column.bounding_box() for column in page.locator(".column").all()]
    assert columns[0]["x"] == columns[1]["x"]


# Buttons, fields, and links that are no part of a sentence; what labels hold counts as the label.
TOO_SMALL = """smallest => [...document.querySelectorAll(
    'button, .button, select, textarea, summary, nav a, .choice, .tick label,'
    + 'input:not([type=hidden], [type=checkbox], [type=radio])')]
  .filter(e => e.checkVisibility() && !e.closest('.away') && !e.matches('.away'))
  .filter(e => Math.round(e.getBoundingClientRect().height) < smallest)
  .map(e => e.outerHTML.slice(0, 80))"""

WITHOUT_A_NAME = """() => [...document.querySelectorAll(
    'input:not([type=hidden]), select, textarea')]
  .filter(e => !e.labels.length && !e.ariaLabel && !e.closest('[aria-hidden]'))
  .map(e => e.outerHTML.slice(0, 80))"""

# WCAG 2.2, 1.4.3: the words' colour against the nearest ground that is painted, 4.5 to 1.
TOO_PALE = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const ratio = e => {
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && !e.disabled)
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(e => ratio(e) < 4.5)
    .map(e => `${e.outerHTML.slice(0, 80)} ${ratio(e).toFixed(2)}`);
}"""
