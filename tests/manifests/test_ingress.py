from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.backend import Backend, ContentType, FixedResponse, Forward, Redirect, Service, TargetGroup, services_of
from eks_ingress.routing.conditions import HttpHeader, HttpMethod
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule, IngressTls
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.scheme import Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import Targets, TargetType
from eks_ingress.routing.transforms import HostRewrite, UrlRewrite
from eks_ingress.source import Source
from tests.routing.refusals import refusals

HERE = Source("Shop/Ingress/Shop", "shop.py", 1)
PREFIX = "alb.ingress.kubernetes.io/"
TOKEN = "${Token[TOKEN.12]}"
CERTIFICATES = [f"arn:aws:acm:eu-west-1:111122223333:certificate/{letter}" for letter in "ab"]
API = Service("api", 80)
GET = HttpMethod("GET")
STRIP = UrlRewrite("^/api", "/")


def made(*rules: IngressRule, **words: Any) -> Manifest:
    return manifest(Ingress(name="shop", namespace="web", class_name="alb", rules=rules, source=HERE, **words))


def line(number: int) -> Source:
    return Source("Shop/Ingress/Shop", "shop.py", number)


def leading_to(*backends: Backend, host: str | None = None, path: str = "/") -> Manifest:
    return made(IngressRule(host, [IngressPath(path, "Prefix", backend) for backend in backends]))


def named(made: Manifest, kind: str = "actions") -> dict[str, Any]:
    """What the annotations of a kind say, by the names that backends call it by."""
    start = f"{PREFIX}{kind}."
    return {key.removeprefix(start): json.loads(text) for key, text in made.annotations.items() if key.startswith(start)}


def backends(made: Manifest) -> list[Any]:
    """The backends of all paths, in their order."""
    return [path["backend"]["service"] for rule in made.body["spec"]["rules"] for path in rule["http"]["paths"]]


def test_the_whole_object_of_a_small_load_balancer() -> None:
    shop = made(
        IngressRule(
            "shop.example.com",
            [
                IngressPath("/old", "Exact", Redirect(path="/new", status_code=302), source=line(2)),
                IngressPath("/api", "Prefix", Service("api", "http"), source=line(3)),
                IngressPath("/img/*.png", "ImplementationSpecific", Service("images", 8080), source=line(4)),
            ],
        ),
        IngressRule(None, [IngressPath("/", "Prefix", FixedResponse(404, "gone", ContentType.HTML), source=line(5))]),
        group_name="web.shop",
        group_order=3,
        settings=LoadBalancerSettings(scheme=Scheme.INTERNET_FACING),
        listeners=[Listener.redirect_to_https(), Listener.https(certificates=CERTIFICATES)],
        targets=Targets(target_type=TargetType.IP, health_check=HealthCheck(path="/healthz", interval=timedelta(seconds=30))),
    )
    expected: dict[str, Any] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "shop",
            "namespace": "web",
            "annotations": {
                "alb.ingress.kubernetes.io/group.name": "web.shop",
                "alb.ingress.kubernetes.io/group.order": "3",
                "alb.ingress.kubernetes.io/scheme": "internet-facing",
                "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
                "alb.ingress.kubernetes.io/ssl-redirect": "443",
                "alb.ingress.kubernetes.io/certificate-arn": ",".join(CERTIFICATES),
                "alb.ingress.kubernetes.io/target-type": "ip",
                "alb.ingress.kubernetes.io/healthcheck-path": "/healthz",
                "alb.ingress.kubernetes.io/healthcheck-interval-seconds": "30",
                "alb.ingress.kubernetes.io/actions.redirect-shop-example-com-old": (
                    '{"type":"redirect","redirectConfig":{"path":"/new","statusCode":"HTTP_302"}}'
                ),
                "alb.ingress.kubernetes.io/actions.response": (
                    '{"type":"fixed-response",'
                    '"fixedResponseConfig":{"contentType":"text/html","statusCode":"404","messageBody":"gone"}}'
                ),
            },
        },
        "spec": {
            "ingressClassName": "alb",
            "rules": [
                {
                    "host": "shop.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/old",
                                "pathType": "Exact",
                                "backend": {
                                    "service": {"name": "redirect-shop-example-com-old", "port": {"name": "use-annotation"}}
                                },
                            },
                            {
                                "path": "/api",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "api", "port": {"name": "http"}}},
                            },
                            {
                                "path": "/img/*.png",
                                "pathType": "ImplementationSpecific",
                                "backend": {"service": {"name": "images", "port": {"number": 8080}}},
                            },
                        ]
                    },
                },
                {
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "response", "port": {"name": "use-annotation"}}},
                            }
                        ]
                    }
                },
            ],
        },
    }
    assert shop.body == expected


def test_the_whole_object_of_an_ingress_of_which_little_is_said() -> None:
    assert made(default_backend=API).body == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "web", "annotations": {}},
        "spec": {
            "ingressClassName": "alb",
            "defaultBackend": {"service": {"name": "api", "port": {"number": 80}}},
        },
    }


def test_labels_and_annotations_of_others_stand_in_the_metadata() -> None:
    shop = made(default_backend=API, group_order=1, labels={"team": "shop"}, annotations={"example.com/ttl": TOKEN})
    assert shop.body["metadata"] == {
        "name": "shop",
        "namespace": "web",
        "labels": {"team": "shop"},
        "annotations": {"example.com/ttl": TOKEN, "alb.ingress.kubernetes.io/group.order": "1"},
    }


def test_hosts_for_certificates_stand_in_the_spec() -> None:
    tls = [IngressTls("shop.example.com"), IngressTls(["a.example.com", TOKEN], "others")]
    assert made(default_backend=API, tls=tls).body["spec"]["tls"] == [
        {"hosts": ["shop.example.com"]},
        {"hosts": ["a.example.com", TOKEN], "secretName": "others"},
    ]


def test_a_path_that_takes_all_has_no_path() -> None:
    (rule,) = made(IngressRule(None, [IngressPath("", "ImplementationSpecific", API)])).body["spec"]["rules"]
    assert rule["http"]["paths"] == [
        {"pathType": "ImplementationSpecific", "backend": {"service": {"name": "api", "port": {"number": 80}}}}
    ]


def test_an_expression_stands_as_it_was_written() -> None:
    shop = made(IngressRule(None, [IngressPath("/^/v[0-9]+/.*$", "ImplementationSpecific", API)]), regex_paths=True)
    assert shop.body["spec"]["rules"][0]["http"]["paths"][0]["path"] == "/^/v[0-9]+/.*$"
    assert shop.annotations == {f"{PREFIX}use-regex-path-match": "true"}


def test_each_path_has_the_source_of_its_route() -> None:
    shop = made(
        IngressRule(
            "a.example.com",
            [
                IngressPath("/x", "Exact", API, source=line(2)),
                IngressPath("/y", "Exact", API),
                IngressPath("/z", "Exact", API, source=line(3)),
            ],
        ),
        IngressRule(None, [IngressPath("/", "Prefix", API, source=line(4))]),
    )
    assert shop.parts == {
        ("spec", "rules", 0, "http", "paths", 0): line(2),
        ("spec", "rules", 0, "http", "paths", 2): line(3),
        ("spec", "rules", 1, "http", "paths", 0): line(4),
    }
    assert shop.source == HERE
    assert shop.source_of("spec", "rules", 0, "http", "paths", 1) == HERE


# What a backend is.


@pytest.mark.parametrize(
    ("backend", "name", "document"),
    [
        (Redirect(path="/new"), "redirect-a", {"type": "redirect", "redirectConfig": {"path": "/new", "statusCode": "HTTP_301"}}),
        (
            FixedResponse(410),
            "response-a",
            {"type": "fixed-response", "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "410"}},
        ),
        (TargetGroup(name="blue"), "forward-a", {"type": "forward", "targetGroupName": "blue"}),
        (
            Forward([(API, 1), (Service("web", "http"), 2)]),
            "forward-a",
            {
                "type": "forward",
                "forwardConfig": {
                    "targetGroups": [
                        {"serviceName": "api", "servicePort": 80, "weight": 1},
                        {"serviceName": "web", "servicePort": "http", "weight": 2},
                    ]
                },
            },
        ),
    ],
)
def test_what_is_no_single_service_is_an_action(backend: Backend, name: str, document: dict[str, Any]) -> None:
    shop = leading_to(backend, path="/a")
    assert backends(shop) == [{"name": name, "port": {"name": "use-annotation"}}]
    assert named(shop) == {name: document}


@pytest.mark.parametrize(("port", "written"), [(80, {"number": 80}), ("http", {"name": "http"}), (TOKEN, {"name": TOKEN})])
def test_a_service_is_no_action(port: int | str, written: dict[str, Any]) -> None:
    shop = leading_to(Service("api", port))
    assert backends(shop) == [{"name": "api", "port": written}]
    assert shop.annotations == {}


@pytest.mark.parametrize(
    ("backend", "service", "actions"),
    [
        (API, {"name": "api", "port": {"number": 80}}, []),
        (FixedResponse(404), {"name": "response-default", "port": {"name": "use-annotation"}}, ["response-default"]),
        (Redirect(path="/"), {"name": "redirect-default", "port": {"name": "use-annotation"}}, ["redirect-default"]),
        (Forward([(API, 1)]), {"name": "forward-default", "port": {"name": "use-annotation"}}, ["forward-default"]),
        (TargetGroup(name="a"), {"name": "forward-default", "port": {"name": "use-annotation"}}, ["forward-default"]),
    ],
)
def test_any_backend_can_be_the_default_one(backend: Backend, service: dict[str, Any], actions: list[str]) -> None:
    shop = made(default_backend=backend)
    assert shop.body["spec"]["defaultBackend"] == {"service": service}
    assert list(named(shop)) == actions


# Conditions and transforms.


def test_conditions_and_transforms_have_the_name_of_the_backend_of_their_path() -> None:
    path = IngressPath("/api", "Prefix", API, [GET, HttpHeader("X-Tenant", TOKEN)], [STRIP, HostRewrite("^shop", "api")])
    shop = made(IngressRule("shop.example.com", [path]))
    assert backends(shop) == [{"name": "forward-shop-example-com-api", "port": {"name": "use-annotation"}}]
    assert shop.annotations == {
        "alb.ingress.kubernetes.io/actions.forward-shop-example-com-api": (
            '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"api","servicePort":80}]}}'
        ),
        "alb.ingress.kubernetes.io/conditions.forward-shop-example-com-api": (
            '[{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}},'
            '{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Tenant","values":["' + TOKEN + '"]}}]'
        ),
        "alb.ingress.kubernetes.io/transforms.forward-shop-example-com-api": (
            '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/api","replace":"/"}]}},'
            '{"type":"host-header-rewrite","hostHeaderRewriteConfig":{"rewrites":[{"regex":"^shop","replace":"api"}]}}]'
        ),
    }


def test_conditions_hold_for_no_other_path_of_the_same_service() -> None:
    shop = made(
        IngressRule(
            None,
            [
                IngressPath("/a", "Prefix", API, [GET]),
                IngressPath("/a", "Prefix", API, transforms=[STRIP]),
                IngressPath("/a", "Prefix", API),
                IngressPath("/a", "Prefix", Redirect(path="/b"), [GET]),
                IngressPath("/a", "Prefix", Redirect(path="/b")),
            ],
        )
    )
    assert [backend["name"] for backend in backends(shop)] == ["forward-a", "forward-a-2", "api", "redirect-a", "redirect-a-2"]
    assert list(named(shop)) == ["forward-a", "forward-a-2", "redirect-a", "redirect-a-2"]
    assert list(named(shop, "conditions")) == ["forward-a", "redirect-a"]
    assert list(named(shop, "transforms")) == ["forward-a-2"]


# What actions are called.


@pytest.mark.parametrize(
    ("backend", "host", "path", "name"),
    [
        (Redirect(host="b.example.com"), None, "/", "redirect"),
        (Redirect(host="b.example.com"), "a.example.com", "/", "redirect-a-example-com"),
        (Redirect(host="b.example.com"), "*.example.com", "/a/b", "redirect-example-com-a-b"),
        (FixedResponse(404), None, "/Old_Path", "response-old-path"),
        (FixedResponse(404), TOKEN, "/a", "response-a"),
        (FixedResponse(404), f"{TOKEN}.example.com", f"/{TOKEN}/b", "response-example-com-b"),
        (FixedResponse(404), "a.example.com", "/" + "b" * 120, "response-a-example-com-" + "b" * 25),
        (FixedResponse(404), None, "/" + "b" * 38 + "/c", "response-" + "b" * 38),
        (TargetGroup(name="blue"), None, "/", "forward"),
    ],
)
def test_an_action_is_named_after_its_route(backend: Backend, host: str | None, path: str, name: str) -> None:
    assert list(named(leading_to(backend, host=host, path=path))) == [name]


def test_actions_that_would_have_the_same_name_are_numbered() -> None:
    shop = leading_to(*[Redirect(host=f"{letter}.example.com") for letter in "abc"], path="/old")
    assert list(named(shop)) == ["redirect-old", "redirect-old-2", "redirect-old-3"]


def test_a_number_that_is_a_name_already_is_passed_over() -> None:
    gone = FixedResponse(410)
    shop = made(IngressRule(None, [IngressPath(path, "Exact", gone) for path in ("/a", "/a-2", "/a/", "/a-")]))
    assert list(named(shop)) == ["response-a", "response-a-2", "response-a-3", "response-a-4"]


def test_an_action_is_never_called_like_a_service_of_the_ingress() -> None:
    shop = made(
        IngressRule(
            None,
            [
                IngressPath("/a", "Exact", Redirect(path="/b")),
                IngressPath("/b", "Exact", Service("redirect-a", 80)),
                IngressPath("/c", "Exact", Forward([(Service("forward-c", 80), 1), (Service("redirect-a-2", 80), 1)])),
            ],
        ),
        default_backend=Service("redirect-a-3", 80),
    )
    assert list(named(shop)) == ["redirect-a-4", "forward-c-2"]
    assert [backend["name"] for backend in backends(shop)] == ["redirect-a-4", "redirect-a", "forward-c-2"]


def test_the_action_of_the_default_backend_is_not_that_of_a_path() -> None:
    shop = made(IngressRule(None, [IngressPath("/default", "Exact", FixedResponse(404))]), default_backend=FixedResponse(410))
    assert [document["fixedResponseConfig"]["statusCode"] for document in named(shop).values()] == ["404", "410"]
    assert list(named(shop)) == ["response-default", "response-default-2"]
    assert shop.body["spec"]["defaultBackend"]["service"]["name"] == "response-default-2"


LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
PATHS = st.text(alphabet="ab/-.*A9", max_size=70).map("/".__add__) | st.sampled_from(
    ("/" + "b" * 38, "/" + "b" * 39, "/" + "b" * 100, f"/{TOKEN}")
)
SERVICES = st.sampled_from(("api", "forward", "forward-a", "forward-a-2", "response", "response-2", "redirect-a"))


ANSWERS: list[Backend] = [FixedResponse(404), Redirect(path="/new")]
BACKENDS: st.SearchStrategy[Backend] = (
    st.sampled_from(ANSWERS)
    | SERVICES.map(lambda name: Service(name, 80))
    | SERVICES.map(lambda name: Forward([(Service(name, 80), 1)]))
)
INGRESS_PATHS = st.builds(
    IngressPath, PATHS, st.just("ImplementationSpecific"), BACKENDS, st.sampled_from([(), (GET,)]), st.sampled_from([(), (STRIP,)])
)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(INGRESS_PATHS, min_size=1, max_size=15), st.none() | BACKENDS)
def test_actions_have_different_names_that_kubernetes_takes(paths: list[IngressPath], default: Backend | None) -> None:
    shop = made(IngressRule(None, paths), default_backend=default)
    written = backends(shop) + ([] if default is None else [shop.body["spec"]["defaultBackend"]["service"]])
    names = [backend["name"] for backend in written if backend["port"] == {"name": "use-annotation"}]
    assert sorted(names) == sorted(named(shop))
    everything = [path.backend for path in paths] + ([] if default is None else [default])
    assert not {service.name for backend in everything for service in services_of(backend)} & set(names)
    assert {*named(shop, "conditions"), *named(shop, "transforms")} <= set(names)
    assert all(len(name) <= 52 and LABEL.fullmatch(name) for name in names)
    assert all(len(key.removeprefix(PREFIX)) <= 63 for key in shop.annotations)


# Tokens.


def test_a_token_stands_in_an_action_as_it_is() -> None:
    shop = leading_to(Redirect(host=TOKEN))
    assert shop.annotations[f"{PREFIX}actions.redirect"] == (
        '{"type":"redirect","redirectConfig":{"host":"' + TOKEN + '","statusCode":"HTTP_301"}}'
    )


def test_a_token_stands_in_a_rule_as_it_is() -> None:
    shop = leading_to(Service(TOKEN, 80), host=TOKEN, path=f"/{TOKEN}")
    (rule,) = shop.body["spec"]["rules"]
    assert (rule["host"], rule["http"]["paths"][0]["path"]) == (TOKEN, f"/{TOKEN}")
    assert backends(shop) == [{"name": TOKEN, "port": {"number": 80}}]


@pytest.mark.parametrize("backend", [FixedResponse(200, "\ud800"), Redirect(query="\ud800")])
def test_what_no_annotation_can_hold_is_refused(backend: Backend) -> None:
    for make in (lambda: leading_to(backend), lambda: made(default_backend=backend)):
        ((reason, remedy),) = refusals(make)
        assert reason.startswith("IngressPath.backend in annotation 'actions.re")
        assert remedy == "Write it without."
