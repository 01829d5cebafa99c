"""E-mail and password for a token; lock-out after repeated failures."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from knox.models import AuthToken
from rest_framework.test import APIClient

from user.actions import create_api_token
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

ALICE = "alice@aurora.example"
JSON = "application/json"


@pytest.fixture(autouse=True)
def alice_works_here(alice):
    return alice


def post_sign_in(email=ALICE, password="alice-password", *, at="10.0.0.1", **headers):
    return APIClient(REMOTE_ADDR=at).post(
        "/auth/login/", {"email": email, "password": password}, headers=headers
    )


def get_with_token(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def fail_sign_in(times, email=ALICE, **where):
    return [post_sign_in(email, "wrong", **where).status_code for _ in range(times)]


class TestSigningIn:
    def test_answers_a_token_and_who_it_is(self, alice, aurora):
        body = post_sign_in().json()
        me = {
            "id": alice.pk,
            "name": "Alice",
            "email": ALICE,
            "is_owner": True,
            "bookable": True,
            "salon": aurora.pk,
        }
        assert body["user"] == me
        assert get_with_token(body["token"]).get("/auth/me/").json() == me

    @pytest.mark.parametrize("email", ["ALICE@aurora.example", " Alice@Aurora.Example "])
    def test_takes_an_address_in_any_case(self, email):
        assert post_sign_in(email).status_code == 200

    def test_says_the_same_of_a_wrong_password_and_of_no_account(self, bob):
        bob.can_login = False
        bob.save()
        answers = [
            post_sign_in(ALICE, "wrong"),
            post_sign_in("nobody@aurora.example", "wrong"),
            post_sign_in("bob@aurora.example", "wrong"),
            post_sign_in("bob@aurora.example", "bob-password"),
        ]
        assert {answer.status_code for answer in answers} == {400}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["code"] == "bad_credentials"

    def test_hashes_once_whether_or_not_there_is_an_account(self, monkeypatch):
        """What takes time is the hash: the same number of them for everybody."""
        from django.contrib.auth.hashers import MD5PasswordHasher

        count = []
        encode = MD5PasswordHasher.encode
        monkeypatch.setattr(
            MD5PasswordHasher,
            "encode",
            lambda self, password, salt: count.append(1) or encode(self, password, salt),
        )
        ExtendedUser.objects.create_user("invited@aurora.example", None, name="Invited")
        count.clear()
        hashes = []
        for email in (ALICE, "nobody@aurora.example", "invited@aurora.example"):
            post_sign_in(email, "wrong")
            hashes.append(len(count))
            count.clear()
        assert hashes == [1, 1, 1]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"email": ALICE},
            {"password": "x"},
            {"email": "no address", "password": "x"},
            {"email": ALICE, "password": ""},
            {"email": ALICE, "password": None},
            {"email": ["a"], "password": {}},
            {"email": "a\x00@b.example", "password": "x"},
            {"email": ALICE, "password": "x\x00"},
            {"email": "a" * 300 + "@b.example", "password": "x"},
            {"email": ALICE, "password": "x" * 5_000},
        ],
    )
    def test_names_the_fields_that_are_wrong(self, body):
        response = APIClient().post("/auth/login/", body)
        assert response.status_code == 400
        assert response.json()["code"] == "invalid"
        assert set(response.json()["errors"]) <= {"email", "password"}

    def test_clears_away_tokens_that_are_out_of_date(self, alice, time_machine):
        time_machine.move_to(datetime.now().astimezone() - timedelta(days=40))
        old = create_api_token(alice)
        time_machine.move_to(datetime.now().astimezone() + timedelta(days=40))
        assert get_with_token(old).get("/auth/me/").status_code == 401
        post_sign_in()
        assert AuthToken.objects.count() == 1

    def test_is_also_open_to_an_operator_who_sees_no_salons_data(self, aurora, jane):
        ExtendedUser.objects.create_superuser("root@host.example", "root-password")
        body = post_sign_in("root@host.example", "root-password").json()
        assert body["user"]["salon"] is None
        client = get_with_token(body["token"])
        for path in ("salons", "staff", "services", "customers", "appointments", "notifications"):
            assert client.get(f"/{path}/").json()["count"] == 0
        assert client.get(f"/customers/{jane.pk}/").status_code == 404
        assert client.post("/customers/", {"full_name": "X"}).status_code == 404


class TestTheLock:
    def test_closes_after_five_failures_even_for_the_right_password(self):
        assert fail_sign_in(5) == [400, 400, 400, 400, 429]
        response = post_sign_in()
        assert response.status_code == 429
        assert response.json()["code"] == "locked_out"
        assert "15 minutes" in response.json()["detail"]
        assert response.headers["Retry-After"] == "900"

    def test_is_not_evaded_by_other_spellings_of_the_address(self):
        spellings = ["Alice@aurora.example", "ALICE@AURORA.EXAMPLE", " alice@aurora.example"]
        for spelling in spellings:
            fail_sign_in(1, spelling)
        assert fail_sign_in(2) == [400, 429]

    def test_is_not_evaded_by_naming_other_origins(self):
        for number in range(5):
            post_sign_in(password="wrong", **{"X-Forwarded-For": f"1.2.3.{number}"})
        assert post_sign_in(**{"X-Forwarded-For": "9.9.9.9"}).status_code == 429

    def test_is_not_evaded_by_another_browser(self):
        for number in range(5):
            post_sign_in(password="wrong", **{"User-Agent": f"Browser/{number}"})
        assert post_sign_in(**{"User-Agent": "Other"}).status_code == 429

    def test_holds_for_one_account_and_one_address_only(self, bob):
        fail_sign_in(5)
        assert post_sign_in("bob@aurora.example", "bob-password").status_code == 200
        assert post_sign_in(at="10.0.0.2").status_code == 200

    def test_closes_on_an_account_that_is_none_just_the_same(self):
        assert fail_sign_in(5, "nobody@aurora.example") == [400, 400, 400, 400, 429]

    def test_opens_after_fifteen_minutes_whoever_knocked_meanwhile(self, time_machine):
        start = datetime.now().astimezone()
        time_machine.move_to(start, tick=False)
        fail_sign_in(5)
        time_machine.move_to(start + timedelta(minutes=14, seconds=59), tick=False)
        assert post_sign_in().status_code == 429
        time_machine.move_to(start + timedelta(minutes=15, seconds=1), tick=False)
        assert post_sign_in().status_code == 200

    def test_counts_from_nothing_after_a_success(self):
        fail_sign_in(4)
        assert post_sign_in().status_code == 200
        assert fail_sign_in(4) == [400, 400, 400, 400]
        assert post_sign_in().status_code == 200

    def test_holds_at_every_door(self):
        fail_sign_in(5)
        page = Client(REMOTE_ADDR="10.0.0.1")
        typed = {"username": ALICE, "password": "alice-password"}
        assert page.post("/sign-in/", typed).status_code == 429
        assert page.post("/admin/login/", typed).status_code == 429

    def test_speaks_to_people_in_html(self):
        fail_sign_in(5)
        page = Client(REMOTE_ADDR="10.0.0.1", headers={"Accept": "text/html"})
        typed = {"username": ALICE, "password": "alice-password"}
        response = page.post("/admin/login/", typed)
        assert response.status_code == 429
        assert "15 minutes" in response.content.decode()


class TestAToken:
    def test_ends_with_signing_out_and_alone(self, alice):
        here, there = (
            get_with_token(create_api_token(alice)),
            get_with_token(create_api_token(alice)),
        )
        assert here.post("/auth/logout/").status_code == 204
        assert here.get("/auth/me/").status_code == 401
        assert there.get("/auth/me/").status_code == 200

    @pytest.mark.parametrize("field", ["is_active", "can_login"])
    def test_ends_with_its_account(self, alice, field):
        client = get_with_token(create_api_token(alice))
        assert client.get("/customers/").status_code == 200
        ExtendedUser.objects.filter(pk=alice.pk).update(**{field: False})
        response = client.get("/customers/")
        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")

    def test_ends_with_its_salon(self, alice, aurora):
        client = get_with_token(create_api_token(alice))
        aurora.is_active = False
        aurora.save()
        assert client.get("/auth/me/").status_code == 401
        assert post_sign_in().json()["code"] == "bad_credentials"

    def test_ends_with_a_new_password(self, alice):
        client = get_with_token(create_api_token(alice))
        alice.set_password("another-password")
        alice.save()
        assert client.get("/auth/me/").status_code == 401

    def test_outlives_other_changes_of_its_account(self, alice):
        client = get_with_token(create_api_token(alice))
        alice.name = "Alicia"
        alice.save()
        assert client.get("/auth/me/").json()["name"] == "Alicia"

    def test_lives_for_thirty_days_after_its_last_use(self, alice, time_machine):
        start = datetime.now().astimezone()
        time_machine.move_to(start, tick=False)
        client = get_with_token(create_api_token(alice))
        for days in (29, 58, 87):
            time_machine.move_to(start + timedelta(days=days), tick=False)
            assert client.get("/auth/me/").status_code == 200
        time_machine.move_to(start + timedelta(days=87 + 31), tick=False)
        assert client.get("/auth/me/").status_code == 401

    def test_is_written_once_a_minute_at_most(self, alice, time_machine, django_assert_num_queries):
        start = datetime.now().astimezone()
        time_machine.move_to(start, tick=False)
        client = get_with_token(create_api_token(alice))
        for seconds, queries in ((59, 1), (61, 2), (62, 1)):
            time_machine.move_to(start + timedelta(seconds=seconds), tick=False)
            with django_assert_num_queries(queries):
                client.get("/auth/me/")

    def test_costs_the_same_however_many_there_are(self, alice, django_assert_num_queries):
        client = get_with_token(create_api_token(alice))
        for _ in range(20):
            create_api_token(alice)
        with django_assert_num_queries(1):
            client.get("/auth/me/")


class TestASession:
    @pytest.fixture
    def page(self, alice):
        """A browser that is signed in and knows its CSRF token."""
        client = Client(enforce_csrf_checks=True)
        client.force_login(alice)
        client.cookies["csrftoken"] = "a" * 32
        return client

    def test_opens_the_api(self, page):
        assert page.get("/auth/me/").json()["email"] == ALICE

    def test_writes_with_its_csrf_token_only(self, page):
        body = {"full_name": "Ann"}
        without = page.post("/customers/", body, content_type=JSON)
        assert (without.status_code, without.json()["code"]) == (403, "permission_denied")
        token = {"X-CSRFToken": "a" * 32}
        assert page.post("/customers/", body, content_type=JSON, headers=token).status_code == 201

    def test_ends_with_signing_out(self, page):
        assert page.post("/auth/logout/", headers={"X-CSRFToken": "a" * 32}).status_code == 204
        assert page.get("/auth/me/").status_code == 401

    @pytest.mark.parametrize("field", ["is_active", "can_login"])
    def test_ends_with_its_account(self, page, alice, field):
        ExtendedUser.objects.filter(pk=alice.pk).update(**{field: False})
        assert page.get("/auth/me/").status_code == 401

    def test_ends_with_its_salon(self, page, aurora):
        aurora.is_active = False
        aurora.save()
        assert page.get("/auth/me/").status_code == 401
