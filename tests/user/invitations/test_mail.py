"""Invitations and forgotten passwords, over a real mail server and a real worker."""

import io
import logging
from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from core.environment import Environment
from salon.models import Salon
from testkit.servers.mail_server import MailServer, find_link
from testkit.waiting import wait_until
from user.actions import create_api_token
from user.invitations import mail
from user.models import ExtendedUser
from user.tasks import MAX_RETRIES, mail_invitation

pytestmark = pytest.mark.django_db(transaction=True)

ZONE = ("--timezone", "Europe/Berlin")
NEW = "clippers-and-combs"


def create_salon_haus(*words):
    out = io.StringIO()
    call_command("create_salon", "Haus", "--owner-email", "olga@haus.example", *words, stdout=out)
    return out.getvalue()


def post_password_reset(email):
    return APIClient().post("/auth/password-reset/", {"email": email})


def make_queue_due(broker):
    """Move the clock of the queue on: what waits there is due now."""
    due_times = broker._keys("default")[2]
    waiting = wait_until(lambda: broker.client.zrange(due_times, 0, -1))
    broker.client.zadd(due_times, dict.fromkeys(waiting, 1), xx=True)


class TestCreateSalon:
    def test_mails_a_link_with_which_the_owner_signs_in(self, mail_server, set_password, sign_in):
        said = create_salon_haus(*ZONE)
        message = mail_server.next_mail()
        assert message["To"] == "olga@haus.example"
        assert message["From"] == "no-reply@localhost"
        assert message["Subject"] == "Your account at Haus"
        assert "It was mailed to olga@haus.example too." in said
        assert set_password(find_link(message), NEW).status_code == 302
        assert sign_in("olga@haus.example", NEW).status_code == 200

    def test_only_prints_when_told_so(self, mail_server):
        assert "mailed" not in create_salon_haus(*ZONE, "--no-mail")
        assert mail_server.mails == []

    def test_says_when_the_mail_was_not_taken_and_still_gives_the_link(self, mail_server, capsys):
        mail_server.refusal = "550 no such mailbox"
        out = io.StringIO()
        with pytest.raises(CommandError, match="SMTPRecipientsRefused 550") as failed:
            call_command(
                "create_salon", "Haus", "--owner-email", "olga@haus.example", *ZONE, stdout=out
            )
        assert failed.value.returncode == 3
        assert "/set-password/" in out.getvalue()
        assert Salon.objects.filter(name="Haus").exists()

    def test_mails_nothing_without_a_mail_server(self, mailoutbox):
        assert "mailed" not in create_salon_haus(*ZONE)
        assert mailoutbox == []


class TestInvitingStaff:
    def test_mails_a_link_that_works_once(
        self, mail_server, worker, as_user, alice, set_password, sign_in
    ):
        body = {"name": "Dora", "email": "dora@aurora.example"}
        assert as_user(alice).post("/staff/", body).status_code == 201
        message = mail_server.next_mail()
        assert message["To"] == "dora@aurora.example"
        assert "Aurora" in message["Subject"]
        link = find_link(message)
        assert set_password(link, NEW).status_code == 302
        assert sign_in("dora@aurora.example", NEW).json()["user"]["name"] == "Dora"
        assert set_password(link, "another-password").status_code == 410
        assert sign_in("dora@aurora.example", NEW).status_code == 200

    def test_again_mails_again(self, mail_server, worker, as_user, alice):
        owner = as_user(alice)
        made = owner.post("/staff/", {"name": "Dora", "email": "dora@aurora.example"}).json()
        mail_server.next_mail()
        owner.post(f"/staff/{made['id']}/invite/")
        assert mail_server.next_mail()["To"] == "dora@aurora.example"

    def test_names_with_line_breaks_do_not_cut_the_subject_short(self, mail_server, alice, aurora):
        aurora.name = "Aurora\nBcc: all"
        aurora.save()
        mail.send_link_mail(mail.MailKind.INVITATION, ExtendedUser.objects.get(pk=alice.pk))
        message = mail_server.next_mail()
        assert message["Subject"] == "Your account at Aurora Bcc: all"
        assert message["Bcc"] is None
        assert message.get_content().startswith("Hello Alice,")

    def test_one_who_let_it_expire_has_another_link_mailed(
        self, mail_server, worker, as_user, alice, set_password, sign_in
    ):
        as_user(alice).post("/staff/", {"name": "Dora", "email": "dora@aurora.example"})
        assert "on the sign-in page" in mail_server.next_mail().get_content()
        post_password_reset("dora@aurora.example")
        assert set_password(find_link(mail_server.next_mail()), NEW).status_code == 302
        assert sign_in("dora@aurora.example", NEW).status_code == 200

    def test_of_a_stylist_without_email_mails_nothing(self, broker, as_user, alice):
        assert as_user(alice).post("/staff/", {"name": "Eve"}).status_code == 201
        assert broker.ready() == 0

    def test_keeps_link_and_address_out_of_redis(self, broker, as_user, alice):
        as_user(alice).post("/staff/", {"name": "Dora", "email": "dora@aurora.example"})
        [message] = broker.client.hvals("dramatiq:default.msgs")
        dora = ExtendedUser.objects.get(name="Dora")
        assert f'"args":[{dora.pk}]' in message.decode()
        assert b"dora" not in message
        assert b"set-password" not in message

    def test_mails_no_more_once_a_password_is_set(self, mail_server, bob):
        mail.deliver_mail(mail.MailKind.INVITATION, bob.pk)
        assert mail_server.mails == []


class TestForgottenPassword:
    def test_the_mail_leads_to_a_new_one_and_the_old_one_is_dead(
        self, mail_server, worker, bob, set_password, sign_in
    ):
        assert post_password_reset("BOB@aurora.example").status_code == 202
        message = mail_server.next_mail()
        assert message["To"] == bob.email
        assert message["Auto-Submitted"] == "auto-generated"
        assert set_password(find_link(message), NEW).status_code == 302
        assert sign_in(bob.email, NEW).status_code == 200
        assert sign_in(bob.email, "bob-password").status_code == 400

    def test_a_new_password_ends_other_sessions_and_all_tokens(
        self, mail_server, worker, bob, set_password
    ):
        token = {"Authorization": f"Token {create_api_token(bob)}"}
        desk = Client()
        desk.force_login(bob, backend="user.backends.EmailBackend")
        post_password_reset(bob.email)
        link = find_link(mail_server.next_mail())
        assert desk.get("/auth/me/").status_code == 200
        own = Client(headers={"accept": "text/html"})
        set_password(link, NEW, browser=own)
        assert desk.get("/auth/me/").status_code == 401
        assert Client().get("/auth/me/", headers=token).status_code == 401
        assert own.get("/auth/me/", headers={"accept": "*/*"}).status_code == 200

    def test_a_link_expires_after_three_days(
        self, mail_server, bob, set_password, sign_in, time_machine
    ):
        mail.send_link_mail(mail.MailKind.PASSWORD_RESET, bob)
        link = find_link(mail_server.next_mail())
        time_machine.move_to(datetime.now(UTC) + timedelta(days=3, minutes=1))
        assert set_password(link, NEW).status_code == 410
        assert sign_in(bob.email, "bob-password").status_code == 200

    @pytest.mark.parametrize("change", [{"is_active": False}, {"can_login": False}])
    def test_who_may_not_sign_in_gets_no_mail_and_can_use_no_link(
        self, mail_server, bob, set_password, change
    ):
        mail.send_link_mail(mail.MailKind.PASSWORD_RESET, bob)
        link = find_link(mail_server.next_mail())
        ExtendedUser.objects.filter(pk=bob.pk).update(**change)
        assert set_password(link, NEW).status_code == 410
        mail.deliver_mail(mail.MailKind.PASSWORD_RESET, bob.pk)
        assert mail_server.mails == []

    def test_an_unknown_address_is_answered_the_same_and_gets_no_mail(
        self, mail_server, worker, broker, bob
    ):
        known, unknown = (
            post_password_reset(bob.email),
            post_password_reset("nobody@aurora.example"),
        )
        assert unknown.status_code == known.status_code == 202
        assert unknown.content == known.content
        mail_server.next_mail()
        wait_until(lambda: broker.client.hlen("dramatiq:default.msgs") == 0)
        assert mail_server.mails == []

    def test_what_is_done_for_an_unknown_address_is_the_same(
        self, broker, bob, django_assert_num_queries
    ):
        for count, email in enumerate((bob.email, "nobody@aurora.example"), 1):
            with django_assert_num_queries(1):
                post_password_reset(email)
            assert broker.ready() == count

    def test_an_address_is_mailed_five_times_an_hour_at_most(self, broker, bob):
        answers = [post_password_reset(bob.email).status_code for _ in range(5)]
        assert answers == [202] * 5
        refused = post_password_reset(bob.email.upper())
        assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
        assert int(refused["Retry-After"]) > 0
        assert post_password_reset("nobody@aurora.example").status_code == 202
        assert broker.ready() == 6

    def test_one_visitor_asks_thirty_times_an_hour_at_most(self, broker):
        answers = [post_password_reset(f"nobody{n}@aurora.example").status_code for n in range(31)]
        assert answers == [202] * 30 + [429]

    @pytest.mark.parametrize("body", [{}, {"email": "bob"}, {"email": ["x"]}, []])
    def test_what_is_no_address_is_refused(self, body):
        assert APIClient().post("/auth/password-reset/", body).status_code == 400

    def test_without_redis_it_says_so_whoever_asks(self, broker, bob, monkeypatch):
        nowhere = redis.Redis.from_url("unix:///nowhere/redis.sock")
        monkeypatch.setattr(broker, "_enqueue_script", nowhere.register_script("return 1"))
        for email in (bob.email, "nobody@aurora.example"):
            answer = post_password_reset(email)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


class TestWhenTheMailServerFails:
    def test_a_mail_goes_out_once_it_is_back(self, mail_server, worker, broker, bob):
        port = mail_server.port
        mail_server.stop()
        post_password_reset(bob.email)
        wait_until(lambda: broker.waiting() == 1)
        back = MailServer(port).start()
        try:
            make_queue_due(broker)
            assert back.next_mail()["To"] == bob.email
        finally:
            back.stop()

    def test_the_pauses_grow_and_the_tries_end(self):
        assert mail_invitation.options["max_retries"] == MAX_RETRIES
        assert mail_invitation.options["min_backoff"] < mail_invitation.options["max_backoff"]

    def test_a_refusal_for_good_is_not_tried_again(self, mail_server, worker, broker, bob, caplog):
        mail_server.refusal = "550 no such mailbox"
        post_password_reset(bob.email)
        wait_until(lambda: "mail_not_sent" in caplog.text)
        wait_until(lambda: broker.client.hlen("dramatiq:default.msgs") == 0)
        assert broker.waiting() == 0

    def test_no_address_reaches_logs_or_redis(self, mail_server, worker, broker, bob, caplog):
        caplog.set_level(logging.DEBUG)
        caplog.set_level(logging.ERROR, "mail.log")  # the mail server's own
        mail_server.refusal = "450 busy with"
        post_password_reset(bob.email)
        wait_until(lambda: broker.waiting() == 1)
        kept = b"".join(broker.client.hvals("dramatiq:default.DQ.msgs")).decode()
        assert "SMTPRecipientsRefused 450" in kept
        for text in (caplog.text, kept):
            assert bob.email not in text
            assert "set-password" not in text


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtp+tls://desk%40salon.example:secret@mail.example:587", "desk@salon.example"),
        ("smtp://relay:secret@mail.example:25", "no-reply@book.example"),
        ("consolemail://", "no-reply@book.example"),
    ],
)
def test_mails_come_from_the_account_of_the_mail_server_or_our_own_host(url, sender):
    env = Environment({"EMAIL_URL": url, "PUBLIC_URL": "https://book.example:8443"})
    assert env.mail_sender == sender
