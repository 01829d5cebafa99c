"""The page that asks for a link to a new password."""

import pytest

from tests.web.conftest import get_form_errors, read_page_text

pytestmark = pytest.mark.django_db


def post_forgot_password(visitor, email):
    return visitor.post("/forgot-password/", {"email": email}, follow=True)


def test_the_sign_in_leads_there(visitor):
    assert 'href="/forgot-password/"' in visitor.get("/sign-in/").content.decode()
    assert "Forgot your password?" in read_page_text(visitor.get("/forgot-password/"))


def test_it_says_the_same_whether_the_account_exists_or_not(visitor, bob, broker):
    answers = [
        post_forgot_password(visitor, email) for email in (bob.email, "nobody@aurora.example")
    ]
    for page in answers:
        assert page.redirect_chain == [("/sign-in/", 302)]
        assert "If this address has an account, a mail with a link is on its way" in read_page_text(
            page
        )
    assert broker.ready() == 2


def test_what_is_no_address_is_refused_beside_its_field(visitor, broker):
    assert get_form_errors(post_forgot_password(visitor, "bob"))["email"] == [
        "Enter a valid email address."
    ]
    assert broker.ready() == 0


def test_it_mails_to_one_address_five_times_an_hour_at_most(visitor, bob, broker):
    for _ in range(5):
        assert post_forgot_password(visitor, bob.email).status_code == 200
    page = post_forgot_password(visitor, bob.email)
    assert page.status_code == 429
    assert get_form_errors(page)["__all__"][0].startswith("Request was throttled.")
    assert broker.ready() == 5


def test_the_page_and_the_api_count_together(visitor, bob):
    for _ in range(5):
        post_forgot_password(visitor, bob.email)
    answer = visitor.post(
        "/auth/password-reset/",
        {"email": bob.email},
        "application/json",
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 429
