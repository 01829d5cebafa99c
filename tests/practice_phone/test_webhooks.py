"""The practice phone calls the salon's system as Twilio does."""

import pytest
from twilio.base.exceptions import TwilioRestException

from notification.channels.sms import twilio as our_twilio
from notification.contacts.models import InboundMessage
from practice_phone import actions
from practice_phone.models import PracticeMessage
from practice_phone.tasks import carry_practice_text
from testkit.provider import Fault
from testkit.waiting import wait_until
from tests.practice_phone.conftest import PHONE, SENDER

INBOUND = "https://salon.example/webhooks/twilio/sms/"
RECEIPTS = "https://salon.example/webhooks/twilio/status/abc/"


@pytest.fixture
def accepted(transactional_db):
    """`accepted()`: a text the practice phone took, with receipts to be sent."""

    def accept(**fields):
        form = {"To": PHONE, "From": SENDER, "Body": "Hi", "StatusCallback": RECEIPTS, **fields}
        return actions.accept_message(form)

    return accept


def test_a_reply_is_posted_with_the_fields_twilio_sends(provider_as_salon, settings):
    reply = actions.send_from_phone(PHONE, SENDER, "Grüße, 1 & done")

    [call] = provider_as_salon.calls
    assert (call.method, call.path) == ("POST", "/webhooks/twilio/sms/")
    assert call.form == {
        "MessageSid": reply.sid,
        "SmsSid": reply.sid,
        "SmsMessageSid": reply.sid,
        "AccountSid": settings.TWILIO_ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "From": PHONE,
        "To": SENDER,
        "Body": "Grüße, 1 & done",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
    }


def test_a_reply_is_signed_over_the_public_address(provider_as_salon):
    actions.send_from_phone(PHONE, SENDER, "1")

    [call] = provider_as_salon.calls
    assert our_twilio.is_valid_signature(INBOUND, call.form, call.headers["X-Twilio-Signature"])
    assert call.headers["Host"] == "salon.example"
    assert call.headers["X-Forwarded-Proto"] == "https"


def test_a_reply_reaches_the_salons_system(api):
    reply = actions.send_from_phone(PHONE, SENDER, "1")

    stored = InboundMessage.objects.get()
    assert (stored.provider_id, stored.sender, stored.recipient) == (reply.sid, PHONE, SENDER)
    reply.refresh_from_db()
    assert (reply.status, reply.error_code, reply.error_message) == ("received", None, "")


@pytest.mark.parametrize(
    ("fault", "problem"),
    [(Fault.http(403), "HTTP 403"), (Fault.http(500), "HTTP 500"), (Fault.reset(), "Connection")],
)
def test_a_reply_that_is_not_taken_says_why(provider_as_salon, fault, problem):
    provider_as_salon.fail_next(fault)

    reply = actions.send_from_phone(PHONE, SENDER, "1")

    reply.refresh_from_db()
    assert (reply.status, reply.error_code) == ("failed", 11200)
    assert problem in reply.error_message


def test_a_text_is_sent_then_delivered_and_each_step_reported(accepted, provider_as_salon):
    message = accepted()

    actions.carry_message(message.pk)

    message.refresh_from_db()
    assert message.status == "delivered"
    assert message.date_sent is not None
    calls = provider_as_salon.calls
    assert [call.path for call in calls] == ["/webhooks/twilio/status/abc/"] * 2
    assert [call.form["MessageStatus"] for call in calls] == ["sent", "delivered"]
    assert {call.form["MessageSid"] for call in calls} == {message.sid}
    for call in calls:
        signature = call.headers["X-Twilio-Signature"]
        assert our_twilio.is_valid_signature(RECEIPTS, call.form, signature)


def test_a_doubled_wake_up_reports_nothing_twice(accepted, provider_as_salon):
    message = accepted()

    actions.carry_message(message.pk)
    actions.carry_message(message.pk)

    assert len(provider_as_salon.calls) == 2


def test_a_text_without_an_address_for_receipts_is_delivered_all_the_same(
    accepted, provider_as_salon, caplog
):
    message = accepted(StatusCallback="")

    actions.carry_message(message.pk)

    message.refresh_from_db()
    assert message.status == "delivered"
    assert provider_as_salon.calls == []
    assert "failed" not in caplog.text


def test_a_receipt_that_fails_is_logged_without_a_number(accepted, provider_as_salon, caplog):
    provider_as_salon.fail_next(Fault.http(500), Fault.http(500))
    message = accepted()

    actions.carry_message(message.pk)

    message.refresh_from_db()
    assert message.status == "delivered"
    failures = [line for line in caplog.messages if "practice_receipt_failed" in line]
    assert len(failures) == 2
    assert all(message.sid in line and "HTTP 500" in line for line in failures)
    assert not any(PHONE in line or SENDER in line for line in caplog.messages)


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/r/", "https://salon.example.evil.example/r/"]
)
def test_no_receipt_leaves_this_machine(accepted, provider_as_salon, address, caplog):
    actions.carry_message(accepted(StatusCallback=address).pk)

    assert provider_as_salon.calls == []
    assert "outside this installation" in caplog.text


def test_an_accepted_text_is_carried_by_a_worker(text, worker):
    created = text()

    wait_until(lambda: PracticeMessage.objects.get(sid=created.sid).status == "delivered")


def test_a_refused_text_wakes_nobody(twilio, broker, transactional_db):
    with pytest.raises(TwilioRestException):
        twilio.messages.create(to="", from_=SENDER, body="Hi")

    assert broker.ready(carry_practice_text.queue_name) == 0


def test_a_text_is_accepted_while_redis_takes_no_writes(text, broker):
    broker.client.execute_command("CONFIG", "SET", "min-replicas-to-write", "1")
    try:
        created = text()
    finally:
        broker.client.execute_command("CONFIG", "SET", "min-replicas-to-write", "0")

    assert PracticeMessage.objects.get(sid=created.sid).status == "queued"
    assert broker.ready(carry_practice_text.queue_name) == 0
