from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.checks.check import Check, Finding
from eks_ingress.checks.registry import CHECKS, find
from eks_ingress.checks.routing import DroppedByController, NeverReached, RedirectsToItself
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import Forward, Listener, LoadBalancer, Plan, Requirement, Respond, Rule, Target
from eks_ingress.source import Source
from tests.plan.objects import ingress, path, plan, rule

FORWARD = Forward((Target("shop/web:80"),))
ELSEWHERE = {"type": "redirect", "redirectConfig": {"host": "b.example.com", "statusCode": "HTTP_301"}}
TO_ITSELF = {"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}
TO_HTTPS = {"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}


def line(number: int) -> Source:
    return Source("Shop/Public", "shop.py", number)


def made(*rules: tuple[Sequence[str], Sequence[str]], port: int = 80) -> Listener:
    """A listener with rules of these hosts and paths, written in consecutive lines."""
    return Listener(
        port,
        "HTTP",
        (),
        Respond("404"),
        tuple(Rule(tuple(hosts), tuple(paths), FORWARD, line(n), n) for n, (hosts, paths) in enumerate(rules, start=1)),
        (),
    )


def planned(*listeners: Listener, group: str = "public") -> Plan:
    return Plan((LoadBalancer(group, "internal", ("shop/web",), listeners, line(0)),))


def places(findings: Sequence[Finding]) -> list[int | None]:
    return [finding.source.line for finding in findings]


def never_reached(*rules: tuple[Sequence[str], Sequence[str]]) -> list[int | None]:
    """The lines of the rules of a listener that are never reached."""
    return places(list(NeverReached().find(planned(made(*rules)))))


def left_out(*manifests: Manifest) -> list[Finding]:
    return list(DroppedByController().find(plan(manifests)))


def to_themselves(*manifests: Manifest) -> list[Finding]:
    return list(RedirectsToItself().find(plan(manifests)))


def test_every_check_is_told_apart_by_its_id() -> None:
    ids = [check.id for check in CHECKS]
    assert ids == sorted(set(ids))
    assert {"EKI101", "EKI102", "EKI115", "EKI212", "EKI233"} <= set(ids)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.id))
def test_every_check_says_what_it_is_about(check: Check) -> None:
    assert all(text and not text.endswith(" ") for text in (check.title, check.why, check.remedy, check.source))
    assert check.why.endswith(".")
    assert check.remedy.endswith(".")


def test_a_plan_without_load_balancers_has_no_findings() -> None:
    assert list(find(Plan(()))) == []


def test_a_catch_all_in_an_earlier_rule_shadows_a_later_prefix() -> None:
    (finding,) = find(plan([ingress(rule("/"), rule("/api"))]))
    assert str(finding) == (
        "EKI101 warning  Shop/web\n"
        "    any host /api, /api/* is never reached: rule 1, any host /* from Shop/web, takes all of its requests.\n"
        "    A load balancer tries its rules in order and takes the first that matches.\n"
        "    Give the route a lower `order=` than the other's (in YAML, its Ingress a lower `group.order`), or take it out."
    )


def test_a_catch_all_in_an_earlier_member_shadows_later_prefixes() -> None:
    members = [
        ingress("/", name="early", said={"group.name": "g", "group.order": "0"}),
        ingress("/api", "/cart", name="late", said={"group.name": "g", "group.order": "1"}),
    ]
    assert [(finding.check.id, finding.source) for finding in find(plan(members))] == [("EKI101", Source("Shop/late"))] * 2


def test_each_rule_that_is_never_reached_is_found() -> None:
    assert never_reached(([], ["/*"]), ([], ["/a"]), ([], ["/b"])) == [2, 3]


def test_the_first_rule_that_takes_all_is_named() -> None:
    (finding,) = NeverReached().find(planned(made(([], ["/a"]), ([], ["/b", "/b/*"]), ([], ["/b/*"]))))
    assert finding.message == (
        "any host /b/* is never reached: rule 2, any host /b, /b/* from Shop/Public  (shop.py:2), takes all of its requests."
    )


A, B, ANY = "a.example.com", "b.example.com", "*.example.com"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (([], ["/*"]), ([], ["/a", "/a/*"])),
        (([], ["/a", "/a/*"]), ([], ["/a"])),
        (([], ["/a", "/a/*"]), ([], ["/a/b", "/a/b/*"])),
        (([], ["/a*"]), ([], ["/a", "/a/*"])),
        (([], ["/a?"]), ([], ["/ab"])),
        (([], ["/a?"]), ([], ["/a?"])),
        (([], ["/*"]), ([A], ["/*"])),
        (([], []), ([A], [])),
        (([], ["/*"]), ([A], [])),
        (([A], []), ([A], ["/a"])),
        (([A], ["/*"]), ([A], ["/a"])),
        (([ANY], ["/*"]), ([A], ["/a"])),
        (([ANY], ["/*"]), (["*.a.example.com"], ["/*"])),
        (([A, B], ["/*"]), ([B], ["/*"])),
        (([ANY], ["/*"]), ([A, B], ["/*"])),
    ],
)
def test_a_rule_whose_requests_an_earlier_one_takes_is_never_reached(
    earlier: tuple[list[str], list[str]], later: tuple[list[str], list[str]]
) -> None:
    assert never_reached(earlier, later) == [2]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (([], ["/a"]), ([], ["/*"])),
        (([], ["/a"]), ([], ["/a", "/a/*"])),
        (([], ["/a/*"]), ([], ["/a", "/a/*"])),
        (([], ["/a", "/a/*"]), ([], ["/ab"])),
        (([], ["/a?"]), ([], ["/a*"])),
        (([], ["/a?"]), ([], ["/a"])),
        (([A], ["/*"]), ([], ["/a"])),
        (([A], ["/*"]), ([B], ["/a"])),
        (([A], ["/*"]), ([A, B], ["/a"])),
        (([A], ["/*"]), ([ANY], ["/*"])),
        (([ANY], ["/*"]), (["example.com"], ["/*"])),
        (([], ["/a"]), ([A], [])),
    ],
)
def test_a_rule_with_a_request_of_its_own_is_reached(
    earlier: tuple[list[str], list[str]], later: tuple[list[str], list[str]]
) -> None:
    assert never_reached(earlier, later) == []


def test_a_rule_that_is_never_reached_on_two_listeners_is_told_once() -> None:
    rules: list[tuple[list[str], list[str]]] = [([], ["/*"]), ([], ["/a"])]
    assert places(list(NeverReached().find(planned(made(*rules), made(*rules, port=81))))) == [2]


def test_a_rule_that_is_never_reached_in_two_load_balancers_is_told_for_each() -> None:
    manifests = [Manifest(ingress("/", "/a", name=name).body, Source(file="shop.yaml")) for name in ("one", "two")]
    assert len(list(NeverReached().find(plan(manifests)))) == 2


GET, POST = Requirement("method", ("GET",)), Requirement("method", ("POST",))
RED, RED_REGEX = Requirement("header X-Team", ("red",)), Requirement("header X-Team", ("red",), regex=True)


def in_lines(*rules: Rule) -> list[int | None]:
    """The lines of the rules that are never reached, where each is written in a line of its own."""
    placed = tuple(rule._replace(source=line(n), priority=n) for n, rule in enumerate(rules, start=1))
    return places(list(NeverReached().find(planned(made()._replace(rules=placed)))))


def of(
    *requirements: Requirement,
    hosts: tuple[str, ...] = (),
    paths: tuple[str, ...] = ("/*",),
    host_regexes: tuple[str, ...] = (),
    path_regexes: tuple[str, ...] = (),
) -> Rule:
    return Rule(hosts, paths, FORWARD, line(0), host_regexes=host_regexes, path_regexes=path_regexes, requirements=requirements)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (of(), of(GET)),
        (of(GET), of(GET)),
        (of(GET), of(GET, RED)),
        (of(GET, RED), of(RED, GET)),
        (of(GET), of(GET, hosts=(A,), paths=("/a",))),
        (of(paths=(), path_regexes=("^/a",)), of(paths=(), path_regexes=("^/a",))),
        (of(paths=(), path_regexes=("^/a",)), of(GET, hosts=(A,), paths=(), path_regexes=("^/a",))),
        (of(), of(paths=(), path_regexes=("^/a",))),
        (of(paths=()), of(paths=(), path_regexes=("^/a",))),
        (of(host_regexes=("^a",)), of(host_regexes=("^a",))),
        (of(host_regexes=("^a",)), of(GET, host_regexes=("^a",), paths=("/a",))),
        (of(), of(host_regexes=("^a",))),
    ],
)
def test_a_rule_that_needs_the_same_or_more_is_never_reached(earlier: Rule, later: Rule) -> None:
    assert in_lines(earlier, later) == [2]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (of(GET), of()),
        (of(GET), of(POST)),
        (of(GET), of(RED)),
        (of(GET, RED), of(GET)),
        (of(RED), of(RED_REGEX)),
        (of(RED), of(Requirement("header X-Other", ("red",)))),
        (of(RED), of(Requirement("header X-Team", ("red", "blue")))),
        (of(paths=(), path_regexes=("^/a",)), of(paths=(), path_regexes=("^/b",))),
        (of(paths=(), path_regexes=("^/a",)), of(paths=("/a",))),
        (of(paths=(), path_regexes=(".*",)), of()),
        (of(paths=("/a*",)), of(paths=(), path_regexes=("^/a",))),
        (of(host_regexes=("^a",)), of(host_regexes=("^b",))),
        (of(host_regexes=("^a",)), of(hosts=(A,))),
        (of(host_regexes=("^a",)), of()),
        (of(hosts=(A,)), of(host_regexes=("^a",))),
    ],
)
def test_a_rule_that_needs_less_or_something_else_is_reached(earlier: Rule, later: Rule) -> None:
    assert in_lines(earlier, later) == []


def test_a_rule_with_a_header_does_not_shadow_and_the_same_header_does() -> None:
    red = [{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red"]}}]
    manifest = ingress(
        rule(
            path("/", to="red:80"), path("/a", "ImplementationSpecific", "web:80"), path("/b", "ImplementationSpecific", "again:80")
        ),
        said={"conditions.red": red, "conditions.again": red},
    )
    (finding,) = find(plan([manifest]))
    assert finding.message == (
        "any host /b header X-Team red is never reached: rule 1, any host /* header X-Team red from Shop/web, "
        "takes all of its requests."
    )


def test_a_message_names_expressions_where_there_are_some() -> None:
    rules = [of(paths=(), path_regexes=("^/a", "^/b"), host_regexes=("^a", "^b"))] * 2
    placed = tuple(rule._replace(source=line(n), priority=n) for n, rule in enumerate(rules, start=1))
    (finding,) = NeverReached().find(planned(made()._replace(rules=placed)))
    assert finding.message == (
        "^a, ^b ^/a, ^/b is never reached: rule 1, ^a, ^b ^/a, ^/b from Shop/Public  (shop.py:1), takes all of its requests."
    )


def test_rules_of_one_source_that_need_different_things_are_told_one_by_one() -> None:
    rules = tuple(of(*needs)._replace(priority=n) for n, needs in enumerate(((), (GET,), (RED,)), start=1))
    assert len(list(NeverReached().find(planned(made()._replace(rules=rules))))) == 2


TEXTS = ["".join(letters) for length in range(6) for letters in product("abz", repeat=length)]


def matching(glob: str) -> set[str]:
    pattern = re.compile("".join({"*": ".*", "?": "."}.get(character, character) for character in glob))
    return {text for text in TEXTS if pattern.fullmatch(text)}


def shadows(glob: str, other: str) -> bool:
    return never_reached(([], [glob]), ([], [other])) == [2]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(alphabet="ab*?", max_size=4), st.text(alphabet="ab*?", max_size=4))
def test_a_pattern_that_shadows_another_matches_all_that_it_matches(glob: str, other: str) -> None:
    if shadows(glob, other):
        assert matching(other) <= matching(glob)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(alphabet="ab*", max_size=4), st.text(alphabet="ab*?", max_size=4))
def test_a_pattern_without_question_mark_shadows_all_that_it_can(glob: str, other: str) -> None:
    # "z" stands for any letter that neither pattern names; five letters are enough to tell patterns of four apart.
    assert shadows(glob, other) is (matching(other) <= matching(glob))


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(alphabet="ab*?", max_size=4), st.text(alphabet="ab?", max_size=4))
def test_a_pattern_shadows_all_texts_of_one_length_that_it_matches(glob: str, other: str) -> None:
    assert shadows(glob, other) is (matching(other) <= matching(glob))


def test_a_redirect_to_itself_is_found() -> None:
    made = ingress(rule(path("/", to="self:action")), said={"actions.self": TO_ITSELF})
    (finding,) = to_themselves(made)
    assert str(finding) == (
        "EKI115 warning  Shop/web\n"
        "    any host /* has no effect: redirect 301 to #{protocol}://#{host}:#{port}/#{path}?#{query} changes nothing, "
        "and is left out.\n"
        "    The controller drops such a redirect, and the requests go to the next rule that takes them.\n"
        "    Say what it changes: host, path, port, protocol or query."
    )
    assert left_out(made) == []


def test_what_stands_behind_a_redirect_is_found() -> None:
    made = ingress(
        rule(path("/", to="away:action"), host="a.example.com"),
        rule("/api", host="a.example.com"),
        said={"actions.away": ELSEWHERE},
    )
    (finding,) = left_out(made)
    assert to_themselves(made) == []
    assert finding.message == "a.example.com /api, /api/* has no effect: Service shop/web:80 is left out."


def test_a_rule_for_the_same_requests_as_a_redirect_before_it_is_found() -> None:
    found = left_out(ingress(rule(path("/", to="away:action")), rule("/"), said={"actions.away": ELSEWHERE}))
    assert [finding.message for finding in found] == ["any host /* has no effect: Service shop/web:80 is left out."]


def test_a_rule_that_stays_on_another_listener_is_not_found() -> None:
    manifest = ingress(
        rule(path("/*", None, "ssl-redirect:action"), path("/*", None)),
        said={"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}], "actions.ssl-redirect": TO_HTTPS},
    )
    assert left_out(manifest) == []


def test_a_rule_that_is_left_out_of_all_listeners_is_found_once() -> None:
    manifest = ingress(
        rule(path("/", to="self:action")),
        said={"listen-ports": [{"HTTP": 80}, {"HTTP": 81}], "actions.self": TO_ITSELF},
    )
    assert len(to_themselves(manifest)) == 1


@pytest.mark.parametrize("document", [ELSEWHERE, TO_HTTPS])
def test_a_redirect_elsewhere_is_not_found(document: dict[str, Any]) -> None:
    assert left_out(ingress(rule(path("/", to="away:action")), said={"actions.away": document})) == []


def test_what_stands_behind_a_redirect_with_conditions_stays() -> None:
    manifest = ingress(
        rule(path("/", to="away:action")),
        rule("/api"),
        said={"actions.away": ELSEWHERE, "conditions.away": [{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}}]},
    )
    assert left_out(manifest) == []


def test_a_redirect_to_itself_with_conditions_is_found_with_them() -> None:
    said = {
        "actions.self": TO_ITSELF,
        "conditions.self": [{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}],
    }
    (finding,) = to_themselves(ingress(rule(path("/", to="self:action")), said=said))
    assert finding.message.startswith("any host /* method GET has no effect: redirect 301 to ")


def test_rules_in_their_order_have_no_findings() -> None:
    assert list(find(plan([ingress(rule("/y", "/api", path("/x", "Exact"), path("/*", None)))]))) == []
