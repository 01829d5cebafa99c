"""Addresses that lack their slash, and those where there is nothing."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("debug", [True, False])
def test_nothing_is_there_says_so_in_one_shape(client, settings, debug):
    settings.DEBUG = debug
    answer = client.get("/nope/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_reading_without_the_slash_leads_to_the_address_with_it(client):
    answer = client.get("/appointments?status=booked")
    assert (answer.status_code, answer["Location"]) == (301, "/appointments/?status=booked")


@pytest.mark.parametrize("method", ["post", "patch", "put", "delete"])
@pytest.mark.parametrize("debug", [True, False])
def test_writing_without_the_slash_is_refused_and_never_sent_elsewhere(
    client, settings, method, debug
):
    settings.DEBUG = debug
    answer = getattr(client, method)("/appointments", {}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_too_large_a_body_is_413(as_user, alice):
    answer = as_user(alice).post("/customers/", {"full_name": "x" * 3_000_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
