"""A real browser without a window, which must be there: `make browser` is for those who have one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from eks_ingress.checks.registry import find
from eks_ingress.manifests.files import read_manifests
from eks_ingress.manifests.shape import for_plan
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Plan
from eks_ingress.report.html import page, section
from eks_ingress.report.remarks import remarks

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "screenshots"
"""Where pictures of the page are left, for people to look at."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    # Root, as in a container, has no sandbox; nothing is opened but pages of these tests.
    "--no-sandbox",
]


def executable() -> str:
    """The browser: that of `CHROMIUM`, or one that is found by name."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.fail(
            f"These tests need a browser, and none of {', '.join(_NAMES)} is there. Install one (on Debian: apt-get install "
            "chromium), or name it: CHROMIUM=/path/to/chrome make browser.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable(), args=_OPTIONS)
        yield found
        found.close()


class Watched:
    """What a page did beside being shown."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        """On the console, and what it threw."""
        self.asked: list[str] = []
        """What it loaded, but for itself."""
        context.on("console", lambda message: self.said.append(message.text))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}"))
        context.on("request", lambda request: self.asked.append(request.url))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
    watched = Watched(found)
    yield found
    found.close()
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith(("file:", "about:"))] == []


@pytest.fixture(scope="session")
def shop() -> Plan:
    """What is planned of `shop.yaml`."""
    path = Path(__file__).with_name("shop.yaml")
    found = read_manifests([str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)], None)
    return plan(for_plan(found.manifests))


def html(*plans: Plan) -> str:
    """A page of these clusters."""
    return page(
        [
            section(planned, remarks(find(planned), planned.problems), cluster=None if len(plans) == 1 else f"c{n}", number=n)
            for n, planned in enumerate(plans)
        ]
    )


def opened(context: BrowserContext, text: str) -> Page:
    """A page in the browser, as a user opens the file."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="ascii", delete=False) as file:
        file.write(text)
    shown = context.new_page()
    shown.goto(f"file://{file.name}")
    Path(file.name).unlink()
    return shown
