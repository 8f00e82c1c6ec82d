from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from eks_ingress.checks.registry import find
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import Facts, Quotas
from eks_ingress.plan.model import Plan
from eks_ingress.report.html import page, section
from eks_ingress.report.remarks import Remark, remarks
from eks_ingress.source import Source
from tests.plan.objects import binding, ingress, path, plan, rule, service, source, together
from tests.report.hostile import EVIL, hostile, rich

BOTH = {"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], "certificate-arn": "arn:a,arn:b"}
NLB: dict[str, Any] = {"selector": {"app": "mqtt"}, "type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}


class Read(HTMLParser):
    """A page as a browser reads it: the text of each element that has an id, and all elements with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.unclosed: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "rect", "path"):
            self._open.append((tag, dict(attrs).get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name is not None:
                self.texts.setdefault(name, []).append(data)

    def text(self, id: str) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts.get(id, ()))).strip()

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def html(planned: Plan, cluster: str | None = None) -> str:
    return page([section(planned, remarks(find(planned), planned.problems), cluster=cluster)])


def with_texts(planned: Plan, text: str) -> str:
    """A page of a plan whose cluster is named so, and of which something is said in such words."""
    said = Remark("EKI101", "error", text, text, Source(text, text, 1), text, text)
    return page([section(planned, [said], cluster=text)])


def read(*manifests: Manifest, **said: Any) -> Read:
    return Read(html(plan(manifests, **said)))


# What it shows


def test_a_rule_says_what_it_takes_and_where_it_leads() -> None:
    found = read(ingress(rule(path("/api", to="api:8080"), host="shop.example.com")))
    assert found.text("c0-b0-80-1") == "1 shop.example.com /api or /api/* shop/api:8080 ip targets Shop/web"
    assert found.text("c0-b0-80-else") == "else everything else answer 404 text/plain"


def test_conditions_weights_and_transforms_are_shown() -> None:
    targets = [{"serviceName": "new", "servicePort": 80, "weight": 1}, {"serviceName": "old", "servicePort": 80, "weight": 3}]
    sticky = {"enabled": True, "durationSeconds": 60}
    said = {
        "actions.split": {"type": "forward", "forwardConfig": {"targetGroups": targets, "targetGroupStickinessConfig": sticky}},
        "conditions.split": [
            {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red", "blue"]}},
            {"field": "query-string", "queryStringConfig": {"values": [{"key": "v", "value": "2"}, {"value": "beta"}]}},
            {"field": "path-pattern", "pathPatternConfig": {"regexValues": ["^/v[0-9]"]}},
        ],
        "transforms.split": [{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/a", "replace": "/b"}]}}],
    }
    text = read(ingress(rule(path(None, "ImplementationSpecific", to="split:action")), said=said)).text("c0-b0-80-1")
    assert "any host has ^/v[0-9]" in text
    assert "when header X-Team is red or blue when query is v=2 or beta" in text
    assert "shop/new:80 ip targets weight 1, 25 % shop/old:80 ip targets weight 3, 75 %" in text
    assert "clients stay with their target group for 60 s" in text
    assert "with path ^/a becomes /b" in text


def test_sign_in_is_shown_where_it_is_asked_for() -> None:
    said = {**BOTH, "auth-type": "oidc", "auth-idp-oidc": {"issuer": "https://a.org", "secretName": "oidc"}}
    found = read(ingress("/", said=said))
    assert "sign-in by oidc, then shop/web:80" in found.text("c0-b0-443-1")
    assert "sign-in" not in found.text("c0-b0-80-1")


def test_a_load_balancer_says_what_it_is_made_of_and_how_it_is_set() -> None:
    said = {**BOTH, "scheme": "internet-facing", "load-balancer-attributes": "idle_timeout.timeout_seconds=90", "tags": "Team=red"}
    text = read(ingress("/", said={**said, "healthcheck-path": "/healthz"})).text("c0-b0")
    assert text.startswith("shop/web Application load balancer internet-facing made of Ingress shop/web")
    assert "Certificates arn:a default arn:b" in text
    assert "attributes idle_timeout.timeout_seconds=90" in text
    assert "tags Team=red" in text
    assert "health check HTTP /healthz, expects 200, every 15 s, 5 s to answer, healthy after 2, unhealthy after 2" in text


def test_network_load_balancers_and_target_groups_of_others_are_shown() -> None:
    found = read(service("mqtt", {"port": 1883}, **NLB), binding())
    assert found.text("c0-n0").startswith(
        "shop/mqtt Network load balancer internal made of Service shop/mqtt TCP 1883 shop/mqtt:1883"
    )
    assert "health check TCP, every 10 s" in found.text("c0-n0")
    assert "targetgroup/blue/0123456789abcdef gets targets of Service shop/web:80" in found.text("c0-bound")


def test_a_network_load_balancer_in_front_is_shown() -> None:
    text = read(ingress("/", said={"enable-frontend-nlb": "true"})).text("c0-b0")
    assert "Network load balancer in front internal TCP 80 to 80" in text


def test_limits_are_those_that_the_checks_know() -> None:
    found = plan([ingress(rule(*(path(f"/{n}", "Exact") for n in range(37))))], facts=Facts(quotas=Quotas(rules=200, listeners=7)))
    text = Read(html(found)).text("c0-b0")
    assert "37 of 200 rules" in text
    assert "1 of 7 listeners" in text
    assert "1 of 5 values in a rule" in text
    assert "37 of 100 rules" in Read(html(plan([ingress(rule(*(path(f"/{n}", "Exact") for n in range(37))))]))).text("c0-b0")


def test_a_limit_that_is_exceeded_is_a_full_bar() -> None:
    text = html(plan([ingress(rule(*(path(f"/{n}", "Exact") for n in range(101))))]))
    assert '<li class="over"><span>101 of 100 rules</span>' in text
    assert 'class="used" width="100%"' in text


def test_an_empty_plan_is_a_page_too() -> None:
    text = html(Plan(()))
    assert "No load balancer." in text
    assert "no problems found" in text


def test_a_health_check_is_told_once() -> None:
    text = read(ingress("/", said={"healthcheck-path": "/healthz", "target-group-attributes": "stickiness.enabled=true"})).text(
        "c0-b0"
    )
    assert text.count("/healthz") == 1
    assert "stickiness.enabled=true" in text


def test_several_clusters_are_parts_of_one_page() -> None:
    one, other = plan([ingress("/", name="one")]), plan([ingress("/", name="other")])
    found = Read(page([section(one, [], cluster="blue", number=0), section(other, [], cluster="green", number=1)]))
    assert found.text("c0") == "Cluster blue"
    assert found.text("c1") == "Cluster green"
    assert found.text("c1-b0").startswith("shop/other ")
    assert [entry["name"] for entry in json.loads(found.text("plans"))] == ["blue", "green"]
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


# What is wrong


def test_what_is_wrong_stands_beside_what_it_concerns() -> None:
    def at(line: int) -> Any:
        return source()._replace(line=line)

    planned = plan([ingress("/a", "/b", name="web"), *together({"scheme": "internal"}, {"scheme": "public"})])
    (balancer,) = planned.load_balancers
    (listener,) = balancer.listeners
    rules = tuple(found._replace(source=at(7 + number)) for number, found in enumerate(listener.rules))
    (changed,) = (balancer._replace(listeners=(listener._replace(rules=rules),)),)
    found = [
        Remark("EKI101", "warning", "Of the second rule.", "Mend it.", at(8), "Ingress shop/web"),
        Remark("EKI241", "warning", "Of an annotation.", "Mend it.", at(3), "Ingress shop/web"),
        Remark("EKI300", "error", "Of a Service.", "Mend it.", source("web")._replace(line=1), "Service shop/web"),
        Remark("EKI231", "error", "Of what is refused.", "Mend it.", source("a"), "Ingress shop/a"),
        Remark(None, "error", "Of no object.", "Mend it.", source("x")._replace(construct=None, file="x.yaml", line=2)),
    ]
    text = page([section(Plan((changed,)), found)])
    read_ = Read(text)
    assert "EKI101 warning Of the second rule. Mend it. Shop/web" in read_.text("c0-b0-80-2")
    assert "EKI101" not in read_.text("c0-b0-80-1")
    assert "EKI241 warning Of an annotation." in read_.text("c0-b0")
    assert "EKI300 error Of a Service." in read_.text("c0-b0")
    assert "Of what is refused." not in read_.text("c0-b0")
    assert text.index("Of what is refused.") < text.index('id="c0-b0"')
    assert "x.yaml:2" in text
    assert "3 errors, 2 warnings" in text


def test_a_check_tells_why_what_to_do_and_where() -> None:
    text = read(ingress("/", said={"healthcheck-pth": "/"})).text("c0-b0")
    assert "EKI241 warning alb.ingress.kubernetes.io/healthcheck-pth is not known." in text
    assert "What the controller does not know it passes over without a word" in text
    assert "Did you mean alb.ingress.kubernetes.io/healthcheck-path? Shop/web" in text


# What others write


def test_texts_of_others_stay_texts() -> None:
    found, plain = Read(with_texts(hostile(), "".join(EVIL))), Read(with_texts(rich(), "prod"))
    known = {(tag, *attributes) for tag, attributes in plain.elements}
    assert {(tag, *attributes) for tag, attributes in found.elements} <= known
    assert len(found.tags("script")) == 2
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    links = {attributes.get("href") for attributes in found.tags("a")}
    assert all(re.fullmatch(r"#[a-z0-9-]+", str(link)) for link in links)
    assert not [1 for _, attributes in found.elements if {"src", "style", "srcset", "action"} & attributes.keys()]


def test_the_data_of_the_script_cannot_leave_its_element() -> None:
    data = re.search(
        r'<script type="application/json" id="plans">(.*?)</script><script>', with_texts(hostile(), EVIL[0]), re.DOTALL
    )
    assert data is not None
    assert not set("<>&") & set(data[1])
    groups = [balancer["group"] for balancer in json.loads(data[1])[0]["balancers"]]
    assert groups == [balancer.group for balancer in hostile().load_balancers]


# That it loads nothing


def test_the_page_forbids_all_but_its_own_style_and_script() -> None:
    text = html(plan([ingress("/")]))
    found = Read(text)
    (policy,) = (x["content"] for x in found.tags("meta") if x.get("http-equiv") == "Content-Security-Policy")
    said = dict(part.strip().split(" ", 1) for part in str(policy).split(";"))
    script, style = (re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[-1] for tag in ("script", "style"))
    assert said == {
        "default-src": "'none'",
        "script-src": f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'",
        "style-src": f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert "url(" not in style
    assert not re.search(
        r"fetch|XMLHttp|import\b|innerHTML|eval\(|Function\(|document\.write|https?:(?!//shop\.example\.com)", script
    )
    rest = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "http" not in re.sub(r"https?://shop\.example\.com|http://www\.w3\.org/2000/svg|http-equiv", "", rest)


@pytest.mark.parametrize("text", [html(plan([ingress("/")])), with_texts(hostile(), EVIL[-1])], ids=["plain", "hostile"])
def test_it_is_ascii_so_that_no_encoding_can_spoil_it(text: str) -> None:
    assert text.isascii()
    assert text.startswith("<!DOCTYPE html>")


def test_the_same_plan_is_the_same_page() -> None:
    assert html(rich()) == html(rich())
