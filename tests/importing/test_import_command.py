"""import_bookings as an operator types it: options, mapping file, counts and exit status."""

import csv
import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from appointment.models import Appointment
from customer.models import Customer
from importing.models import ImportedBooking
from importing.terminal_report import ProgressBar
from notification.models import AppointmentNotification
from salon.models import Salon, Service
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def command(salon, capsys):
    """`command(book, options…)`: exit status, what was printed, and what was complained about."""

    def run(path, *options):
        status = 0
        try:
            call_command("import_bookings", str(path), "--salon", "old & new", *map(str, options))
        except SystemExit as stop:
            status = stop.code
        except CommandError as error:
            status = error.returncode
            sys.stderr.write(str(error))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def lines(soon):
    return (
        f"ANN01,Ann,2125550101,Kim,Cut,{soon},9:00",
        f"ANN01,Ann,,Kim,Color,{soon},9:30",
        f"BOB01,Bob,,HOUSE,Cut,{soon},9:00",
        f",,,Kim,Cut,{soon},11:00",
    )


def test_all_taken_is_status_0_without_a_rejects_file(command, book, lines):
    path = book(*lines[:3])
    status, out, err = command(path)
    assert (status, err) == (0, "")
    assert "Bookings: 3 read, 3 taken, 0 rejected." in out
    assert "Appointments: 2, of which 2 lie ahead; 2 reminders planned, 0 confirmations." in out
    assert "New: 2 customers, 2 staff (HOUSE, Kim), 2 services (Color, Cut)." in out
    assert [each.name for each in path.parent.iterdir()] == ["book.csv"]


def test_some_rejected_is_status_1_and_a_file_of_lines_and_reasons(command, book, lines):
    path = book(*lines)
    status, out, err = command(path)
    assert status == 1
    assert "Bookings: 4 read, 3 taken, 1 rejected." in out
    assert "book.csv, line 5: no customer" in err
    rejects = path.with_name("book.rejects.csv")
    assert str(rejects) in err
    rows = list(csv.reader(rejects.open(newline="")))
    assert rows[0] == [
        "line",
        "reason",
        "Code",
        "Name",
        "Phone",
        "Staff",
        "Service",
        "Date",
        "Time",
    ]
    assert [row[:2] + row[5:7] for row in rows[1:]] == [["5", "no customer", "Kim", "Cut"]]
    assert rejects.stat().st_mode & 0o077 == 0


def test_the_rejects_go_where_one_says(command, book, lines, tmp_path):
    command(book(*lines), "--rejects", tmp_path / "bad.csv")
    assert (tmp_path / "bad.csv").exists()
    assert not (tmp_path / "book.rejects.csv").exists()


def test_rejects_never_overwrite_what_is_read(command, book, lines):
    path = book(*lines)
    before = path.read_bytes()
    assert command(path, "--rejects", path)[0] == 2
    assert path.read_bytes() == before
    assert not Appointment.objects.exists()


def test_a_folder_is_no_place_for_rejects(command, book, lines, tmp_path):
    status, _, err = command(book(*lines), "--rejects", tmp_path)
    assert (status, Appointment.objects.count()) == (2, 0)
    assert f"{tmp_path} can't be written: give --rejects FILE." in err


def test_a_rejected_cell_is_no_formula_for_a_spreadsheet(command, book, soon, tmp_path):
    cells = ["=1+1", "@SUM(A1)", "+212 555 0101", "-2+3", "+cmd|' /C calc'!A0", f"{soon}", "25:00"]
    command(book(f"ANN01,Ann,,Kim,Cut,{soon},9:00", ",".join(cells)))
    with (tmp_path / "book.rejects.csv").open(newline="") as file:
        row = list(csv.reader(file))[1]
    kept = ["'=1+1", "'@SUM(A1)", "+212 555 0101", "'-2+3", "'+cmd|' /C calc'!A0", soon, "25:00"]
    assert row[2:] == kept


def test_a_database_that_refuses_is_status_3_and_one_line(command, book, lines, monkeypatch):
    def refuse(*_args, **_options):
        raise OperationalError("the disk is full\n")

    monkeypatch.setattr("appointment.actions.bulk.create_appointments", refuse)
    status, _, err = command(book(*lines))
    assert status == 3
    assert "The database refused to go on: the disk is full. What was taken stays" in err
    monkeypatch.undo()
    assert command(book(*lines))[0] != 3


def test_a_book_without_bookings_is_told(command, book):
    status, _, err = command(book())
    assert status == 2
    assert "book.csv: there is no booking below the header" in err


def test_a_country_may_be_small(command, book, soon):
    command(book(f"ANN01,Ann,07400 123456,Kim,Cut,{soon},9:00"), "--country", "gb")
    assert str(Customer.objects.get().phone_number) == "+447400123456"


def test_a_dry_run_prints_the_same_counts_and_changes_nothing(command, book, lines, broker):
    path = book(*lines)
    status, dry, _ = command(path, "--dry-run")
    models = (Appointment, Customer, Service, AppointmentNotification, ExtendedUser)
    assert [model.objects.count() for model in models] == [0] * 5
    assert broker.waiting() == 0
    first, *same = dry.splitlines()
    assert first.startswith("Dry run: nothing was changed.")
    real_status, real, _ = command(path)
    assert (status, same) == (real_status, real.splitlines())


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--column", "customer=Kode"], "There is no column “Kode”; the columns are Code, Name"),
        (
            ["--column", "kustomer=Code"],
            "“kustomer” means nothing here; the words are id, customer",
        ),
        (["--date-format", "%d.%m.%y"], "Not one line can be taken. Line 2: date “"),
        (["--no-new-staff"], "Line 2: “Kim” is not of the salon's staff"),
        (["--minutes", "0"], "minutes is too small"),
        (["--mapping", "/nowhere/book.toml"], "/nowhere/book.toml: "),
        (["--services", "/nowhere/services.csv"], "services.csv: No such file"),
        (["--country", "Canada"], "“CANADA” is no country; give two capital letters such as US"),
        (["--column", "staff="], "Say which column is “staff”; the file has Code, Name"),
        (["--column", "staff="], "(--column WORD=HEADER)"),
        (["--column", "date=Name"], "as in 2027-05-31, or say its format. (--date-format)"),
        (["--delimiter", ";;"], "“;;” can't stand between cells; give one character, or tab"),
        (["--encoding", "klingon"], "“klingon” is no encoding"),
        (["--encoding", "utf-16"], "can't be read"),
        (["--salon", "Neu"], "--salon: 0 salons are “Neu”; there are"),
    ],
)
def test_what_can_not_be_meant_is_status_2_and_nothing_done(
    options, complaint, command, book, lines
):
    status, out, err = command(book(*lines[:2]), *options)
    assert (status, out) == (2, "")
    assert complaint in err
    assert not ExtendedUser.objects.exists()
    assert not Service.objects.exists()


def test_a_salon_goes_by_its_id_too(salon, command, book, lines):
    Salon.objects.create(name="Other", timezone="UTC")
    assert command(book(*lines[:1]), "--salon", salon.pk)[0] == 0
    assert Appointment.objects.get().salon == salon


def test_a_toml_file_maps_what_no_guess_could(command, write, appointments, salon):
    book = write(
        "buch.csv",
        "Nr;Kundin;Wer;Was;Wann;Bis",
        "4711;Ännchen;HAUS;SH;03.12.2026 14 Uhr 30;03.12.2026 15 Uhr 20",
        "4712;Ännchen;KM;SH;04.12.2026 09 Uhr 00;04.12.2026 10 Uhr 00",
        encoding="cp1252",
    )
    services = write("services.csv", "K;Titel", "SH;Schnitt")
    mapping = write(
        "book.toml",
        'start_format = "%d.%m.%Y %H Uhr %M"',
        'end_format = "%d.%m.%Y %H Uhr %M"',
        'delimiter = ";"',
        'skip_staff = ["HAUS"]',
        "[columns]",
        'id = "Nr"',
        'customer_name = "Kundin"',
        'staff = "Wer"',
        'service = "Was"',
        'start = "Wann"',
        'end = "Bis"',
        "[services_columns]",
        'code = "K"',
        'name = "Titel"',
        "[staff_names]",
        'KM = "Kim"',
    )
    status, out, err = command(book, "--mapping", mapping, "--services", services)
    assert (status, err) == (0, "")
    assert "1 taken, 0 rejected, 1 left out as asked" in out
    assert appointments() == [("Ännchen", "Kim", "09:00", 60, ["Schnitt"])]
    assert ImportedBooking.objects.get().key == "4712"


def test_an_option_goes_over_the_mapping_file(command, write, book, lines, appointments):
    mapping = write("book.toml", "minutes = 20", "gap_minutes = 5")
    command(book(*lines[:2]), "--mapping", mapping, "--gap-minutes", 10)
    assert appointments() == [("Ann", "Kim", "09:00", 50, ["Cut", "Color"])]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("minuts = 30", "“minuts” means nothing here"),
        ('minutes = "30"', "minutes can't be '30'"),
        ("skip_staff = [1]", "skip_staff can't be [1]"),
        ("[statuses]\nweg = 'gone'", "“gone” is no status; the statuses are booked, confirmed"),
        ("minutes = ", "Invalid value"),
    ],
)
def test_a_wrong_mapping_file_says_where_it_is_wrong(line, complaint, command, write, book, lines):
    status, _, err = command(book(*lines), "--mapping", write("book.toml", line))
    assert status == 2
    assert complaint in err


def test_it_says_how_it_read_the_file(command, book, lines):
    _, out, _ = command(book(*lines[:1]))
    assert "Read as: customer=Code, customer_name=Name, phone=Phone, staff=Staff," in out
    assert "date_format=%Y-%m-%d, time_format=%H:%M" in out


def test_a_bar_grows_on_a_terminal_and_stays_out_of_files():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        bar = ProgressBar(stream)
        bar(50, 200)
        bar(200, 200)
        bar.close()
    last = terminal.getvalue().split("\r")[-1]
    assert last == f"[{'#' * 40}] 200 of 200 bookings\n"
    assert f"[{'#' * 10}{'.' * 30}] 50 of 200 bookings" in terminal.getvalue()
    assert file.getvalue() == ""
