"""Webhooks are believed only when Twilio signed them."""

import pytest
from django.http import QueryDict

from notification.channels.sms import twilio

URL = "https://salon.example/webhooks/twilio/sms/"
FORM = {"From": "+12125550123", "To": "+12125550100", "Body": "1"}


def test_a_webhook_signed_with_the_account_token_is_believed():
    assert twilio.is_valid_signature(URL, FORM, twilio.sign_webhook(URL, FORM))


def test_twilios_published_example_is_believed(settings):
    # https://www.twilio.com/docs/usage/security#validating-requests
    settings.TWILIO_AUTH_TOKEN = "12345"
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert twilio.is_valid_signature(url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_a_form_as_django_parses_it_is_believed():
    form = QueryDict("From=%2B12125550123&Body=1&Body=2")

    assert twilio.is_valid_signature(URL, form, twilio.sign_webhook(URL, form))


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://salon.example:443/x/", "https://salon.example/x/"),
        ("https://salon.example/x/", "https://salon.example:443/x/"),
        ("http://salon.example/x/", "http://salon.example:8000/x/"),
    ],
)
def test_a_port_that_a_proxy_adds_or_drops_does_not_matter(signed, seen):
    assert twilio.is_valid_signature(seen, FORM, twilio.sign_webhook(signed, FORM))


@pytest.mark.parametrize("signature", ["", "forged", "ümlaut", "A" * 28])
def test_a_forged_signature_is_not_believed(signature):
    assert not twilio.is_valid_signature(URL, FORM, signature)


def test_a_changed_form_is_not_believed():
    signature = twilio.sign_webhook(URL, FORM)

    assert not twilio.is_valid_signature(URL, {**FORM, "Body": "2"}, signature)


def test_a_signature_of_another_address_is_not_believed():
    signature = twilio.sign_webhook("https://salon.example/webhooks/twilio/status/abc/", FORM)

    assert not twilio.is_valid_signature(URL, FORM, signature)


def test_a_signature_made_with_another_token_is_not_believed(settings):
    signature = twilio.sign_webhook(URL, FORM)
    settings.TWILIO_AUTH_TOKEN = "another token"

    assert not twilio.is_valid_signature(URL, FORM, signature)
