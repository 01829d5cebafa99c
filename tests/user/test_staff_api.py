"""The accounts of a salon at the API: inviting, changing, deactivating."""

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.utils.http import urlsafe_base64_decode

from core.api.errors import Refusal
from user import actions
from user.actions import create_api_token
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(as_user, alice):
    return as_user(alice)


@pytest.fixture
def staff(as_user, bob):
    return as_user(bob)


NEW = {"name": "Dora", "email": "dora@aurora.example"}


def find_invited_account(link):
    """The account an invitation leads to, when its token holds."""
    *_, uid, token, _empty = link.split("/")
    user = ExtendedUser.objects.get(pk=urlsafe_base64_decode(uid).decode())
    return user if default_token_generator.check_token(user, token) else None


class TestTheList:
    def test_shows_every_account_of_the_salon_and_no_secrets(self, staff, alice, bob, charlie):
        rows = staff.get("/staff/").json()["results"]
        assert [(row["name"], row["is_owner"]) for row in rows] == [("Alice", True), ("Bob", False)]
        assert set(rows[0]) == {
            "id",
            "name",
            "email",
            "phone_number",
            "is_owner",
            "bookable",
            "can_login",
            "is_active",
        }

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("is_owner=true", ["Alice"]),
            ("is_owner=false", ["Bob", "Eve"]),
            ("is_active=true&ordering=-name", ["Bob", "Alice"]),
            ("bookable=false", ["Eve"]),
        ],
    )
    def test_is_narrowed_down(self, owner, bob, aurora, query, names):
        ExtendedUser.objects.create(salon=aurora, name="Eve", bookable=False, is_active=False)
        assert [row["name"] for row in owner.get(f"/staff/?{query}").json()["results"]] == names


class TestInviting:
    def test_answers_a_link_that_sets_the_password_once(self, owner, settings):
        response = owner.post("/staff/", NEW)
        assert response.status_code == 201
        body = response.json()
        assert (body["name"], body["is_owner"], body["can_login"]) == ("Dora", False, True)
        assert body["invitation"].startswith(settings.PUBLIC_URL)
        dora = find_invited_account(body["invitation"])
        assert dora.email == NEW["email"]
        assert not dora.has_usable_password()
        dora.set_password("dora-password")
        dora.save()
        assert find_invited_account(body["invitation"]) is None

    def test_shows_the_link_only_once(self, owner):
        made = owner.post("/staff/", NEW).json()
        assert "invitation" not in owner.get(f"/staff/{made['id']}/").json()
        assert "invitation" not in owner.patch(f"/staff/{made['id']}/", {"name": "D"}).json()

    def test_is_for_owners(self, staff):
        assert staff.post("/staff/", NEW).status_code == 403
        assert not ExtendedUser.objects.filter(name="Dora").exists()

    def test_puts_the_account_into_ones_own_salon(self, owner, aurora, barber):
        made = owner.post("/staff/", {**NEW, "salon": barber.pk, "is_superuser": True}).json()
        dora = ExtendedUser.objects.get(pk=made["id"])
        assert dora.salon == aurora
        assert not dora.is_superuser

    def test_of_a_stylist_without_email_makes_no_link(self, owner):
        body = owner.post("/staff/", {"name": "Eve"}).json()
        assert (body["email"], body["can_login"]) == (None, False)
        assert "invitation" not in body
        assert owner.post("/staff/", {"name": "Fay", "email": ""}).status_code == 201

    def test_of_one_who_may_sign_in_needs_an_email(self, owner):
        response = owner.post("/staff/", {"name": "Eve", "can_login": True})
        assert list(response.json()["errors"]) == ["email"]

    def test_keeps_an_email_to_one_account_of_all_salons(self, owner, bob, charlie):
        answers = [
            owner.post("/staff/", {"name": "X", "email": email})
            for email in ("BOB@aurora.example", "Charlie@Barber.example")
        ]
        for response in answers:
            assert list(response.json()["errors"]) == ["email"]
        assert answers[0].content == answers[1].content

    def test_again_is_possible_until_the_first_password(self, owner, staff):
        made = owner.post("/staff/", NEW).json()
        path = f"/staff/{made['id']}/invite/"
        assert staff.post(path).status_code == 403
        link = owner.post(path).json()["invitation"]
        dora = find_invited_account(link)
        dora.set_password("dora-password")
        dora.save()
        response = owner.post(path)
        assert (response.status_code, response.json()["code"]) == (409, "already_joined")

    def test_again_needs_an_account_that_may_sign_in(self, owner, aurora):
        eve = ExtendedUser.objects.create_user(None, None, name="Eve", salon=aurora)
        assert list(owner.post(f"/staff/{eve.pk}/invite/").json()["errors"]) == ["email"]


class TestChanging:
    def test_is_for_owners(self, owner, staff, bob):
        path = f"/staff/{bob.pk}/"
        assert staff.patch(path, {"name": "Robert"}).status_code == 403
        assert owner.patch(path, {"name": "Robert"}).json()["name"] == "Robert"

    def test_makes_another_owner_who_can_then_take_over(self, owner, as_user, alice, bob):
        assert owner.patch(f"/staff/{bob.pk}/", {"is_owner": True}).json()["is_owner"] is True
        response = owner.patch(f"/staff/{alice.pk}/", {"is_owner": False})
        assert response.status_code == 200
        alice.refresh_from_db()
        assert owner.patch(f"/staff/{bob.pk}/", {"name": "B"}).status_code == 403

    @pytest.mark.parametrize("field", ["is_owner", "is_active", "can_login"])
    def test_leaves_the_salon_an_owner_who_can_sign_in(self, owner, alice, bob, charlie, field):
        response = owner.patch(f"/staff/{alice.pk}/", {field: False, "name": "Gone"})
        assert (response.status_code, response.json()["code"]) == (409, "last_owner")
        alice.refresh_from_db()
        assert getattr(alice, field) is True
        assert alice.name == "Alice"

    def test_signs_out_whom_it_deactivates(self, owner, client, bob):
        token = {"Authorization": f"Token {create_api_token(bob)}"}
        assert client.get("/auth/me/", headers=token).status_code == 200
        owner.patch(f"/staff/{bob.pk}/", {"is_active": False})
        assert client.get("/auth/me/", headers=token).status_code == 401
        owner.patch(f"/staff/{bob.pk}/", {"is_active": True})
        assert client.get("/auth/me/", headers=token).status_code == 401

    @pytest.mark.parametrize("field", ["is_active", "can_login"])
    def test_ends_sessions_that_do_not_come_back(self, owner, client, bob, field):
        client.force_login(bob, backend="user.backends.EmailBackend")
        assert client.get("/auth/me/").status_code == 200
        owner.patch(f"/staff/{bob.pk}/", {field: False})
        owner.patch(f"/staff/{bob.pk}/", {field: True})
        assert client.get("/auth/me/").status_code == 401

    def test_names_the_fields_that_would_leave_no_owner(self, owner, alice):
        response = owner.patch(f"/staff/{alice.pk}/", {"is_owner": False, "can_login": True})
        assert list(response.json()["errors"]) == ["is_owner"]

    def test_invites_who_now_may_sign_in_and_has_no_password(self, owner, aurora):
        eve = ExtendedUser.objects.create_user(name="Eve", salon=aurora, can_login=False)
        path = f"/staff/{eve.pk}/"
        body = {"email": "eve@aurora.example", "can_login": True}
        assert find_invited_account(owner.patch(path, body).json()["invitation"]) == eve
        assert "invitation" not in owner.patch(path, body | {"name": "Eva"}).json()
        assert "invitation" in owner.patch(path, {"email": "eva@aurora.example"}).json()

    def test_may_keep_ones_email_but_not_take_anothers(self, owner, alice, bob):
        path = f"/staff/{bob.pk}/"
        assert owner.patch(path, {"email": "Bob@aurora.example"}).status_code == 200
        response = owner.patch(path, {"email": alice.email})
        assert list(response.json()["errors"]) == ["email"]

    def test_may_not_take_the_email_of_one_who_signs_in(self, owner, bob):
        response = owner.patch(f"/staff/{bob.pk}/", {"email": None})
        assert list(response.json()["errors"]) == ["email"]

    def test_never_removes_an_account(self, owner, staff, alice, bob):
        assert owner.delete(f"/staff/{bob.pk}/").status_code == 405
        assert staff.delete(f"/staff/{alice.pk}/").status_code in {403, 405}
        assert ExtendedUser.objects.count() == 2


class TestAnEmailThatWasJustTaken:
    """Two gave it at one moment: the second passed the form before the first was stored."""

    def test_adds_nobody(self, aurora, charlie):
        with pytest.raises(Refusal) as refused:
            actions.add_staff_member(aurora, {"name": "Dora", "email": charlie.email})
        assert (refused.value.status_code, list(refused.value.errors)) == (400, ["email"])
        assert not ExtendedUser.objects.filter(name="Dora").exists()

    def test_changes_nobody(self, bob, charlie):
        with pytest.raises(Refusal) as refused:
            actions.change_staff_member(bob.pk, {"name": "B", "email": charlie.email})
        assert (refused.value.status_code, list(refused.value.errors)) == (400, ["email"])
        bob.refresh_from_db()
        assert bob.name == "Bob"
