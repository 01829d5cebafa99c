"""What the calendar shows, and where: odd times, odd names, appointments that are off,
addresses."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from appointment.actions.book import book_appointment
from appointment.actions.status import cancel_appointment, change_appointment_status
from appointment.models import Appointment, Status
from customer.models import Customer
from salon.models import Service
from testkit.browser.calendar_page import (
    SLOT_PX,
    begin_booking,
    drag_event,
    get_empty_point,
    get_event_box,
    locate_event,
    locate_toasts,
    read_start,
)
from testkit.waiting import wait_until
from tests.web.conftest import PHONE, format_local_start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HARSH = "<img src=x onerror=\"document.title='caught'\">"


@pytest.fixture
def book(aurora, bob, jane, appointment):
    """`book("23:59", minutes=5)`: another appointment on the day of Jane's."""

    def go(at, minutes=30, **more):
        start = appointment.appointment_time.astimezone(aurora.zone)
        hour, minute = (int(part) for part in at.split(":"))
        start = start.replace(hour=hour, minute=minute)
        end = start + timedelta(minutes=minutes)
        usual = {"salon": aurora, "user": bob, "customer": jane, "allow_overlap": True}
        return book_appointment(**usual | more, appointment_time=start, end_time=end)

    return go


def in_view(page, appointment):
    box, main = get_event_box(page, appointment), page.locator(".ec-main").bounding_box()
    return main["y"] <= box["y"] <= main["y"] + main["height"]


class TestOddTimes:
    def test_an_appointment_in_the_night_doesnt_open_the_day_at_midnight(
        self, open_day, appointment, book
    ):
        night = book("00:00")
        page = open_day()
        expect(locate_event(page, night)).to_be_attached()
        expect(locate_event(page, appointment)).to_be_in_viewport()
        assert in_view(page, appointment)
        assert not in_view(page, night)

    def test_the_day_opens_with_its_first_appointment(self, open_day, appointment, book):
        early = book("06:15")
        page = open_day()
        expect(locate_event(page, early)).to_be_in_viewport()
        assert in_view(page, early)

    def test_five_minutes_can_be_read_and_hit(self, open_day, appointment, book):
        short = [book("14:00", 5), book("14:00", 5), book("14:05", 5), book("23:59", 3)]
        page = open_day()
        for one in short:
            box = get_event_box(page, one)
            assert box["height"] >= SLOT_PX - 1
            name = locate_event(page, one).locator(".e-name")
            assert name.bounding_box()["height"] <= box["height"] + 1
        locate_event(page, short[0]).click()
        expect(page.locator("#panel")).to_contain_text("2:00 – 2:05 PM")

    def test_five_minutes_stay_five_when_they_are_dragged(self, open_day, appointment, book):
        short = book("12:00", 5)
        page = open_day()
        drag_event(page, get_event_box(page, short), 4)
        expect(locate_toasts(page)).to_contain_text("1:00 PM with Bob")
        short.refresh_from_db()
        assert short.end_time - short.appointment_time == timedelta(minutes=5)

    def test_an_appointment_over_midnight_stands_on_both_days(self, open_day, appointment, book):
        late = book("23:50", 12)
        page = open_day()
        assert get_event_box(page, late)["height"] >= SLOT_PX - 1
        page.keyboard.press("j")
        expect(locate_event(page, appointment)).to_have_count(0)
        assert get_event_box(page, late)["height"] >= SLOT_PX - 1

    def test_what_is_over_is_not_dragged(self, open_day, appointment):
        change_appointment_status(appointment.pk, Status.COMPLETED)
        page = open_day()
        drag_event(page, get_event_box(page, appointment), 4)
        expect(locate_event(page, appointment)).to_contain_text("10:00 – 10:45 AM")
        assert read_start(appointment) == "10:00"
        expect(locate_toasts(page)).to_have_text("")

    @pytest.mark.parametrize("month", ["spring", "autumn"])
    def test_an_hour_is_an_hour_on_the_nights_the_clocks_change(self, open_day, aurora, month):
        page = open_day()
        day = find_clock_change(aurora.zone, month)
        dialog = begin_booking(page, time="01:30")
        dialog.get_by_label("Date", exact=True).fill(f"{day:%Y-%m-%d}")
        dialog.get_by_label("Minutes").fill("60")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")
        booked = Appointment.objects.get(customer__full_name="Ada Byron")
        assert format_local_start(booked) == f"{day:%Y-%m-%d} 01:30"
        assert booked.end_time - booked.appointment_time == timedelta(hours=1)
        assert booked.appointment_time.astimezone(aurora.zone).fold == 0


def find_clock_change(zone, season):
    """The next day on which `zone` changes its clocks in that season."""
    noon = datetime.now(zone).replace(hour=12, minute=0)
    days = [noon + timedelta(days=number) for number in range(1, 400)]
    changes = [day for day in days if day.utcoffset() != (day - timedelta(days=1)).utcoffset()]
    return next(day for day in changes if (day.month < 7) == (season == "spring"))


class TestOddNames:
    def test_markup_is_shown_as_it_is_typed(self, open_day, appointment, book, aurora, bob):
        harsh = Customer.objects.create(salon=aurora, full_name=HARSH, notes=HARSH)
        service = Service.objects.create(salon=aurora, name=HARSH, minutes=30)
        bob.name = HARSH
        bob.save()
        shown = book("14:00", customer=harsh, services=[service], comment=HARSH)
        page = open_day()
        for key in ("d", "w", "l"):
            page.keyboard.press(key)
            expect(locate_event(page, shown)).to_contain_text("<img src=x")
        locate_event(page, shown).click()
        expect(page.locator("#panel")).to_contain_text("Notes about the customer<img src=x")
        page.keyboard.press("n")
        page.locator("#book-customer").press_sequentially("onerror")
        expect(page.locator("#book-found")).to_contain_text("<img src=x")
        assert page.title() != "caught"

    def test_long_and_right_to_left_names_keep_their_place(
        self, open_day, appointment, book, aurora
    ):
        long = Customer.objects.create(salon=aurora, full_name="Wilhelmina-Constantina " * 6)
        sarah = Customer.objects.create(salon=aurora, full_name="שרה לוי")
        shown = [book("12:00", customer=long), book("11:00", customer=sarah)]
        page = open_day(viewport=PHONE)
        for one in shown:
            expect(locate_event(page, one)).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        locate_event(page, shown[1]).click()
        page.locator("#panel").get_by_role("button", name="Confirm").click()
        expect(locate_toasts(page)).to_contain_text("\u2068שרה לוי\u2069: confirmed.")


def test_a_list_opens_at_the_day_that_is_shown(open_day, appointment, jane, alice):
    later = [appointment.appointment_time + timedelta(days=number) for number in range(4, 11)]
    thursday = next(day for day in later if local_day(appointment, day).weekday() == 3)
    who = {"salon": appointment.salon, "customer": jane, "allow_overlap": True}
    for day in range(3, -1, -1):
        begin = thursday - timedelta(days=day)
        booked = [
            book_appointment(
                **who, user=user, appointment_time=begin, end_time=begin + timedelta(minutes=number)
            )
            for number in range(1, 5)
            for user in (appointment.user, alice)
        ]
    page = open_day(viewport=PHONE)
    page.goto(f"/?date={local_day(appointment, thursday)}&view=week")
    wait_until(lambda: in_view(page, booked[0]))
    page.get_by_role("button", name="List").click()  # of everybody: longer
    expect(locate_event(page, booked[1])).to_be_attached()
    wait_until(lambda: in_view(page, booked[0]))


def local_day(appointment, moment):
    return moment.astimezone(appointment.salon.zone).date()


class TestAppointmentsThatAreOff:
    def test_they_show_when_asked_for(self, open_day, appointment, book):
        off = book("14:00")
        cancel_appointment(off.pk)
        page = open_day()
        expect(locate_event(page, off)).to_have_count(0)
        button = page.get_by_role("button", name="Cancelled: 1")
        button.click()
        expect(locate_event(page, off)).to_be_visible()
        expect(button).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("w")
        expect(locate_event(page, off)).to_be_visible()
        button.click()
        expect(locate_event(page, off)).to_have_count(0)

    def test_a_day_without_any_has_no_such_button(self, open_day, appointment):
        expect(open_day().locator("#show-cancelled")).to_be_hidden()


class TestAddresses:
    def test_an_appointment_opens_on_its_day(self, sign_in, bob, appointment, book, alice):
        hers = book("16:00", user=alice)
        page = sign_in(bob, "bob-password", viewport=PHONE)
        page.goto(f"/?visit={hers.pk}")
        expect(page.locator("#panel")).to_contain_text("Jane Roe")
        expect(locate_event(page, hers)).to_be_attached()
        page.reload()
        expect(locate_event(page, hers)).to_be_attached()
        expect(page.locator("#panel")).to_be_hidden()

    @pytest.mark.parametrize("named", ["999999", "soon", "1e3"])
    def test_an_appointment_that_isnt_there_is_said(self, open_day, sign_in, complaints, named):
        page = open_day()
        page.goto(f"/?visit={named}")
        expect(locate_toasts(page)).to_contain_text("This appointment no longer exists.")

    def test_of_another_salon_nothing_is_told(self, sign_in, charlie, appointment, jane):
        page = sign_in(charlie, "charlie-password")
        for address in (f"/?visit={appointment.pk}", f"/?customer={jane.pk}"):
            page.goto(address)
            expect(locate_toasts(page)).to_contain_text("This appointment no longer exists.")
            expect(page.locator("body")).not_to_contain_text("Jane Roe")

    def test_a_day_that_is_none_is_said(self, open_day):
        page = open_day()
        page.goto("/?date=garbage")
        expect(page.get_by_role("status").first).to_contain_text("“garbage” is not a valid date")

    def test_book_opens_the_dialog_from_everywhere(self, open_day, appointment, jane):
        page = open_day(viewport=PHONE)
        page.get_by_role("link", name="Book", exact=True).click()
        expect(page.locator("#book")).to_be_visible()
        page.goto("/people/")
        page.get_by_role("link", name="Book", exact=True).click()
        expect(page.locator("#book")).to_be_visible()
        page.goto(f"/people/{jane.pk}/")
        page.get_by_role("link", name="Book an appointment").click()
        expect(page.locator("#book-chosen")).to_contain_text("Jane Roe")

    def test_from_an_appointment_the_next_one_is_booked(self, open_day, appointment, jane):
        page = open_day()
        locate_event(page, appointment).click()
        page.locator("#panel").get_by_role("button", name="Next appointment").click()
        expect(page.locator("#book-chosen")).to_contain_text("Jane Roe")
        page.locator("#book").get_by_label("Time", exact=True).fill("15:00")
        page.locator("#book").get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Booked: Jane Roe")
        assert jane.appointments.count() == 2


class TestTheDialog:
    def test_minutes_that_are_none_are_said_beside_them(self, open_day, appointment):
        page = open_day()
        dialog = begin_booking(page)
        for wrong in ("1e15", "0", "-5", "2.5", "1441"):
            dialog.get_by_label("Minutes").fill(wrong)
            dialog.get_by_role("button", name="Book the appointment").click()
            expect(dialog).to_contain_text("Enter whole minutes, 1 to 1440.")
        dialog.get_by_label("Minutes").fill("1440")
        dialog.get_by_role("button", name="Book the appointment").click()
        expect(locate_toasts(page)).to_contain_text("Booked: Ada Byron")

    def test_a_note_takes_no_service_away_that_is_no_longer_offered(
        self, open_day, appointment, cut
    ):
        cut.is_active = False
        cut.save()
        page = open_day()
        page.keyboard.press("n")
        expect(page.locator("#book").get_by_label("Cut")).to_be_hidden()
        page.keyboard.press("Escape")
        locate_event(page, appointment).click()
        page.locator("#panel").get_by_role("button", name="Edit").click()
        dialog = page.locator("#book")
        expect(dialog.get_by_label("Cut")).to_be_checked()
        dialog.get_by_label("Note").fill("Brings her own towel")
        dialog.get_by_role("button", name="Save").click()
        expect(locate_toasts(page)).to_contain_text("Saved: Jane Roe")
        assert list(appointment.services.all()) == [cut]

    def test_another_service_makes_the_appointment_longer(self, open_day, appointment, aurora):
        Service.objects.create(salon=aurora, name="Color", minutes=90)
        page = open_day()
        locate_event(page, appointment).click()
        page.locator("#panel").get_by_role("button", name="Edit").click()
        dialog = page.locator("#book")
        dialog.get_by_label("Color").check()
        expect(dialog.get_by_label("Minutes")).to_have_value("135")
        dialog.get_by_role("button", name="Save").click()
        expect(locate_toasts(page)).to_contain_text("Saved: Jane Roe")
        appointment.refresh_from_db()
        assert appointment.end_time - appointment.appointment_time == timedelta(minutes=135)

    def test_a_salon_without_services_says_where_they_come_from(self, open_day, appointment, cut):
        Service.objects.update(is_active=False)
        page = open_day()
        page.keyboard.press("n")
        expect(page.locator("#book")).to_contain_text(
            "None yet. The owner of the salon can add them."
        )


class TestTheKeyboard:
    def test_what_is_carried_keeps_every_key_to_itself(self, open_day, appointment):
        page = open_day()
        locate_event(page, appointment).focus()
        page.keyboard.press("m")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("n")
        expect(page.locator("#book")).to_be_hidden()
        page.keyboard.press("Enter")
        expect(locate_toasts(page)).to_contain_text("10:15 AM with Bob")

    def test_who_takes_the_mouse_puts_back_what_is_carried(self, open_day, appointment):
        page = open_day()
        locate_event(page, appointment).focus()
        page.keyboard.press("m")
        page.keyboard.press("ArrowDown")
        page.mouse.click(*get_empty_point(page, appointment, 8))
        expect(locate_toasts(page)).to_contain_text("Move cancelled.")
        expect(page.locator("#carrying")).to_be_hidden()
        assert read_start(appointment) == "10:00"

    def test_it_stays_in_the_panel(self, open_day, appointment):
        page = open_day()
        locate_event(page, appointment).focus()
        page.keyboard.press("Enter")
        panel = page.locator("#panel")
        panel.get_by_role("button", name="Arrived").press("Enter")
        expect(panel).to_contain_text("booked → arrived")
        expect(page.locator("#panel :focus")).to_have_count(1)

    def test_it_is_at_no_appointment_until_somebody_goes_there(self, open_day, appointment, book):
        page = open_day()
        page.keyboard.press("m")
        expect(page.locator("#carrying")).to_be_hidden()
        other = book("14:00")
        expect(locate_event(page, other)).to_be_visible()
        page.keyboard.press("w")
        expect(page.get_by_role("button", name="Week")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".ec-event:focus")).to_have_count(0)

    def test_it_is_at_the_appointment_that_was_just_booked(self, open_day, appointment):
        page = open_day()
        dialog = begin_booking(page, time="19:30")
        dialog.get_by_role("button", name="Book the appointment").press("Enter")
        focused = page.locator(".ec-event:focus")
        expect(focused).to_contain_text("Ada Byron")
        expect(focused).to_be_in_viewport()
        assert in_view(page, Appointment.objects.get(customer__full_name="Ada Byron"))

    def test_what_is_carried_stays_in_view(self, open_day, appointment, book):
        early = book("07:30")
        page = open_day()
        locate_event(page, early).focus()
        page.keyboard.press("m")
        for _ in range(40):
            page.keyboard.press("ArrowDown")
        expect(page.locator("#carrying")).to_contain_text("5:30")
        wait_until(lambda: in_view(page, early))

    def test_an_appointment_in_the_evening_opens_in_view(self, open_day, appointment, book):
        late = book("19:15")
        page = open_day()
        page.goto(f"/?visit={late.pk}")
        expect(page.locator("#panel")).to_contain_text("7:15 – 7:45 PM")
        wait_until(lambda: in_view(page, late))
        expect(page.locator("#panel :focus")).to_have_count(1)


def test_overbooked_is_what_meets_another_not_what_may(open_day, appointment, book):
    alone, first, second = book("12:00"), book("13:00"), book("13:15")
    page = open_day()
    for one, count in ((appointment, 0), (alone, 0), (first, 1), (second, 1)):
        expect(locate_event(page, one).locator('.sign[title="overbooked"]')).to_have_count(count)
    drag_event(page, get_event_box(page, second), 3)
    expect(locate_toasts(page)).to_contain_text("2:00 PM")
    expect(locate_event(page, first).locator('.sign[title="overbooked"]')).to_have_count(0)


def test_a_paper_holds_the_whole_day(open_day, appointment, book):
    late = book("19:30")
    page = open_day()
    page.emulate_media(media="print")
    assert get_event_box(page, late)["y"] > page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollHeight") > get_event_box(page, late)["y"]
    expect(page.locator(".views")).to_be_hidden()
