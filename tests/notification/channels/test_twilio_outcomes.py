"""What each answer of the provider, or the lack of one, says about a text."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.http import connect
from core.http.single_request import Request, send_single_request
from notification.channels.base import get_channel
from notification.channels.outcomes import Accepted, NotSent, Refused, Unknown
from notification.channels.sms.error_codes import REFUSAL_REASONS
from testkit.provider import Fault, Provider, open_full_backlog
from testkit.waiting import wait_until

# Made for these tests, for the host provider.example, with its key.
CERTIFICATE = Path(__file__).parent / "provider.example.pem"
MESSAGES = "/2010-04-01/Accounts/AC1/Messages.json"
RECEIPTS = "https://salon.example/webhooks/twilio/status/abc/"


@pytest.fixture
def provider(settings):
    with Provider() as provider:
        settings.TWILIO_API_BASE_URL = provider.url
        yield provider


def send(to="+12125550123", sender="+12125550100", body="See you soon!", callback=RECEIPTS, **more):
    sms = get_channel("sms")
    return sms.send(recipient=to, sender=sender, body=body, callback_url=callback, **more)


def test_an_accepted_text_comes_back_with_the_providers_id_and_status(provider):
    outcome = send()

    [text] = provider.texts
    assert outcome == Accepted(text.sid, "queued")


def test_the_text_arrives_as_it_was_written(provider):
    send(body="Grüße & 50 % off: 10:30 ☂\nBarber+Co")

    [text] = provider.texts
    assert text.body == "Grüße & 50 % off: 10:30 ☂\nBarber+Co"
    assert (text.to, text.sender) == ("+12125550123", "+12125550100")
    assert text.status_callback == RECEIPTS


def test_the_account_is_named_to_the_provider(provider, settings):
    send()

    [call] = provider.calls
    assert call.auth == (settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN)
    assert call.path == f"/2010-04-01/Accounts/{settings.TWILIO_ACCOUNT_SID}/Messages.json"


def test_no_receipts_are_asked_for_without_a_callback_url(provider):
    send(callback=None)

    assert provider.texts[0].status_callback is None


def test_what_signs_in_at_a_proxy_is_not_told_to_the_provider(provider, settings):
    settings.TWILIO_API_BASE_URL = provider.url.replace("http://", "http://name:secret@")
    send()

    assert provider.calls[0].headers["Host"] == urlsplit(provider.url).netloc


def test_a_messaging_service_can_be_the_sender(provider):
    send(sender="MG" + "1" * 32)

    form = provider.calls[0].form
    assert form["MessagingServiceSid"] == "MG" + "1" * 32
    assert "From" not in form


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, 21610, "opted_out"),
        (400, 30004, "opted_out"),
        (400, 21211, "bad_number"),
        (400, 21612, "bad_number"),
        (400, 21614, "bad_number"),
        (400, 30005, "bad_number"),
        (400, 30006, "bad_number"),
        (400, 21602, "content"),
        (400, 21603, "content"),
        (400, 21604, "content"),
        (400, 21609, "content"),
        (400, 21617, "content"),
        (400, 30007, "content"),
        (401, 20003, "configuration"),
        (403, 21408, "configuration"),
        (400, 21606, "configuration"),
        (400, 30002, "configuration"),
        (400, 30034, "configuration"),
        (401, None, "configuration"),
        (403, None, "configuration"),
        (404, 20404, "configuration"),
        (400, 99999, "configuration"),
    ],
)
def test_a_refusal_says_what_is_wrong(provider, status, code, reason):
    provider.fail_next(Fault.http(status, code))

    expected = str(code or status)
    assert send() == Refused(expected, f"Scripted fault {expected}", reason)


def test_a_refusal_in_the_newer_error_format_is_understood(provider):
    body = '{"type": "t", "title": "Bad", "status": 400, "code": 21211, "detail": "No phone"}'
    provider.fail_next(Fault.http(400, body=body))

    assert send() == Refused("21211", "No phone", "bad_number")


def test_a_refusal_that_is_a_web_page_is_one_of_configuration(provider):
    provider.fail_next(Fault.http(403, body="<html>Blocked by the firewall</html>"))

    assert send() == Refused("403", "Unable to create record", "configuration")


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (429, None), (400, 21611)])
def test_an_overloaded_provider_has_sent_nothing(provider, status, code):
    provider.fail_next(Fault.http(status, code))

    outcome = send()
    assert isinstance(outcome, NotSent)
    assert outcome.code == str(code or 20429)
    assert outcome.retry_after is None


def test_the_pause_the_provider_asks_for_is_handed_on(provider):
    provider.fail_next(Fault.http(429, 20429, retry_after=7))

    assert send().retry_after == 7.0


@pytest.mark.parametrize(("hours", "low", "high"), [(1, 3500, 3600), (-1, 0, 0)])
def test_a_pause_given_as_a_date_counts_from_now(provider, hours, low, high):
    moment = datetime.now(UTC) + timedelta(hours=hours)
    provider.fail_next(Fault.http(429, retry_after=format_datetime(moment, usegmt=True)))

    assert low <= send().retry_after <= high


@pytest.mark.parametrize("header", ["soon", "-5", "Fri, 20 Nov 2026 10:00:00 -0000"])
def test_a_pause_nobody_understands_is_left_out(provider, header):
    provider.fail_next(Fault.http(429, 20429, retry_after=header))

    outcome = send()
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after is None


LOST = [
    Fault.http(500),
    Fault.http(502, body="<html>Bad gateway</html>"),
    Fault.http(503, 20503),
    Fault.http(504),
    Fault.http(408),
    Fault.http(302),
    Fault.http(201, body=""),
    Fault.http(201, body="[]"),
    Fault.http(201, body="null"),
    Fault.http(201, body='{"status": "queued"}'),
    Fault.reset(),
    Fault.reset_before_body(),
    Fault.hang_up(),
    Fault.broken_body(),
    Fault.cut_body(),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_a_lost_answer_leaves_the_outcome_unknown(provider, fault):
    provider.fail_next(fault)

    assert isinstance(send(), Unknown)
    assert provider.texts == []


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_a_text_whose_answer_is_lost_is_not_sent_again(provider, fault):
    provider.fail_next(Fault.after_acceptance(fault))

    assert isinstance(send(), Unknown)
    assert len(provider.texts) == 1


@pytest.mark.parametrize("fault", [Fault.timeout(), Fault.trickle()], ids=lambda f: f.kind)
def test_a_provider_that_does_not_answer_in_time_leaves_the_outcome_unknown(
    provider, settings, fault
):
    settings.PROVIDER_TIMEOUT = 0.5
    provider.fail_next(Fault.after_acceptance(fault))

    started = time.monotonic()
    outcome = send()

    assert outcome == Unknown("TimeoutError: no answer within 0.5 s")
    assert 0.4 < time.monotonic() - started < 1.5
    assert len(provider.texts) == 1


def test_a_conversation_given_up_is_hung_up(provider, settings):
    settings.PROVIDER_TIMEOUT = 0.2
    provider.fail_next(Fault.trickle())

    send()

    wait_until(lambda: provider.talking == 0)


def test_an_answer_without_end_is_hung_up_on(provider):
    """Also where it comes faster than we read: no time passes between two reads."""
    provider.fail_next(Fault.flood())

    with pytest.raises(TimeoutError) as caught:
        send_single_request(Request("POST", provider.url + MESSAGES, {}, b"To=1"), seconds=0.3)

    wait_until(lambda: provider.talking == 0)
    del caught  # until here it held on to all that was local to `exchange`


def test_a_refused_connection_has_sent_nothing(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can
        settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"

        outcome = send()

    assert isinstance(outcome, NotSent)
    assert "ConnectionRefusedError" in outcome.message


def test_a_host_name_that_means_nothing_has_sent_nothing(settings):
    settings.TWILIO_API_BASE_URL = "http://provider.invalid"

    outcome = send()

    assert isinstance(outcome, NotSent)
    assert "gaierror" in outcome.message


def test_an_address_that_is_none_has_sent_nothing(settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:port"

    assert isinstance(send(), NotSent)


def test_a_provider_whose_certificate_is_not_trusted_gets_nothing(provider, settings):
    settings.TWILIO_API_BASE_URL = provider.url.replace("http:", "https:")

    outcome = send()

    assert isinstance(outcome, NotSent)
    assert "SSLError" in outcome.message
    assert provider.calls == []


def test_a_text_goes_over_tls_to_the_host_by_its_name(provider, settings, monkeypatch):
    provider.speak_tls(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setattr(connect, "ssl_context", connect.ssl_context.__wrapped__)
    here = [("127.0.0.1", urlsplit(provider.url).port)]
    monkeypatch.setattr(
        connect, "_known_addresses", {("provider.example", 443): (time.monotonic(), here)}
    )
    settings.TWILIO_API_BASE_URL = "https://provider.example"

    outcome = send()

    assert outcome == Accepted(provider.texts[0].sid, "queued")
    assert provider.calls[0].headers["Host"] == "provider.example"


def test_a_connection_that_does_not_open_in_time_has_sent_nothing(settings):
    settings.PROVIDER_TIMEOUT = 0.3
    with open_full_backlog() as listener:
        settings.TWILIO_API_BASE_URL = url_of(listener)
        started = time.monotonic()
        outcome = send()

    assert outcome == NotSent("no connection within 0.3 s")
    assert time.monotonic() - started < 1.5


def test_a_handshake_that_does_not_end_in_time_has_sent_nothing(settings):
    settings.PROVIDER_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.TWILIO_API_BASE_URL = url_of(listener).replace("http:", "https:")
        started = time.monotonic()
        outcome = send()

    assert outcome == NotSent("no connection within 0.3 s")
    assert time.monotonic() - started < 1.5


def test_every_text_opens_a_connection_of_its_own(provider):
    for _ in range(3):
        send()

    assert provider.connections == 3


def test_texts_sent_by_many_threads_at_once_all_arrive_once(provider):
    bodies = [f"Text {number}" for number in range(40)]
    threads = [threading.Thread(target=send, kwargs={"body": body}) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sorted(text.body for text in provider.texts) == sorted(bodies)


def test_changed_settings_reach_the_next_text(provider, settings):
    send()
    settings.TWILIO_AUTH_TOKEN = "another token"
    send()

    assert provider.calls[1].auth[1] == "another token"


def test_an_unknown_channel_is_named_with_those_there_are():
    with pytest.raises(LookupError, match="no channel 'pigeon': known are sms"):
        get_channel("pigeon")


def test_every_reason_is_one_the_ledger_knows():
    from notification.states import Reason

    assert set(REFUSAL_REASONS.values()) <= set(Reason.values)


def url_of(listener):
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
