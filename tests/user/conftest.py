"""A mail server, and people who follow the links of its mails."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from testkit.servers.mail_server import MailServer
from user.invitations.mail import SMTP_BACKEND


@pytest.fixture
def mail_server(settings):
    """A real mail server, as EMAIL_URL would name it."""
    server = MailServer().start()
    settings.EMAIL_BACKEND = SMTP_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def set_password():
    """`set_password(link, "new")`: what the page answers once the form is sent, or the refusal."""

    def go(link, password, browser=None):
        browser = browser or Client(headers={"accept": "text/html"})
        page = browser.get(urlsplit(link).path, follow=True)
        if page.status_code != 200:
            return page
        form = page.redirect_chain[-1][0]
        return browser.post(form, {"new_password1": password, "new_password2": password})

    return go


@pytest.fixture
def sign_in():
    """`sign_in(email, password)`: the answer of the API."""

    def go(email, password):
        return Client().post(
            "/auth/login/", {"email": email, "password": password}, "application/json"
        )

    return go
