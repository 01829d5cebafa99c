"""The pages of the practice phone."""

import re
from html import unescape

import pytest
from django.shortcuts import resolve_url
from django.test import Client

from notification.contacts.models import InboundMessage
from practice_phone import actions
from practice_phone.models import PracticeMessage
from testkit.provider import Fault
from tests.practice_phone.conftest import PHONE, SENDER

HOME = "/practice-phone/"
CONVERSATION = f"{HOME}{PHONE}/"
BANNER = "Practice phone: nothing leaves this machine."


@pytest.fixture
def browser(client):
    """A browser on this machine."""
    client.defaults["HTTP_HOST"] = "localhost:8000"
    return client


@pytest.fixture
def texts(db):
    """`texts("First", "Second", to=…)`: the salon's texts to one phone."""

    def accept(*bodies, to=PHONE, sender=SENDER):
        for body in bodies:
            actions.accept_message({"To": to, "From": sender, "Body": body})

    return accept


def seen(browser, path=CONVERSATION):
    answer = browser.get(path)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


@pytest.mark.parametrize("path", [HOME, CONVERSATION, f"{HOME}+12125550188/"])
def test_every_page_says_that_nothing_leaves_the_machine(browser, texts, path):
    texts("Hi")

    assert BANNER in seen(browser, path)


@pytest.mark.parametrize("path", [HOME, CONVERSATION])
def test_no_page_has_script_or_style_in_its_text(browser, texts, path):
    texts("Hi")
    page = browser.get(path).content.decode()

    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son\w+=|javascript:", page)


def test_phones_are_listed_latest_first_with_last_text_and_count(browser, texts):
    texts("Early", to="+12125550101")
    texts("First", "Last", to="+12125550102")

    page = seen(browser, HOME)
    assert page.index("+1 212-555-0102") < page.index("+1 212-555-0101")
    assert "Last 2 texts" in page
    assert "Early 1 text " in page
    assert "First" not in page


def test_without_texts_the_page_says_how_to_get_one(browser, db):
    assert "Book an appointment" in seen(browser, HOME)


def test_many_phones_come_in_pages(browser, texts):
    for number in range(51):
        texts("Hi", to=f"+121255501{number:02}")

    assert "Page 1 of 2" in seen(browser, HOME)
    assert "+1 212-555-0100" in seen(browser, f"{HOME}?page=2")


def test_a_list_of_phones_costs_three_queries(browser, texts, django_assert_num_queries):
    for number in range(20):
        texts("Hi", to=f"+121255501{number:02}")

    with django_assert_num_queries(3):
        browser.get(HOME)


def test_a_conversation_runs_downwards_with_time_status_and_segments(browser, texts, settings):
    settings.TIME_ZONE = "America/New_York"
    texts("First ☂" * 20, "Second")

    page = seen(browser)
    assert page.index("First") < page.index("Second")
    assert re.search(r"\d\d:\d\d:\d\d E[SD]T · on its way · 3 segments", page)
    assert "1 segment " in page


def test_a_conversation_shows_only_its_own_phone(browser, texts):
    texts("Not yours", to="+12125550188")

    assert "Not yours" not in seen(browser)


def test_a_body_is_shown_as_text_not_as_html(browser, texts):
    texts("<b>bold</b>")

    assert "&lt;b&gt;bold" in browser.get(CONVERSATION).content.decode()


def test_a_reply_reaches_the_salon_and_says_so(browser, texts, api):
    texts("Your appointment")

    answer = browser.post(CONVERSATION, {"sender": SENDER, "body": "1"})

    assert (answer.status_code, answer.url) == (302, CONVERSATION)
    assert InboundMessage.objects.get().body == "1"
    assert "received by the salon" in seen(browser)


def test_a_reply_the_salon_refuses_is_shown_with_its_status(browser, texts, provider_as_salon):
    texts("Your appointment")
    provider_as_salon.fail_next(Fault.http(403))

    browser.post(CONVERSATION, {"sender": SENDER, "body": "1"})

    assert "not received by the salon: HTTP 403" in seen(browser)


def test_a_stop_is_answered_and_shown(browser, texts, provider_as_salon):
    texts("Your appointment")

    browser.post(CONVERSATION, {"sender": SENDER, "body": "stop"})

    page = seen(browser)
    assert "You have successfully been unsubscribed." in page
    assert "automatic reply of the provider" in page
    assert "This phone answered STOP to +1 212-555-0110" in page


def test_a_phone_may_answer_each_salon_that_texted_it(browser, texts, provider_as_salon):
    texts("From Aurora")
    texts("From Barber", sender="+12125550120")

    browser.post(CONVERSATION, {"sender": SENDER, "body": "1"})
    browser.post(CONVERSATION, {"sender": "+12125550120", "body": "2"})

    assert [(call.form["To"], call.form["Body"]) for call in provider_as_salon.calls] == [
        (SENDER, "1"),
        ("+12125550120", "2"),
    ]


def test_a_phone_nobody_texted_may_write_to_the_installations_number(
    browser, settings, provider_as_salon
):
    answer = browser.post(CONVERSATION, {"sender": settings.TWILIO_PHONE_NUMBER, "body": "Hello"})

    assert answer.status_code == 302
    assert PracticeMessage.objects.get().sender == settings.TWILIO_PHONE_NUMBER


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"sender": SENDER, "body": " "}, "This field is required."),
        ({"sender": SENDER, "body": "x" * 1601}, "at most 1600 characters"),
        ({"sender": "+12125550120", "body": "1"}, "is not one of the available choices"),
    ],
)
def test_a_reply_that_cannot_be_sent_says_why(browser, texts, provider_as_salon, form, complaint):
    texts("Your appointment")

    answer = browser.post(CONVERSATION, form)

    assert complaint in unescape(answer.content.decode())
    assert provider_as_salon.calls == []


def test_a_reply_from_another_site_is_refused(texts, provider_as_salon):
    texts("Your appointment")
    other = Client(enforce_csrf_checks=True, HTTP_HOST="localhost")

    answer = other.post(CONVERSATION, {"sender": SENDER, "body": "1"})

    assert answer.status_code == 403
    assert provider_as_salon.calls == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"HTTP_HOST": "rebound.example"},
        {"HTTP_HOST": "rebound.example:8000"},
    ],
)
@pytest.mark.parametrize("path", [HOME, CONVERSATION])
def test_a_visitor_from_elsewhere_signs_in_first(browser, texts, settings, elsewhere, path):
    texts("Secret")

    answer = browser.get(path, **elsewhere)

    assert answer.status_code == 302
    assert answer.url.startswith(f"{resolve_url(settings.LOGIN_URL)}?next=")


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_browser_on_this_machine_needs_no_account(client, db, host):
    assert client.get(HOME, HTTP_HOST=host).status_code == 200


def test_a_signed_in_visitor_from_elsewhere_may_look(browser, texts, bob):
    texts("Hi")
    browser.force_login(bob)

    assert browser.get(HOME, REMOTE_ADDR="192.168.1.20").status_code == 200


@pytest.mark.parametrize("number", ["12125550199", "+0", "+1212555019x", "+1"])
def test_what_is_no_phone_number_is_not_found(browser, db, number):
    assert browser.get(f"{HOME}{number}/").status_code == 404
