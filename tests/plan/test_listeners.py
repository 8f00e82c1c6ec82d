from __future__ import annotations

from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.model import RedirectTo, Respond
from tests.plan.objects import backend, balancer, ingress, lines, listener, of_class, path, plan, refused, rule, source, together


def ports(*manifests: Manifest) -> list[tuple[str, int]]:
    return [(x.protocol, x.port) for x in balancer(*manifests).listeners]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [("HTTP", 80)]),
        ({"certificate-arn": "a"}, [("HTTPS", 443)]),
        ({"certificate-arn": " , "}, [("HTTP", 80)]),
        ({"listen-ports": [{"HTTP": 8080}]}, [("HTTP", 8080)]),
        ({"listen-ports": [{"HTTP": 80}], "certificate-arn": "a"}, [("HTTP", 80)]),
        ({"listen-ports": [{"HTTPS": 443}, {"HTTP": 80}]}, [("HTTP", 80), ("HTTPS", 443)]),
        ({"listen-ports": [{"HTTPS": 443, "HTTP": 80}]}, [("HTTP", 80), ("HTTPS", 443)]),
        ({"listen-ports": [{"HTTP": 80}, {"HTTP": 80}]}, [("HTTP", 80)]),
        ({"listen-ports": [{"HTTP": 443}, {"HTTPS": 443}]}, [("HTTPS", 443)]),
        ({"listen-ports": [{"HTTP": 1}, {"HTTP": 65535}]}, [("HTTP", 1), ("HTTP", 65535)]),
    ],
)
def test_an_ingress_listens_on_the_ports_that_it_says(said: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    assert ports(ingress("/", said=said)) == expected


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"HTTP": 0}, "HTTP on port 0"),
        ({"HTTP": 65536}, "HTTP on port 65536"),
        ({"HTTP": -80}, "HTTP on port -80"),
        ({"http": 80}, "http on port 80"),
        ({"TCP": 80}, "TCP on port 80"),
        ({"HTTP": None}, "HTTP on port 0"),
    ],
)
def test_a_port_that_no_listener_has_is_refused(entry: dict[str, Any], words: str) -> None:
    assert refused(ingress("/", said={"listen-ports": [entry]})) == [
        (f"Ingress shop/web: listen-ports holds {words}.", "Write HTTP or HTTPS and a port from 1 to 65535.", source())
    ]


@pytest.mark.parametrize(
    ("port", "words"), [("80", '"80"'), (80.0, "80.0"), (True, "true"), (2**31, "2147483648"), ([80], "a list"), ({}, "an object")]
)
def test_a_port_that_is_no_number_is_refused(port: Any, words: str) -> None:
    ((reason, remedy, _),) = refused(ingress("/", said={"listen-ports": [{"HTTP": port}]}))
    assert reason.endswith(f", and must have a whole number of 32 bits at [0].HTTP, not {words}.")
    assert remedy == "Correct the value."


def test_an_empty_list_of_ports_is_refused() -> None:
    assert refused(ingress("/", said={"listen-ports": []})) == [
        ("Ingress shop/web: listen-ports is empty.", 'Write [{"HTTP": 80}], or leave the annotation out.', source())
    ]


def test_a_list_that_names_no_port_makes_no_listener() -> None:
    assert ports(ingress("/", said={"listen-ports": [{}]})) == []


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ('[{"TCP": 80}]', "listen protocol must be within [HTTP, HTTPS]: TCP"),
        ('[{"HTTP": 0}]', "listen port must be within [1, 65535]: 0"),
        ("[]", "empty listen-ports configuration:"),
        ("80", "failed to parse listen-ports configuration: `80`"),
    ],
)
def test_refused_ports_have_the_words_of_the_controller(text: str, event: str) -> None:
    assert [problem.event for problem in plan([ingress("/", said={"listen-ports": text})]).problems] == [event]


def test_a_member_has_rules_on_its_own_ports_only() -> None:
    members = together({"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}, {"listen-ports": [{"HTTP": 81}]}, {})
    assert {x.port: [r.paths[0] for r in x.rules] for x in balancer(*members).listeners} == {80: ["/a", "/c"], 81: ["/a", "/b"]}


def test_members_that_give_a_port_different_protocols_are_refused() -> None:
    assert refused(*together({"listen-ports": [{"HTTP": 443}]}, {"listen-ports": [{"HTTPS": 443}]})) == [
        (
            "Ingress shop/b: port 443 is HTTPS here and HTTP in Ingress shop/a of the same group.",
            "Give the port one protocol in all of them.",
            source("b"),
        )
    ]


def test_the_certificates_of_the_members_are_put_together() -> None:
    found = listener(*together({"certificate-arn": "b, a"}, {"certificate-arn": "a,c"}), port=443)
    assert found.certificates == ("b", "a", "c")


def test_the_default_certificate_of_one_member_may_be_a_further_one_of_another() -> None:
    found = listener(*together({"listen-ports": [{"HTTPS": 443}]}, {"certificate-arn": "a"}, {"certificate-arn": "b,a"}), port=443)
    assert found.certificates == ("a", "b", "a")


def test_the_certificates_of_a_member_are_for_its_own_ports() -> None:
    members = together({"certificate-arn": "a"}, {"certificate-arn": "b", "listen-ports": [{"HTTPS": 8443}]})
    assert {x.port: x.certificates for x in balancer(*members).listeners} == {443: ("a",), 8443: ("b",)}


def test_a_plain_listener_has_no_certificates() -> None:
    assert listener(ingress("/", said={"listen-ports": [{"HTTP": 80}], "certificate-arn": "a"})).certificates == ()


BOTH = [{"HTTP": 80}, {"HTTP": 81}, {"HTTPS": 443}]


def test_all_plain_listeners_of_a_group_redirect_where_a_member_asks_for_it() -> None:
    members = together({"listen-ports": BOTH, "ssl-redirect": "443"}, {})
    to_https = RedirectTo("HTTP_301", port="443", protocol="HTTPS")
    assert [(x.port, x.default_action, len(x.rules)) for x in balancer(*members).listeners] == [
        (80, to_https, 0),
        (81, to_https, 0),
        (443, Respond("404", "text/plain"), 1),
    ]


def test_a_redirect_to_https_is_written_as_a_url() -> None:
    found = listener(ingress("/", said={"listen-ports": BOTH, "ssl-redirect": "443"}))
    assert str(found.default_action) == "redirect 301 to https://#{host}:443/#{path}?#{query}"


def test_a_default_backend_gives_way_to_the_redirect_to_https() -> None:
    found = balancer(ingress(default="web:80", said={"listen-ports": BOTH, "ssl-redirect": "443"}))
    assert [str(x.default_action).split()[0] for x in found.listeners] == ["redirect", "redirect", "Service"]


@pytest.mark.parametrize("said", [[{"ssl-redirect": "443"}, {}], [{}, {"ssl-redirect": "443"}], [{"ssl-redirect": "443"}] * 2])
def test_any_members_may_ask_for_the_redirect(said: list[dict[str, str]]) -> None:
    members = together(*[{"listen-ports": BOTH, **x} for x in said])
    assert isinstance(listener(*members).default_action, RedirectTo)


@pytest.mark.parametrize(
    ("said", "port"),
    [
        ({"ssl-redirect": "443"}, 443),
        ({"listen-ports": BOTH, "ssl-redirect": "8443"}, 8443),
        ({"listen-ports": BOTH, "ssl-redirect": "80"}, 80),
        ({"listen-ports": BOTH, "ssl-redirect": "0"}, 0),
    ],
)
def test_a_redirect_to_what_is_no_https_listener_is_refused(said: dict[str, Any], port: int) -> None:
    assert refused(ingress("/", said=said)) == [
        (
            f"Ingress shop/web: ssl-redirect names port {port}, which is no HTTPS listener.",
            "Name an HTTPS port of listen-ports.",
            source(),
        )
    ]


def test_the_https_listener_may_be_that_of_another_member() -> None:
    members = together({"ssl-redirect": "443"}, {"certificate-arn": "a"})
    assert str(listener(*members).default_action).startswith("redirect 301 to https://#{host}:443/")


def test_members_that_redirect_to_different_ports_are_refused() -> None:
    said = {"listen-ports": [{"HTTPS": 443}, {"HTTPS": 8443}]}
    ((reason, remedy, _),) = refused(*together({**said, "ssl-redirect": "8443"}, {**said, "ssl-redirect": "443"}))
    assert reason.endswith(": the group's members redirect to the ports [443, 8443].")
    assert remedy == "Write one port in all of them."


def test_a_port_of_a_class_that_is_no_number_is_no_redirect() -> None:
    made = [*of_class({"sslRedirectPort": "https"}), ingress("/", class_name="public", said={"listen-ports": BOTH})]
    assert listener(*made).default_action == Respond("404", "text/plain")


def test_what_no_rule_takes_is_not_found() -> None:
    assert listener(ingress("/a")).default_action == Respond("404", "text/plain")


def test_what_no_rule_takes_goes_to_the_default_backend() -> None:
    assert str(listener(*together({}), ingress(name="z", default="rest:80", said={"group.name": "g"})).default_action) == (
        "Service shop/rest:80"
    )


def test_a_default_backend_is_for_the_ports_of_its_ingress() -> None:
    found = balancer(
        ingress(name="a", default="rest:80", said={"group.name": "g", "listen-ports": [{"HTTP": 81}]}),
        ingress("/", name="b", said={"group.name": "g"}),
    )
    assert [(x.port, str(x.default_action)) for x in found.listeners] == [(80, "answer 404"), (81, "Service shop/rest:80")]


def test_an_ingress_with_a_default_backend_alone_makes_a_load_balancer() -> None:
    found = listener(ingress(default="web:80"))
    assert (found.rules, str(found.default_action)) == ((), "Service shop/web:80")


def test_a_default_backend_may_be_an_action() -> None:
    found = listener(
        ingress(
            default="gone:action", said={"actions.gone": {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}}}
        )
    )
    assert found.default_action == Respond("410")


def test_two_default_backends_on_one_port_are_refused() -> None:
    members = [ingress(name=name, default="web:80", said={"group.name": "g"}) for name in "ab"]
    assert refused(*members) == [
        (
            "Ingress shop/b: several Ingresses of the group have a default backend: shop/a, shop/b.",
            "Keep one of them.",
            source("b"),
        )
    ]


def test_two_default_backends_on_different_ports_go_together() -> None:
    members = [
        ingress(name=name, default=f"{name}:80", said={"group.name": "g", "listen-ports": [{"HTTP": port}]})
        for name, port in (("a", 80), ("b", 81))
    ]
    assert [str(x.default_action) for x in balancer(*members).listeners] == ["Service shop/a:80", "Service shop/b:80"]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("/", "Prefix", ("/*",)),
        ("/abc", "Prefix", ("/abc", "/abc/*")),
        ("/abc/", "Prefix", ("/abc", "/abc/*")),
        ("/abc/def", "Prefix", ("/abc/def", "/abc/def/*")),
        ("/abc/def/", "Prefix", ("/abc/def", "/abc/def/*")),
        ("/", "Exact", ("/",)),
        ("/abc", "Exact", ("/abc",)),
        ("/abc/", "Exact", ("/abc/",)),
        ("/", "ImplementationSpecific", ("/",)),
        ("/abc/", "ImplementationSpecific", ("/abc/",)),
        ("/*", "ImplementationSpecific", ("/*",)),
        ("/?", "ImplementationSpecific", ("/?",)),
        ("/*", None, ("/*",)),
        ("/abc/", None, ("/abc/",)),
        (None, None, ("/*",)),
        ("", "ImplementationSpecific", ("/*",)),
    ],
)
def test_a_path_becomes_path_patterns(text: str | None, kind: str | None, expected: tuple[str, ...]) -> None:
    (found,) = listener(ingress(rule(path(text, kind)))).rules
    assert (found.hosts, found.paths) == ((), expected)


@pytest.mark.parametrize("kind", ["Exact", "Prefix"])
@pytest.mark.parametrize("text", ["/*", "/?", "/abc/*", "/a?c"])
def test_a_wildcard_in_an_exact_or_prefix_path_is_refused(text: str, kind: str) -> None:
    assert refused(ingress(rule(path(text, kind)))) == [
        (
            f"Ingress shop/web: the {kind} path {text!r} has a wildcard.",
            "Use the path type ImplementationSpecific for patterns.",
            source(),
        )
    ]


def test_an_unknown_path_type_is_refused() -> None:
    assert refused(ingress(rule(path("/", "Regex")))) == [
        (
            "Ingress shop/web: the path type 'Regex' does not exist.",
            "Write one of Exact, Prefix, ImplementationSpecific.",
            source(),
        )
    ]


@pytest.mark.parametrize(
    ("host", "expected"), [("a.example.com", ("a.example.com",)), ("*.example.com", ("*.example.com",)), ("", ()), (None, ())]
)
def test_a_rule_is_for_its_host_or_for_any(host: str | None, expected: tuple[str, ...]) -> None:
    (found,) = listener(ingress(rule("/a", host=host))).rules
    assert found.hosts == expected


def test_a_host_without_path_takes_all_paths() -> None:
    (found,) = listener(ingress(rule(path(None, None), host="a.example.com"))).rules
    assert (found.hosts, found.paths) == (("a.example.com",), ())


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([("/abc", "Prefix"), ("/example", "Prefix"), ("/tea", "Prefix")], ["/example", "/abc", "/tea"]),
        ([("", "ImplementationSpecific"), ("/a", "ImplementationSpecific"), ("/test", None)], ["/*", "/a", "/test"]),
        (
            [("/abc", "Prefix"), ("/aaa", "Exact"), ("/aaa/bbb", "Prefix"), ("/abc/abc/abc", "Prefix")],
            ["/aaa", "/abc/abc/abc", "/aaa/bbb", "/abc"],
        ),
        (
            [("/b", "ImplementationSpecific"), ("/ccc", None), ("/aaa", "Prefix"), ("/example", "Prefix"), ("/test", "Exact")],
            ["/test", "/example", "/aaa", "/b", "/ccc"],
        ),
        ([("/z", "Exact"), ("/longer", "Exact"), ("/a", "Exact")], ["/z", "/longer", "/a"]),
        ([("/a", "Prefix"), ("/b/", "Prefix")], ["/b", "/a"]),
    ],
)
def test_the_paths_of_a_rule_are_sorted(paths: list[tuple[str, str | None]], expected: list[str]) -> None:
    found = listener(ingress(rule(*[path(text, kind) for text, kind in paths])))
    assert [x.paths[0] for x in found.rules] == expected


def test_rules_are_not_sorted_among_each_other() -> None:
    found = listener(ingress("/", rule("/longer"), rule(path("/exact", "Exact"))))
    assert lines(found.rules) == [
        "any /* -> Service shop/web:80",
        "any /longer,/longer/* -> Service shop/web:80",
        "any /exact -> Service shop/web:80",
    ]


@pytest.mark.parametrize("empty", [{}, {"host": "a.example.com"}, {"http": None}, {"http": {"paths": []}}])
def test_a_rule_without_paths_makes_no_rule(empty: dict[str, Any]) -> None:
    assert [x.paths for x in listener(ingress(empty, "/a")).rules] == [("/a", "/a/*")]


def test_an_ingress_without_rules_makes_a_load_balancer() -> None:
    body = {"kind": "Ingress", "metadata": {"name": "web"}, "spec": {"ingressClassName": "alb", "defaultBackend": backend("a:1")}}
    assert balancer(Manifest(body, source())).members == ("default/web",)


def test_each_rule_has_the_source_of_its_path() -> None:
    there = source("route")
    made = ingress(rule("/a", "/longer"))
    known = Manifest(made.body, made.source, {("spec", "rules", 0, "http", "paths", 0): there})
    assert [(x.paths[0], x.source) for x in listener(known).rules] == [("/longer", source()), ("/a", there)]


# Attributes


def test_a_listener_has_the_attributes_for_its_protocol_and_port() -> None:
    found = balancer(
        ingress(
            "/",
            said={
                "listen-ports": [{"HTTP": 80}, {"HTTP": 81}],
                "listener-attributes.HTTP-80": "b=2,a=1",
                "listener-attributes.HTTPS-80": "c=3",
            },
        )
    )
    assert [(x.port, x.attributes) for x in found.listeners] == [(80, (("a", "1"), ("b", "2"))), (81, ())]


def test_members_put_the_attributes_of_a_listener_together() -> None:
    found = listener(*together({"listener-attributes.HTTP-80": "a=1"}, {"listener-attributes.HTTP-80": "a=1,b=2"}))
    assert found.attributes == (("a", "1"), ("b", "2"))


def test_members_that_give_an_attribute_different_values_are_refused() -> None:
    members = together({"listener-attributes.HTTP-80": "a=1"}, {"listener-attributes.HTTP-80": "a=2"})
    (problem,) = plan(members).problems
    assert (problem.id, problem.reason, problem.event) == (
        "EKI232",
        "Ingress shop/b: listener-attributes.HTTP-80 is a=2 here and a=1 in Ingress shop/a (Shop/a), which share a group: "
        "the controller refuses all of it.",
        "conflicting listener attributes a:",
    )


def test_a_class_settles_the_attributes_of_a_listener() -> None:
    entries = [{"key": "a", "value": "3"}]
    spec = {"listeners": [{"protocol": "HTTP", "port": 80, "listenerAttributes": entries}]}
    members = [
        ingress("/", name=name, class_name="public", said={"group.name": "g", "listener-attributes.HTTP-80": text})
        for name, text in (("a", "a=1,b=1"), ("b", "a=2"))
    ]
    assert listener(*of_class(spec), *members).attributes == (("a", "3"), ("b", "1"))


def test_a_listener_knows_who_listens_there() -> None:
    found = balancer(*together({}, {"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}))
    assert [(x.port, x.members, x.source) for x in found.listeners] == [
        (80, ("shop/a", "shop/b"), source("a")),
        (81, ("shop/b",), source("b")),
    ]
