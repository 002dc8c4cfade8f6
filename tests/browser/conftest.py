"""A headless Chromium, and the pictures that the tutorials show."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
TAKE_PICTURES = "KEEPPROB_SCREENSHOTS"
PATIENCE = 120_000  # milliseconds; a busy machine is slow, and a wait ends when it may

Picture = Callable[[Page | Locator, str], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; playwright's own would be a download.

    Playwright keeps an event loop running until it is left: with the module, so that the tests
    that come next in this process can have their own.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium; on Debian: sudo apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Open a window that reaches this machine alone."""
    context = browser.new_context(viewport={"width": 1200, "height": 720})
    context.set_default_timeout(PATIENCE)
    context.route("**/*", _only_this_machine)
    yield context.new_page()
    context.close()


def _only_this_machine(route: Route) -> None:
    if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        route.continue_()
    else:
        route.abort()


@pytest.fixture
def picture() -> Picture:
    """Return what keeps a picture below docs/images, where one asked for pictures."""

    def take(what: Page | Locator, name: str) -> None:
        if os.environ.get(TAKE_PICTURES):
            file = IMAGES / f"{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            what.screenshot(path=file, animations="disabled", caret="hide")

    return take
