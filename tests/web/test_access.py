"""Whose page is it: visitors, colleagues and outsiders at every address."""

import pytest
from django.urls import get_resolver, reverse

from tests.web.conftest import read_page_text

pytestmark = pytest.mark.django_db

OPEN = {"forgot-password", "login", "logout", "set-password"}  # made for visitors
OF_A_APPOINTMENT = [
    "appointment",
    "appointment-texts",
    "edit",
    "status",
    "cancel",
    "panel",
    "event",
]
OF_A_CUSTOMER = {"customer", "edit-customer"}  # tested in customers/test_customer_pages.py
OF_AN_OWNER = {"service"}  # tested in settings/test_service_pages.py
OF_STAFF = {"staff", "invite", "leave", "come-back"}  # tested in settings/test_staff_pages.py
OF_AN_IMPORT = {"import-mapping", "import-rejects"}  # tested in importing/test_import_pages.py
OF_THE_SALON = [
    *("home", "day", "day-texts", "book", "find-customers", "settings", "events", "plan"),
    *(
        "customers",
        "unreachable",
        "new-customer",
        "new-service",
        "new-staff",
        "test-text",
        "import",
        "dialog-customers",
    ),
]


def test_this_file_knows_every_page():
    namespace = get_resolver().namespace_dict["web"][1]
    named = {name for name in namespace.reverse_dict if isinstance(name, str)}
    of_records = OF_A_CUSTOMER | OF_AN_OWNER | OF_STAFF | OF_AN_IMPORT
    assert named == OPEN | set(OF_A_APPOINTMENT) | set(OF_THE_SALON) | of_records


@pytest.mark.parametrize("name", OF_THE_SALON[1:])
def test_a_visitor_is_led_to_the_sign_in(visitor, name):
    page = reverse(f"web:{name}")
    assert visitor.get(page)["Location"] == f"/sign-in/?next={page}"


@pytest.mark.parametrize("name", OF_A_APPOINTMENT)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_at_a_visit_is_led_to_the_sign_in(visitor, appointment, name, method):
    page = reverse(f"web:{name}", args=[appointment.pk])
    assert getattr(visitor, method)(page)["Location"] == f"/sign-in/?next={page}"


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "appointment"),
        ("get", "appointment-texts"),
        ("get", "panel"),
        ("get", "event"),
        ("get", "edit"),
        ("post", "edit"),
        ("post", "status"),
        ("get", "cancel"),
        ("post", "cancel"),
    ],
)
def test_another_salons_appointment_is_not_there(at_desk, charlie, appointment, method, name):
    page = reverse(f"web:{name}", args=[appointment.pk])
    answer = getattr(at_desk(charlie), method)(page, {"version": 1, "status": "arrived"})
    assert answer.status_code == 404
    appointment.refresh_from_db()
    assert appointment.version == 1


def test_another_salons_appointment_looks_like_one_that_never_was(at_desk, charlie, appointment):
    foreign = at_desk(charlie).get(f"/visits/{appointment.pk}/")
    missing = at_desk(charlie).get("/visits/987654321/")
    assert foreign.status_code == missing.status_code == 404
    assert read_page_text(foreign) == read_page_text(missing)


def test_the_day_of_another_salon_stays_hidden(at_desk, charlie, appointment):
    day = f"{appointment.appointment_time:%Y-%m-%d}"
    for page in (f"/day/?date={day}", f"/day-texts/?date={day}", "/visits/new/customers/?q=Jane"):
        assert "Jane" not in read_page_text(at_desk(charlie).get(page))


def test_staff_may_not_open_the_settings(desk, aurora):
    for answer in (desk.get("/settings/"), desk.post("/settings/", {"name": "Mine now"})):
        assert answer.status_code == 403
        assert (
            "Only the owner of the salon can open this page. Ask the owner if you need it."
            in read_page_text(answer)
        )
    aurora.refresh_from_db()
    assert aurora.name == "Aurora"


def test_staff_see_no_link_to_the_settings(desk, office):
    assert 'href="/settings/"' not in desk.get("/").content.decode()
    assert 'href="/settings/"' in office.get("/").content.decode()


def test_pages_with_personal_data_are_not_kept_by_browsers(desk, appointment):
    for page in ("/", f"/visits/{appointment.pk}/", "/visits/new/"):
        assert "no-store" in desk.get(page)["Cache-Control"]


def test_a_form_from_elsewhere_is_refused(alice, appointment):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, HTTP_ACCEPT="text/html")
    strict.force_login(alice, backend="user.backends.EmailBackend")
    answer = strict.post(f"/visits/{appointment.pk}/cancel/", {"version": appointment.version})
    assert answer.status_code == 403
    assert "This form is out of date." in read_page_text(answer)


def test_pages_allow_no_script_or_style_within_them(desk, appointment):
    for page in (
        "/",
        f"/visits/{appointment.pk}/",
        f"/visits/{appointment.pk}/edit/",
        "/visits/new/",
    ):
        answer = desk.get(page)
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe-inline" not in answer["Content-Security-Policy"]
        assert "style=" not in answer.content.decode()
        assert " onclick" not in answer.content.decode()
