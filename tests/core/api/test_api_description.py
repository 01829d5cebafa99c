"""The API describes itself, completely and for anybody."""

import io
import re

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(public=True)


def list_operations(schema):
    """(path, method, operation) of the whole API."""
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_is_valid_and_without_warnings():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_it_is_served_as_yaml_and_as_json(visitor):
    as_json = visitor.get("/schema/?format=json")
    assert as_json.status_code == 200
    assert as_json.json()["openapi"].startswith("3.")
    as_yaml = visitor.get("/schema/")
    assert yaml.safe_load(as_yaml.content) == as_json.json()


def test_it_is_served_to_one_whose_token_has_ended_too(visitor):
    assert visitor.get("/schema/", headers={"Authorization": "Token ended"}).status_code == 200


def test_it_names_both_ways_to_sign_in(schema):
    schemes = schema["components"]["securitySchemes"]
    assert schemes["token"]["name"] == "Authorization"
    assert schemes["session"]["in"] == "cookie"
    for path, method, operation in list_operations(schema):
        is_open = operation.get("security", [{}]) == [{}]
        assert is_open == (path in {"/auth/login/", "/auth/password-reset/"}), (path, method)


def test_every_list_describes_its_pages(schema):
    for path in ("/appointments/", "/customers/", "/notifications/", "/salons/", "/staff/"):
        operation = schema["paths"][path]["get"]
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        page = schema["components"]["schemas"][answer["$ref"].rsplit("/", 1)[1]]
        assert list(page["properties"]) == ["count", "next", "previous", "results"]
        assert {"page", "page_size", "ordering"} <= get_parameter_names(operation)


def get_parameter_names(operation):
    return {parameter["name"] for parameter in operation["parameters"]}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/appointments/", {"start", "end", "user", "customer", "status"}),
        ("/customers/", {"search"}),
        ("/staff/", {"bookable", "is_active", "is_owner"}),
        ("/services/", {"is_active"}),
        ("/notifications/", {"appointment", "kind", "channel", "status", "start", "end"}),
        ("/appointments/{id}/notifications/", {"kind", "status", "start", "end", "page"}),
    ],
)
def test_every_filter_is_described(schema, path, names):
    assert names <= get_parameter_names(schema["paths"][path]["get"])


def test_every_operation_describes_its_error(schema):
    for path, method, operation in list_operations(schema):
        content = operation["responses"]["default"]["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Error"}, (path, method)


def test_every_operation_and_filter_says_what_it_is_for(schema):
    for path, method, operation in list_operations(schema):
        assert operation["description"].strip(), (path, method)
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, method, parameter["name"])


def test_the_page_needs_nothing_from_elsewhere(visitor):
    response = visitor.get("/docs/")
    assert response.status_code == 200
    page = response.content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) >= 4
    for source in sources:
        assert source.startswith("/"), source
        if source.startswith("/static/"):
            assert finders.find(source.removeprefix("/static/")), source
    script = next(source for source in sources if source.startswith("/docs/"))
    assert "SwaggerUIBundle" in visitor.get(script.replace("&amp;", "&")).content.decode()


def test_only_the_page_may_style_itself_and_no_page_may_script_itself(visitor):
    docs = visitor.get("/docs/").headers["Content-Security-Policy"]
    other = visitor.get("/sign-in/").headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in docs
    assert "unsafe" not in other
    assert "script-src" not in docs  # so default-src 'self' holds
    assert "default-src 'self'" in docs
