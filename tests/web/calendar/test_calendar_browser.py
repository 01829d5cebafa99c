"""The calendar in a real browser: booking, moving by mouse, touch and keys, clashes, two people."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointment.actions.book import book_appointment
from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.models import Appointment
from notification.models import AppointmentNotification
from notification.states import Kind, Status
from testkit.browser.calendar_page import (
    SLOT_PX,
    drag_event,
    get_empty_point,
    get_event_box,
    locate_event,
    locate_toasts,
    read_start,
    reorder_answers,
)
from testkit.browser.chromium import find_serious_violations
from testkit.waiting import wait_until
from tests.web.conftest import PHONE
from user.models import ExtendedUser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_click_into_the_day_books_a_new_customer_and_foretells_the_texts(
    open_day, appointment, cut
):
    page = open_day()
    page.mouse.click(*get_empty_point(page, appointment, 8))
    dialog = page.locator("#book")
    expect(dialog.get_by_label("Time", exact=True)).to_have_value("12:00")
    dialog.get_by_label("Customer", exact=True).type("Ada Byron")
    dialog.get_by_role("option", name="New customer").click()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada Byron")
    dialog.get_by_label("Mobile number").type("12")
    expect(dialog).to_contain_text("This is not a phone number")
    dialog.get_by_label("Mobile number").fill("212 555 0134")
    expect(dialog).to_contain_text("+1 212-555-0134")
    dialog.get_by_label("Cut").check()
    expect(dialog.get_by_label("Minutes")).to_have_value("45")
    expect(dialog).to_contain_text("Hi Ada Byron, Your appointment at Aurora has been confirmed")
    expect(dialog).to_contain_text("11:00 AM")
    dialog.get_by_role("button", name="Book the appointment").click()
    expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")
    booked = Appointment.objects.get(customer__full_name="Ada Byron")
    assert read_start(booked) == "12:00"
    expect(locate_event(page, booked)).to_contain_text("12:00 – 12:45 PM")


def test_dragging_an_empty_stretch_sets_the_length(open_day, appointment):
    page = open_day()
    x, y = get_empty_point(page, appointment, 8)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 4 * SLOT_PX, steps=6)
    page.mouse.up()
    expect(page.locator("#book").get_by_label("Minutes")).to_have_value("75")


def test_a_drop_is_kept_planned_and_told_at_once_and_can_be_undone(open_day, appointment):
    page = open_day()
    box = get_event_box(page, appointment)
    drag_event(page, box, 4)
    expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
    assert read_start(appointment) == "11:00"
    rows = AppointmentNotification.objects.filter(
        appointment_number=appointment.pk, revision=appointment.revision
    )
    assert {row.kind for row in rows} == {Kind.CONFIRMATION, Kind.REMINDER}
    expect(locate_toasts(page)).to_contain_text("Reminder planned for")
    locate_toasts(page).get_by_role("button", name="Undo").click()
    expect(locate_toasts(page)).to_contain_text("Moved back.")
    assert read_start(appointment) == "10:00"
    expect(locate_event(page, appointment)).to_contain_text("10:00 – 10:45 AM")


def test_an_appointment_is_stretched_by_its_lower_edge(open_day, appointment):
    page = open_day()
    drag_event(page, get_event_box(page, appointment), 2, edge=True)
    expect(locate_toasts(page)).to_contain_text("Bob")
    appointment.refresh_from_db()
    assert appointment.end_time - appointment.appointment_time == timedelta(minutes=75)


def test_an_appointment_is_given_to_a_colleague_by_a_drag_to_their_column(
    open_day, appointment, aurora
):
    nina = ExtendedUser.objects.create_user(name="Nina", salon=aurora, can_login=False)
    page = open_day()
    box = get_event_box(page, appointment)
    drag_event(page, box, 0, columns=box["width"] + 20)
    expect(locate_toasts(page)).to_contain_text("with Nina")
    appointment.refresh_from_db()
    assert appointment.user == nina


def test_a_drop_onto_another_appointment_is_taken_back_unless_it_is_meant(
    open_day, appointment, aurora, bob, jane
):
    noon = appointment.appointment_time + timedelta(hours=2)
    other = book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=noon)
    page = open_day()
    expect(locate_event(page, other)).to_be_visible()
    drag_event(page, get_event_box(page, appointment), 8)
    expect(locate_toasts(page)).to_contain_text(
        "Not moved. Bob is busy at that time: Jane Roe, 12:00 – 12:30 PM."
    )
    expect(locate_event(page, appointment)).to_contain_text("10:00 – 10:45 AM")
    assert read_start(appointment) == "10:00"
    locate_toasts(page).get_by_role("button", name="Book anyway").click()
    expect(locate_toasts(page)).to_contain_text("12:00 PM with Bob")
    assert read_start(appointment) == "12:00"
    assert appointment.allow_overlap


def test_an_appointment_is_carried_by_the_keyboard_and_dropped_with_one_text(open_day, appointment):
    page = open_day()
    locate_event(page, appointment).focus()
    page.keyboard.press("m")
    expect(page.locator("#carrying")).to_contain_text("Moving Jane Roe")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#carrying")).to_contain_text("10:45 – 11:45 AM")
    assert read_start(appointment) == "10:00"
    page.keyboard.press("Enter")
    expect(locate_toasts(page)).to_contain_text("10:45 AM with Bob")
    assert read_start(appointment) == "10:45"
    assert appointment.end_time - appointment.appointment_time == timedelta(hours=1)
    assert appointment.revision == 2
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(locate_toasts(page)).to_contain_text("Move cancelled.")
    assert read_start(appointment) == "10:45"


def test_a_touch_that_opens_the_dialog_presses_nothing_in_it(open_day, appointment):
    page = open_day(viewport=PHONE, has_touch=True, is_mobile=True)
    dialog = page.locator("#book")
    page.keyboard.press("n")
    box = dialog.get_by_label("Text the customer")
    below = box.locator("..").bounding_box()
    page.keyboard.press("Escape")
    spot = below["x"] + below["width"] - 10, below["y"] + below["height"] / 2
    page.touchscreen.tap(*spot)
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Customer", exact=True)).to_be_focused()
    expect(box).to_be_checked()
    page.touchscreen.tap(*spot)
    expect(box).not_to_be_checked()  # the next touch is one again


def test_an_appointment_is_moved_by_touch_on_a_phone(open_day, appointment):
    page = open_day(viewport=PHONE, has_touch=True, is_mobile=True)
    locate_event(page, appointment).scroll_into_view_if_needed()
    box = get_event_box(page, appointment)
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + 60, box["y"] + 12

    def touch(kind, *points):
        points = [{"x": px, "y": py} for px, py in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x, y))
    expect(page.locator(".ec-preview")).to_be_visible()  # held long enough
    for step in range(1, 5):
        touch("touchMove", (x, y + step * SLOT_PX))
    touch("touchEnd")
    expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
    assert read_start(appointment) == "11:00"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_second_of_two_people_sees_both_versions(open_day, appointment, alice):
    page = open_day()
    page.evaluate(
        "window.fetch = ((f) => (u, o) => String(u).includes('seen=')"
        " ? new Promise(() => {}) : f(u, o))(window.fetch)"
    )  # news comes too late
    noon = appointment.appointment_time + timedelta(hours=2)
    edit_appointment(
        appointment.pk, AppointmentChanges(values={"appointment_time": noon, "user": alice})
    )
    drag_event(page, get_event_box(page, appointment), 4)
    dialog = page.get_by_role("dialog", name="Someone else changed this appointment")
    expect(dialog).to_contain_text("12:00 – 12:45 PM")
    expect(dialog).to_contain_text("11:00 – 11:45 AM")
    expect(dialog).to_contain_text("Alice")
    assert read_start(appointment) == "12:00"
    dialog.get_by_role("button", name="Save my version").click()
    expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
    assert read_start(appointment) == "11:00"


def test_what_a_colleague_books_appears_by_itself(open_day, appointment, aurora, bob, jane):
    page = open_day()
    noon = appointment.appointment_time + timedelta(hours=2)
    other = book_appointment(salon=aurora, user=bob, customer=jane, appointment_time=noon)
    expect(locate_event(page, other)).to_be_visible()


def test_in_the_panel_an_appointment_arrives_and_is_cancelled_with_a_reason(open_day, appointment):
    page = open_day()
    locate_event(page, appointment).click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Jane Roe")
    expect(panel).to_contain_text("+1 212-555-0199")
    panel.get_by_role("button", name="Confirm").click()
    expect(panel).to_contain_text("confirmed")
    panel.get_by_text("Cancel appointment").click()
    panel.get_by_label("Reason").fill("Has caught a cold")
    panel.get_by_role("button", name="Cancel the appointment").click()
    expect(locate_toasts(page)).to_contain_text("Cancelled: Jane Roe.")
    expect(locate_event(page, appointment)).to_have_count(0)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancel_reason) == ("cancelled", "Has caught a cold")
    expect(panel).to_contain_text("Cancellation")


def test_what_is_pressed_while_something_else_is_saved_is_done_after_it(open_day, appointment):
    page = open_day()
    locate_event(page, appointment).click()
    panel = page.locator("#panel")
    panel.get_by_text("Cancel appointment").click()
    panel.get_by_label("Reason").fill("Has caught a cold")
    page.evaluate(
        "window.fetch = ((f) => (u, o) => String(u).endsWith('/confirm/')"
        " ? new Promise((go) => window.goOn = () => go(f(u, o))) : f(u, o))(window.fetch)"
    )
    panel.get_by_role("button", name="Confirm").click()
    panel.get_by_role("button", name="Confirm").click()  # twice is once
    panel.get_by_role("button", name="Cancel the appointment").click()
    page.evaluate("window.goOn()")
    expect(locate_toasts(page)).to_contain_text("Cancelled: Jane Roe.")
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancel_reason) == ("cancelled", "Has caught a cold")


def test_a_reason_that_is_typed_stays_while_the_panel_shows_what_was_done(open_day, appointment):
    page = open_day()
    locate_event(page, appointment).click()
    panel = page.locator("#panel")
    panel.get_by_text("Cancel appointment").click()
    panel.get_by_label("Reason").fill("Has caught a cold")
    reorder_answers(
        page, "/calendar/visits/"
    )  # what others did is read after it and shown before it
    panel.get_by_role("button", name="Confirm").click()
    expect(panel.locator(".status")).to_have_text("confirmed")
    expect(panel.get_by_label("Reason")).to_have_value("Has caught a cold")


def test_a_text_that_failed_is_sent_again_from_the_panel(open_day, appointment):
    rows = AppointmentNotification.objects.filter(
        appointment_number=appointment.pk, kind=Kind.CONFIRMATION
    )
    rows.update(status=Status.FAILED, reason="bad_number", modified=timezone.now())
    page = open_day()
    locate_event(page, appointment).click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("the number can't receive texts")
    panel.get_by_role("button", name="Send again").click()
    expect(locate_toasts(page)).to_contain_text("being sent again")
    assert rows.filter(retry_of__isnull=False, status=Status.PENDING).count() == 1
    panel.get_by_role("button", name="Send again").click()
    expect(locate_toasts(page)).to_contain_text("This message is on its way already.")


def test_a_clash_in_the_dialog_keeps_all_that_was_typed(open_day, appointment, jane):
    page = open_day()
    page.keyboard.press("n")
    dialog = page.locator("#book")
    dialog.get_by_label("Customer", exact=True).type("0199")
    dialog.get_by_role("option", name="Jane Roe").click()
    dialog.get_by_label("Time", exact=True).fill("10:15")
    dialog.get_by_label("With").select_option("Bob")
    dialog.get_by_label("Note").fill("Prefers the window")
    dialog.get_by_role("button", name="Book the appointment").click()
    expect(dialog).to_contain_text("Bob is busy at that time: Jane Roe, 10:00 – 10:45 AM.")
    expect(dialog.get_by_label("Note")).to_have_value("Prefers the window")
    assert Appointment.objects.count() == 1
    dialog.get_by_role("button", name="Book anyway").click()
    wait_until(lambda: Appointment.objects.filter(allow_overlap=True).count() == 1)


def test_a_booking_that_is_closed_can_be_taken_up_again(open_day):
    page = open_day()
    page.keyboard.press("n")
    page.locator("#book").get_by_label("Customer", exact=True).type("Ada")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#book")).to_be_hidden()
    locate_toasts(page).get_by_role("button", name="Continue").click()
    expect(page.locator("#book").get_by_label("Customer", exact=True)).to_have_value("Ada")


def test_times_are_the_salons_wherever_the_browser_is(open_day, appointment):
    page = open_day(timezone_id="Asia/Tokyo")
    expect(locate_event(page, appointment)).to_contain_text("10:00 – 10:45 AM")
    expect(page.locator("#zone-note")).to_contain_text("America/New_York")
    drag_event(page, get_event_box(page, appointment), 4)
    expect(locate_toasts(page)).to_contain_text("11:00 AM")
    assert read_start(appointment) == "11:00"


def test_week_list_and_shortcuts(open_day, appointment):
    page = open_day()
    expect(page.locator("#zone-note")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="Week")).to_have_attribute("aria-pressed", "true")
    expect(locate_event(page, appointment)).to_be_visible()
    page.keyboard.press("l")
    expect(locate_event(page, appointment)).to_contain_text("Reminder planned for")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help and shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("j")
    expect(locate_event(page, appointment)).to_have_count(0)
    page.reload()
    expect(page.locator("#shown-days")).not_to_be_empty()
    assert re.search(r"date=\d{4}-\d\d-\d\d", page.url)


def test_no_view_of_the_calendar_stands_in_anybodys_way(sign_in, alice, appointment):
    page = sign_in(alice, "alice-password", bypass_csp=True)
    page.goto(f"/?date={appointment.appointment_time.astimezone(appointment.salon.zone):%Y-%m-%d}")
    expect(locate_event(page, appointment)).to_be_visible()
    assert find_serious_violations(page) == []
    locate_event(page, appointment).click()
    expect(page.locator("#panel")).to_contain_text("Jane Roe")
    assert find_serious_violations(page) == []
    for key in ("w", "l", "n", "?"):
        page.keyboard.press(key)
        page.wait_for_timeout(200)
        assert find_serious_violations(page) == [], key
        page.keyboard.press("Escape")


@pytest.mark.parametrize(
    "address", ["/day/", "/visits/new/", "/settings/", "/people/", "/people/new/"]
)
def test_no_other_page_stands_in_anybodys_way(sign_in, alice, appointment, address):
    page = sign_in(alice, "alice-password", bypass_csp=True)
    page.goto(address)
    assert find_serious_violations(page) == []
