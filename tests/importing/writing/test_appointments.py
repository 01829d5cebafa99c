"""What stands in the salon's book after an import."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from appointment.models import Appointment, AppointmentService, Status
from availability.models import BusySpan
from customer.models import Customer
from salon.models import Service
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db(transaction=True)


def reasons(result):
    return list(result.book.problems.items())


def test_a_line_becomes_an_appointment_with_its_customer_staff_and_service(
    book, take, appointments, soon
):
    result = take(book(f"ANN01,Ann Lee,(212) 555-0101,Kim,Cut,{soon},3:30 PM"))
    assert appointments() == [("Ann Lee", "Kim", "15:30", 30, ["Cut"])]
    assert str(Customer.objects.get().phone_number) == "+12125550101"
    assert (result.book.taken, result.appointments, result.new_customers) == (1, 1, 1)
    assert (result.new_staff, result.new_services) == (["Kim"], ["Cut"])


def test_names_come_without_the_blanks_around_and_within_them(book, take, appointments, soon):
    take(book(f" ANN01 ,  Ann   Lee ,, Kim ,Cut  ,{soon} , 15:30"))
    assert appointments() == [("Ann Lee", "Kim", "15:30", 30, ["Cut"])]


def test_staff_and_services_are_found_whatever_the_case(salon, book, take, soon):
    kim = ExtendedUser.objects.create_user("kim@old.example", "pw", name="Kim", salon=salon)
    cut = Service.objects.create(salon=salon, name="Cut", minutes=45)
    result = take(
        book(f"ANN01,Ann,,KIM,CUT,{soon},15:30", f"BOB01,Bob,,kim@OLD.example,,{soon},9:00")
    )
    assert (result.new_staff, result.new_services) == ([], [])
    assert {appointment.user for appointment in Appointment.objects.all()} == {kim}
    appointment = Appointment.objects.get(customer__full_name="Ann")
    assert appointment.items.get().service == cut
    assert (appointment.end_time - appointment.appointment_time).seconds == 45 * 60


def test_staff_that_are_made_take_bookings_and_never_sign_in(book, take, soon):
    take(book(f"ANN01,Ann,,HOUSE,Cut,{soon},15:30"))
    house = ExtendedUser.objects.get(name="HOUSE")
    assert (house.bookable, house.can_login, house.email) == (True, False, None)


def test_staff_of_another_salon_are_not_taken_for_ours(barber, book, take, soon):
    ExtendedUser.objects.create_user(name="Kim", salon=barber)
    assert take(book(f"ANN01,Ann,,Kim,Cut,{soon},15:30")).new_staff == ["Kim"]


def test_columns_that_are_no_persons_are_left_out_on_demand(book, take, appointments, soon):
    lines = (f"ANN01,Ann,,HOUSE,Cut,{soon},9:00", f"BOB01,Bob,,Kim,Cut,{soon},9:00")
    result = take(book(*lines), skip_staff=["house"])
    assert (result.book.left_out, result.book.taken, result.book.rejected) == (1, 1, 0)
    assert [staff for _, staff, *_ in appointments()] == ["Kim"]


def test_names_of_the_old_program_lead_to_ours(salon, book, take, appointments, soon):
    ExtendedUser.objects.create_user("kim@old.example", "pw", name="Kimberly", salon=salon)
    line = f"ANN01,Ann,,KIM,Cut,{soon},9:00"
    assert take(book(line), staff_names={"KIM": "kim@old.example"}).new_staff == []
    assert appointments()[0][1] == "Kimberly"


def test_two_members_of_staff_with_one_name_are_asked_about(salon, book, take, soon):
    for _ in range(2):
        ExtendedUser.objects.create_user(name="Kim", salon=salon)
    lines = (f"ANN01,Ann,,Kim,Cut,{soon},9:00", f"BOB01,Bob,,Lou,Cut,{soon},9:00")
    result = take(book(*lines))
    assert reasons(result) == [(2, "two members of staff are called “Kim”: map one's e-mail")]


def test_who_has_left_keeps_the_past_and_gets_nothing_new(salon, book, take, appointments, soon):
    ExtendedUser.objects.create_user(name="Kim", salon=salon, is_active=False)
    result = take(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00", "BOB01,Bob,,Kim,Cut,2018-03-14,9:00"))
    assert [(customer, staff) for customer, staff, *_ in appointments()] == [("Bob", "Kim")]
    assert reasons(result) == [(2, "“Kim” has left: name somebody else")]


class TestOneAppointmentOfSeveralBookings:
    """Bookings of one customer on one day, at most the gap apart."""

    def test_thirty_minutes_apart_is_one_appointment_in_order(self, book, take, appointments, soon):
        lines = (f"ANN01,Ann,,Kim,Blowdry,{soon},16:00", f"ANN01,Ann,,Kim,Cut,{soon},15:00")
        result = take(book(*lines))
        assert appointments() == [("Ann", "Kim", "15:00", 90, ["Cut", "Blowdry"])]
        assert (result.book.taken, result.appointments) == (2, 1)

    def test_a_minute_more_is_two(self, book, take, appointments, soon):
        take(book(f"ANN01,Ann,,Kim,Cut,{soon},15:00", f"ANN01,Ann,,Kim,Wash,{soon},16:01"))
        assert [start for _, _, start, *_ in appointments()] == ["15:00", "16:01"]

    def test_the_gap_can_be_set(self, book, take, appointments, soon):
        lines = (f"ANN01,Ann,,Kim,Cut,{soon},15:00", f"ANN01,Ann,,Kim,Wash,{soon},15:31")
        take(book(*lines), gap_minutes=0)
        assert len(appointments()) == 2

    def test_a_long_booking_counts_to_its_end_whatever_starts_within(
        self, write, take, appointments, soon
    ):
        lines = (
            f"ANN01,Kim,{soon},9:00,120",
            f"ANN01,Lou,{soon},9:30,10",
            f"ANN01,Kim,{soon},11:30,30",
        )
        take(write("book.csv", "Code,Staff,Date,Time,Minutes", *lines))
        assert appointments() == [("ANN01", "Kim", "09:00", 180, [])]

    def test_also_where_other_days_stand_between_them(self, book, take, appointments, soon):
        lines = (
            f"ANN01,Ann,,Kim,Cut,{soon},15:00",
            "BOB01,Bob,,Kim,Cut,2018-03-14,15:00",
            f"ANN01,Ann,,Kim,Blowdry,{soon},15:30",
        )
        take(book(*lines))
        assert [services for *_, services in appointments()] == [["Cut"], ["Cut", "Blowdry"]]

    def test_other_customers_and_days_stand_apart(self, book, take, appointments, soon):
        lines = (f"ANN01,Ann,,Kim,Cut,{soon},15:00", f"BOB01,Bob,,Kim,Cut,{soon},15:30")
        take(book(*lines))
        assert len(appointments()) == 2

    def test_the_first_has_the_appointment_and_the_note_names_the_others(self, book, take, soon):
        lines = (f"ANN01,Ann,,Kim,Color,{soon},15:00", f"ANN01,Ann,,Lou,Blowdry,{soon},15:30")
        result = take(book(*lines))
        appointment = Appointment.objects.get()
        assert (appointment.user.name, appointment.comment) == ("Kim", "Color: Kim; Blowdry: Lou")
        assert result.shared == 1
        assert BusySpan.objects.get().user == appointment.user

    def test_what_was_called_off_is_not_joined_with_what_was_not(self, write, take, soon):
        header = "Code,Staff,Date,Time,Status"
        take(
            write("book.csv", header, f"ANN01,Kim,{soon},9:00,Cancelled", f"ANN01,Kim,{soon},9:30,")
        )
        assert [appointment.status for appointment in Appointment.objects.all()] == [
            "cancelled",
            "booked",
        ]


class TestLengthAndPrice:
    def test_a_services_file_tells_names_lengths_and_prices(
        self, book, write, take, appointments, soon
    ):
        services = write(
            "services.csv",
            "IsActive,Code,Desc,Cate,Price,Cost,Minutes",
            "TRUE,SHCW,Women's hair cut,STYLE,102,5,50",
            "FALSE,OLD,Perm,STYLE,80,5,",
            "TRUE,F&F,,MISC,0,0,10",
        )
        line = f"ANN01,Ann,,Kim,shcw,{soon},15:30"
        result = take(book(line), services=services)
        assert appointments() == [("Ann", "Kim", "15:30", 50, ["Women's hair cut"])]
        assert AppointmentService.objects.get().price == 102
        found = {(each.name, each.minutes, each.is_active) for each in Service.objects.all()}
        assert found == {("Women's hair cut", 50, True), ("Perm", 30, False), ("F&F", 10, True)}
        assert result.services.taken == 3

    def test_two_codes_of_one_name_stay_two_services(self, book, write, take, soon):
        services = write("services.csv", "code,name", "A,Cut", "B,cut", "B,Perm")
        result = take(book(f"ANN01,Ann,,Kim,B,{soon},15:30"), services=services)
        assert sorted(Service.objects.values_list("name", flat=True)) == ["Cut", "cut (B)"]
        assert AppointmentService.objects.get().service.name == "cut (B)"
        assert result.services.problems == {4: "“B” stands in the file already"}

    @pytest.mark.parametrize(
        ("header", "cell", "minutes"),
        [
            ("Minutes", "45", 45),
            ("Duration", "1:15", 75),
            ("Length", "1h 30m", 90),
            ("End", "16:45", 75),
            ("End", "0:30", 540),
        ],
    )
    def test_a_booking_tells_its_own(self, header, cell, minutes, write, take, appointments, soon):
        path = write("book.csv", f"Code,Staff,Date,Time,{header}", f"ANN01,Kim,{soon},15:30,{cell}")
        take(path)
        assert appointments()[0][3] == minutes

    def test_several_services_in_one_cell_share_length_and_price(self, write, take, soon):
        path = write(
            "book.csv",
            "Code,Staff,Service,Date,Time,Minutes,Price",
            f"ANN01,Kim,Color + Cut + Wash,{soon},15:30,50,$100.00",
        )
        take(path, service_separator="+")
        items = AppointmentService.objects.values_list("service__name", "minutes", "price")
        assert list(items) == [
            ("Color", 17, Decimal("33.34")),
            ("Cut", 17, Decimal("33.33")),
            ("Wash", 16, Decimal("33.33")),
        ]


class TestStatus:
    def test_what_is_over_is_completed_and_what_comes_is_booked(self, book, take, soon):
        take(book("ANN01,Ann,,Kim,Cut,2018-03-14,15:30", f"ANN01,Ann,,Kim,Cut,{soon},15:30"))
        assert [appointment.status for appointment in Appointment.objects.all()] == [
            "completed",
            "booked",
        ]

    def test_what_has_begun_and_is_not_over_is_booked(self, salon, write, take):
        begun = datetime.now(salon.zone) - timedelta(minutes=10)
        line = f"ANN01,Kim,{begun:%Y-%m-%dT%H:%M:%S%z}"
        result = take(write("book.csv", "Code,Staff,Start", line))
        assert Appointment.objects.get().status == "booked"
        assert (result.upcoming, result.reminders) == (0, 0)

    def test_words_of_the_file_are_understood_or_mapped(self, write, take, soon):
        words = ["No-Show", "weg", "Booked", "Confirmed"]
        days = ["2018-03-14", "2018-03-15", "2018-03-16", soon]
        lines = [f"ANN01,Kim,{day},9:00,{word}" for day, word in zip(days, words, strict=True)]
        take(
            write("book.csv", "Code,Staff,Date,Time,Status", *lines), statuses={"Weg": "cancelled"}
        )
        found = [appointment.status for appointment in Appointment.objects.all()]
        assert found == [Status.NO_SHOW, Status.CANCELLED, Status.COMPLETED, Status.CONFIRMED]
        assert BusySpan.objects.count() == 2


class TestOverlaps:
    def test_old_overlaps_are_taken_and_reported(self, book, take, appointments, soon):
        lines = [
            f"ANN01,Ann,,Kim,Cut,{soon},9:00",
            f"BOB01,Bob,,Kim,Cut,{soon},9:15",
            f"CAT01,Cat,,Kim,Cut,{soon},9:45",
            f"DAN01,Dan,,Lou,Cut,{soon},9:15",
        ]
        result = take(book(*lines))
        assert len(appointments()) == 4
        assert result.overlaps == [3]
        overbooked = Appointment.objects.filter(allow_overlap=True)
        assert [str(appointment.customer) for appointment in overbooked] == ["Bob"]
        assert BusySpan.objects.filter(exclusive=False).get().appointment == overbooked.get()

    def test_a_long_appointment_is_in_the_way_to_its_end(self, write, take, soon):
        lines = [
            f"{code},Kim,{soon},{time},{minutes}"
            for code, time, minutes in (
                ("ANN01", "9:00", 120),
                ("BOB01", "9:15", 15),
                ("CAT01", "10:45", 15),
                ("DAN01", "11:00", 15),
            )
        ]
        result = take(write("book.csv", "Code,Staff,Date,Time,Minutes", *lines))
        assert result.overlaps == [3, 4]

    def test_an_appointment_that_stands_in_the_new_book_already_counts(
        self, salon, book, take, appointments, soon, write
    ):
        take(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00"))
        result = take(write("other.csv", "Code,Staff,Date,Time", f"BOB01,KIM,{soon},9:29"))
        assert result.overlaps == [2]
        assert len(appointments()) == 2

    def test_who_was_called_off_is_in_nobodys_way(self, write, take, soon):
        header = "Code,Staff,Date,Time,Status"
        lines = (f"ANN01,Kim,{soon},9:00,Cancelled", f"BOB01,Kim,{soon},9:00,")
        assert take(write("book.csv", header, *lines)).overlaps == []


class TestClock:
    """The book's times are those of the salon's wall."""

    def test_of_an_hour_that_comes_twice_the_first_is_meant(self, book, take):
        take(book("ANN01,Ann,,Kim,Cut,2026-11-01,1:30 AM"))
        assert Appointment.objects.get().appointment_time.isoformat() == "2026-11-01T05:30:00+00:00"

    def test_a_time_that_the_clocks_skip_is_rejected_and_all_else_goes_in(self, book, take):
        result = take(
            book("ANN01,Ann,,Kim,Cut,2027-03-14,2:30 AM", "BOB01,Bob,,Kim,Cut,2027-03-14,3:30 AM")
        )
        assert reasons(result) == [(2, "The clocks skip this time: it does not exist on that day")]
        assert result.book.taken == 1

    def test_what_ends_after_the_calendar_is_rejected(self, salon, book, take, soon):
        salon.timezone = "Europe/Berlin"
        salon.save()
        lines = (f"ANN01,Ann,,Kim,Cut,{soon},9:00", "ANN01,Ann,,Kim,Cut,9999-12-31,23:50")
        assert reasons(take(book(*lines))) == [(3, "out of the calendar")]

    def test_an_appointment_across_the_change_keeps_its_length(self, write, take):
        path = write("book.csv", "Code,Staff,Date,Time,Minutes", "ANN01,Kim,2026-11-01,1:30 AM,60")
        take(path)
        appointment = Appointment.objects.get()
        assert (appointment.end_time - appointment.appointment_time).seconds == 3600

    def test_a_time_with_an_offset_is_put_on_the_salons_clock(self, write, take, appointments):
        take(write("book.csv", "Code,Staff,Start", "ANN01,Kim,2026-12-05T15:00:00Z"))
        assert appointments()[0][2] == "10:00"

    def test_the_whole_book_can_be_shifted_and_keeps_its_wall_clock(self, book, take, salon):
        lines = ("ANN01,Ann,,Kim,Cut,2018-03-05,9:00 AM", "BOB01,Bob,,Kim,Cut,2018-03-25,9:00 AM")
        take(book(*lines), shift_to=date(2026, 10, 20))
        found = [appointment.appointment_time for appointment in Appointment.objects.all()]
        local = [f"{time.astimezone(salon.zone):%m-%d %H:%M %z}" for time in found]
        assert local == ["10-20 09:00 -0400", "11-09 09:00 -0500"]


class TestRejects:
    def test_each_bad_line_says_why_and_all_others_go_in(self, write, take, appointments, soon):
        path = write(
            "book.csv",
            "Code,Staff,Service,Date,Time,Minutes,Price,Status",
            f",Kim,Cut,{soon},9:00,30,10,",
            f"ANN01,,Cut,{soon},9:00,30,10,",
            "ANN01,Kim,Cut,31.31.2026,9:00,30,10,",
            f"ANN01,Kim,Cut,{soon},,30,10,",
            f"ANN01,Kim,Cut,{soon},9:00,0,10,",
            f"ANN01,Kim,Cut,{soon},9:00,30,dear,",
            f"ANN01,Kim,Cut,{soon},9:00,30,10,mislaid",
            f"ANN01,{'K' * 121},Cut,{soon},9:00,30,10,",
            f"ANN01,Kim,Cut,{soon},9:00,30,10,,extra",
            f"ANN01,Kim,Cut,{soon},9:00,30,10,",
            f"ANN01,kim,cut,{soon},9:00,45,12,",
        )
        assert reasons(take(path)) == [
            (2, "no customer"),
            (3, "no member of staff"),
            (4, "date “31.31.2026” is not like %Y-%m-%d"),
            (5, "no time"),
            (6, "length “0” is not between 1 minute and a day"),
            (7, "price “dear” is no amount"),
            (8, "unknown status “mislaid”: map it under statuses"),
            (9, "the name of the staff is longer than 120 characters"),
            (10, "more cells than the header names"),
            (12, "the same as line 11"),
        ]
        assert len(appointments()) == 1

    def test_an_end_before_the_start_is_called_so(self, write, take, soon):
        lines = (f"A,Kim,{soon} 9:00,{soon} 8:45", f"B,Kim,{soon} 9:00,{soon} 9:45")
        result = take(write("book.csv", "Code,Staff,Start,End", *lines))
        assert reasons(result) == [(2, f"it ends at “{soon} 8:45”, before it begins")]

    def test_lines_that_quotation_marks_hold_together_are_named(self, book, take, soon):
        lines = (f'A,"Ann,,Kim,Cut,{soon},9:00', f'B,"Bob,,Kim,Cut,{soon},9:30')
        result = take(book(*lines, f"C,Cat,,Kim,Cut,{soon},10:00"))
        detail = "a line break in “Name” (quotation marks hold the lines up to 3 together)"
        assert reasons(result) == [(2, detail)]
        assert result.book.taken == 1

    def test_a_note_may_have_several_lines(self, write, take, soon):
        lines = (f'A,Kim,{soon},9:00,"likes', 'tea"', f"B,Kim,{soon},9:30,")
        assert take(write("book.csv", "Code,Staff,Date,Time,Note", *lines)).book.taken == 2
        assert Appointment.objects.get(customer__external_id="A").comment == "likes tea"

    def test_unknown_staff_and_services_where_none_shall_be_made(self, salon, book, take, soon):
        ExtendedUser.objects.create_user(name="Kim", salon=salon)
        Service.objects.create(salon=salon, name="Cut")
        lines = [
            f"ANN01,Ann,,{who},{what},{soon},9:00"
            for who, what in (("Kim", "Cut"), ("Lou", "Cut"), ("Kim", "Perm"))
        ]
        result = take(book(*lines), create_staff=False, create_services=False)
        assert reasons(result) == [
            (3, "“Lou” is not of the salon's staff"),
            (4, "“Perm” is not a service of the salon"),
        ]

    def test_a_number_nobody_can_dial_is_left_out_and_said(self, book, take, soon):
        result = take(book(f"ANN01,Ann,12,Kim,Cut,{soon},9:00"))
        assert result.book.remarks == {2: "taken without its phone number, which nobody can dial"}
        assert Customer.objects.get().phone_number == ""
        assert not result.is_clean
