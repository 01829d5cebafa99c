"""The link of an invitation."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.web.conftest import get_form_errors, read_page_text
from user.invitations.links import build_invitation_link
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

NEW = {"new_password1": "clippers-and-combs", "new_password2": "clippers-and-combs"}


@pytest.fixture
def dora(aurora):
    """Invited, without a password so far."""
    return ExtendedUser.objects.create_user("dora@aurora.example", name="Dora", salon=aurora)


@pytest.fixture
def link(dora):
    return urlsplit(build_invitation_link(dora)).path


def open_link(client, link):
    return client.get(link, follow=True)


def test_an_invitation_asks_for_a_password_without_keeping_the_token_in_the_address(visitor, link):
    page = open_link(visitor, link)
    assert page.status_code == 200
    assert "You sign in with dora@aurora.example" in read_page_text(page)
    assert page.redirect_chain[-1][0].endswith("/set-password/")


def test_setting_a_password_signs_in(visitor, dora, link):
    form = open_link(visitor, link).redirect_chain[-1][0]
    day = visitor.post(form, NEW, follow=True)
    assert "Your password is set. Welcome!" in read_page_text(day)
    assert "Dora" in read_page_text(day)
    dora.refresh_from_db()
    assert dora.check_password("clippers-and-combs")


def test_a_used_link_says_what_to_do(visitor, link):
    form = open_link(visitor, link).redirect_chain[-1][0]
    visitor.post(form, NEW)
    visitor.post("/sign-out/")
    again = open_link(visitor, link)
    assert again.status_code == 410
    assert "ask the owner of your salon for a new link" in read_page_text(again)


def test_a_link_expires_after_three_days(visitor, link, time_machine):
    time_machine.move_to(datetime.now(UTC) + timedelta(days=3, minutes=1))
    page = open_link(visitor, link)
    assert page.status_code == 410
    assert "works once, for 3 days" in read_page_text(page)


@pytest.mark.parametrize("path", ["/set-password/MQ/no-token/", "/set-password/%00/x-y/"])
def test_a_link_that_was_never_given_is_refused(visitor, db, path):
    assert visitor.get(path).status_code == 410


def test_who_may_not_sign_in_any_more_can_set_no_password(visitor, dora, link):
    dora.can_login = False
    dora.save()
    assert open_link(visitor, link).status_code == 410


def test_a_weak_password_is_refused_beside_its_field(visitor, dora, link):
    form = open_link(visitor, link).redirect_chain[-1][0]
    page = visitor.post(form, {"new_password1": "12345", "new_password2": "12345"})
    assert any("too short" in sentence for sentence in get_form_errors(page)["new_password2"])
    dora.refresh_from_db()
    assert not dora.has_usable_password()
