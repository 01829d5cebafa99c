"""The page people see when something is not there or went wrong."""

import pytest
from django.test import RequestFactory

from core.api import errors
from tests.web.conftest import read_page_text


@pytest.mark.django_db
def test_what_is_not_there_is_said_in_words(desk):
    answer = desk.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here." in read_page_text(answer)
    assert "pages/app.css" in answer.content.decode()


def test_our_own_failure_is_shown_without_an_account_or_a_database():
    # No database mark: a query would fail this test. No middleware: the request has no user.
    request = RequestFactory().get("/", HTTP_ACCEPT="text/html")
    answer = errors.server_error(request)
    assert answer.status_code == 500
    assert "Something went wrong on our side." in read_page_text(answer)
    assert "pages/app.css" in answer.content.decode()
