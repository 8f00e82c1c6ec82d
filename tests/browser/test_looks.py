"""The page as it is seen: wide and narrow, light and dark, printed. Pictures of it are left in `build/screenshots`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from eks_ingress.plan.model import Plan, Respond
from eks_ingress.report.html import page as whole
from eks_ingress.report.html import section
from eks_ingress.report.mermaid import mermaid
from eks_ingress.report.picture import standalone
from eks_ingress.report.plan_json import changes_since, document
from eks_ingress.report.traffic import flows
from tests.browser.conftest import PICTURES, ROOT, Watched, html, opened
from tests.report.hostile import hostile, rich

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
URL = "https://shop.example.com/api/cart"


def module(name: str) -> str:
    """A script of a package that npm installed."""
    file = ROOT / "node_modules" / name
    assert file.is_file(), f"{file} is not there; `npm ci` installs it, and `make browser` does so."
    return file.read_text("utf-8")


def wide(page: Page) -> int:
    """How wide all of it is."""
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def violations(page: Page) -> list[str]:
    """What axe has against a page."""
    page.evaluate(module("axe-core/axe.min.js"))
    found: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{x['id']}: {node['html'][:160]} {node['failureSummary']}" for x in found["violations"] for node in x["nodes"]]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1440, 1000, 360])
def test_it_fits_any_screen_and_all_of_it_can_be_read(browser: Browser, shop: Plan, scheme: Any, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    watched = Watched(context)
    page = opened(context, html(shop))
    page.get_by_label("URL").fill(URL)
    page.get_by_label("URL").press("Enter")
    page.screenshot(path=PICTURES / f"{scheme}-{width}.png", full_page=True)
    assert wide(page) == width
    assert violations(page) == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, dark.removeprefix("rgb(").rstrip(")").split(","))) < 200) is (scheme == "dark")
    context.close()
    assert watched.said == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1440, 360])
def test_what_changed_fits_and_can_be_read_too(browser: Browser, shop: Plan, scheme: Any, width: int) -> None:
    (first, *others) = shop.load_balancers
    listener = first.listeners[0]._replace(default_action=Respond("404"))
    was = replace(shop, load_balancers=(first._replace(scheme="internet-facing", listeners=(listener,)), others[0]))
    gone = others[0].listeners[1]._replace(rules=others[0].listeners[1].rules[2:])
    becomes = replace(shop, load_balancers=(first, others[0]._replace(listeners=(others[0].listeners[0], gone))))
    found = changes_since(document(was, ()), becomes)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    page = opened(context, whole([section(becomes, [], changes=found)]))
    page.screenshot(path=PICTURES / f"changes-{scheme}-{width}.png", full_page=True)
    assert {"replaced", "removed", "changed"} <= {*page.locator(".mark").all_inner_texts()}
    assert wide(page) == width
    assert violations(page) == []
    context.close()


def test_long_names_of_others_fit_a_phone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = opened(context, whole([section(hostile(), [], cluster="c")]))
    assert wide(page) == 360
    context.close()


def test_on_a_phone_the_answer_is_below_the_box_and_the_page_stays(browser: Browser, shop: Plan) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = opened(context, html(shop))
    page.get_by_label("URL").tap()
    page.get_by_label("URL").fill(URL)
    expect(page.get_by_role("status")).to_contain_text("Service shop/api:8080")
    expect(page.get_by_label("URL")).to_be_in_viewport()
    page.get_by_role("link", name="rule 4").tap()
    expect(page.locator("li.lit")).to_be_in_viewport()
    context.close()


def test_on_paper_there_is_no_box_and_all_is_light(browser: Browser, shop: Plan) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 794, "height": 1123})
    page = opened(context, html(shop))
    page.emulate_media(media="print", color_scheme="dark")
    page.screenshot(path=PICTURES / "print.png", full_page=True)
    page.pdf(path=PICTURES / "print.pdf", format="A4")
    expect(page.locator("aside")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('article')).color") == "rgb(28, 39, 51)"
    assert wide(page) == 794
    context.close()


def test_nothing_moves_for_those_who_do_not_want_it(context: BrowserContext, shop: Plan) -> None:
    page = opened(context, html(shop))
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('.rules > li')).transitionDuration") == "0s"


def test_without_scripts_all_but_the_box_is_there(browser: Browser, shop: Plan) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context, html(shop))
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("eks-ingress match")).to_be_visible()
    expect(page.locator(".rules").get_by_text("shop/storefront:80")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_picture_stands_alone(browser: Browser, shop: Plan, tmp_path: Path, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme)
    watched = Watched(context)
    (tmp_path / "traffic.svg").write_text(standalone([(None, flows(shop))]), "ascii")
    page = context.new_page()
    page.goto(f"file://{tmp_path}/traffic.svg")
    page.screenshot(path=PICTURES / f"picture-{scheme}.png")
    fill = page.evaluate("getComputedStyle(document.querySelector('.service rect')).fill")
    assert fill == ("rgb(230, 244, 238)" if scheme == "light" else "rgb(20, 49, 42)")
    context.close()
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith("file:")] == []


def test_mermaid_takes_and_draws_the_flowchart(context: BrowserContext, shop: Plan) -> None:
    page = context.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(content=module("@mermaid-js/tiny/dist/mermaid.tiny.js"))
    for name, planned in (("shop", shop), ("rich", rich()), ("hostile", hostile())):
        text = mermaid([(name, flows(planned))])
        drawn = page.evaluate(
            """async (text) => {
              mermaid.initialize({ startOnLoad: false });
              const { diagramType } = await mermaid.parse(text);
              const { svg } = await mermaid.render("drawn", text);
              document.body.innerHTML = svg;
              const texts = [...document.querySelectorAll(".nodeLabel, .cluster-label")].map((label) => label.textContent.trim());
              return { diagramType, nodes: document.querySelectorAll("g.node").length, texts };
            }""",
            text,
        )
        nodes = [node for flow in flows(planned) for column in flow.columns for node in column]
        assert drawn["diagramType"] == "flowchart-v2"
        assert drawn["nodes"] == len(nodes)
        if name == "shop":
            assert {node.text for node in nodes if not node.more} <= {*drawn["texts"]}
