"""Every error is {code, detail, errors?}, whatever was wrong and wherever it was noticed."""

import json

import pytest
from django.test import Client

from appointment.models import Appointment
from user.actions import create_api_token

pytestmark = pytest.mark.django_db

JSON = "application/json"


def assert_error(response, status, code):
    """`response` is an error in the one shape; answers its field errors."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"].startswith(JSON)
    body = json.loads(response.content)
    assert body["code"] == code
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert set(body) <= {"code", "detail", "errors"}
    for sentences in body.get("errors", {}).values():
        assert all(isinstance(sentence, str) for sentence in sentences)
    return body.get("errors", {})


def test_no_account_is_401(visitor):
    response = visitor.get("/appointments/")
    assert_error(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("token", ["", "nonsense", "a b", "0" * 64, "é", "0\x00"])
def test_a_bad_token_is_401(visitor, token):
    response = visitor.get("/appointments/", headers={"Authorization": f"Token {token}"})
    assert_error(response, 401, "not_authenticated")


def test_bytes_that_are_no_text_in_a_token_are_401(visitor):
    response = visitor.get("/appointments/", HTTP_AUTHORIZATION=b"Token \xff\xfe")
    assert_error(response, 401, "not_authenticated")


def test_staff_may_not_do_what_owners_do(staff, aurora):
    response = staff.patch(f"/salons/{aurora.pk}/", {"name": "Mine"})
    assert_error(response, 403, "permission_denied")


def test_a_session_without_its_csrf_token_is_403(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/customers/", {"full_name": "X"}, content_type=JSON)
    assert_error(response, 403, "permission_denied")


@pytest.mark.parametrize("pk", ["999999", "abc", "9" * 40, "-1", "1.5", "%00"])
def test_what_is_not_there_is_404(owner, pk):
    assert_error(owner.get(f"/appointments/{pk}/"), 404, "not_found")


def test_an_address_without_anything_is_404(visitor, settings):
    settings.DEBUG = False
    assert_error(visitor.get("/nothing/here/"), 404, "not_found")


def test_a_method_that_is_not_there_is_405(owner, appointment):
    assert_error(owner.put(f"/appointments/{appointment.pk}/", {}), 405, "method_not_allowed")
    assert_error(owner.delete("/appointments/"), 405, "method_not_allowed")
    assert_error(owner.get(f"/appointments/{appointment.pk}/cancel/"), 405, "method_not_allowed")


def test_a_stale_edit_is_409(owner, appointment):
    response = owner.patch(f"/appointments/{appointment.pk}/", {"comment": "x", "version": 99})
    assert_error(response, 409, "stale")


def test_another_format_than_json_is_415(owner):
    response = owner.post("/customers/", "full_name=X", content_type="text/plain")
    assert_error(response, 415, "unsupported_media_type")


def test_an_answer_nobody_can_give_is_406(owner):
    response = owner.get("/customers/", headers={"Accept": "application/xml"})
    assert_error(response, 406, "not_acceptable")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "",
        "{'a': 1}",
        '{"full_name": NaN}',
        '{"full_name": Infinity}',
        b"\xff\xfe\x00",
        "[" * 100_000,
        '{"full_name": ' * 5_000,
        "9" * 5_000,
    ],
)
def test_json_that_is_none_is_400(owner, body):
    response = owner.post("/customers/", body, content_type=JSON)
    assert response.status_code == 400
    assert response.json()["code"] in {"parse_error", "invalid"}


@pytest.mark.parametrize("body", ["[]", "[1]", '"text"', "1", "true", "null", "[{}]"])
def test_json_that_is_no_object_is_400(owner, appointment, body):
    for path, method in [
        ("/customers/", owner.post),
        ("/appointments/", owner.post),
        ("/staff/", owner.post),
        (f"/appointments/{appointment.pk}/", owner.patch),
        (f"/appointments/{appointment.pk}/cancel/", owner.post),
        (f"/appointments/{appointment.pk}/confirm/", owner.post),
        ("/auth/login/", owner.post),
    ]:
        errors = assert_error(method(path, body, content_type=JSON), 400, "invalid")
        assert list(errors) == ["non_field_errors"], path


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "abc",
        "1.5",
        1.5,
        1e400,
        True,
        [],
        [1],
        {},
        {"id": 1},
        0,
        -1,
        999_999,
        10**18,
        10**40,
        "9" * 5_000,
        "1\x00",
    ],
)
@pytest.mark.parametrize("field", ["customer", "user", "services"])
def test_an_id_that_is_none_is_a_field_error(owner, booking, field, wrong):
    if wrong == 1e400:
        body = json.dumps({**booking, field: "HUGE"}).replace('"HUGE"', "1e400")
    else:
        body = json.dumps({**booking, field: [wrong] if field == "services" else wrong})
    errors = assert_error(owner.post("/appointments/", body, content_type=JSON), 400, "invalid")
    assert [name.split(".")[0] for name in errors] == [field]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/customers/", "full_name"),
        ("/customers/", "notes"),
        ("/customers/", "email"),
        ("/customers/", "phone_number"),
        ("/services/", "name"),
        ("/services/", "color"),
        ("/staff/", "name"),
        ("/staff/", "email"),
        ("/appointments/", "comment"),
        ("/appointments/", "column_id"),
        ("/appointments/", "appointment_time"),
    ],
)
@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_no_database_can_hold_is_a_field_error(owner, booking, path, field, text):
    body = {"full_name": "N", "name": "N", **(booking if path == "/appointments/" else {})}
    response = owner.post(path, json.dumps({**body, field: text}), content_type=JSON)
    assert list(assert_error(response, 400, "invalid")) == [field]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/customers/", "full_name"),
        ("/customers/", "email"),
        ("/customers/", "phone_number"),
        ("/services/", "name"),
        ("/staff/", "name"),
        ("/staff/", "email"),
        ("/appointments/", "column_id"),
    ],
)
def test_text_longer_than_its_column_is_a_field_error(owner, booking, path, field):
    body = {"full_name": "N", "name": "N", **(booking if path == "/appointments/" else {})}
    text = "a@" + "b" * 300 + ".example" if field == "email" else "1" * 400
    response = owner.post(path, {**body, field: text})
    assert list(assert_error(response, 400, "invalid")) == [field]


@pytest.mark.parametrize("number", [10**12, -1, 1.5, "x", True, None, [], 10**30])
def test_a_number_out_of_range_is_a_field_error(owner, cut, number):
    response = owner.patch(f"/services/{cut.pk}/", {"minutes": number})
    assert list(assert_error(response, 400, "invalid")) == ["minutes"]


@pytest.mark.parametrize(
    "query",
    [
        "start=yesterday",
        "end=2026-13-40",
        "start=%00",
        "start=0001-01-01T00:00:00%2B14:00",
        "user=abc",
        "customer=1.5",
        "user=1e999999999",
        "status=lost",
        "status=booked,lost",
        "ordering=salon__name",
        "ordering=-nothing",
    ],
)
def test_a_filter_that_is_not_understood_is_400(owner, query):
    errors = assert_error(owner.get(f"/appointments/?{query}"), 400, "invalid")
    assert list(errors) == [query.split("=")[0]]


@pytest.mark.parametrize("query", ["user=" + "9" * 30, "customer=-1", "user=0"])
def test_an_id_nobody_has_finds_nothing(owner, appointment, query):
    assert owner.get(f"/appointments/?{query}").json()["count"] == 0


def test_an_error_of_a_nested_field_names_its_way(owner, aurora):
    body = {"addresses": [{"street": "1 Main St", "city": "Here", "country": "usa"}, {}]}
    errors = assert_error(owner.patch(f"/salons/{aurora.pk}/", body), 400, "invalid")
    assert set(errors) == {
        "addresses.0.country",
        "addresses.1.street",
        "addresses.1.city",
        "addresses.1.country",
    }


def test_too_many_sign_ins_are_429(visitor, settings, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"login": "3/min"})
    body = {"email": "nobody@nowhere.example", "password": "wrong"}
    answers = [
        visitor.post("/auth/login/", body, headers={"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(4)
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 429]
    assert_error(answers[-1], 429, "throttled")
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_log_of_a_refusal_names_nobody(owner, caplog):
    owner.get("/customers/?search=Jane%20Roe&page=99")
    assert "/customers/" in caplog.text
    assert "Jane" not in caplog.text


def test_a_lost_race_is_409_and_names_nobody(owner, monkeypatch):
    """Two requests that both passed the check: the database refuses the second."""
    from salon.serializers import ServiceSerializer

    monkeypatch.setattr(ServiceSerializer, "validate_name", lambda self, name: name)
    assert owner.post("/services/", {"name": "Cut"}).status_code == 201
    assert_error(owner.post("/services/", {"name": "Cut"}), 409, "conflict")


def test_a_token_works_where_a_session_would(alice, visitor):
    visitor.credentials(HTTP_AUTHORIZATION=f"Token {create_api_token(alice)}")
    assert visitor.get("/auth/me/").json()["email"] == "alice@aurora.example"
