"""`create_salon`: how a salon begins on a real installation."""

import io

import pytest
from django.core.management import CommandError, call_command

from salon.models import Salon
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

ZONE = ("--timezone", "Europe/Berlin")


def run_create_salon(name, email, *words):
    out = io.StringIO()
    call_command("create_salon", name, "--owner-email", email, *words, stdout=out)
    return out.getvalue()


def test_opens_a_salon_whose_owner_sets_a_password_by_the_link(client):
    said = run_create_salon(
        "Haus", "Olga@Haus.example", *ZONE, "--country", "DE", "--currency", "EUR"
    )
    salon = Salon.objects.get()
    assert (salon.name, salon.timezone, salon.country) == ("Haus", "Europe/Berlin", "DE")
    owner = ExtendedUser.objects.get()
    assert (owner.email, owner.name, owner.salon) == ("olga@haus.example", "Olga", salon)
    assert owner.is_owner
    assert not owner.has_usable_password()
    [link] = [line for line in said.splitlines() if line.startswith("http")]
    assert client.get(link, follow=True).status_code == 200


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Haus", "olga@haus.example", "--timezone", "Mars"), "--timezone: "),
        (("", "olga@haus.example", *ZONE), "name: "),
        (("Haus", "nobody", *ZONE), "--owner-email: "),
        (("Haus", " ", *ZONE), "(?m)^--owner-email: Give an e-mail"),
        (("Haus", "ALICE@aurora.example", *ZONE), "exists already"),
        (("Haus", "olga@haus.example", *ZONE, "--sender", "+12125550110"), "in use"),
        (("Haus", "olga@haus.example", *ZONE, "--sender", "+12125550100"), "share this number"),
        (("Haus", "olga@haus.example", *ZONE, "--country", "Germany"), "--country: "),
        (("Haus", "olga@haus.example", *ZONE, "--locale", "xx"), "--locale: "),
        (
            ("Haus", "olga@haus.example", *ZONE, "--reminder-time-minutes", "43201"),
            "--reminder-time-minutes: ",
        ),
    ],
)
def test_says_what_cant_be_and_opens_nothing(alice, words, says):
    with pytest.raises(CommandError, match=f"^{says}" if says.startswith("-") else says):
        run_create_salon(*words)
    assert Salon.objects.count() == 1
    assert ExtendedUser.objects.count() == 1


def test_says_all_that_is_wrong_at_once(db):
    with pytest.raises(CommandError) as refused:
        run_create_salon(
            "", "nobody", "--timezone", "Mars", "--currency", "euro", "--owner-name", "x" * 121
        )
    said = str(refused.value).splitlines()
    options = ["name", "--timezone", "--currency", "--owner-name", "--owner-email"]
    assert [line.split(":")[0] for line in said] == options
    assert refused.value.returncode == 1
    assert not Salon.objects.exists()


def test_says_until_when_the_link_is_good_on_the_salons_clock(db, time_machine):
    time_machine.move_to("2027-07-01T10:00:00Z")
    assert "until 2027-07-04 12:00 CEST." in run_create_salon("Haus", "olga@haus.example", *ZONE)
