"""Files of other programs: encodings, delimiters, headers, formats."""

import pytest

from core.api.errors import Refusal
from importing.bookings import LineRejected
from importing.column_mapping import mapping_detection
from importing.column_mapping.mapping import Mapping
from importing.csv_files import cell_parsers
from importing.csv_files.tables import open_table

HEADER = "Code,Staff,Date,Time"


def read(path, **given):
    return [line.cells for line in open_table(path, **given).lines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(encoding, delimiter, write):
    lines = [delimiter.join(cells) for cells in (["Name", "Note"], ["Zoë", "naïve"])]
    path = write("book.csv", *lines, encoding=encoding)
    assert read(path) == [{"Name": "Zoë", "Note": "naïve"}]


def test_both_can_be_said(write):
    path = write("book.csv", "a,b;c", "ł,1;2", encoding="cp1250")
    assert read(path, encoding="cp1250", delimiter=";") == [{"a,b": "ł,1", "c": "2"}]
    assert read(write("tabs.csv", "a;b\tc", "1\t2"), delimiter="tab") == [{"a;b": "1", "c": "2"}]


def test_lines_have_the_numbers_an_editor_shows(write):
    path = write("book.csv", HEADER, "a,b,c,d", "", ",,,", '"two', 'lines",b,c,d', "e,f,g,h")
    numbers = [line.number for line in open_table(path).lines()]
    assert numbers == [2, 5, 7]


def test_short_lines_have_empty_cells(write):
    path = write("book.csv", HEADER, "a,b")
    assert read(path) == [{"Code": "a", "Staff": "b", "Date": "", "Time": ""}]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([""], "book.csv: the first line must name the columns"),
        (["Code,Date,code", "a,b,c"], "book.csv: two columns are called “code”; rename one"),
    ],
)
def test_a_header_that_is_unclear_is_refused(lines, complaint, write):
    with pytest.raises(Refusal) as refusal:
        open_table(write("book.csv", *lines))
    assert refusal.value.errors == {"file": [complaint]}


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheet_is_told_apart(start, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(start + b"\x14\x00")
    with pytest.raises(Refusal, match="this is a spreadsheet; save it as CSV"):
        open_table(path)


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([HEADER, "a,b,c,d", 'e,"f,c,d', "g,h,i,j"], 3),
        ([HEADER, 'a,b,c,"d'], 2),
        (['Code,Staff,Date,"Time', "a,b,c,d"], 1),
    ],
)
def test_a_quotation_mark_that_never_closes_does_not_swallow_the_rest(lines, number, write):
    with pytest.raises(Refusal, match=f"the quotation mark in line {number} never closes"):
        read(write("book.csv", *lines))


def test_quotation_marks_may_hold_lines_and_stand_within_cells(write):
    path = write("book.csv", "Code,Note", 'a,"two', 'lines"', 'b,5" off', 'c,"say ""hi"""')
    assert [cells["Note"] for cells in read(path)] == ["two lines", '5" off', 'say "hi"']


def test_a_last_line_without_an_end_is_read(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("Code,Staff\na,b")
    assert read(path) == [{"Code": "a", "Staff": "b"}]


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "book.csv"
    path.write_bytes(b"\x81\x8d\x8f\x90\x9d")
    with pytest.raises(Refusal, match="can't be read"):
        open_table(path)


class TestGuessing:
    def complete(self, path, **given):
        return mapping_detection.complete_mapping(Mapping(**given), open_table(path))

    def test_columns_by_what_other_programs_call_them(self, write):
        header = "Client ID,Client Name,Mobile Phone,E-mail,Stylist,Treatment,Start,Duration (mins)"
        path = write("book.csv", header, "1,Ann,,,Kim,Cut,2026-12-24 15:00,45")
        assert self.complete(path).columns == {
            "customer": "Client ID",
            "customer_name": "Client Name",
            "phone": "Mobile Phone",
            "email": "E-mail",
            "staff": "Stylist",
            "service": "Treatment",
            "start": "Start",
            "minutes": "Duration (mins)",
        }

    @pytest.mark.parametrize(
        ("date", "time", "formats"),
        [
            ("03/14/2018", "3:50:00 PM", ("%m/%d/%Y", "%I:%M:%S %p")),
            ("14/03/2018", "15:50", ("%d/%m/%Y", "%H:%M")),
            ("2018-03-14 00:00:00", "01/01/1900 15:50", ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M")),
            ("14.03.18", "15.50", ("%d.%m.%y", "%H.%M")),
            ("Mar 14, 2018", "3:50pm", ("%b %d, %Y", "%I:%M%p")),
            ("Wed, Mar 14, 2018", "3:50 p.m.", ("%b %d, %Y", "%I:%M %p")),
            ("Wednesday 14 March 2018", "3:50:00 P. M.", ("%d %B %Y", "%I:%M:%S %p")),
            ("2018-03-14 00:00:00.000", "15:50:00.0000000", ("%Y-%m-%d %H:%M:%S", "%H:%M:%S")),
        ],
    )
    def test_formats_by_what_the_lines_hold(self, date, time, formats, write):
        found = self.complete(write("book.csv", HEADER.replace(",", ";"), f"A;Kim;{date};{time}"))
        assert (found.date_format, found.time_format) == formats

    def test_a_date_with_its_time(self, write):
        path = write("book.csv", "Code,Staff,Start", "A,Kim,2026-12-24T15:00:00+0100")
        assert self.complete(path).start_format == "%Y-%m-%dT%H:%M:%S%z"

    def test_one_bad_cell_does_not_spoil_it(self, write):
        lines = ("A,Kim,soon,9:00", "A,Kim,2026-12-24,9:00", "A,Kim,2026-12-25,9:00")
        assert self.complete(write("book.csv", HEADER, *lines)).date_format == "%Y-%m-%d"

    @pytest.mark.parametrize(
        ("start", "form"),
        [
            ("2018-03-14 15:50:00.000", "%Y-%m-%d %H:%M:%S"),
            ("2018-03-14T15:50:00.123Z", "%Y-%m-%dT%H:%M:%S%z"),
        ],
    )
    def test_parts_of_a_second_are_left_out(self, start, form, write):
        path = write("book.csv", "Code,Staff,Start", f"A,Kim,{start}")
        assert self.complete(path).start_format == form
        assert cell_parsers.parse_datetime_cell(start, form, "start").replace(
            tzinfo=None
        ).isoformat() == ("2018-03-14T15:50:00")

    def test_a_format_that_is_said_counts_for_every_sign(self):
        assert cell_parsers.parse_datetime_cell("Tue 15.5.18", "%a %d.%m.%y", "date").day == 15

    def test_what_is_written_in_no_known_way_is_told_how_to_write_it(self, write):
        with pytest.raises(Refusal) as refusal:
            self.complete(write("book.csv", HEADER, "A,Kim,46146,9:00"))
        assert refusal.value.errors == {
            "date_format": [
                "“46146” is written in a way that is not known here."
                " Write this column as in 2027-05-31, or say its format."
            ]
        }

    def test_dates_that_can_be_read_two_ways_are_asked_about(self, write):
        path = write("book.csv", HEADER, "A,Kim,04/05/2018,9:00")
        with pytest.raises(Refusal) as refusal:
            self.complete(path)
        assert refusal.value.errors == {
            "date_format": [
                "“04/05/2018” can be 2018-04-05 (%m/%d/%Y) or 2018-05-04 (%d/%m/%Y). Say which."
            ]
        }
        assert self.complete(path, date_format="%d/%m/%Y").date_format == "%d/%m/%Y"

    @pytest.mark.parametrize(
        ("header", "missing"),
        [
            ("Staff,Date,Time", "customer"),
            ("Code,Date,Time", "staff"),
            ("Code,Staff,Date", "start"),
        ],
    )
    def test_what_is_needed_and_not_there_is_named(self, header, missing, write):
        with pytest.raises(Refusal, match=f"Say which column is “{missing}”"):
            self.complete(write("book.csv", header, "a,b,c"))

    def test_a_column_that_is_said_not_to_be_there_is_not_guessed(self, write):
        path = write("book.csv", HEADER + ",Status", "A,Kim,2026-12-24,9:00,x")
        assert self.complete(path).columns["status"] == "Status"
        assert "status" not in self.complete(path, columns={"status": ""}).columns

    def test_an_empty_column_has_any_format(self, write):
        path = write("book.csv", HEADER + ",End", "A,Kim,2026-12-24,9:00,")
        assert self.complete(path).columns["end"] == "End"

    def test_a_book_of_one_person_needs_no_staff_column(self, write):
        path = write("book.csv", "Code,Date,Time", "A,2026-12-24,9:00")
        assert "staff" not in self.complete(path, default_staff="Kim").columns


class TestCells:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [("45", 45), ("45 min", 45), ("1:15", 75), ("1h", 60), ("2 hrs 5m", 125)],
    )
    def test_lengths(self, text, minutes):
        assert cell_parsers.parse_minutes_cell(text) == minutes

    @pytest.mark.parametrize("text", ["", "long", "0", "1441", "-5", "1.5"])
    def test_no_lengths(self, text):
        with pytest.raises(LineRejected):
            cell_parsers.parse_minutes_cell(text)

    @pytest.mark.parametrize(
        ("text", "price"),
        [("45", "45.00"), ("$1,234.50", "1234.50"), ("12,50 €", "12.50"), ("1.234,5", "1234.50")],
    )
    def test_prices(self, text, price):
        assert str(cell_parsers.parse_price_cell(text)) == price

    @pytest.mark.parametrize("text", ["free", "-3", "100000000", "1-2"])
    def test_no_prices(self, text):
        with pytest.raises(LineRejected):
            cell_parsers.parse_price_cell(text)

    @pytest.mark.parametrize(("text", "is_yes"), [("TRUE", True), ("no", False), ("", True)])
    def test_yes_and_no(self, text, is_yes):
        assert cell_parsers.parse_yes_no_cell(text) is is_yes
