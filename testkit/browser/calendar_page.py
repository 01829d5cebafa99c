"""The calendar's page as a hand on the mouse sees it."""

import re

from testkit.waiting import wait_until

SLOT_PX = 18  # of a quarter of an hour


def locate_event(page, appointment):
    return page.locator(f'.ec-event:has([data-appointment="{appointment.pk}"]):not(.ec-preview)')


def locate_toasts(page):
    return page.locator("#toasts")


def read_start(appointment):
    appointment.refresh_from_db()
    return f"{appointment.appointment_time.astimezone(appointment.salon.zone):%H:%M}"


def get_event_box(page, appointment):
    """Where an appointment is on screen; it may be drawn anew at this very moment."""
    return wait_until(lambda: locate_event(page, appointment).bounding_box())


def drag_event(page, box, quarters, columns=0, edge=False):
    """Drags an appointment down by quarters of an hour, or its lower edge."""
    x, y = (
        box["x"] + box["width"] / 2,
        box["y"] + (box["height"] - 3 if edge else min(10, box["height"] / 2)),
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 8, steps=3)
    page.mouse.move(x + columns, y + quarters * SLOT_PX, steps=6)
    page.mouse.up()


def get_empty_point(page, appointment, quarters):
    """A point so many quarters of an hour below the start of `appointment`."""
    box = get_event_box(page, appointment)
    return box["x"] + box["width"] / 2, box["y"] + quarters * SLOT_PX + SLOT_PX / 2


def begin_booking(page, name="Ada Byron", time="12:00", note=""):
    """The dialog, filled in for somebody new but not sent."""
    page.keyboard.press("n")
    dialog = page.locator("#book")
    dialog.get_by_label("Customer", exact=True).press_sequentially(name)
    dialog.get_by_role("option", name="New customer").click()
    dialog.get_by_label("Time", exact=True).fill(time)
    dialog.get_by_label("Note").fill(note)
    return dialog


def block_refresh(page):
    """What others do from now on is not shown by itself."""
    page.route(re.compile(r"[?&]seen="), lambda route: route.fulfill(status=204))


def reorder_answers(page, path):
    """The next answer from below `path` comes only after the one that is asked for after it."""
    page.evaluate(
        """(path) => {
          const [ask, overtaken] = [window.fetch, Promise.withResolvers()];
          let isFirst = true;
          window.fetch = async (url, options) => {
            if (!String(url).includes(path)) return ask(url, options);
            const isSlow = isFirst;
            isFirst = false;
            const answer = await ask(url, options);
            if (isSlow) await overtaken.promise;
            else setTimeout(overtaken.resolve);
            return answer;
          };
        }""",
        path,
    )


class CuttableConnection:
    """The line to the server: what is written over it may be cut before or after it arrives."""

    def __init__(self, page, url):
        self.page, self.url, self.sent = page, url, 0
        self.cut = None
        page.route(url, self.pass_on)

    def pass_on(self, route):
        if route.request.method == "GET" or self.cut is None:
            return route.continue_()
        self.sent += 1
        if self.cut == "answer":
            route.fetch()  # it arrives; only the answer is lost
        return route.abort()
