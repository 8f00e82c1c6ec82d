from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.routing.backend import Backend, ContentType, FixedResponse, Redirect, Service, TargetType
from eks_ingress.routing.balancer import Scheme
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, Path, Rule
from eks_ingress.routing.listener import Listener
from eks_ingress.source import Source

HERE = Source("Shop/Ingress/Shop", "shop.py", 1)
PREFIX = "alb.ingress.kubernetes.io/actions."
TOKEN = "${Token[TOKEN.12]}"


def made(*rules: Rule) -> Manifest:
    return manifest(
        Ingress(
            name="shop",
            namespace="web",
            class_name="alb",
            group_name="web.shop",
            group_order=3,
            scheme=Scheme.INTERNET_FACING,
            listeners=(Listener.redirect_to_https(), Listener.https(certificates=["arn:a", "arn:b"])),
            target_type=TargetType.IP,
            health_check=HealthCheck(path="/healthz", interval=timedelta(seconds=30)),
            rules=rules,
            source=HERE,
        )
    )


def line(number: int) -> Source:
    return Source("Shop/Ingress/Shop", "shop.py", number)


def leading_to(*backends: Backend, host: str | None = None, path: str = "/") -> Manifest:
    return made(Rule(host, tuple(Path(path, "Prefix", backend, HERE) for backend in backends)))


def action_names(made: Manifest) -> list[str]:
    return [key.removeprefix(PREFIX) for key in made.annotations if key.startswith(PREFIX)]


def test_the_whole_object_of_a_small_load_balancer() -> None:
    shop = made(
        Rule(
            "shop.example.com",
            (
                Path("/old", "Exact", Redirect(path="/new", status_code=302), line(2)),
                Path("/api", "Prefix", Service("api", "http"), line(3)),
                Path("/img/*.png", "ImplementationSpecific", Service("images", 8080), line(4)),
            ),
        ),
        Rule(None, (Path("/", "Prefix", FixedResponse(404, "gone", ContentType.HTML), line(5)),)),
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
                "alb.ingress.kubernetes.io/certificate-arn": "arn:a,arn:b",
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


def test_each_path_has_the_source_of_its_route() -> None:
    shop = made(
        Rule("a.example.com", (Path("/x", "Exact", Service("a", 1), line(2)), Path("/y", "Exact", Service("a", 1), line(3)))),
        Rule(None, (Path("/", "Prefix", Service("a", 1), line(4)),)),
    )
    assert shop.parts == {
        ("spec", "rules", 0, "http", "paths", 0): line(2),
        ("spec", "rules", 0, "http", "paths", 1): line(3),
        ("spec", "rules", 1, "http", "paths", 0): line(4),
    }
    assert shop.source == HERE


@pytest.mark.parametrize(
    ("backend", "host", "path", "name"),
    [
        (Redirect(host="b.example.com"), None, "/", "redirect"),
        (Redirect(host="b.example.com"), "a.example.com", "/", "redirect-a-example-com"),
        (Redirect(host="b.example.com"), "*.example.com", "/a/b", "redirect-example-com-a-b"),
        (FixedResponse(404), None, "/Old_Path", "response-old-path"),
        (FixedResponse(404), TOKEN, "/a", "response-a"),
        (FixedResponse(404), f"{TOKEN}.example.com", f"/{TOKEN}/b", "response-example-com-b"),
        (FixedResponse(404), "a.example.com", "/" + "b" * 120, "response-a-example-com-" + "b" * 28),
    ],
)
def test_an_action_is_named_after_its_route(backend: Backend, host: str | None, path: str, name: str) -> None:
    assert action_names(leading_to(backend, host=host, path=path)) == [name]


def test_actions_that_would_have_the_same_name_are_numbered() -> None:
    shop = leading_to(*[Redirect(host=f"{letter}.example.com") for letter in "abc"], path="/old")
    assert action_names(shop) == ["redirect-old", "redirect-old-2", "redirect-old-3"]


def test_a_number_that_is_a_name_already_is_passed_over() -> None:
    gone = FixedResponse(410)
    shop = made(Rule(None, tuple(Path(path, "Exact", gone, HERE) for path in ("/a", "/a-2", "/a/", "/a-"))))
    assert action_names(shop) == ["response-a", "response-a-2", "response-a-3", "response-a-4"]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.lists(
        st.text(alphabet="ab/-.*A9", max_size=70).map("/".__add__)
        | st.sampled_from(("/" + "b" * 100, "/" + "b" * 101, f"/{TOKEN}")),
        min_size=1,
        max_size=15,
    )
)
def test_actions_have_different_names_that_kubernetes_takes(paths: list[str]) -> None:
    shop = made(Rule(None, tuple(Path(path, "ImplementationSpecific", FixedResponse(404), HERE) for path in paths)))
    names = action_names(shop)
    assert len(set(names)) == len(paths)
    assert all(len(name) <= 55 and re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", name) for name in names)
    assert names == [path["backend"]["service"]["name"] for path in shop.body["spec"]["rules"][0]["http"]["paths"]]


def test_a_token_stands_in_an_action_as_it_is() -> None:
    shop = leading_to(Redirect(host=TOKEN))
    assert shop.annotations[f"{PREFIX}redirect"] == (
        '{"type":"redirect","redirectConfig":{"host":"' + TOKEN + '","statusCode":"HTTP_301"}}'
    )


def test_a_token_stands_in_a_rule_as_it_is() -> None:
    shop = leading_to(Service("api", 80), host=TOKEN, path=f"/{TOKEN}")
    (rule,) = shop.body["spec"]["rules"]
    assert (rule["host"], rule["http"]["paths"][0]["path"]) == (TOKEN, f"/{TOKEN}")
