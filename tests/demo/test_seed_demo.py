"""The demo salons."""

import stat
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from address.models import Address
from appointment.models import Appointment, Status
from core.environment import Environment
from customer.models import Customer
from notification.models import AppointmentNotification
from notification.states import Kind
from notification.states import Status as TextStatus
from salon.models import Salon, Service
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

ACCOUNTS = ["owner@aurora.example", "staff@aurora.example", "owner@barber.example"]


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    """An installation with a DATA_DIR of its own and no DEMO_PASSWORD."""
    settings.ENV = Environment({"DATA_DIR": str(tmp_path), "DEBUG": "1"})
    settings.PRACTICE_PHONE = True
    return tmp_path


def run_seed_demo(*args):
    out = StringIO()
    call_command("seed_demo", *args, stdout=out)
    return out.getvalue().splitlines()


def test_two_salons_with_staff_services_and_addresses_are_there(db):
    run_seed_demo()
    aurora, barber = Salon.objects.order_by("name")
    assert (aurora.name, aurora.sender) == ("Aurora", "")
    assert (barber.name, barber.sender) == ("Barber & Co", "+12125550120")
    for salon in (aurora, barber):
        assert (salon.country, salon.timezone, salon.locale) == ("US", "America/New_York", "en")
        assert Service.objects.filter(salon=salon).count() >= 3
        assert Address.objects.filter(salon=salon).exists()
        assert ExtendedUser.objects.filter(salon=salon, bookable=True, can_login=False).exists()
    owners = ExtendedUser.objects.filter(is_owner=True).values_list("email", flat=True)
    assert sorted(owners) == ["owner@aurora.example", "owner@barber.example"]


def test_the_summary_has_a_line_for_each_account(house):
    lines = run_seed_demo("--summary")
    password = (house / "demo_password").read_text()
    assert [line.split()[0] for line in lines] == ACCOUNTS
    assert all(password in line for line in lines)
    assert lines[0].endswith("owner of Aurora")
    assert lines[1].endswith("staff at Aurora")


def test_without_the_option_nothing_is_printed():
    assert run_seed_demo() == []


def test_the_password_signs_in(client):
    password = run_seed_demo("--summary")[0].split()[1]
    for email in ACCOUNTS:
        answer = client.post("/sign-in/", {"username": email, "password": password})
        assert answer.status_code == 302


def test_the_password_is_kept_for_its_owners_eyes_and_told_again(house):
    first = run_seed_demo("--summary")
    assert stat.S_IMODE((house / "demo_password").stat().st_mode) == 0o600
    assert run_seed_demo("--summary") == first


def test_a_given_password_is_used_and_not_written_down(settings, house):
    settings.ENV = Environment({"DATA_DIR": str(house), "DEMO_PASSWORD": "let-me-in", "DEBUG": "1"})
    assert all("let-me-in" in line for line in run_seed_demo("--summary"))
    assert not (house / "demo_password").exists()


def test_a_password_changed_since_is_neither_reset_nor_guessed(client):
    run_seed_demo()
    owner = ExtendedUser.objects.get(email=ACCOUNTS[0])
    owner.set_password("my-own-secret")
    owner.save()
    lines = run_seed_demo("--summary")
    assert "(a password set since)" in lines[0]
    owner.refresh_from_db()
    assert owner.check_password("my-own-secret")


def test_a_second_run_changes_nothing(django_assert_num_queries):
    run_seed_demo()

    def state():
        models = (Salon, Service, ExtendedUser, Customer, Appointment, AppointmentNotification)
        return [list(model.objects.order_by("pk").values()) for model in models]

    Salon.objects.filter(name="Aurora").update(name="Renamed", reminder_time_minutes=15)
    Appointment.objects.order_by("pk").first().delete()
    before = state()
    run_seed_demo()
    assert state() == before


@pytest.mark.parametrize("clock", ["00:00:30", "09:40:00", "14:45:00", "23:59:30"])
def test_the_book_is_full_at_any_time_of_the_day(time_machine, clock):
    time_machine.move_to(datetime.fromisoformat(f"2027-05-04T{clock}-04:00"), tick=False)
    run_seed_demo()
    now = timezone.now()
    appointments = Appointment.objects.all()
    assert appointments.filter(appointment_time__lt=now).exists()
    assert appointments.filter(appointment_time__gt=now + timedelta(days=3)).exists()
    for appointment in appointments.filter(end_time__lte=now).exclude(status=Status.CANCELLED):
        assert appointment.status in {Status.COMPLETED, Status.NO_SHOW}
    for appointment in appointments.filter(appointment_time__gt=now):
        assert appointment.status in {Status.BOOKED, Status.CONFIRMED, Status.CANCELLED}


@pytest.mark.parametrize("day", ["2027-03-13", "2027-03-14", "2027-11-06", "2027-11-07"])
def test_the_demo_can_be_set_up_while_the_clocks_change(time_machine, day):
    time_machine.move_to(datetime.fromisoformat(f"{day}T12:00:00-05:00"), tick=False)
    run_seed_demo()
    assert Appointment.objects.count() == 33


def test_nobody_is_texted_about_the_demos_own_bookings():
    run_seed_demo()
    told_at_once = AppointmentNotification.objects.exclude(kind=Kind.REMINDER)
    assert not told_at_once.filter(status=TextStatus.PENDING).exists()
    assert AppointmentNotification.objects.filter(kind=Kind.REMINDER).exists()


def test_where_texts_are_real_there_are_no_customers_to_text(settings):
    settings.PRACTICE_PHONE = False
    run_seed_demo()
    assert Salon.objects.count() == 2
    assert not Customer.objects.exists()
    assert not Appointment.objects.exists()


def test_every_number_is_one_that_nobody_has():
    run_seed_demo()
    for number in Customer.objects.exclude(phone_number="").values_list("phone_number", flat=True):
        assert str(number).startswith("+121255501")
