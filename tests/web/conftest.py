"""Pages as a person opens them: clients that are signed in, and the words on a page."""

import html
import os
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from appointment.actions.book import book_appointment
from appointment.models import Appointment
from testkit.browser import chromium
from testkit.browser.calendar_page import locate_event
from user.models import ExtendedUser

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
AS_PERSON = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def visitor() -> Client:
    return Client(**AS_PERSON)


@pytest.fixture
def at_desk() -> Callable[[ExtendedUser], Client]:
    """`at_desk(alice).get("/")`: a browser in which that account is signed in."""

    def sign_in(user: ExtendedUser) -> Client:
        client = Client(**AS_PERSON)
        client.force_login(user, backend="user.backends.EmailBackend")
        return client

    return sign_in


@pytest.fixture
def desk(at_desk: Callable[[ExtendedUser], Client], bob: ExtendedUser) -> Client:
    """Bob's browser; he is staff of Aurora."""
    return at_desk(bob)


@pytest.fixture
def office(at_desk: Callable[[ExtendedUser], Client], alice: ExtendedUser) -> Client:
    """Alice's browser; she owns Aurora."""
    return at_desk(alice)


@pytest.fixture
def appointment(aurora: Any, bob: Any, jane: Any, cut: Any, tomorrow: datetime) -> Appointment:
    """Jane's cut with Bob, tomorrow."""
    return book_appointment(
        salon=aurora, user=bob, customer=jane, appointment_time=tomorrow, services=[cut]
    )


@pytest.fixture(scope="module")
def browser():
    """One Chromium for each file; without it the tests are skipped, but never with CI set."""
    if chromium.find_chromium() is None:
        message = "no Chromium: install the package chromium to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, where Django would refuse its ORM.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=15_000)  # ms; a page asks anew every 5 s
        browser = chromium.launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    """What browsers complain of: a test may take out what it has caused on purpose."""
    return []


@pytest.fixture
def open_page(browser, live_server, complaints):
    """`open_page(viewport=PHONE)`: a page of a fresh browser. Complaints of the browser fail the
    test: errors of scripts, refusals by the content security policy, missing files."""
    contexts = []

    def listen(message):
        # A form that is refused answers 400 or 409, a dead link 410; the browser notes that too.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            complaints.append(message.text)

    def open_one(viewport=WIDE, **options):
        context = browser.new_context(base_url=live_server.url, viewport=viewport, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(open_page):
    """`sign_in(bob, "bob-password")`: a page on which that account sees its day."""

    def go(user, password, **options):
        page = open_page(**options)
        page.goto("/")
        page.get_by_label("E-mail").fill(user.email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return go


@pytest.fixture
def open_day(sign_in, bob, appointment):
    """`open_day()`: Bob's calendar at the day of Jane's appointment, 10:00 to 10:45 with him."""

    def go(page=None, **options):
        page = page or sign_in(bob, "bob-password", **options)
        page.goto(f"/?date={format_local_start(appointment, '%Y-%m-%d')}")
        expect(locate_event(page, appointment)).to_be_visible()
        return page

    return go


def read_page_text(response: HttpResponse) -> str:
    """What a person reads: without tags, blanks as one."""
    return strip_tags(response.content.decode())


def strip_tags(page: str) -> str:
    """HTML without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def get_html_from(response: HttpResponse, element_id: str) -> str:
    """The HTML from the element with this id on."""
    page = response.content.decode()
    at = page.find(f'id="{element_id}"')
    assert at >= 0, f"no element {element_id} on the page"
    return page[at:]


def get_form_errors(response: HttpResponse) -> dict[str, list[str]]:
    """The sentences beside each field."""
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


def format_local_start(appointment: Appointment, form: str = "%Y-%m-%d %H:%M") -> str:
    """The start of an appointment on its salon's clock."""
    return appointment.appointment_time.astimezone(appointment.salon.zone).strftime(form)
