from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.plan.matching import Answer
from eks_ingress.plan.model import Auth, Forward, Listener, LoadBalancer, Plan, RedirectTo, Requirement, Respond, Rule, Target
from eks_ingress.source import Source
from tests.plan.objects import balancer, ingress, path, plan, rule
from tests.routing.evaluation import by_objects
from tests.routing.test_compiler_properties import REQUESTS, WISHES, Wish, made, routes_of

BOTH = [{"HTTP": 80}, {"HTTPS": 443}]
OIDC = {"issuer": "https://a.org", "secretName": "oidc"}
TOKEN = "${Token[TOKEN.12]}"


def to(service: str, *requirements: Requirement, **said: Any) -> Rule:
    """A rule that forwards to a Service."""
    given = {"hosts": (), "paths": (), **said}
    return Rule(action=Forward((Target(service),)), source=Source(), requirements=requirements, **given)


def query(*pairs: str) -> Requirement:
    """A requirement of the query string: `value`, or `key=value`."""
    split = [pair.partition("=") if "=" in pair else (None, "", pair) for pair in pairs]
    return Requirement("query", tuple(value for _, _, value in split), keys=tuple(key for key, _, _ in split))


def listening(*rules: Rule, port: int = 80, protocol: str = "HTTP", group: str = "g", **said: Any) -> LoadBalancer:
    """A load balancer with one listener, whose default action answers 404."""
    numbered = tuple(x._replace(priority=n) for n, x in enumerate(rules, start=1))
    listener = Listener(port, protocol, (), **{"default_action": Respond("404"), "rules": numbered, "dropped": (), **said})
    return LoadBalancer(group, "internal", (), (listener,), Source())


def taken(one: Rule, url: str, **request: Any) -> bool:
    """Whether a rule takes a request."""
    return listening(one).match(url, **request).priority == 1


# Hosts and paths


@pytest.mark.parametrize(
    ("hosts", "host", "fits"),
    [
        ((), "a.example.com", True),
        (("a.example.com",), "a.example.com", True),
        (("a.example.com",), "A.Example.COM", True),
        (("A.example.com",), "a.example.com", True),
        (("a.example.com",), "b.example.com", False),
        (("a.example.com",), "xa.example.com", False),
        (("a.example.com",), "a.example.com.org", False),
        (("a.example.com",), "aXexample.com", False),
        (("*.example.com",), "a.example.com", True),
        (("*.example.com",), "a.b.example.com", True),
        (("*.example.com",), "example.com", False),
        (("?.example.com",), "a.example.com", True),
        (("?.example.com",), "ab.example.com", False),
        (("?.example.com",), ".example.com", False),
        (("a*.example.com",), "a.example.com", True),
        (("a.example.com", "b.example.com"), "b.example.com", True),
        ((f"{TOKEN}.org",), f"{TOKEN}.org", True),
        ((TOKEN,), "a.example.com", False),
        (("[[]::1]",), "[::1]", False),
        (("*",), "[::1]", True),
    ],
)
def test_a_host_is_compared_without_case(hosts: tuple[str, ...], host: str, fits: bool) -> None:
    assert taken(to("web", hosts=hosts), f"http://{host}/") is fits


@pytest.mark.parametrize(
    ("paths", "asked", "fits"),
    [
        ((), "/a", True),
        (("/a",), "/a", True),
        (("/a",), "/A", False),
        (("/a",), "/a/", False),
        (("/a",), "/a?b=c", True),
        (("/a",), "/a#b", True),
        (("/a", "/a/*"), "/a/b/c", True),
        (("/a", "/a/*"), "/a/", True),
        (("/a", "/a/*"), "/ab", False),
        (("/img/*.png",), "/img/x/y.png", True),
        (("/img/*.png",), "/img/.png", True),
        (("/img/*.png",), "/img/xpng", False),
        (("/?",), "/a", True),
        (("/?",), "/", False),
        (("/?",), "/ab", False),
        (("/",), "", True),
        (("/",), "?a=b", True),
        (("/a b",), "/a%20b", False),
        (("/a%20b",), "/a%20b", True),
        (("/a/b",), "/a//b", False),
        (("/a/b",), "/a/./b", False),
    ],
)
def test_a_path_is_compared_with_case_and_as_it_was_sent(paths: tuple[str, ...], asked: str, fits: bool) -> None:
    assert taken(to("web", paths=paths), f"http://a.org{asked}") is fits


@pytest.mark.parametrize(
    ("said", "url", "fits"),
    [
        ({"host_regexes": ("^a",)}, "http://a.org/", True),
        ({"host_regexes": ("^a",)}, "http://ba.org/", False),
        ({"host_regexes": ("^b", "org$")}, "http://a.org/", True),
        ({"host_regexes": ("^a",)}, "http://A.org/", False),
        ({"path_regexes": ("/v[0-9]",)}, "http://a.org/x/v1/y", True),
        ({"path_regexes": ("^/v[0-9]$",)}, "http://a.org/v1/y", False),
        ({"path_regexes": ("^/v[0-9]$",)}, "http://a.org/v1?x", True),
        ({"path_regexes": ("^/v$",)}, "http://a.org/V", False),
        ({"host_regexes": ("^a",), "path_regexes": ("^/v",)}, "http://a.org/w", False),
    ],
)
def test_an_expression_is_searched_as_written(said: dict[str, Any], url: str, fits: bool) -> None:
    assert taken(to("web", **said), url) is fits


@pytest.mark.parametrize(
    ("regex", "reason"), [("(", "missing ), unterminated subpattern at position 0"), ("[[:alpha:]]", "Python has no POSIX classes")]
)
def test_an_expression_that_python_cannot_read_is_told(regex: str, reason: str) -> None:
    with pytest.raises(ValueError, match="of a rule cannot be compared with") as error:
        listening(to("web", path_regexes=(regex,))).match("http://a.org/")
    assert str(error.value) == f"The regular expression {regex!r} of a rule cannot be compared with: {reason}."


# What a request must have besides


@pytest.mark.parametrize(
    ("requirement", "request_", "fits"),
    [
        (Requirement("method", ("GET", "HEAD")), {}, True),
        (Requirement("method", ("GET", "HEAD")), {"method": "HEAD"}, True),
        (Requirement("method", ("GET", "HEAD")), {"method": "POST"}, False),
        (Requirement("method", ("GET",)), {"method": "get"}, False),
        (Requirement("header X-Team", ("red",)), {}, False),
        (Requirement("header X-Team", ("red",)), {"headers": {"X-Team": "red"}}, True),
        (Requirement("header X-Team", ("red",)), {"headers": {"x-team": "RED"}}, True),
        (Requirement("header X-Team", ("red",)), {"headers": {"X-Team": "reddish"}}, False),
        (Requirement("header X-Team", ("red",)), {"headers": {"X-Other": "red"}}, False),
        (Requirement("header X-Team", ("blue", "r?d*")), {"headers": {"X-Team": "reddish"}}, True),
        (Requirement("header X-Team", ("*",)), {"headers": {"X-Team": ""}}, True),
        (Requirement("header X-Team", ("*",)), {}, False),
        (Requirement("header X-Team", ("^r", "e$"), regex=True), {"headers": {"X-Team": "blue"}}, True),
        (Requirement("header X-Team", ("^r",), regex=True), {"headers": {"X-Team": "Red"}}, False),
        (Requirement("source", ("10.0.0.0/8",)), {}, False),
        (Requirement("source", ("0.0.0.0/0",)), {}, False),
        (Requirement("source", ("10.0.0.0/8",)), {"source_ip": "10.255.255.255"}, True),
        (Requirement("source", ("10.0.0.0/8",)), {"source_ip": "11.0.0.0"}, False),
        (Requirement("source", ("10.0.0.1/8",)), {"source_ip": "10.2.3.4"}, True),
        (Requirement("source", ("192.0.2.1/32", "2001:db8::/32")), {"source_ip": "2001:db8::1"}, True),
        (Requirement("source", ("0.0.0.0/0",)), {"source_ip": "2001:db8::1"}, False),
        (Requirement("source", (TOKEN,)), {"source_ip": "10.0.0.1"}, False),
    ],
)
def test_a_requirement_holds_if_one_of_its_values_does(requirement: Requirement, request_: dict[str, Any], fits: bool) -> None:
    assert taken(to("web", requirement), "http://a.org/", **request_) is fits


@pytest.mark.parametrize(
    ("pairs", "asked", "fits"),
    [
        (("version=1",), "version=1", True),
        (("version=1",), "a=b&version=1", True),
        (("version=1",), "VERSION=1", True),
        (("version=a",), "version=A", True),
        (("version=1",), "version=12", False),
        (("version=1",), "xversion=1", False),
        (("version=1",), "", False),
        (("version=1", "version=2"), "version=2", True),
        (("v*=?",), "version=1", True),
        (("v*=?",), "version=12", False),
        (("beta",), "any=beta", True),
        (("beta",), "beta", False),
        (("beta",), "beta=any", False),
        (("beta=*",), "beta", True),
        (("*",), "", False),
        (("*",), "a", True),
        (("a=b=c",), "a=b=c", True),
        (("=b=c",), "a=b=c", True),
        (("=b=c",), "b=c", False),
        ((r"a=\*",), "a=*", True),
        ((r"a=\*",), "a=b", False),
        ((r"a=\?b",), "a=?b", True),
        ((r"a=\b",), r"a=\b", True),
        (("a=b c",), "a=b%20c", False),
    ],
)
def test_a_query_string_has_a_value_of_a_key_or_of_any(pairs: tuple[str, ...], asked: str, fits: bool) -> None:
    assert taken(to("web", query(*pairs)), f"http://a.org/?{asked}") is fits


def test_a_value_with_an_equals_sign_and_no_key_is_one_of_any_key() -> None:
    condition = {"field": "query-string", "queryStringConfig": {"values": [{"value": "b=c"}, {"key": "k", "value": "d=e"}]}}
    found = balancer(ingress("/", said={"conditions.web": [condition]}))
    assert [found.match(f"http://a.org/?{asked}").kind for asked in ("a=b=c", "b=c", "k=d=e", "a=d=e")] == [
        "forward",
        "fixed-response",
        "forward",
        "fixed-response",
    ]


@pytest.mark.parametrize(
    ("host", "asked", "method", "fits"),
    [("a", "/b", "GET", True), ("x", "/b", "GET", False), ("a", "/x", "GET", False), ("a", "/b", "POST", False)],
)
def test_all_conditions_must_hold(host: str, asked: str, method: str, fits: bool) -> None:
    one = to("web", Requirement("method", ("GET",)), hosts=("a.org",), paths=("/b",))
    assert taken(one, f"http://{host}.org{asked}", method=method) is fits


def test_two_requirements_of_a_kind_must_both_hold() -> None:
    both = to("web", Requirement("header A", ("1", "2")), Requirement("header A", ("2", "3")))
    assert [taken(both, "http://a.org/", headers={"A": value}) for value in "123"] == [False, True, False]


# Which rule decides, and what it does


def test_the_first_rule_in_order_of_priority_decides() -> None:
    found = listening(to("one", paths=("/a/*",)), to("two", paths=("/*",)), to("three", paths=("/a/b",)))
    assert [(x.priority, x.service) for x in (found.match("http://a.org/a/b"), found.match("http://a.org/b"))] == [
        (1, "one"),
        (2, "two"),
    ]
    (listener,) = found.listeners
    turned = Listener(80, "HTTP", (), listener.default_action, listener.rules[::-1], ())
    assert LoadBalancer("g", "internal", (), (turned,), Source()).match("http://a.org/a/b").service == "one"


def test_an_answer_tells_who_takes_the_request_and_where_it_goes() -> None:
    found = balancer(ingress(rule("/cart", host="shop.example.com"), said={"group.name": "shop"}))
    assert found.match("http://shop.example.com/cart/1") == Answer(
        "shop", 80, 1, "forward", found.listeners[0].rules[0], "shop/web:80", (("shop/web:80", None),)
    )


def test_a_request_that_no_rule_takes_gets_the_default_action() -> None:
    assert listening(to("web", paths=("/a",))).match("http://a.org/b") == Answer("g", 80, None, "fixed-response", status=404)
    found = balancer(ingress("/a", default="rest:8080"))
    assert found.match("http://a.org/b") == Answer(
        "shop/web", 80, None, "forward", service="shop/rest:8080", services=(("shop/rest:8080", None),)
    )


def test_a_rule_that_the_controller_leaves_out_decides_nothing() -> None:
    assert listening(dropped=(to("web"),)).match("http://a.org/").priority is None


def test_several_services_are_told_with_their_weights() -> None:
    groups = [{"serviceName": "blue", "servicePort": 80, "weight": 90}, {"targetGroupARN": "arn:tg", "weight": 10}]
    document = {"type": "forward", "forwardConfig": {"targetGroups": groups}}
    found = balancer(ingress(rule(path("/", to="x:action")), said={"actions.x": document})).match("http://a.org/")
    assert (found.service, found.services) == ("shop/blue:80", (("shop/blue:80", 90), ("arn:tg", 10)))


@pytest.mark.parametrize(("code", "status"), [("200", 200), ("418", 418), (TOKEN, None)])
def test_a_fixed_response_has_a_status(code: str, status: int | None) -> None:
    found = listening(default_action=Respond(code)).match("http://a.org/")
    assert (found.kind, found.status, found.service, found.location) == ("fixed-response", status, None, None)


@pytest.mark.parametrize(
    ("redirect", "url", "location"),
    [
        (RedirectTo("HTTP_301", port="443", protocol="HTTPS"), "http://a.org/b?c=d", "https://a.org/b?c=d"),
        (RedirectTo("HTTP_301", port="443", protocol="HTTPS"), "http://a.org", "https://a.org/"),
        (RedirectTo("HTTP_301", port="8443", protocol="HTTPS"), "http://a.org/", "https://a.org:8443/"),
        (RedirectTo("HTTP_301", protocol="HTTPS"), "http://a.org/", "https://a.org:80/"),
        (RedirectTo("HTTP_301", host="b.org"), "http://a.org/x", "http://b.org/x"),
        (RedirectTo("HTTP_301", host="www.#{host}"), "http://a.org/x", "http://www.a.org/x"),
        (RedirectTo("HTTP_301", path="/new/#{path}"), "http://a.org/b/c", "http://a.org/new/b/c"),
        (RedirectTo("HTTP_301", path="/"), "http://a.org/b/c?d", "http://a.org/?d"),
        (RedirectTo("HTTP_301", path="/#{host}/#{port}/#{protocol}"), "http://a.org/b", "http://a.org/a.org/80/http"),
        (RedirectTo("HTTP_301", query=""), "http://a.org/b?c=d", "http://a.org/b"),
        (RedirectTo("HTTP_301", query="from=#{path}&#{query}"), "http://a.org/b?c=d", "http://a.org/b?from=b&c=d"),
        (
            RedirectTo("HTTP_301", "#{host}", "/#{path}", "#{port}", "#{protocol}", "#{query}"),
            "http://a.org/b?c",
            "http://a.org/b?c",
        ),
        (RedirectTo("HTTP_301", path="/x"), "http://a.org/?#{host}", "http://a.org/x"),
        (RedirectTo("HTTP_301", query="q=#{query}"), "http://a.org/?c=%23{host}", "http://a.org/?q=c=%23{host}"),
        (RedirectTo("HTTP_301", path="/#{query}"), "http://a.org/?a", "http://a.org/a?a"),
        (RedirectTo("HTTP_301", path="/#{other}"), "http://a.org/", "http://a.org/#{other}"),
        (RedirectTo("HTTP_301", path="/x"), "http://[::1]/", "http://[::1]/x"),
    ],
)
def test_a_redirect_tells_where_it_leads_to(redirect: RedirectTo, url: str, location: str) -> None:
    assert listening(default_action=redirect).match(url) == Answer("g", 80, None, "redirect", location=location, status=301)


def test_a_redirect_keeps_a_port_that_is_no_default() -> None:
    found = listening(default_action=RedirectTo("HTTP_302", host="b.org"), port=8080).match("http://a.org:8080/x")
    assert (found.location, found.status) == ("http://b.org:8080/x", 302)


# Sign-in


@pytest.mark.parametrize("auth", ["oidc", "cognito", "jwt"])
def test_on_https_a_rule_asks_first_who_the_client_is(auth: str) -> None:
    found = listening(to("web", auth=Auth(auth)), port=443, protocol="HTTPS")
    one = found.listeners[0].rules[0]
    assert found.match("https://a.org/") == Answer(
        "g", 443, 1, "authenticate", one, then=Answer("g", 443, 1, "forward", one, "web", (("web", None),))
    )


def test_on_http_nobody_is_asked() -> None:
    assert listening(to("web", auth=Auth("oidc"))).match("http://a.org/").kind == "forward"
    assert listening(default_auth=Auth("oidc")).match("http://a.org/").kind == "fixed-response"


def test_the_default_action_asks_as_well() -> None:
    found = balancer(ingress(default="rest:80", said={"listen-ports": BOTH, "auth-type": "oidc", "auth-idp-oidc": OIDC}))
    asked = found.match("https://a.org/")
    assert (asked.kind, asked.service, asked.then and asked.then.service) == ("authenticate", None, "shop/rest:80")
    assert found.match("http://a.org/").service == "shop/rest:80"


# Which load balancer takes it


def two(**said: Any) -> Plan:
    """The load balancers `one`, on HTTP 80, and `two`, on HTTP 80 and HTTPS 443."""
    return plan(
        [
            ingress("/", name="one", said={"group.name": "one", **said}),
            ingress("/", name="two", said={"group.name": "two", "listen-ports": BOTH}),
        ]
    )


@pytest.mark.parametrize(
    ("url", "given", "expected"),
    [
        ("https://a.org/", {}, ("two", 443)),
        ("HTTPS://a.org/", {}, ("two", 443)),
        ("https://a.org:443/", {}, ("two", 443)),
        ("https://a.org:/", {}, ("two", 443)),
        ("http://user:secret@a.org:80/", {"load_balancer": "one"}, ("one", 80)),
        ("http://a.org/", {"load_balancer": "two"}, ("two", 80)),
    ],
)
def test_the_load_balancer_that_listens_takes_the_request(url: str, given: dict[str, Any], expected: tuple[str, int]) -> None:
    found = two().match(url, **given)
    assert (found.load_balancer, found.listener) == expected


NONE = "There are: 'one' on HTTP 80; 'two' on HTTP 80, HTTPS 443."


@pytest.mark.parametrize(
    ("url", "given", "message"),
    [
        ("http://a.org/", {}, "HTTP on port 80 is taken by several load balancers. Write `load_balancer=` one of 'one', 'two'."),
        ("http://a.org:8080/", {}, f"No load balancer listens for HTTP on port 8080. {NONE}"),
        ("https://a.org:80/", {}, f"No load balancer listens for HTTPS on port 80. {NONE}"),
        ("http://a.org:443/", {}, f"No load balancer listens for HTTP on port 443. {NONE}"),
        (
            "https://a.org/",
            {"load_balancer": "one"},
            "No load balancer listens for HTTPS on port 443. There are: 'one' on HTTP 80.",
        ),
        ("https://a.org/", {"load_balancer": "on"}, "The plan does not have the load balancer 'on'. It has: 'one', 'two'."),
    ],
)
def test_a_request_that_none_or_several_would_take_is_an_error(url: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as error:
        two().match(url, **given)
    assert str(error.value) == message


def test_an_error_tells_that_something_was_refused() -> None:
    with pytest.raises(ValueError, match=r"\.$") as error:
        two(scheme="public").match("https://a.org/", load_balancer="one")
    assert str(error.value) == (
        "The plan does not have the load balancer 'one'. It has: 'two'; what the controller would refuse is not in it, "
        "see its `problems`."
    )


def test_an_empty_plan_takes_nothing() -> None:
    with pytest.raises(ValueError, match=r"^The plan does not have a load balancer\. It has: none\.$"):
        Plan(()).match("https://a.org/")


@pytest.mark.parametrize("url", ["", "/cart", "a.org/cart", "ftp://a.org/", "https:///cart", "https://:443/", "https://a.org:b/"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as error:
        two().match(url)
    assert str(error.value) == (
        f"URL {url!r} is not scheme, host and path of a request. Write one such as 'https://shop.example.com/cart'."
    )


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"source address '10\.0\.0' is no IPv4 or IPv6 address"):
        two().match("https://a.org/", source_ip="10.0.0")


# The same, thought of in another way


def glob(pattern: str, text: str) -> bool:
    """Whether a pattern fits, one character after the other."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return glob(pattern[1:], text) or (bool(text) and glob(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and glob(pattern[1:], text[1:])


def naive(rules: tuple[Rule, ...], url: str, method: str, headers: Mapping[str, str], source_ip: str | None) -> str | None:
    """The Service of the rule with the lowest priority among all that take a request."""
    parts = urlsplit(url)
    lowered = {name.lower(): value.lower() for name, value in headers.items()}
    pairs = [tuple((pair.lower() + "=").split("=")[:2]) for pair in parts.query.split("&") if pair]

    def holds(one: Requirement) -> bool:
        kind = one.what.split()[0]
        if kind == "header":
            sent = {name.lower(): value for name, value in headers.items()}.get(one.what[7:].lower())
            if one.regex:
                return sent is not None and [x for x in one.values if re.compile(x).search(sent)] != []
            return sent is not None and [x for x in one.values if glob(x.lower(), lowered[one.what[7:].lower()])] != []
        if kind == "query":
            wanted = [("*" if key is None else key.lower(), value.lower()) for key, value in zip(one.keys, one.values, strict=True)]
            return [1 for key, value in wanted for pair in pairs if glob(key, pair[0]) and glob(value, pair[1])] != []
        if kind == "source":
            if source_ip is None:
                return False
            blocks = [ip_network(x) for x in one.values]
            return [x for x in blocks if int(x[0]) <= int(ip_address(source_ip)) <= int(x[-1])] != []
        return method in one.values

    def takes(one: Rule) -> bool:
        by_host = [glob(x.lower(), parts.netloc.lower()) for x in one.hosts]
        by_host += [bool(re.compile(x).search(parts.netloc)) for x in one.host_regexes]
        by_path = [glob(x, parts.path) for x in one.paths] + [bool(re.compile(x).search(parts.path)) for x in one.path_regexes]
        return (True in by_host or not by_host) and (True in by_path or not by_path) and False not in map(holds, one.requirements)

    found = {one.priority: one.action for one in rules if takes(one)}
    action = found[min(found)] if found else None
    return action.targets[0].service if isinstance(action, Forward) else None


def words(*texts: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(texts), max_size=3, unique=True).map(tuple)


def some(what: str, *texts: str, regex: bool = False) -> st.SearchStrategy[Requirement]:
    values = st.lists(st.sampled_from(texts), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Requirement, st.just(what), values, st.just(regex))


PATTERNS = st.text("/aA*?", max_size=5).map(lambda text: f"/{text}")
REQUIREMENTS = st.one_of(
    some("method", "GET", "POST", "get"),
    some("header X-A", "red", "R?d", "*", "b*e", "?"),
    some("header x-b", "^r", "d$", "B", regex=True),
    words("a=1", "A=*", "1", "b*", "?=?", "*=b1").map(lambda pairs: query(*pairs or ("a=1",))),
    some("source", "10.0.0.0/8", "10.1.0.0/16", "192.0.2.7/32"),
)
RULES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    hosts=words("a.org", "*.a.org", "B.ORG", "?.org", "*"),
    paths=st.lists(PATTERNS, max_size=3).map(tuple),
    requirements=st.lists(REQUIREMENTS, max_size=2).map(tuple),
    host_regexes=st.just(()),
    path_regexes=st.just(()),
) | st.builds(
    dict,
    hosts=st.just(()),
    paths=st.just(()),
    requirements=st.lists(REQUIREMENTS, max_size=2).map(tuple),
    host_regexes=words("^a", "org$", "^.[.]", "B"),
    path_regexes=words("^/a", "A$", "/.*/", "^/$"),
)
ASKED = st.fixed_dictionaries(
    {
        "url": st.builds(
            "http://{}/{}{}".format,
            st.sampled_from(("a.org", "x.a.org", "b.org", "A.Org", "other.net")),
            st.text("/aA", max_size=5),
            st.sampled_from(("", "?a=1", "?b=b1&A", "?c&a=2", "?x=bee")),
        ),
        "method": st.sampled_from(("GET", "POST", "PUT")),
        "headers": st.dictionaries(st.sampled_from(("X-A", "X-B")), st.sampled_from(("red", "RED", "blue", "B", ""))),
        "source_ip": st.sampled_from((None, "10.1.2.3", "10.2.0.0", "192.0.2.7", "192.0.2.8")),
    }
)


@settings(derandomize=True, max_examples=300)
@given(st.lists(RULES, max_size=8), st.lists(ASKED, min_size=1, max_size=10))
def test_it_decides_as_one_who_looks_at_every_rule(said: list[dict[str, Any]], asked: list[dict[str, Any]]) -> None:
    rules = [
        to(f"s{n}", *one["requirements"], **{k: v for k, v in one.items() if k != "requirements"}) for n, one in enumerate(said)
    ]
    found = listening(*rules)
    for request in asked:
        assert found.match(**request).service == naive(found.listeners[0].rules, **request), request


@settings(derandomize=True, max_examples=200)
@given(WISHES)
def test_random_routes_are_answered_as_their_objects_are(found: list[Wish]) -> None:
    objects = made(routes_of(found))
    planned = plan(objects)
    for request in REQUESTS:
        first = planned.match(f"https://{request.host}{request.path}", method=request.method, headers=request.headers)
        answer = first.then or first
        expected = by_objects(objects, request)
        backend = answer.service
        if answer.rule is not None and isinstance(answer.rule.action, Respond):
            backend = answer.rule.action.body
        signed = answer.rule.auth.kind if first.then and answer.rule and answer.rule.auth else None
        assert (backend, signed) == ((expected.backend, expected.auth) if expected else (None, None)), request
