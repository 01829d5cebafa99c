"""Signing in, being locked out, signing out."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.web.conftest import read_page_text
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db


def submit_sign_in(client, email, password, **more):
    return client.post("/sign-in/", {"username": email, "password": password, **more})


def test_the_first_page_asks_a_visitor_to_sign_in(visitor):
    response = visitor.get("/")
    assert response.status_code == 200
    assert "Sign in" in read_page_text(response)
    assert 'action="/sign-in/"' in response.content.decode()


def test_signing_in_leads_to_the_day(visitor, alice):
    response = submit_sign_in(visitor, "alice@aurora.example", "alice-password")
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert "Sign out" in read_page_text(visitor.get("/"))


def test_an_address_may_be_written_in_any_case(visitor, alice):
    assert submit_sign_in(visitor, "Alice@Aurora.Example", "alice-password").status_code == 302


def test_signing_in_goes_on_to_the_page_that_was_asked_for(visitor, alice):
    asked = visitor.get("/visits/new/")
    assert asked["Location"] == "/sign-in/?next=/visits/new/"
    answer = submit_sign_in(visitor, "alice@aurora.example", "alice-password", next="/visits/new/")
    assert answer["Location"] == "/visits/new/"


def test_signing_in_never_leads_to_another_site(visitor, alice):
    answer = submit_sign_in(
        visitor, "alice@aurora.example", "alice-password", next="https://evil.example"
    )
    assert answer["Location"] == "/"


@pytest.mark.parametrize("email", ["alice@aurora.example", "nobody@aurora.example"])
def test_a_refusal_does_not_tell_whether_the_account_exists(visitor, alice, email):
    response = submit_sign_in(visitor, email, "wrong")
    assert response.status_code == 200
    assert "E-mail or password is wrong." in read_page_text(response)
    assert f'value="{email}"' in response.content.decode()


@pytest.mark.parametrize(
    "change", [{"can_login": False}, {"is_active": False}, {"password": "!unusable"}]
)
def test_an_account_that_may_not_sign_in_is_refused(visitor, alice, change):
    ExtendedUser.objects.filter(pk=alice.pk).update(**change)
    response = submit_sign_in(visitor, "alice@aurora.example", "alice-password")
    assert "E-mail or password is wrong." in read_page_text(response)


def test_nobody_signs_in_to_a_salon_that_is_not_active(visitor, alice, aurora):
    aurora.is_active = False
    aurora.save()
    response = submit_sign_in(visitor, "alice@aurora.example", "alice-password")
    assert "E-mail or password is wrong." in read_page_text(response)


def test_an_account_that_is_switched_off_is_out_at_once(office, alice):
    assert "Sign out" in read_page_text(office.get("/"))
    ExtendedUser.objects.filter(pk=alice.pk).update(can_login=False)
    assert "Sign in" in read_page_text(office.get("/"))
    assert office.get("/visits/new/").status_code == 302


def test_the_fifth_wrong_password_locks_the_account(visitor, alice):
    answers = [
        submit_sign_in(visitor, "alice@aurora.example", "wrong").status_code for _ in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    locked = submit_sign_in(visitor, "alice@aurora.example", "alice-password")
    assert locked.status_code == 429
    assert "Too many attempts. Wait 15 minutes" in read_page_text(locked)
    assert "<html" in locked.content.decode()


def test_the_lock_opens_after_a_quarter_of_an_hour(visitor, alice, time_machine):
    for _ in range(5):
        submit_sign_in(visitor, "alice@aurora.example", "wrong")
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=16))
    assert submit_sign_in(visitor, "alice@aurora.example", "alice-password").status_code == 302


def test_the_lock_of_one_account_leaves_its_colleagues_alone(visitor, alice, bob):
    for _ in range(5):
        submit_sign_in(visitor, "alice@aurora.example", "wrong")
    assert submit_sign_in(visitor, "bob@aurora.example", "bob-password").status_code == 302


def test_signing_out_takes_a_button_not_a_link(office):
    assert office.get("/sign-out/").status_code == 405
    assert office.post("/sign-out/")["Location"] == "/sign-in/"
    assert "Sign in" in read_page_text(office.get("/"))


def test_an_operator_without_a_salon_is_led_to_the_admin(at_desk):
    operator = ExtendedUser.objects.create_superuser("root@example.com", "root-password")
    assert at_desk(operator).get("/")["Location"] == "/admin/"


def test_a_newcomer_is_told_where_the_accounts_stand(visitor, settings):
    settings.PRACTICE_PHONE = True
    assert "terminal where you ran make run" in read_page_text(visitor.get("/"))
    settings.PRACTICE_PHONE = False
    assert "terminal" not in read_page_text(visitor.get("/"))
