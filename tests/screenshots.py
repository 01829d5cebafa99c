"""Pictures of every page, to look at: python -m tests.screenshots URL E-MAIL PASSWORD FOLDER.

Signs in at URL, takes each page at 1440 and 390 px, and says where something is wider than the
screen or the browser complained.
"""

import re
import sys
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from testkit.browser.chromium import launch_chromium

ANIMATION_MS = 400
WIDTHS = {1440: 900, 390: 844}  # px wide, px high


def main() -> None:
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    url, email, password, folder = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for width, height in WIDTHS.items():
            Shoot(browser, url.rstrip("/"), Path(folder), width, height).take(email, password)
        browser.close()


def far_off() -> date:
    """A day without appointments."""
    return date.today() + timedelta(days=300)  # noqa: DTZ011 - any clock will do


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


class Shoot:
    """All pages at one width."""

    def __init__(self, browser: Browser, url: str, folder: Path, width: int, height: int) -> None:
        self.url, self.folder, self.width = url, folder, width
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=width < 500
        )
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: say(f"{width} px: the browser says: {said.text}"))

    def take(self, email: str, password: str) -> None:
        self.picture("sign-in", "/")
        self.picture("link-used-up", "/set-password/MQ/used-up/")
        self.picture("forgot-password", "/forgot-password/")
        self.page.goto(f"{self.url}/sign-in/")
        self.page.fill("[name=username]", email)
        self.page.fill("[name=password]", password)
        self.page.click("button[type=submit]")
        self.signed_in()

    def signed_in(self) -> None:
        self.calendar()
        self.people()
        self.picture("new-service", "/settings/services/new/")
        self.staff()
        self.importing()
        self.practice_phone()
        self.picture("day", "/day/")
        appointments = re.findall(r'id="appointment-(\d+)"', self.page.content())
        self.picture("day-empty", f"/day/?date={far_off()}")
        self.picture("book", "/visits/new/")
        self.picture("settings", "/settings/")
        self.picture("not-found", "/visits/999999/")
        if appointments:
            for name in ("", "edit", "cancel"):
                tail = f"{name}/" if name else ""
                self.picture(f"appointment-{name or 'page'}", f"/visits/{appointments[-1]}/{tail}")
            self.open_change()
        self.refused_booking()

    def people(self) -> None:
        for name in ("unreachable", "new"):
            self.picture(f"customers-{name}", f"/people/{name}/")
        self.picture("customers", "/people/")
        self.follow("customer", ".people a")
        self.picture("customer-edit", f"{self.page.url.removeprefix(self.url)}edit/")

    def importing(self) -> None:
        """A book of two bookings, as it is understood."""
        self.picture("import", "/settings/import/")
        day = far_off()
        book = f"Name,Phone,Staff,Date,Time\nAnn Lee,,Kim,{day},10:00\nBob Ray,12,Kim,{day},11:00\n"
        file = {"name": "book.csv", "mimeType": "text/csv", "buffer": book.encode()}
        self.page.locator("input[type=file]").first.set_input_files(file)
        self.page.locator("form button.primary").first.click()
        self.page.wait_for_load_state()
        self.shot("import-mapping")

    def practice_phone(self) -> None:
        self.picture("practice-phone", "/practice-phone/")
        self.follow("practice-phone-conversation", "main a[href^='/practice-phone/+']")

    def staff(self) -> None:
        """Somebody without an e-mail, and what stands in the way of their leaving at once."""
        self.picture("new-staff", "/settings/staff/new/")
        self.page.goto(f"{self.url}/settings/")
        self.page.locator("#staff .people a").filter(has_text="no e-mail").first.click()
        self.page.wait_for_load_state()
        self.shot("staff")
        self.page.goto(f"{self.page.url}leave/")
        self.shot("leave")
        if self.page.locator("[name=to]").count():
            self.page.locator(".submit .danger").click()
            self.page.wait_for_load_state()
            self.shot("leave-refused")

    def calendar(self) -> None:
        self.page.goto(f"{self.url}/")
        self.page.wait_for_selector(".ec-event.appointment")
        self.shot("calendar-day")
        for key, name in (("w", "week"), ("l", "list"), ("n", "book"), ("?", "help")):
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(ANIMATION_MS)
            self.shot(f"calendar-{name}")
            self.page.keyboard.press("Escape")
        self.page.keyboard.press("d")
        self.page.locator(".ec-event.appointment").first.click()
        self.page.wait_for_selector("#panel h2")
        self.shot("calendar-appointment")

    def open_change(self) -> None:
        self.page.goto(f"{self.url}/day/")
        self.page.locator("summary").last.click()
        self.shot("day-change-open")

    def refused_booking(self) -> None:
        self.page.goto(f"{self.url}/visits/new/")
        self.page.fill("[name=q]", "a")
        self.page.click("[name=find]")
        self.page.fill("[name=new_phone]", "12")
        self.page.locator(".submit .primary").click()
        self.shot("book-refused")

    def follow(self, name: str, link: str) -> None:
        """The page behind the first such link, where there is one."""
        if self.page.locator(link).count():
            self.page.locator(link).first.click()
            self.page.wait_for_load_state()
            self.shot(name)

    def picture(self, name: str, path: str) -> None:
        self.page.goto(self.url + path)
        self.shot(name)

    def shot(self, name: str) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            say(f"{name}: {wide} px wide on a screen of {self.width} px")
        self.page.screenshot(path=self.folder / f"{name}-{self.width}.png", full_page=True)


if __name__ == "__main__":
    main()
