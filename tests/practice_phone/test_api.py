"""Twilio's unchanged client against the practice phone."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from notification.channels.base import get_channel
from notification.channels.outcomes import Accepted
from practice_phone import actions
from practice_phone.models import PracticeMessage
from tests.practice_phone.conftest import PHONE, SENDER, Redirected


@pytest.fixture
def credentials(settings):
    """The right account and token, as a header holds them."""
    account = f"{settings.TWILIO_ACCOUNT_SID}:{settings.TWILIO_AUTH_TOKEN}"
    return base64.b64encode(account.encode()).decode()


@pytest.fixture
def raw(api, settings, db):
    """`raw(account, headers=…)`: the list, asked for without Twilio's client."""

    def get(account=settings.TWILIO_ACCOUNT_SID, **more):
        url = f"{api}/2010-04-01/Accounts/{account}/Messages.json"
        return requests.get(url, timeout=5, **more)

    return get


def test_a_text_is_accepted_as_twilio_accepts_it(text, settings):
    created = text(body="See you soon!", status_callback="https://salon.example/r/")

    stored = PracticeMessage.objects.get()
    assert created.sid == stored.sid
    assert created.sid.startswith("SM")
    assert len(created.sid) == 34
    assert (created.status, created.direction) == ("queued", "outbound-api")
    assert (created.to, created.from_, created.body) == (PHONE, SENDER, "See you soon!")
    assert created.account_sid == settings.TWILIO_ACCOUNT_SID
    assert created.num_segments == "1"
    assert created.date_sent is None
    assert abs(datetime.now(UTC) - created.date_created) < timedelta(minutes=1)
    assert created.uri.endswith(f"/Messages/{created.sid}.json")
    assert stored.status_callback == "https://salon.example/r/"


def test_our_own_channel_sends_through_it(api):
    outcome = get_channel("sms").send(
        recipient=PHONE, sender=SENDER, body="See you soon!", callback_url=None
    )

    assert outcome == Accepted(PracticeMessage.objects.get().sid, "queued")


def test_a_messaging_service_can_be_the_sender(twilio):
    service = "MG" + "1" * 32
    created = twilio.messages.create(to=PHONE, messaging_service_sid=service, body="Hi")

    assert (created.from_, created.messaging_service_sid) == (None, service)


def test_one_text_is_fetched_by_its_id(twilio, text):
    created = text(body="First")
    text(body="Second")

    assert twilio.messages(created.sid).fetch().body == "First"


def test_an_id_that_does_not_exist_is_not_found(twilio, db):
    with pytest.raises(TwilioRestException) as error:
        twilio.messages("SM" + "0" * 32).fetch()

    assert (error.value.status, error.value.code) == (404, 20404)


def test_the_list_is_narrowed_by_both_numbers(twilio, text):
    text(body="wanted")
    text(body="other phone", to="+12125550188")
    text(body="other salon", from_="+12125550120")

    assert [found.body for found in twilio.messages.list(to=PHONE, from_=SENDER)] == ["wanted"]


def test_the_list_tells_replies_from_texts(twilio, text, provider_as_salon):
    text(body="Your appointment")
    actions.send_from_phone(PHONE, SENDER, "1")

    [reply] = twilio.messages.list(from_=PHONE)
    assert (reply.body, reply.direction, reply.to) == ("1", "inbound", SENDER)
    assert [found.body for found in twilio.messages.list(to=PHONE)] == ["Your appointment"]


def test_a_long_list_comes_in_pages_newest_first(twilio, text):
    for number in range(5):
        text(body=f"Text {number}")

    listed = [found.body for found in twilio.messages.list(page_size=2)]
    assert listed == ["Text 4", "Text 3", "Text 2", "Text 1", "Text 0"]


def test_a_text_that_comes_between_two_pages_repeats_none(twilio, text):
    for number in range(3):
        text(body=f"Text {number}")

    stream = twilio.messages.stream(page_size=2)
    seen = [next(stream).body]
    text(body="Late")
    seen += [found.body for found in stream]
    assert seen == ["Text 2", "Text 1", "Text 0"]


def test_the_list_is_narrowed_by_the_day_it_was_sent(twilio, text):
    sent = text(body="sent")
    text(body="still on its way")
    actions.carry_message(PracticeMessage.objects.get(sid=sent.sid).pk)
    today = datetime.now(UTC)
    days = {name: today + timedelta(days=step) for name, step in (("past", -1), ("next", 1))}

    def bodies(**dates):
        return [found.body for found in twilio.messages.list(**dates)]

    assert bodies(date_sent=today) == ["sent"]
    assert bodies(date_sent=days["past"]) == []
    assert bodies(date_sent_after=days["past"], date_sent_before=days["next"]) == ["sent"]
    assert bodies(date_sent_before=days["past"]) == []
    assert bodies(date_sent_after=days["next"]) == []


@pytest.mark.parametrize(
    ("fields", "code", "status"),
    [
        ({"to": ""}, 21604, 400),
        ({"body": ""}, 21602, 400),
        ({"from_": ""}, 21603, 400),
        ({"from_": "Aurora"}, 21212, 400),
        ({"body": "x" * 1601}, 21617, 400),
        ({"to": "5550199"}, 21211, 400),
        ({"to": "+0"}, 21211, 400),
        ({"to": "+15005550001"}, 21211, 400),
        ({"to": "+15005550002"}, 21612, 400),
        ({"to": "+15005550003"}, 21408, 403),
        ({"to": "+15005550004"}, 21610, 400),
        ({"to": "+15005550009"}, 21614, 400),
    ],
)
def test_what_twilio_refuses_is_refused(text, fields, code, status):
    with pytest.raises(TwilioRestException) as error:
        text(**fields)

    assert (error.value.code, error.value.status) == (code, status)
    assert not PracticeMessage.objects.exists()


def test_the_longest_body_is_taken(text):
    assert text(body="x" * 1600).num_segments == "11"


@pytest.mark.parametrize(
    ("account", "token"), [("AC" + "1" * 32, None), (None, "wrong"), (None, "wröng")]
)
def test_a_wrong_account_or_token_is_refused(api, settings, account, token, db):
    client = Client(
        account or settings.TWILIO_ACCOUNT_SID,
        token or settings.TWILIO_AUTH_TOKEN,
        http_client=Redirected(api),
    )
    with pytest.raises(TwilioRestException) as error:
        client.messages.create(to=PHONE, from_=SENDER, body="Hi")

    assert (error.value.code, error.value.status) == (20003, 401)


@pytest.mark.parametrize("header", [None, "Basic", "Basic ***", "Bearer {right}"])
def test_a_request_without_credentials_is_refused(raw, header, credentials):
    headers = {} if header is None else {"Authorization": header.format(right=credentials)}

    answer = raw(headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_another_accounts_messages_are_refused(raw, credentials):
    answer = raw("AC" + "1" * 32, headers={"Authorization": f"Basic {credentials}"})

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_what_it_does_not_know_is_said_in_twilios_words(twilio, text):
    with pytest.raises(TwilioRestException) as error:
        text().delete()

    assert (error.value.code, error.value.status) == (20004, 405)


@pytest.mark.parametrize("query", ["DateSent=soon", "PageToken=x", "PageSize=all", "Page=last"])
def test_a_date_or_page_that_is_none_is_refused(raw, credentials, query):
    answer = raw(headers={"Authorization": f"Basic {credentials}"}, params=query)

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize("word", ["STOP", "stopall", " Cancel ", "END", "OptOut", "REVOKE"])
def test_a_phone_that_texted_a_stop_word_gets_nothing_more(word, text, provider_as_salon):
    actions.send_from_phone(PHONE, SENDER, word)

    with pytest.raises(TwilioRestException) as error:
        text()
    assert error.value.code == 21610


def test_a_stop_holds_for_one_sender_only(text, provider_as_salon):
    actions.send_from_phone(PHONE, SENDER, "STOP")

    assert text(from_="+12125550120").status == "queued"


@pytest.mark.parametrize("word", ["START", "yes", "UNSTOP"])
def test_a_phone_that_texts_a_start_word_gets_texts_again(word, text, provider_as_salon):
    actions.send_from_phone(PHONE, SENDER, "STOP")
    actions.send_from_phone(PHONE, SENDER, word)

    assert text().status == "queued"


@pytest.mark.parametrize("body", ["Please stop it", "1", "No", "stop?"])
def test_other_words_stop_nothing(body, text, provider_as_salon):
    actions.send_from_phone(PHONE, SENDER, body)

    assert text().status == "queued"
    assert not PracticeMessage.objects.filter(direction="outbound-reply").exists()


@pytest.mark.parametrize(
    ("word", "answer"),
    [("STOP", "unsubscribed"), ("START", "re-subscribed"), ("help", "Reply STOP to unsubscribe")],
)
def test_twilios_own_words_are_answered_by_itself(word, answer, twilio, provider_as_salon):
    actions.send_from_phone(PHONE, SENDER, word)

    [found] = twilio.messages.list(to=PHONE)
    assert answer in found.body
    assert (found.direction, found.from_) == ("outbound-reply", SENDER)
