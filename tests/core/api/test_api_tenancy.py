"""One salon's data never reaches another: walked over every route of the API's description.

A route that is new to these tables fails `test_every_route_is_known_here`.
"""

import json
import re

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from appointment.models import Appointment
from customer.models import Customer
from notification.models import AppointmentNotification
from salon.models import Salon, Service
from user.models import ExtendedUser

pytestmark = pytest.mark.django_db

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
WRITES = ("post", "put", "patch", "delete")
OPEN = {("/auth/login/", "post"), ("/auth/password-reset/", "post")}
OF_THE_ACCOUNT = {"/auth/login/", "/auth/logout/", "/auth/me/", "/auth/password-reset/"}
LISTS = {f"/{name}/" for name in ("salons", "staff", "services", "customers")}
LISTS |= {"/appointments/", "/notifications/"}
STEPS = ("confirm", "arrive", "complete", "no-show", "reopen", "cancel")
RECORDS = {f"{path}{{id}}/" for path in LISTS}
RECORDS |= {f"/appointments/{{id}}/{step}/" for step in (*STEPS, "notifications")}
RECORDS |= {"/staff/{id}/invite/", "/staff/{id}/hand-over/", "/notifications/{id}/send-again/"}
FOR_OWNERS = {
    ("/salons/{id}/", "patch"),
    ("/staff/", "post"),
    ("/staff/{id}/", "patch"),
    ("/staff/{id}/invite/", "post"),
    ("/staff/{id}/hand-over/", "post"),
    ("/services/", "post"),
    ("/services/{id}/", "patch"),
    ("/services/{id}/", "delete"),
}
# Fields of bodies that name a record of a salon, and those that are mere numbers.
NAMING_RECORDS = {"customer", "user", "services"}
TAKING_OVER = {"to"}
NUMBERS = {"version", "minutes", "reminder_time_minutes"}
BODIES = [
    ("{}", "application/json"),
    ("{", "application/json"),
    ("[]", "application/json"),
    ('{"comment": "\\u0000", "name": 1, "version": "x"}', "application/json"),
    ("comment=x", "application/x-www-form-urlencoded"),
    ("--x", "multipart/form-data"),
    ("", ""),
]


def build_description():
    """The API's description; drawn anew, so that no test can change another's."""
    return SchemaGenerator().get_schema(public=True)


def get_operations():
    """{(path, method)} of the whole API."""
    return {(path, method) for path, of in build_description()["paths"].items() for method in of}


@pytest.fixture
def ids(aurora, bob, jane, cut, appointment):
    """The id of Aurora's record of each kind."""
    message = AppointmentNotification.objects.filter(salon=aurora).first()
    records = [aurora, bob, cut, jane, appointment, message]
    names = ["salons", "staff", "services", "customers", "appointments", "notifications"]
    return {name: record.pk for name, record in zip(names, records, strict=True)}


def fill_path(path, ids):
    """`path` with the id of Aurora's record in it."""
    return path.replace("{id}", str(ids.get(path.split("/")[1], "")))


def sign_in_by_token(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def sign_in_by_session(user):
    """A browser whose every request carries its CSRF token, which is looked at."""
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": "a" * 32})
    client.force_login(user)
    client.cookies["csrftoken"] = "a" * 32
    return client


def take_snapshot():
    """All that the salons hold, to see that nothing was changed."""
    models = (Salon, ExtendedUser, Service, Customer, Appointment, AppointmentNotification)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_every_route_is_known_here():
    paths = {path for path, _method in get_operations()}
    assert paths == OF_THE_ACCOUNT | LISTS | RECORDS
    assert get_operations() >= OPEN | FOR_OWNERS


def test_every_field_that_may_name_a_record_is_known_here():
    schemas = build_description()["components"]["schemas"]
    numbers = set()
    for name, schema in schemas.items():
        if name.endswith("Request"):
            for field, kind in schema.get("properties", {}).items():
                if "integer" in {kind.get("type"), kind.get("items", {}).get("type")}:
                    numbers.add(field)
    assert numbers == NAMING_RECORDS | TAKING_OVER | NUMBERS


def test_a_visitor_is_401_everywhere(visitor, ids):
    before = take_snapshot()
    for path, method in get_operations() - OPEN:
        for body, kind in BODIES:
            answer = visitor.generic(method.upper(), fill_path(path, ids), body, content_type=kind)
            assert answer.status_code == 401, (path, method, body)
            assert answer.json()["code"] == "not_authenticated"
    assert take_snapshot() == before


@pytest.mark.parametrize("way", ["token", "session"])
def test_an_outsider_is_404_at_every_record_by_any_method_with_any_body(way, charlie, ids):
    client = sign_in_by_token(charlie) if way == "token" else sign_in_by_session(charlie)
    missing = client.get("/customers/999999/").content
    before = take_snapshot()
    for path in RECORDS:
        for method in METHODS:
            for body, kind in BODIES if method in WRITES else BODIES[-1:]:
                answer = client.generic(
                    method.upper(), fill_path(path, ids), body, content_type=kind
                )
                assert answer.status_code == 404, (path, method, body)
                assert answer.content == (b"" if method == "head" else missing)
    assert take_snapshot() == before


def test_an_outsiders_lists_hold_nothing_foreign(outsider, foreign_appointment, shave, aurora, ids):
    salon = foreign_appointment.salon
    own = {
        "/salons/": [salon.pk],
        "/staff/": list(salon.staff.values_list("pk", flat=True)),
        "/services/": [shave.pk],
        "/customers/": [foreign_appointment.customer_id],
        "/appointments/": [foreign_appointment.pk],
        "/notifications/": list(
            AppointmentNotification.objects.filter(salon=salon).values_list("pk", flat=True)
        ),
    }
    assert set(own) == LISTS
    for path in LISTS:
        shown = outsider.get(path)
        assert {row["id"] for row in shown.json()["results"]} == set(own[path]), path
        assert not re.search("Aurora|aurora|Bob|Jane|12125550199", shown.content.decode())


def test_an_outsider_finds_nothing_by_foreign_ids(outsider, foreign_appointment, ids):
    for query in (
        f"/appointments/?user={ids['staff']}",
        f"/appointments/?customer={ids['customers']}",
        f"/notifications/?appointment={ids['appointments']}",
        "/customers/?search=Jane",
        "/customers/?search=0199",
    ):
        assert outsider.get(query).json()["count"] == 0, query


def test_a_foreign_id_in_a_body_is_refused_like_one_that_is_not_there(
    owner, booking, appointment, charlie, mike, shave
):
    foreign = {"customer": mike.pk, "user": charlie.pk, "services": [shave.pk]}
    missing = {"customer": 999_999, "user": 999_999, "services": [999_999]}
    assert set(foreign) == NAMING_RECORDS
    before = take_snapshot()
    for send, path in (
        (owner.post, "/appointments/"),
        (owner.patch, f"/appointments/{appointment.pk}/"),
    ):
        whole = booking if path == "/appointments/" else {}
        for field in NAMING_RECORDS:
            answers = []
            for given in (foreign[field], missing[field]):
                answer = send(path, {**whole, field: given})
                assert answer.status_code == 400, (path, field)
                assert [name.split(".")[0] for name in answer.json()["errors"]] == [field]
                number = str(given[0] if isinstance(given, list) else given)
                answers.append(json.dumps(answer.json()).replace(f'\\"{number}\\"', "ID"))
            assert answers[0] == answers[1], (path, field)
            assert "ID" in answers[0]
    assert take_snapshot() == before


def test_a_foreign_colleague_is_refused_like_one_who_is_not_there(owner, bob, charlie):
    answers = [
        owner.post(f"/staff/{bob.pk}/hand-over/", {"to": to}) for to in (charlie.pk, 999_999)
    ]
    for answer in answers:
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) == TAKING_OVER
    foreign, missing = (json.dumps(answer.json()) for answer in answers)
    assert foreign.replace(f'\\"{charlie.pk}\\"', "ID") == missing.replace('\\"999999\\"', "ID")


def test_staff_are_403_exactly_where_owners_decide(staff, ids):
    for path, method in get_operations():
        if method == "get" or path in OF_THE_ACCOUNT or path == "/appointments/{id}/":
            continue
        answer = staff.generic(
            method.upper(), fill_path(path, ids), "[]", content_type="application/json"
        )
        assert (answer.status_code == 403) == ((path, method) in FOR_OWNERS), (path, method)


def test_owners_may_do_all_that_is_described(owner, ids):
    for path, method in get_operations():
        answer = owner.generic(
            method.upper(), fill_path(path, ids), "[]", content_type="application/json"
        )
        assert answer.status_code not in {401, 403, 405}, (path, method)


def test_an_operator_sees_no_salons_data(as_user, ids):
    operator = as_user(ExtendedUser.objects.create_superuser("root@host.example", "password"))
    before = take_snapshot()
    for path in LISTS:
        assert operator.get(path).json()["results"] == []
        assert operator.post(path, {}).status_code in {400, 404, 403, 405}
    for path in RECORDS:
        for method in METHODS:
            answer = operator.generic(method.upper(), fill_path(path, ids))
            assert answer.status_code == 404, (path, method)
    assert take_snapshot() == before
