"""The pages in a real browser: texts appear by themselves, and nothing breaks the policy."""

import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.practice_phone.conftest import PHONE

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH"),
]


@pytest.fixture
def page(live_server, monkeypatch):
    """A page that fails the test when the browser reports an error or a blocked resource."""
    # Playwright runs an event loop in this thread; the database is used between its steps only.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url=live_server.url, viewport={"width": 390, "height": 844})
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def test_a_first_text_appears_on_the_list_without_a_reload(page, text):
    page.goto("/practice-phone/")
    expect(page.get_by_text("No texts yet.")).to_be_visible()

    text(body="Your appointment at Aurora has been confirmed")

    expect(page.get_by_role("link", name="+1 212-555-0199")).to_contain_text("confirmed")


def test_a_new_text_appears_in_view_at_the_end_of_a_long_conversation(page, text):
    for number in range(12):
        text(body=f"Text {number}")
    page.goto(f"/practice-phone/{PHONE}/")
    expect(page.get_by_text("Text 11")).to_be_in_viewport()

    text(body="The latest")

    expect(page.get_by_text("The latest")).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("Text 0", exact=True)).not_to_be_in_viewport()


def test_what_is_being_written_survives_a_new_text(page, text):
    text(body="First")
    page.goto(f"/practice-phone/{PHONE}/")
    page.get_by_label("Reply").fill("Half a sent")

    text(body="Second")

    expect(page.get_by_text("Second")).to_be_visible()
    expect(page.get_by_label("Reply")).to_have_value("Half a sent")


def test_a_reply_is_written_and_shown_as_handed_over(page, text):
    text(body="Your appointment")
    page.goto(f"/practice-phone/{PHONE}/")

    page.get_by_label("Reply").fill("Running late")
    page.get_by_role("button", name="Send").click()

    reply = page.get_by_role("listitem").filter(has_text="Running late")
    expect(reply).to_contain_text("received by the salon")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_sticks_out_sideways(page, text, width):
    text(body="w" * 300)
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("/practice-phone/", f"/practice-phone/{PHONE}/"):
        page.goto(path)
        for part in ("html", "[data-live]"):
            widths = "part => [part.scrollWidth, part.clientWidth]"
            content, room = page.locator(part).evaluate(widths)
            assert content <= room


def test_times_are_those_of_whoever_reads_also_of_texts_that_come_later(page, live_server, text):
    text(body="First")
    reader = page.context.browser.new_page(base_url=live_server.url, timezone_id="Asia/Tokyo")
    reader.goto(f"/practice-phone/{PHONE}/")
    expect(reader.get_by_role("time")).to_have_text(re.compile(r":\d\d:\d\d [AP]M GMT\+9$"))
    text(body="Second")
    expect(reader.get_by_text("Second")).to_be_visible()
    expect(reader.get_by_text("GMT+9")).to_have_count(2)
    reader.goto("/practice-phone/")
    expect(reader.get_by_role("time")).to_have_text(re.compile(r" \d+:\d\d [AP]M GMT\+9$"))


def test_nothing_is_swapped_while_no_text_comes(page, text):
    text(body="First")
    page.goto(f"/practice-phone/{PHONE}/")
    text(body="Second")
    expect(page.get_by_text("Second")).to_be_visible()
    page.evaluate("document.querySelector('.body').dataset.kept = 'yes'")
    with page.expect_response(re.compile(PHONE.replace("+", r"\+"))):
        pass
    page.wait_for_function("document.querySelector('.body').dataset.kept === 'yes'")
