"""When the line, the session or a colleague is in the way: nothing typed is lost, nothing is done
twice, nothing is overwritten unseen."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from appointment.actions.edit import AppointmentChanges, edit_appointment
from appointment.actions.status import cancel_appointment, delete_appointment
from appointment.models import Appointment, Status
from customer.models import Customer
from notification.models import AppointmentNotification
from testkit.browser.calendar_page import (
    CuttableConnection,
    begin_booking,
    block_refresh,
    drag_event,
    get_event_box,
    locate_event,
    locate_toasts,
    read_start,
)
from testkit.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOOKING = re.compile(r"/appointments/$")
CHANGE = re.compile(r"/appointments/\d+/$")
LOST = "net::ERR_FAILED"


@pytest.fixture
def cut_line(complaints):
    """`cut_line(page, url)`: the browser's own words about a lost line are no complaint."""
    yield CuttableConnection
    complaints[:] = [said for said in complaints if LOST not in said]


class TestTheLine:
    @pytest.mark.parametrize("lost", ["request", "answer"])
    def test_a_booking_that_got_no_answer_is_sent_again_and_booked_once(
        self, open_day, appointment, cut_line, lost
    ):
        page = open_day()
        line = cut_line(page, BOOKING)
        line.cut = lost
        dialog = begin_booking(page, note="By the window")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(dialog).to_contain_text("The server did not answer. What you typed is kept.")
        expect(dialog.get_by_label("Note")).to_have_value("By the window")
        line.cut = None
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")
        booked = Appointment.objects.get(customer__full_name="Ada Byron")
        assert (read_start(booked), booked.comment, booked.version) == ("12:00", "By the window", 1)
        assert Customer.objects.filter(full_name="Ada Byron").count() == 1
        assert AppointmentNotification.objects.of_appointment(booked.pk).count() == 2

    def test_what_is_changed_before_it_is_sent_again_counts(self, open_day, appointment, cut_line):
        page = open_day()
        line = cut_line(page, BOOKING)
        line.cut = "answer"
        dialog = begin_booking(page)
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(dialog).to_contain_text("The server did not answer.")
        line.cut = None
        dialog.get_by_label("Time", exact=True).fill("13:00")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("1:00 PM")
        assert read_start(Appointment.objects.get(customer__full_name="Ada Byron")) == "13:00"

    def test_a_drop_that_got_no_answer_says_so_and_can_be_tried_again(
        self, open_day, appointment, cut_line
    ):
        page = open_day()
        block_refresh(page)
        line = cut_line(page, CHANGE)
        line.cut = "request"
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_toasts(page)).to_contain_text("whether the appointment of Jane Roe was moved")
        expect(locate_event(page, appointment)).to_contain_text("10:00 – 10:45 AM")
        line.cut = None
        locate_toasts(page).get_by_role("button", name="Try again").click()
        expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
        assert read_start(appointment) == "11:00"

    def test_a_drop_whose_answer_was_lost_is_no_strangers_change(
        self, open_day, appointment, cut_line
    ):
        page = open_day()
        block_refresh(page)
        line = cut_line(page, CHANGE)
        line.cut = "answer"
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_toasts(page)).to_contain_text("The server did not answer.")
        line.cut = None
        locate_toasts(page).get_by_role("button", name="Try again").click()
        expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
        expect(page.locator("#stale")).to_be_hidden()
        appointment.refresh_from_db()
        assert appointment.version == 2

    def test_the_reason_of_a_cancellation_stays_until_it_is_sent(
        self, open_day, appointment, cut_line
    ):
        page = open_day()
        line = cut_line(page, re.compile("/cancel/$"))
        line.cut = "request"
        locate_event(page, appointment).click()
        panel = page.locator("#panel")
        panel.get_by_text("Cancel appointment").click()
        panel.get_by_label("Reason").fill("Has caught a cold")
        panel.get_by_role("button", name="Cancel the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Cannot reach the server.")
        expect(panel.get_by_label("Reason")).to_have_value("Has caught a cold")
        line.cut = None
        panel.get_by_role("button", name="Cancel the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Cancelled: Jane Roe.")
        appointment.refresh_from_db()
        assert appointment.cancel_reason == "Has caught a cold"

    def test_a_panel_that_cant_be_read_says_so(self, open_day, appointment, cut_line):
        page = open_day()
        page.route(re.compile("/calendar/visits/"), lambda route: route.abort())
        locate_event(page, appointment).click()
        expect(page.locator("#panel")).to_contain_text("Jane Roe")
        expect(page.locator("#panel")).to_contain_text("Cannot reach the server.")

    def test_a_search_that_cant_be_made_says_so(self, open_day, cut_line):
        page = open_day()
        page.route(re.compile("/calendar/customers/"), lambda route: route.abort())
        page.keyboard.press("n")
        page.locator("#book-customer").press_sequentially("Jane")
        expect(page.locator("#book-found")).to_contain_text(
            "Search failed: Cannot reach the server"
        )
        expect(page.get_by_role("option", name="New customer: “Jane”")).to_be_visible()


class TestASlowServer:
    """What is pressed while an answer is awaited is not done twice."""

    @pytest.fixture
    def slow(self):
        """`slow(page, url)`: answers wait until what it returns is called."""

        def hold(page, url):
            waiting = []
            page.route(url, lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks it
            return waiting

        return hold

    def test_book_anyway_pressed_twice_books_once(self, open_day, appointment, slow):
        page = open_day()
        dialog = begin_booking(page, time="10:15")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(dialog).to_contain_text("Bob is busy at that time: Jane Roe")
        waiting = slow(page, BOOKING)
        anyway = dialog.get_by_role("button", name="Book anyway")
        anyway.dblclick()
        expect(anyway).to_be_disabled()  # and still there: the second click meets nothing else
        dialog.get_by_label("Minutes").press("Enter")
        assert len(waiting) == 1
        waiting[0].continue_()
        expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")
        assert Appointment.objects.filter(customer__full_name="Ada Byron").count() == 1

    def test_enter_pressed_twice_books_once(self, open_day, appointment, slow):
        page = open_day()
        waiting = slow(page, BOOKING)
        dialog = begin_booking(page)
        dialog.get_by_label("Minutes").press("Enter")
        dialog.get_by_label("Minutes").press("Enter")
        wait_until(lambda: page.wait_for_timeout(20) or waiting)
        assert len(waiting) == 1
        waiting[0].continue_()
        expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")

    def test_an_appointment_that_is_being_moved_waits_for_its_answer(
        self, open_day, appointment, slow
    ):
        page = open_day()
        waiting = slow(page, CHANGE)
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_event(page, appointment)).to_contain_text("11:00 – 11:45 AM")
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_event(page, appointment)).to_contain_text("11:00 – 11:45 AM")
        assert len(waiting) == 1
        waiting.pop().continue_()
        expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
        drag_event(page, get_event_box(page, appointment), 4)
        wait_until(lambda: page.wait_for_timeout(20) or waiting)
        waiting.pop().continue_()
        expect(locate_toasts(page)).to_contain_text("12:00 PM with Bob")
        assert read_start(appointment) == "12:00"

    def test_the_panel_opens_at_once_with_what_is_known(self, open_day, appointment, slow):
        page = open_day()
        waiting = slow(page, re.compile("/calendar/visits/"))
        locate_event(page, appointment).click()
        expect(page.locator("#panel").get_by_text("One moment")).to_be_visible()
        expect(page.locator("#panel").get_by_text("Jane Roe")).to_be_visible()
        waiting.pop().continue_()
        expect(page.locator("#panel")).to_contain_text("+1 212-555-0199")


class TestTheSession:
    def test_a_booking_outlives_it(self, open_day, appointment, bob):
        page = open_day()
        dialog = begin_booking(page, note="By the window")
        page.context.clear_cookies(name="sessionid")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(dialog).to_contain_text("You are signed out.")
        dialog.get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail").fill(bob.email)
        page.get_by_label("Password").fill("bob-password")
        page.get_by_role("button", name="Sign in").click()
        expect(dialog).to_be_visible()
        expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada Byron")
        expect(dialog.get_by_label("Note")).to_have_value("By the window")
        expect(dialog.get_by_label("Time", exact=True)).to_have_value("12:00")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")
        page.reload()
        expect(locate_event(page, appointment)).to_be_visible()
        expect(dialog).to_be_hidden()

    def test_the_page_says_that_it_is_over_and_stays(self, open_day, appointment):
        page = open_day()
        dialog = begin_booking(page)
        page.context.clear_cookies(name="sessionid")
        expect(page.locator("#signed-out")).not_to_have_attribute("hidden", "")
        expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada Byron")

    def test_who_signs_out_leaves_nothing_behind(self, open_day, appointment, alice, bob):
        page = open_day()
        begin_booking(page)
        put_aside(page)
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("E-mail").fill(bob.email)
        page.get_by_label("Password").fill("bob-password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert "Ada" not in page.evaluate("JSON.stringify(sessionStorage)")


def put_aside(page):
    page.keyboard.press("Escape")
    expect(page.locator("#book")).to_be_hidden()


class TestWhatIsPutAside:
    def test_another_booking_takes_nothing_from_the_first(self, open_day, appointment):
        page = open_day()
        begin_booking(page, name="Ada Byron", note="By the window")
        put_aside(page)
        dialog = begin_booking(page, name="Grace Hopper", time="14:00")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Booked: Grace Hopper")
        page.keyboard.press("n")
        dialog.get_by_role("button", name="Continue: Ada Byron").click()
        expect(dialog.get_by_label("Note")).to_have_value("By the window")
        put_aside(page)
        page.keyboard.press("n")
        dialog.get_by_role("button", name="Discard").click()
        expect(dialog.locator("#book-aside")).to_be_hidden()

    def test_a_dialog_into_which_nothing_was_typed_is_just_closed(self, open_day, appointment):
        page = open_day()
        page.keyboard.press("n")
        page.keyboard.press("Escape")
        expect(page.locator("#book")).to_be_hidden()
        expect(locate_toasts(page)).to_have_text("")

    def test_changes_of_an_appointment_are_kept_as_well(self, open_day, appointment):
        page = open_day()
        locate_event(page, appointment).click()
        page.locator("#panel").get_by_role("button", name="Edit").click()
        dialog = page.locator("#book")
        dialog.get_by_label("Note").fill("Brings her own towel")
        put_aside(page)
        locate_toasts(page).get_by_role("button", name="Continue").click()
        expect(dialog.get_by_label("Note")).to_have_value("Brings her own towel")
        dialog.get_by_role("button", name="Save").click()
        expect(locate_toasts(page)).to_contain_text("Saved: Jane Roe")
        expect(locate_toasts(page)).to_contain_text("The customer gets no text.")
        appointment.refresh_from_db()
        assert appointment.comment == "Brings her own towel"


class TestTwoPeople:
    def test_an_appointment_that_was_moved_is_not_cancelled_unseen(self, open_day, appointment):
        page = open_day()
        locate_event(page, appointment).click()
        panel = page.locator("#panel")
        panel.get_by_text("Cancel appointment").click()
        noon = appointment.appointment_time + timedelta(hours=2)
        edit_appointment(appointment.pk, AppointmentChanges(values={"appointment_time": noon}))
        expect(locate_event(page, appointment)).to_contain_text(
            "12:00 – 12:45 PM"
        )  # the news are here
        panel.get_by_role("button", name="Cancel the appointment").click()
        dialog = page.get_by_role("dialog", name="Someone else changed this appointment")
        expect(dialog).to_contain_text("12:00 – 12:45 PM")
        expect(dialog).to_contain_text("10:00 – 10:45 AM")
        expect(dialog).to_contain_text("cancelled")
        appointment.refresh_from_db()
        assert appointment.status == Status.BOOKED
        dialog.get_by_role("button", name="Save my version").click()
        expect(locate_toasts(page)).to_contain_text("Cancelled: Jane Roe.")

    def test_an_edit_of_what_was_cancelled_shows_both(self, open_day, appointment):
        page = open_day()
        block_refresh(page)
        locate_event(page, appointment).click()
        page.locator("#panel").get_by_role("button", name="Edit").click()
        dialog = page.locator("#book")
        dialog.get_by_label("Note").fill("Brings her own towel")
        cancel_appointment(appointment.pk)
        dialog.get_by_role("button", name="Save").click()
        stale = page.locator("#stale")
        expect(stale).to_contain_text("cancelled")
        expect(stale).to_contain_text("Brings her own towel")
        stale.get_by_role("button", name="Keep the saved version").click()
        expect(dialog.get_by_label("Note")).to_have_value("Brings her own towel")

    @pytest.mark.parametrize("how", ["drag", "panel"])
    def test_an_appointment_that_was_deleted_is_taken_off_with_a_word(
        self, open_day, appointment, how
    ):
        page = open_day()
        block_refresh(page)
        box = get_event_box(page, appointment)
        if how == "panel":
            locate_event(page, appointment).click()
            expect(page.locator("#panel")).to_contain_text("+1 212-555-0199")
        delete_appointment(appointment.pk)
        if how == "panel":
            page.locator("#panel").get_by_role("button", name="Confirm").click()
        else:
            drag_event(page, box, 4)
        expect(locate_toasts(page)).to_contain_text("This appointment no longer exists.")
        expect(locate_event(page, appointment)).to_have_count(0)
        expect(page.locator("#panel")).to_be_hidden()

    def test_undo_takes_no_colleagues_change_back_unseen(self, open_day, appointment, alice):
        page = open_day()
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
        edit_appointment(appointment.pk, AppointmentChanges(values={"user": alice}))
        page.keyboard.press("z")
        stale = page.locator("#stale")
        expect(stale).to_contain_text("Alice")
        expect(stale).to_contain_text("10:00 – 10:45 AM")
        stale.get_by_role("button", name="Keep the saved version").click()
        assert read_start(appointment) == "11:00"
        assert appointment.user == alice

    def test_undo_works_once(self, open_day, appointment):
        page = open_day()
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_toasts(page)).to_contain_text("11:00 AM with Bob")
        page.keyboard.press("z")
        page.keyboard.press("z")
        expect(locate_toasts(page)).to_contain_text("Moved back.")
        assert read_start(appointment) == "10:00"
        assert appointment.version == 3
