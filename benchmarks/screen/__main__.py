"""How soon a full day is on the screen, and an appointment that is dropped is planned and told.

    python -m benchmarks.screen.__main__ [--quick]

Starts what `make run` starts and opens a day of 8 staff and 120 appointments in Chromium, again and
again, then moves an appointment half an hour down and up. The paint is the browser's own largest
one; a drop counts from the moment the button is let go to the message, which follows the server's
answer. Exit status 1 when the median of the paints is beyond 1 s, or that of the drops beyond 300
ms.
"""

import statistics
from types import SimpleNamespace

from playwright.sync_api import Page, expect, sync_playwright

from testkit import installation_api, report
from testkit.browser.calendar_page import drag_event, get_event_box, locate_toasts
from testkit.browser.chromium import launch_chromium
from testkit.quick_provider import QuickProvider

STAFF, APPOINTMENTS = 8, 120
PAINT_GOAL, DROP_GOAL = 1000.0, 300.0  # milliseconds
SCREEN = {"width": 1440, "height": 900}
PAINT = """() => new Promise((tell) => {
  const observer = new PerformanceObserver((list) => tell(list.getEntries().at(-1).startTime));
  observer.observe({type: "largest-contentful-paint", buffered: true});
})"""
READY = """(pk) => {
  document.querySelector(`[data-appointment="${pk}"]`).scrollIntoView({block: "center"});
  document.getElementById("toasts").replaceChildren();
  window.told = undefined;
}"""
WATCH = """() => {
  const toasts = document.getElementById("toasts");
  window.addEventListener("pointerup", () => { window.dropped = performance.now(); }, true);
  new MutationObserver(() => { if (toasts.children.length) window.told ??= performance.now(); })
    .observe(toasts, {childList: true, subtree: true});
}"""


def main() -> None:
    """Read the options and run."""
    parser = report.build_benchmark_parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 15")
    rounds = 3 if parser.parse_args().quick else 15
    report.run_benchmark("A day on the screen", lambda: measure_screen(rounds))


def measure_screen(rounds: int) -> bool:
    """Measure and print it; whether the goals were met."""
    with (
        QuickProvider(latency=0.1) as provider,
        installation_api.open_installation(provider, DEBUG="1") as installation,
        sync_playwright() as playwright,
    ):
        day, appointment = installation_api.call_in_installation(
            installation,
            "benchmarks.screen.inside:fill_salon_day",
            staff=STAFF,
            appointments=APPOINTMENTS,
        )
        address = f"http://127.0.0.1:{installation.port}"
        page = launch_chromium(playwright).new_page(viewport=SCREEN, base_url=address)
        sign_in_owner(page)
        paints = [measure_paint(page, day) for _ in range(rounds)]
        page.evaluate(WATCH)
        drops = [
            measure_drop(page, appointment, 2 if turn % 2 else -2) for turn in range(1, rounds + 1)
        ]
    found = {"largest paint": (paints, PAINT_GOAL), "drop to message": (drops, DROP_GOAL)}
    print(
        report.format_markdown_table(
            ["what", "median ms", "slowest ms", "goal ms"], build_screen_rows(found)
        )
    )
    return all(statistics.median(took) <= goal for took, goal in found.values())


def build_screen_rows(found: dict[str, tuple[list[float], float]]) -> list[list[object]]:
    """A line for each measure."""
    return [
        [name, round(statistics.median(took)), round(max(took)), round(goal)]
        for name, (took, goal) in found.items()
    ]


def sign_in_owner(page: Page) -> None:
    page.goto("/sign-in/")
    page.fill("[name=username]", installation_api.OWNER)
    page.fill("[name=password]", installation_api.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".ec")


def measure_paint(page: Page, day: str) -> float:
    """Milliseconds until the day is painted, all appointments on it."""
    page.goto(f"/?date={day}")
    expect(page.locator(".ec-event.appointment")).to_have_count(APPOINTMENTS)
    return float(page.evaluate(PAINT))


def measure_drop(page: Page, pk: int, quarters: int) -> float:
    """Milliseconds from the drop of an appointment until the message says what the customer is
    told."""
    appointment = SimpleNamespace(pk=pk)
    page.evaluate(READY, pk)
    drag_event(page, get_event_box(page, appointment), quarters)
    expect(locate_toasts(page)).to_contain_text("Reminder planned for")
    return float(page.evaluate("window.told - window.dropped"))


if __name__ == "__main__":
    main()
