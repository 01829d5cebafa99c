"""The Chromium that browser tests drive."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

AXE_SCRIPT = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
PROGRAM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Where the browser is; None when there is none."""
    if Path("/usr/bin/chromium").exists():
        return "/usr/bin/chromium"
    return next((path for name in PROGRAM_NAMES if (path := shutil.which(name))), None)


def launch_chromium(playwright: Playwright) -> Browser:
    """A browser without a window."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)


def find_serious_violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds serious or worse on the page, which needs `bypass_csp`."""
    page.evaluate(AXE_SCRIPT.read_text())
    found = page.evaluate("axe.run()")["violations"]
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
