from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from eks_ingress.plan.model import Plan
from eks_ingress.report.mermaid import mermaid
from eks_ingress.report.picture import picture, standalone
from eks_ingress.report.traffic import MOST_RULES, flows
from tests.plan.objects import binding, ingress, path, plan, rule, service
from tests.report.hostile import hostile, rich

SVG = "{http://www.w3.org/2000/svg}"
NLB: dict[str, Any] = {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"}
TEXT = r'"([^"]*)"'
SHAPES = rf"\(\[{TEXT}\]\)|\[{TEXT}\]|\[\[{TEXT}\]\]|>{TEXT}\]|\({TEXT}\)|\[\({TEXT}\)\]"
LINE = re.compile(rf"  subgraph c\d+f\d+ \[{TEXT}\]|  end|    c\d+n\d+(?:{SHAPES})|    c\d+n\d+ --> (?:\|{TEXT}\| )?c\d+n\d+")


def many(rules: int, services: int) -> Plan:
    return plan([ingress(rule(*(path(f"/{n}", "Exact", f"web{n % services}:80") for n in range(rules))))])


def edges(planned: Plan) -> list[str]:
    """The edges of the only flow, in words."""
    (flow,) = flows(planned)
    texts = {node.id: node.text for column in flow.columns for node in column}
    return [f"{texts[x.start]} -> {texts[x.end]}{f' ({x.label})' if x.label else ''}" for x in flow.edges]


def test_traffic_goes_from_clients_by_listeners_and_rules_to_services() -> None:
    assert sorted(edges(plan([ingress(rule(path("/api", to="api:80"), host="a.org"), default="web:80")]))) == [
        "1  a.org /api, /api/* -> shop/api:80",
        "HTTP 80 -> 1  a.org /api, /api/*",
        "HTTP 80 -> everything else",
        "clients -> HTTP 80",
        "everything else -> shop/web:80",
    ]


def test_weights_stand_on_the_way() -> None:
    targets = [{"serviceName": name, "servicePort": 80, "weight": weight} for name, weight in (("new", 1), ("old", 9))]
    said = {"actions.split": {"type": "forward", "forwardConfig": {"targetGroups": targets}}}
    found = edges(plan([ingress(rule(path("/", to="split:action")), said=said)]))
    assert {"1  any host /* -> shop/new:80 (1)", "1  any host /* -> shop/old:80 (9)"} <= {*found}


def test_traffic_passes_the_network_load_balancer_in_front() -> None:
    found = edges(plan([ingress("/", said={"enable-frontend-nlb": "true"})]))
    assert {"clients -> TCP 80", "TCP 80 -> HTTP 80"} <= {*found}


def test_network_load_balancers_have_no_rules() -> None:
    assert edges(plan([service("mqtt", {"port": 1883}, **NLB)])) == ["clients -> TCP 1883", "TCP 1883 -> shop/mqtt:1883"]


def test_target_groups_of_others_are_filled() -> None:
    assert edges(plan([binding()])) == ["blue -> shop/web:80"]


def test_many_rules_are_shown_by_where_they_lead() -> None:
    found = edges(many(100, 3))
    assert "1 and" not in found[0]
    assert {"any host /0 and 33 more -> shop/web0:80", "any host /1 and 32 more -> shop/web1:80"} <= {*found}


def test_of_a_thousand_services_the_first_are_shown() -> None:
    (flow,) = flows(many(1_000, 1_000))
    assert len(flow.columns[3]) == MOST_RULES + 2
    assert flow.columns[3][-2].text == f"{1_000 - MOST_RULES} more rules"


def test_each_rule_is_known_to_its_way() -> None:
    """So that the script of the page can light it."""
    for planned in (many(10, 3), many(1_000, 40)):
        found = re.findall(r'<path [^>]*data-places="([^"]*)"', picture(flows(planned, "c7")))
        places = {place for one in found for place in one.split()}
        assert places == {f"c7-b0-80-{x.priority}" for x in planned.load_balancers[0].listeners[0].rules} | {"c7-b0-80-else"}


# SVG


@pytest.mark.parametrize("planned", [rich(), hostile(), Plan(()), many(300, 60)], ids=["rich", "hostile", "empty", "many"])
def test_a_picture_is_well_formed_and_loads_nothing(planned: Plan) -> None:
    text = standalone([("prod", flows(planned))])
    assert text.isascii()
    tree = ElementTree.fromstring(text)
    assert {node.tag.removeprefix(SVG) for node in tree.iter()} <= {"svg", "style", "g", "rect", "path", "text", "title"}
    names = {name for node in tree.iter() for name in node.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name or name == "style"}
    assert not re.search(r"url\(|@import", text)


def test_nothing_stands_on_something_else() -> None:
    for planned in (rich(), many(24, 24), many(24, 1), many(300, 60)):
        tree = ElementTree.fromstring(standalone([(None, flows(planned))]))
        nodes = tree.findall(f"{SVG}g/{SVG}rect")
        boxes = [[float(rect.get(x, "")) for x in ("x", "y", "width", "height")] for rect in nodes]
        assert len(boxes) > 5
        wide, high = float(tree.get("width", "")), float(tree.get("height", ""))
        for number, (left, top, width, height) in enumerate(boxes):
            assert left >= 0
            assert left + width <= wide
            assert top + height <= high
            for left_, top_, width_, height_ in boxes[number + 1 :]:
                assert left + width <= left_ or left_ + width_ <= left or top + height <= top_ or top_ + height_ <= top


def test_a_long_text_is_cut_and_told_whole_in_its_title() -> None:
    host = f"{'a' * 60}.example.com"
    tree = ElementTree.fromstring(standalone([(None, flows(plan([ingress(rule("/shop", host=host))])))]))
    texts = [str(node.text) for node in tree.iter(f"{SVG}text")]
    assert f"1  {host} /shop, /shop/*" not in texts
    assert any(text.startswith(f"1  {'a' * 30}") and text.endswith("\u2026") for text in texts)
    assert f"1  {host} /shop, /shop/*" in [node.text for node in tree.iter(f"{SVG}title")]


def test_clusters_are_named_where_there_are_several() -> None:
    text = standalone([("blue", flows(many(1, 1))), ("green", flows(many(1, 1)))])
    assert "Load balancer shop/web of cluster blue" in text
    assert "Load balancer shop/web of cluster green" in text


# Mermaid


@pytest.mark.parametrize("planned", [rich(), hostile(), many(300, 60)], ids=["rich", "hostile", "many"])
def test_a_flowchart_has_nothing_that_mermaid_could_take_for_something_else(planned: Plan) -> None:
    first, *lines = mermaid([("blue", flows(planned)), (None, flows(planned))]).split("\n")
    assert first == "flowchart LR"
    for line in lines:
        found = LINE.fullmatch(line)
        assert found, line
        for text in filter(None, found.groups()):
            assert re.fullmatch(r"(?:[A-Za-z0-9 /.,*_-]|#\d+;)*", text), line


def test_a_flowchart_names_each_node_once() -> None:
    text = mermaid([("blue", flows(rich())), ("green", flows(rich()))])
    names = re.findall(r"^    (c\d+n\d+)[\[(>]", text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert len(names) == 2 * sum(len(column) for flow in flows(rich()) for column in flow.columns)


def test_a_flowchart_with_a_thousand_rules_is_small_enough_for_mermaid() -> None:
    """It takes 50,000 characters and 500 edges (Mermaid documentation, configuration, maxTextSize and maxEdges)."""
    text = mermaid([(None, flows(many(1_000, 1_000)))])
    assert len(text) < 50_000
    assert text.count("-->") < 500


def test_an_empty_plan_is_an_empty_flowchart() -> None:
    assert mermaid([(None, flows(Plan(())))]) == "flowchart LR"
