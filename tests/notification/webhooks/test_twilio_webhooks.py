"""What the provider tells us: signed, once or often, in any order, with whatever in it."""

import pytest
from django.test import Client
from django.utils.datastructures import MultiValueDict

from notification.channels.sms import twilio
from notification.contacts.models import InboundMessage, OptOut, UnreachableNumber
from notification.models import AppointmentNotification
from notification.states import Status

pytestmark = pytest.mark.django_db

JANE = "+12125550199"
AURORA = "+12125550110"


@pytest.fixture
def row(appointment):
    """The confirmation, handed over and accepted."""
    row = AppointmentNotification.objects.get(
        appointment_number=appointment.pk, kind="confirmation"
    )
    row.status, row.sender, row.recipient, row.provider_id = Status.SENT, AURORA, JANE, "SM1"
    row.save()
    return row


@pytest.fixture
def post(settings):
    """Posts a form as the provider does: signed over our public address."""

    def send(path, form=None, signature=None):
        form = form or {}
        lists = {name: each if isinstance(each, list) else [each] for name, each in form.items()}
        signature = signature or twilio.sign_webhook(
            settings.PUBLIC_URL + path, MultiValueDict(lists)
        )
        return Client().post(path, form, headers={"X-Twilio-Signature": signature})

    return send


@pytest.fixture
def receipt(post, row):
    """Reports a status of `row`."""

    def send(status, code=row.code, **more):
        form = {"MessageSid": "SM1", "MessageStatus": status, **more}
        return post(f"/webhooks/twilio/status/{code}/", form)

    return send


class TestTheSignature:
    @pytest.mark.parametrize("path", ["/webhooks/twilio/sms/", "/webhooks/twilio/status/x/"])
    def test_that_is_missing_or_wrong_is_403(self, post, path):
        for answer in (Client().post(path, {"MessageSid": "SM9"}), post(path, signature="wrong")):
            assert answer.status_code == 403
            assert answer.json()["code"] == "bad_signature"
        assert not InboundMessage.objects.exists()

    def test_of_other_parameters_or_another_address_is_403(self, post, row, settings):
        path = f"/webhooks/twilio/status/{row.code}/"
        of_other = twilio.sign_webhook(settings.PUBLIC_URL + path, {"MessageStatus": "failed"})
        elsewhere = twilio.sign_webhook(
            "http://elsewhere.example" + path, {"MessageStatus": "delivered"}
        )
        for signature in (of_other, elsewhere):
            answer = post(path, {"MessageStatus": "delivered"}, signature)
            assert answer.status_code == 403
        row.refresh_from_db()
        assert row.status == Status.SENT

    def test_holds_for_parameters_we_never_heard_of(self, receipt, row):
        answer = receipt("delivered", NewThing="1", Empty="", **{"Odd Näme": "ä+ &"})
        assert answer.status_code == 200
        row.refresh_from_db()
        assert row.status == Status.DELIVERED

    def test_holds_for_parameters_that_come_more_than_once(self, post, row):
        form = {"MessageStatus": ["delivered", "delivered"], "Tag": ["a", "b"]}
        assert post(f"/webhooks/twilio/status/{row.code}/", form).status_code == 200

    @pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
    def test_is_of_posts_only(self, method):
        answer = getattr(Client(), method)("/webhooks/twilio/sms/")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


class TestAFormThatCantBeRead:
    FORM = "application/x-www-form-urlencoded"

    @pytest.mark.parametrize("debug", [False, True])  # Django's own page reads the form once more
    @pytest.mark.parametrize(
        ("content_type", "data"),
        [
            (f"{FORM}; charset=utf-16", b"MessageSid=SM1"),
            (FORM, b"&".join(b"a%d=1" % number for number in range(2_000))),
            (FORM, b"a=" + b"x" * 3_000_000),
            ("multipart/form-data", b"--x"),
        ],
        ids=["encoding", "fields", "size", "parts"],
    )
    @pytest.mark.parametrize("path", ["/webhooks/twilio/sms/", "/webhooks/twilio/status/x/"])
    def test_is_400_in_the_words_of_the_api(self, settings, path, content_type, data, debug):
        settings.DEBUG = debug
        client = Client(raise_request_exception=False)
        answer = client.post(path, data, content_type=content_type)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


class TestAReceipt:
    @pytest.mark.parametrize(
        ("words", "status"),
        [
            (["sent"], Status.SENT),
            (["delivered"], Status.DELIVERED),
            (["delivered", "sent"], Status.DELIVERED),
            (["delivered", "queued", "sending", "sent", "failed"], Status.DELIVERED),
            (["read", "delivered"], Status.DELIVERED),
            (["undelivered"], Status.FAILED),
            (["failed", "sent"], Status.FAILED),
            (["delivered", "delivered", "delivered"], Status.DELIVERED),
            (["something-new"], Status.SENT),
            ([""], Status.SENT),
        ],
    )
    def test_never_takes_a_state_back(self, receipt, row, words, status):
        for word in words:
            assert receipt(word).status_code == 200
        row.refresh_from_db()
        assert row.status == status

    def test_that_comes_again_changes_nothing(self, receipt, row):
        receipt("delivered")
        first = AppointmentNotification.objects.values().get(pk=row.pk)
        receipt("delivered")
        assert AppointmentNotification.objects.values().get(pk=row.pk) == first

    def test_that_is_faster_than_the_providers_answer_counts(self, receipt, row):
        AppointmentNotification.objects.filter(pk=row.pk).update(
            status=Status.SENDING, provider_id="", sent_at=None
        )
        receipt("delivered")
        row.refresh_from_db()
        assert (row.status, row.provider_id) == (Status.DELIVERED, "SM1")
        assert row.sent_at is not None

    def test_settles_a_row_of_unknown_fate(self, receipt, row):
        AppointmentNotification.objects.filter(pk=row.pk).update(
            status=Status.UNKNOWN, provider_id="", reason="lost_answer", error="timeout"
        )
        receipt("sent")
        row.refresh_from_db()
        assert (row.status, row.reason, row.error) == (Status.SENT, "", "")

    @pytest.mark.parametrize("status", [Status.SKIPPED, Status.CANCELLED])
    def test_of_what_was_never_sent_changes_nothing(self, receipt, row, status):
        AppointmentNotification.objects.filter(pk=row.pk).update(status=status)
        assert receipt("delivered").status_code == 200
        row.refresh_from_db()
        assert row.status == status

    def test_of_a_row_nobody_knows_is_200(self, receipt):
        assert receipt("delivered", code="unknown-code").status_code == 200

    @pytest.mark.parametrize(
        ("code", "reason"),
        [("30003", "undelivered"), ("30006", "bad_number"), ("21610", "opted_out")],
    )
    def test_of_a_failure_says_why(self, receipt, row, code, reason):
        receipt("undelivered", ErrorCode=code)
        row.refresh_from_db()
        assert (row.status, row.reason, row.error_code) == (Status.FAILED, reason, code)

    def test_of_an_opt_out_silences_the_sender_for_this_phone(self, receipt, row):
        for _ in range(2):
            receipt("failed", ErrorCode="21610")
        assert OptOut.objects.get().sender == AURORA
        assert str(OptOut.objects.get().phone_number) == JANE

    def test_never_gives_a_row_the_id_of_anothers_message(self, receipt, row, appointment):
        other = AppointmentNotification.objects.exclude(pk=row.pk).get()
        AppointmentNotification.objects.filter(pk=other.pk).update(
            status=Status.UNKNOWN, recipient=JANE
        )
        assert receipt("sent", code=other.code).status_code == 200
        other.refresh_from_db()
        assert (other.status, other.provider_id) == (Status.SENT, "")

    def test_of_an_opt_out_that_comes_again_does_not_undo_a_start(self, receipt, post, row):
        receipt("failed", ErrorCode="21610")
        start = {"MessageSid": "SM8", "From": JANE, "To": AURORA, "Body": "START"}
        post("/webhooks/twilio/sms/", start)
        receipt("failed", ErrorCode="21610")
        assert not OptOut.objects.exists()

    def test_of_another_text_than_the_rows_own_changes_nothing(self, receipt, row):
        assert receipt("undelivered", MessageSid="SM0", ErrorCode="30003").status_code == 200
        row.refresh_from_db()
        assert (row.status, row.provider_id) == (Status.SENT, "SM1")
        assert not AppointmentNotification.objects.exclude(retry_of=None).exists()

    def test_of_a_row_that_was_never_handed_over_changes_nothing(self, receipt, row):
        waiting = AppointmentNotification.objects.exclude(pk=row.pk).get()
        assert receipt("delivered", code=waiting.code, MessageSid="SM5").status_code == 200
        waiting.refresh_from_db()
        assert (waiting.status, waiting.provider_id) == (Status.PENDING, "")

    def test_naming_a_text_of_another_salon_changes_neither(
        self, receipt, row, foreign_appointment
    ):
        foreign = AppointmentNotification.objects.get(
            appointment_number=foreign_appointment.pk, kind="confirmation"
        )
        foreign.status, foreign.recipient, foreign.provider_id = Status.SENT, JANE, "SM2"
        foreign.save()
        receipt("undelivered", MessageSid="SM2", ErrorCode="30006")
        receipt("undelivered", code=foreign.code, MessageSid="SM1", ErrorCode="30006")
        kept = AppointmentNotification.objects.filter(pk__in=[row.pk, foreign.pk])
        assert {each.status for each in kept} == {Status.SENT}
        assert not UnreachableNumber.objects.exists()

    @pytest.mark.parametrize("junk", ["\x00", "x" * 5_000, "\x00" * 100 + "21610", "💇" * 50])
    def test_bears_any_text(self, receipt, row, junk):
        AppointmentNotification.objects.filter(pk=row.pk).update(provider_id="")
        assert receipt("failed", ErrorCode=junk, MessageSid=junk, To=junk).status_code == 200
        assert receipt(junk).status_code == 200
        row.refresh_from_db()
        assert row.status == Status.FAILED

    @pytest.mark.parametrize("code", ["030005", "٣٠٠٠٥", "30005.0", "-1", "None"])
    def test_of_a_code_written_as_no_other_says_no_more_than_that_it_failed(
        self, receipt, row, code
    ):
        assert receipt("undelivered", ErrorCode=code).status_code == 200
        row.refresh_from_db()
        assert (row.status, row.reason, row.error_code) == (Status.FAILED, "undelivered", code)

    @pytest.mark.parametrize("code", ["%00", "a%00b", "x" * 2_000, "%ff", "ä"])
    def test_bears_any_address(self, receipt, code):
        assert receipt("delivered", code=code).status_code in {200, 403}


class TestAReply:
    FORM = {"MessageSid": "SM7", "From": JANE, "To": AURORA, "Body": "See you!"}

    def test_is_stored_once_with_the_message_it_answers(self, post, row, aurora):
        for _ in range(3):
            answer = post("/webhooks/twilio/sms/", self.FORM)
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "application/xml"
            assert answer.content.endswith(b"<Response/>")
        reply = InboundMessage.objects.get()
        assert (reply.sender, reply.recipient, reply.body) == (JANE, AURORA, "See you!")
        assert reply.salon is None  # the row was never marked as sent at a time

    def test_belongs_to_the_salon_that_last_wrote_to_the_phone(self, post, row, aurora, tomorrow):
        AppointmentNotification.objects.filter(pk=row.pk).update(sent_at=tomorrow)
        post("/webhooks/twilio/sms/", self.FORM)
        reply = InboundMessage.objects.get()
        assert (reply.answers, reply.salon) == (row, aurora)

    def test_to_a_number_of_a_messaging_service_finds_its_salon(self, post, row, aurora, tomorrow):
        service = "MG" + "0" * 32
        AppointmentNotification.objects.filter(pk=row.pk).update(sent_at=tomorrow, sender=service)
        form = {**self.FORM, "To": "+12125550155", "MessagingServiceSid": service}
        post("/webhooks/twilio/sms/", form)
        assert InboundMessage.objects.get().salon == aurora

    def test_of_a_stranger_is_stored_too(self, post):
        post("/webhooks/twilio/sms/", {**self.FORM, "From": "+12125550100"})
        assert InboundMessage.objects.get().salon is None

    def test_without_an_id_is_400(self, post):
        answer = post("/webhooks/twilio/sms/", {"From": JANE})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")

    @pytest.mark.parametrize("junk", ["a\x00b", "x" * 50_000, "💇" * 800])
    def test_bears_any_text(self, post, junk):
        form = {"MessageSid": "SM8", "From": junk, "To": junk, "Body": junk}
        assert post("/webhooks/twilio/sms/", form).status_code == 200
        assert InboundMessage.objects.count() == 1
        assert post("/webhooks/twilio/sms/", {**form, "MessageSid": junk}).status_code == 200
