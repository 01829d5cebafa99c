"""The owner uploads the old book, sees how it is understood, and takes it over."""

import csv
import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appointment.consistency.appointments import find_inconsistencies
from appointment.consistency.findings import ConsistencyReport
from appointment.models import Appointment
from notification.models import AppointmentNotification
from tests.web.conftest import PHONE, get_form_errors, read_page_text
from web.importing import uploads, views

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "Code,Name,Mobile,Stylist,Service,Date,Time"
UPLOAD = "/settings/import/"


@pytest.fixture
def lines(tomorrow):
    day = f"{tomorrow:%Y-%m-%d}"
    return [
        f"ANN01,Ann Lee,212 555 0101,Bob,Cut,{day},3:30 PM",
        f"ANN01,Ann Lee,,Lou,Blowdry,{day},4:00 PM",
        f"BOB01,,,HOUSE,Cut,{day},9:00 AM",
        f",,,Lou,Cut,{day},11:00 AM",
    ]


def build_csv_file(*lines, name="book.csv"):
    return SimpleUploadedFile(name, "\n".join(lines).encode(), content_type="text/csv")


@pytest.fixture
def mapping_page(office, lines):
    """`mapping_page(lines…)`: the address of the mapping of an upload."""

    def upload(*given, **more):
        answer = office.post(UPLOAD, {"book": build_csv_file(*(given or [HEADER, *lines])), **more})
        assert answer.status_code == 302, read_page_text(answer)
        return answer["Location"]

    return upload


def read_form_data(page):
    """What a browser would send back unchanged."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "confirm"}


def test_the_settings_lead_to_it(office):
    assert f'href="{UPLOAD}"' in office.get("/settings/").content.decode()
    assert "Import from another program" in read_page_text(office.get(UPLOAD))


def test_what_was_found_out_is_shown_with_the_first_lines(office, mapping_page, tomorrow):
    page = office.get(mapping_page())
    shown = read_page_text(page)
    assert page.status_code == 200
    day = f"{tomorrow:%a, %b} {tomorrow.day}, {tomorrow.year}, 3:30 PM"
    assert f"2 Ann Lee +1 212-555-0101 Bob Cut {day} 30" in shown
    assert "4 BOB01 HOUSE Cut" in shown
    assert "5 Will not be imported: no customer." in shown
    assert read_form_data(page)["column_customer_name"] == "Name"
    assert read_form_data(page)["column_note"] == ""
    assert "“3:30 PM” is 3:30 PM" in shown
    assert not Appointment.objects.exists()


def test_another_mapping_is_shown_again(office, mapping_page):
    address = mapping_page()
    sent = read_form_data(office.get(address)) | {
        "column_service": "",
        "minutes": "50",
        "do": "look",
    }
    shown = read_page_text(office.post(address, sent | {"skip_staff": "house, Lou"}))
    assert "Bob Cut" not in shown
    assert "3 Skipped." in shown
    assert "3:30 PM 50" in shown


def test_a_trial_tells_the_counts_and_changes_nothing(office, mapping_page, aurora):
    address = mapping_page()
    page = office.post(address, read_form_data(office.get(address)) | {"do": "check"})
    shown = read_page_text(page)
    assert "Trial run: nothing was changed." in shown
    assert "Bookings read 4 Imported 3 Not imported 1 Appointments 2, 2 of them upcoming" in shown
    assert "Line 5: no customer" in shown
    assert not Appointment.objects.exists()
    assert [member.name for member in aurora.staff.all()] == ["Alice"]


def test_taking_it_over_fills_the_book_and_tells_what_is_left(office, mapping_page, broker):
    address = mapping_page()
    page = office.post(address, read_form_data(office.get(address)) | {"do": "take"})
    assert read_page_text(page).count("Import finished") == 2  # the title of the page too
    assert "Bookings read 4 Imported 3 Not imported 1" in read_page_text(page)
    assert "New customers 2 New staff Bob, HOUSE, Lou New services 2" in read_page_text(page)
    assert "Check 1 line of the bookings: Line 5: no customer" in read_page_text(page)
    found = Appointment.objects.order_by("pk")
    assert [str(appointment.customer) for appointment in found] == ["BOB01", "Ann Lee"]
    assert found[1].end_time - found[1].appointment_time == timedelta(minutes=60)
    assert broker.waiting() == 2
    assert broker.ready() == 0
    assert list(find_inconsistencies(ConsistencyReport())) == []


def test_the_lines_that_were_not_taken_can_be_downloaded(office, mapping_page):
    address = mapping_page()
    office.post(address, read_form_data(office.get(address)) | {"do": "take"})
    answer = office.get(address + "book.rejects.csv")
    rows = list(csv.reader(answer.content.decode().splitlines()))
    assert [row[:2] for row in rows] == [["line", "reason"], ["5", "no customer"]]
    assert answer["Content-Disposition"] == 'attachment; filename="book.rejects.csv"'
    assert office.get(address + "customers.rejects.csv").status_code == 404


def test_the_same_file_again_adds_nothing(office, mapping_page):
    for _ in range(2):
        address = mapping_page()
        page = office.post(address, read_form_data(office.get(address)) | {"do": "take"})
    assert "Imported 0 Already imported 3" in read_page_text(page)
    assert Appointment.objects.count() == 2


def test_confirmations_go_out_only_where_they_are_asked_for(office, mapping_page, broker):
    address = mapping_page()
    sent = read_form_data(office.get(address)) | {"do": "take", "confirm": "on"}
    assert "Confirmations 2" in read_page_text(office.post(address, sent))
    assert broker.ready() == 2
    assert AppointmentNotification.objects.filter(status="skipped").count() == 0


def test_services_and_customers_come_with_it(office, mapping_page):
    services = build_csv_file("code,name,minutes", "Cut,Hair cut,45", name="s.csv")
    customers = build_csv_file("code,phone", "BOB01,212 555 0102", "CAT01,1", name="c.csv")
    address = mapping_page(services=services, customers=customers)
    page = office.post(address, read_form_data(office.get(address)) | {"do": "take"})
    bob = Appointment.objects.get(customer__external_id="BOB01")
    assert str(bob.customer.phone_number) == "+12125550102"
    assert [item.service.name for item in bob.items.all()] == ["Hair cut"]
    assert "Check 1 line of the customers: Line 3: taken without its phone" in read_page_text(page)
    assert office.get(address + "customers.rejects.csv").status_code == 200


def test_a_time_that_the_clocks_skip_is_told_before(office, mapping_page):
    page = office.get(mapping_page(HEADER, "ANN01,Ann,,Bob,Cut,2027-03-14,2:30"))
    assert (
        "Will not be imported: The clocks skip this time: it does not exist on that day."
        in read_page_text(page)
    )


def test_the_days_of_the_book_are_told(office, mapping_page):
    address = mapping_page(
        HEADER, "A,Ann,,Bob,Cut,2018-03-14,9:00", "A,Ann,,Bob,Cut,2027-05-13,9:00"
    )
    page = office.post(address, read_form_data(office.get(address)) | {"do": "check"})
    assert "From and to Mar 14, 2018 – May 13, 2027" in read_page_text(page)
    assert "Upcoming appointments without a mobile number (no texts) 1" in read_page_text(page)


class TestWhatIsNotClear:
    @pytest.mark.parametrize("header", [HEADER + ",", "My bookings,,,,,,", "sep=,"])
    def test_a_column_without_a_name_is_nobodys(self, header, office, mapping_page):
        address = mapping_page(header, "ANN01,Ann,,Bob,Cut,2027-05-13,9:00")
        page = office.get(address)
        assert page.status_code == 200
        assert office.post(address, read_form_data(page)).status_code in {200, 400}

    def test_dates_that_can_be_read_two_ways_are_offered_by_their_meaning(
        self, office, mapping_page
    ):
        address = mapping_page(HEADER, "ANN01,Ann,,Bob,Cut,04/05/2027,9:00")
        page = office.get(address)
        assert list(get_form_errors(page)) == ["date_format"]
        assert "“04/05/2027” is Mon, Apr 5, 2027" in read_page_text(page)
        assert "“04/05/2027” is Tue, May 4, 2027" in read_page_text(page)
        page = office.post(
            address, read_form_data(page) | {"date_format": "%d/%m/%Y", "do": "take"}
        )
        assert Appointment.objects.get().appointment_time.month == 5

    def test_a_file_without_what_is_needed_asks_for_it(self, office, mapping_page):
        address = mapping_page("Kunde,Wer,Date,Time", "Ann,Bob,2027-05-13,9:00")
        page = office.get(address)
        assert "Say which column is “customer”" in read_page_text(page)
        sent = read_form_data(page) | {"column_customer_name": "Kunde", "column_staff": "Wer"}
        assert "2 Ann Bob" in read_page_text(office.post(address, sent | {"do": "look"}))

    def test_a_day_in_no_known_form_is_told_beside_its_field(self, office, mapping_page):
        page = office.get(mapping_page(HEADER, "ANN01,Ann,,Bob,Cut,46146,9:00"))
        assert "Write this column as in 2027-05-31" in get_form_errors(page)["date_format"][0]

    def test_a_format_is_found_out_anew_for_another_column(self, office, mapping_page):
        address = mapping_page(
            "Code,Stylist,Made,Date,Time",
            "A,Bob,01.02.2027,2027-05-13,9:00",
            "A,Bob,13.02.2027,2027-05-14,9:00",
        )
        sent = read_form_data(office.get(address)) | {"column_date": "Made", "do": "look"}
        assert "Feb 1, 2027, 9:00 AM" in read_page_text(office.post(address, sent))

    def test_where_not_one_line_fits_nothing_is_taken(self, office, mapping_page, aurora):
        address = mapping_page()
        sent = read_form_data(office.get(address)) | {"column_time": "Name", "do": "take"}
        page = office.post(address, sent)
        assert page.status_code == 400
        assert "Nothing was imported." in read_page_text(page)
        assert aurora.staff.count() == 1

    @pytest.mark.parametrize(
        ("files", "field", "sentence"),
        [
            ({}, "book", "Choose a file."),
            ({"book": build_csv_file()}, "book", "This file is empty."),
            ({"book": build_csv_file("Code,Code", "a,b")}, "book", "two columns are called “code”"),
            (
                {"book": build_csv_file(HEADER), "customers": build_csv_file(",,")},
                "customers",
                "must name the columns",
            ),
        ],
    )
    def test_a_file_that_is_none_is_told_beside_its_field(self, office, files, field, sentence):
        before = {*uploads.get_uploads_folder().glob("*/*")}
        answer = office.post(UPLOAD, files)
        assert answer.status_code == 400
        assert sentence in get_form_errors(answer)[field][0]
        assert {*uploads.get_uploads_folder().glob("*/*")} <= before

    def test_what_is_too_much_to_wait_for_is_left_to_the_operator(self, office, lines, monkeypatch):
        monkeypatch.setattr("web.importing.forms.MAX_FILE_BYTES", 100)
        answer = office.post(UPLOAD, {"book": build_csv_file(HEADER, *lines)})
        assert "larger than 5 MB" in get_form_errors(answer)["book"][0]
        monkeypatch.undo()
        monkeypatch.setattr(views, "MAX_LINES", 3)
        answer = office.post(UPLOAD, {"book": build_csv_file(HEADER, *lines)})
        assert "More than 3 lines" in get_form_errors(answer)["book"][0]


class TestWhoMay:
    def test_staff_may_not(self, desk, mapping_page):
        address = mapping_page()
        for page in (UPLOAD, address, address + "book.rejects.csv"):
            assert desk.get(page).status_code == 403
        assert desk.post(address, {"do": "take"}).status_code == 403

    def test_another_salon_finds_nothing(self, at_desk, charlie, office, mapping_page):
        address = mapping_page()
        office.post(address, read_form_data(office.get(address)) | {"do": "check"})
        theirs = at_desk(charlie)
        for page in (address, address + "book.rejects.csv"):
            assert theirs.get(page).status_code == 404
        assert theirs.post(address, {"do": "take"}).status_code == 404

    @pytest.mark.parametrize("token", ["..", "x", "a" * 22])
    def test_a_name_that_was_never_given_is_not_there(self, office, token):
        assert office.get(f"/settings/import/{token}/").status_code == 404


def test_uploads_are_for_this_program_alone_and_go_after_a_day(aurora, mapping_page):
    token = mapping_page().rstrip("/").split("/")[-1]
    folder = uploads.get_upload(aurora, token).folder
    assert folder.stat().st_mode & 0o077 == 0
    old = folder.stat().st_mtime - uploads.KEPT_SECONDS - 1
    os.utime(folder, (old, old))
    mapping_page()
    assert not folder.exists()


def test_a_cell_can_not_become_a_part_of_the_page(office, mapping_page):
    address = mapping_page(HEADER, "<script>,<b>x</b>,,Bob,Cut,2027-05-13,9:00")
    assert b"<script>," not in office.get(address).content
    assert "&lt;b&gt;x&lt;/b&gt;" in office.get(address).content.decode()


def test_it_works_in_a_browser_on_a_phone(sign_in, alice, lines, tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("\n".join([HEADER, *lines]))
    page = sign_in(alice, "alice-password", viewport=PHONE)
    page.goto(UPLOAD)
    page.get_by_label("Bookings").set_input_files(path)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Trial run").click()
    page.get_by_text("Trial run: nothing was changed.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Import").click()
    page.get_by_role("heading", name="Import finished").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these lines").click()
    assert download.value.suggested_filename == "book.rejects.csv"
