"""A request that is typed into the page lights the rule that takes it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from eks_ingress.plan.model import Plan
from eks_ingress.plan.requests import words
from eks_ingress.report.html import page as whole
from eks_ingress.report.html import section
from tests.browser.conftest import html, opened
from tests.plan.objects import ingress, path, plan, rule
from tests.report.hostile import EVIL, hostile, rich

SHOP, ADMIN = "https://shop.example.com", "https://x.admin.example.com"
REQUESTS: list[dict[str, Any]] = [
    {"url": f"{SHOP}/"},
    {"url": f"{SHOP}"},
    {"url": f"{SHOP}/api"},
    {"url": f"{SHOP}/api/cart"},
    {"url": f"{SHOP}/API/cart"},
    {"url": f"{SHOP}/apis"},
    {"url": f"{SHOP}/api?x=1#y"},
    {"url": "https://SHOP.Example.com/api"},
    {"url": "HTTPS://user:secret@shop.example.com:443/api"},
    {"url": f"{SHOP}/api", "headers": {"X-Canary": "always"}},
    {"url": f"{SHOP}/api", "headers": {"x-canary": "ALWAYS", "Accept": "*/*"}},
    {"url": f"{SHOP}/api", "headers": {"X-Canary": "never"}},
    {"url": f"{SHOP}/checkout"},
    {"url": f"{SHOP}/checkout/"},
    {"url": f"{SHOP}/closed"},
    {"url": f"{SHOP}/new?beta=on"},
    {"url": f"{SHOP}/new?BETA=ON"},
    {"url": f"{SHOP}/new/x?a=bEta"},
    {"url": f"{SHOP}/new?beta=off"},
    {"url": f"{SHOP}/new"},
    {"url": f"{SHOP}/img/a/b.png"},
    {"url": f"{SHOP}/img/a/b.gif"},
    {"url": "https://versions.example.com/v12/x"},
    {"url": "https://versions.example.com/vx/x"},
    {"url": "https://old.example.com/tea?milk=no"},
    {"url": "https://old.example.com"},
    {"url": f"{ADMIN}/"},
    {"url": f"{ADMIN}/late"},
    {"url": "https://admin.example.com/"},
    {"url": "https://a.b.admin.example.com/x"},
    {"url": f"{ADMIN}/push", "method": "POST", "source_ip": "192.0.2.7"},
    {"url": f"{ADMIN}/push", "method": "PUT", "source_ip": "192.0.2.255"},
    {"url": f"{ADMIN}/push", "method": "POST", "source_ip": "192.0.3.7"},
    {"url": f"{ADMIN}/push", "method": "POST", "source_ip": "2001:db8::1"},
    {"url": f"{ADMIN}/push", "method": "POST"},
    {"url": f"{ADMIN}/push", "method": "post", "source_ip": "192.0.2.7"},
    {"url": f"{ADMIN}/push", "source_ip": "192.0.2.7"},
    {"url": "https://nobody.example.net/"},
    {"url": "https://[2001:db8::1]/"},
    {"url": "http://shop.example.com/api"},
    {"url": "http://other.example.net/a?b=c"},
    {"url": "http://any.example.com:8080/x"},
    {"url": "http://any.example.com:8080/x", "load_balancer": "back/intern"},
    {"url": "http://any.example.com:8080/x", "load_balancer": "public"},
    {"url": "http://shop.example.com:81/"},
    {"url": "http://shop.example.com:443/"},
    {"url": "shop.example.com/cart"},
    {"url": "ftp://shop.example.com/"},
    {"url": "https://shop.example.com:99999/"},
    {"url": f"{SHOP}/", "source_ip": "10.0.0"},
]


def fill(page: Page, request: dict[str, Any]) -> None:
    """Types a request, and asks for its rule."""
    page.get_by_label("Load balancer that is asked").select_option(request.get("load_balancer", ""))
    page.get_by_label("Method").fill(request.get("method", "GET"))
    page.get_by_label("Headers").fill("\n".join(f"{name}: {value}" for name, value in request.get("headers", {}).items()))
    page.get_by_label("Address of the client").fill(request.get("source_ip", ""))
    page.get_by_label("URL").fill(request["url"])
    page.get_by_label("URL").press("Enter")


def lit(page: Page) -> list[str]:
    """The ids of rules that are lit."""
    found: list[str] = page.evaluate("[...document.querySelectorAll('li.lit')].map(x => x.id)")
    return found


def expected(shop: Plan, request: dict[str, Any]) -> tuple[list[str], str]:
    """What must be lit, and what must be said."""
    try:
        answer = shop.match(**request)
    except ValueError as error:
        return [], str(error)
    number = next(n for n, x in enumerate(shop.load_balancers) if x.group == answer.load_balancer)
    said = words(answer)
    return [f"c0-b{number}-{answer.listener}-{answer.priority or 'else'}"], said[0].upper() + said[1:]


def test_each_request_lights_the_rule_that_takes_it(context: BrowserContext, shop: Plan) -> None:
    assert len(REQUESTS) >= 40
    page = opened(context, html(shop))
    kinds = set()
    for request in REQUESTS:
        fill(page, request)
        places, said = expected(shop, request)
        assert lit(page) == places, request
        assert said in page.get_by_role("status").inner_text(), request
        kinds.add(said.split()[0])
    assert kinds == {"A", "An", "Sign-in,", "Service", "No", "URL", "source"}


def test_the_way_lights_in_the_picture_too(context: BrowserContext, shop: Plan) -> None:
    page = opened(context, html(shop))
    fill(page, {"url": f"{SHOP}/checkout"})
    texts = page.evaluate("[...document.querySelectorAll('svg .lit title')].map(x => x.textContent)")
    assert texts[0].startswith("HTTPS 443")
    assert texts[1].endswith("shop.example.com /checkout")
    assert texts[2:] == ["shop/new:80", "shop/old:80"]
    assert page.evaluate("document.querySelectorAll('svg path.lit').length") == 3


def test_the_rule_lights_while_one_types(context: BrowserContext, shop: Plan) -> None:
    page = opened(context, html(shop))
    page.get_by_label("URL").press_sequentially(f"{SHOP}/api")
    expect(page.get_by_role("status")).to_contain_text("Service shop/api:8080")
    assert page.evaluate("document.activeElement.id") == "url"
    page.get_by_label("URL").fill("")
    expect(page.get_by_role("status")).to_be_empty()
    assert lit(page) == []


def test_a_header_that_is_none_is_told(context: BrowserContext, shop: Plan) -> None:
    page = opened(context, html(shop))
    page.get_by_label("URL").fill(f"{SHOP}/")
    for text, said in (("X-Team", "no name and value"), ("Host: a.org", "that of the URL"), ("A: 1\na: 2", "given twice")):
        page.get_by_label("Headers").fill(text)
        expect(page.get_by_role("status")).to_contain_text(said)


def test_all_of_it_works_with_the_keyboard_alone(context: BrowserContext, shop: Plan) -> None:
    page = opened(context, html(shop))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id"))
        if names[-1] == "url":
            break
    page.keyboard.type(f"{SHOP}/api")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "More of the request"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "method"
    page.keyboard.press("Tab")
    page.keyboard.type("X-Canary: always")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Show the rule"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    (place,) = lit(page)
    assert page.evaluate("document.activeElement.id") == place
    assert "shop/canary:8080" in page.locator(f"#{place}").inner_text()
    assert page.locator(f"#{place}").get_attribute("aria-current") == "true"
    expect(page.locator(f"#{place}")).to_be_in_viewport()


def test_of_several_clusters_one_is_asked(context: BrowserContext, shop: Plan) -> None:
    other = plan([ingress(rule("/api", host="shop.example.com"), name="other", said={"listen-ports": [{"HTTP": 81}]})])
    page = opened(context, html(shop, other))
    page.get_by_label("Cluster", exact=True).select_option("c1")
    page.get_by_label("URL").fill("http://shop.example.com:81/api")
    page.get_by_label("URL").press("Enter")
    assert lit(page) == ["c1-b0-81-1"]
    assert page.get_by_label("Load balancer that is asked").locator("option").all_inner_texts() == [
        "the one that listens",
        "shop/other",
    ]
    expect(opened(context, html(shop)).get_by_label("Cluster", exact=True)).to_be_hidden()


def test_of_a_thousand_rules_the_last_lights(context: BrowserContext) -> None:
    many = plan([ingress(rule(*(path(f"/{n}", "Exact", f"web{n % 50}:80") for n in range(1_000))))])
    page = opened(context, html(many))
    fill(page, {"url": "http://a.org/999"})
    assert lit(page) == ["c0-b0-80-1000"]
    expect(page.locator("li.lit")).to_be_in_viewport()


@pytest.mark.parametrize("evil", EVIL)
def test_texts_of_others_do_nothing(context: BrowserContext, evil: str) -> None:
    """The fixture holds that nothing is loaded, said or thrown."""
    page = opened(context, whole([section(hostile(), [], cluster=evil)]))
    fill(page, {"url": f"http://a.org/{evil}", "headers": {"X": evil.replace("\n", " ")}})
    assert page.get_by_role("status").inner_text()
    known = opened(context, html(rich())).evaluate("[...new Set([...document.querySelectorAll('*')].map(x => x.localName))]")
    assert set(page.evaluate("[...document.querySelectorAll('*')].map(x => x.localName)")) <= {*known}
    assert page.evaluate("document.scripts.length") == 2


def test_the_page_may_load_nothing_and_run_nothing(browser: Browser, shop: Plan) -> None:
    page = opened(browser.new_context(), html(shop))
    tried = page.evaluate(
        """async () => {
          const broken = [];
          document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.wasRun = true";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "file:///nothing.png";
          document.body.append(image);
          await new Promise((done) => setTimeout(done, 100));
          return { broken, wasRun: window.wasRun === true };
        }"""
    )
    assert tried == {"broken": ["script-src-elem", "img-src"], "wasRun": False}
    page.context.close()
