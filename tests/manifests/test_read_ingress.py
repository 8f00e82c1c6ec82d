"""An Ingress object becomes the typed words that it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.read_ingress import read_ingress
from eks_ingress.refusal import Refused
from eks_ingress.routing.backend import FixedResponse, Forward, Redirect, Service
from eks_ingress.routing.conditions import HttpHeader, HttpMethod, QueryString, SourceIp
from eks_ingress.routing.health import HealthCheck
from eks_ingress.routing.ingress import Ingress, IngressPath, IngressRule
from eks_ingress.routing.listener import Listener
from eks_ingress.routing.names import PREFIX
from eks_ingress.routing.network import SecurityGroups
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import ProtocolVersion, Targets, TargetType
from eks_ingress.routing.tls import TlsPolicy
from eks_ingress.routing.transforms import UrlRewrite
from eks_ingress.source import Source
from tests.annotations.samples import CHANGES, Change
from tests.annotations.test_coverage import CART, MACHINES, SHOP

ELB_2016 = TlsPolicy.ELB_2016_08
PATH = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}


def made(annotations: Mapping[str, str], *paths: Mapping[str, Any], **spec: Any) -> Manifest:
    """An Ingress object with annotations of the controller."""
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "shop", "annotations": {PREFIX + key: text for key, text in annotations.items()}},
        "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": list(paths) or [PATH]}}], **spec},
    }
    return Manifest(body, Source(file="web.yaml", line=1))


def left(annotations: Mapping[str, str], *paths: Mapping[str, Any]) -> list[str]:
    """What no word says of some annotations."""
    return [f"{x.what.removeprefix(PREFIX)} {x.reason}" for x in read_ingress(made(annotations, *paths)).left]


def same(one: Ingress, other: Ingress) -> bool:
    """Whether two Ingresses are the same wherever they were written."""
    return manifest(one).body == manifest(other).body


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_whatever_typed_words_write_reads_back(change: Change) -> None:
    for objects in change.made():
        for written in objects:
            if written.kind == "Ingress":
                read = read_ingress(written)
                assert not read.left
                assert manifest(read.ingress).body == written.body


@pytest.mark.parametrize("written", [SHOP, CART, MACHINES], ids=["shop", "cart", "machines"])
def test_all_that_the_controller_reads_can_be_read_back(written: Ingress) -> None:
    read = read_ingress(manifest(written))
    assert not read.left
    assert same(read.ingress, written)


services = st.builds(Service, st.sampled_from(["api", "web"]), st.sampled_from([80, 8080, "http"]))
backends = st.one_of(
    services,
    st.lists(st.tuples(services, st.integers(0, 999)), min_size=1, max_size=5).map(Forward),
    st.builds(Redirect, host=st.just("shop.example.com"), status_code=st.sampled_from([301, 302])),
    st.builds(FixedResponse, st.sampled_from([200, 404, 503]), st.none() | st.text(max_size=20)),
)
conditions = st.one_of(
    st.builds(HttpHeader, st.just("X-Tenant"), st.lists(st.sampled_from(["blue", "green-*"]), min_size=1, max_size=3)),
    st.builds(HttpMethod, st.lists(st.sampled_from(["GET", "HEAD", "POST"]), min_size=1, max_size=3)),
    st.builds(QueryString, st.lists(st.tuples(st.none() | st.just("v"), st.just("1")), min_size=1, max_size=3)),
    st.builds(SourceIp, st.just(["10.0.0.0/8"])),
)
paths = st.builds(
    IngressPath,
    st.sampled_from(["/", "/api", "/a/b"]),
    st.sampled_from(["Exact", "Prefix", "ImplementationSpecific"]),
    backends,
    st.lists(conditions, max_size=2),
    st.lists(st.just(UrlRewrite("^/api", "/")), max_size=1),
)
ingresses = st.builds(
    Ingress,
    name=st.just("web"),
    namespace=st.just("shop"),
    class_name=st.just("alb"),
    group_name=st.none() | st.just("public"),
    group_order=st.none() | st.integers(-1000, 1000),
    settings=st.builds(
        LoadBalancerSettings,
        scheme=st.none() | st.just(Scheme.INTERNET_FACING),
        ip_address_type=st.none() | st.sampled_from([IpAddressType.IPV4, IpAddressType.DUALSTACK]),
        subnets=st.lists(st.sampled_from(["subnet-1", "subnet-2"]), max_size=2, unique=True),
        security_groups=st.none() | st.just(SecurityGroups.given("sg-1")) | st.just(SecurityGroups.managed(inbound_cidrs="::/0")),
        tags=st.dictionaries(st.sampled_from(["team", "env"]), st.sampled_from(["a", "b=c", ""])),
        shield=st.none() | st.booleans(),
    ),
    listeners=st.none()
    | st.just((Listener.http(),))
    | st.just((Listener.redirect_to_https(), Listener.https()))
    | st.just((Listener.https(8443, certificates=["arn:aws:acm:eu-west-1:111122223333:certificate/a"]),)),
    targets=st.builds(
        Targets,
        target_type=st.none() | st.sampled_from(TargetType),
        protocol_version=st.none() | st.just(ProtocolVersion.HTTP2),
        health_check=st.none() | st.builds(HealthCheck, path=st.just("/healthz"), healthy_threshold=st.none() | st.integers(2, 10)),
    ),
    rules=st.lists(
        st.builds(IngressRule, st.none() | st.just("shop.example.com"), st.lists(paths, min_size=1, max_size=4)),
        min_size=1,
        max_size=3,
    ),
    default_backend=st.none() | backends,
)


@settings(deadline=None)
@given(ingresses)
def test_any_ingress_in_typed_words_reads_back(written: Ingress) -> None:
    read = read_ingress(manifest(written))
    assert not read.left
    assert same(read.ingress, written)


# What is written otherwise than typed words write it


CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/a"


@pytest.mark.parametrize(
    ("annotations", "listeners"),
    [
        ({}, None),
        ({"certificate-arn": CERTIFICATE}, (Listener.https(certificates=[CERTIFICATE]),)),
        ({"listen-ports": '[{"HTTP": 80, "HTTPS": 443}]', "ssl-redirect": "443"}, (Listener.redirect_to_https(), Listener.https())),
        ({"ssl-redirect": "443"}, (Listener.redirect_to_https(),)),
        (
            {"listen-ports": '[{"HTTPS": 8443}]', "ssl-policy": "ELBSecurityPolicy-2016-08"},
            (Listener.https(8443, tls_policy=ELB_2016),),
        ),
    ],
    ids=["nothing", "a certificate", "a redirect", "a redirect elsewhere", "a policy"],
)
def test_listeners_follow_from_what_is_said_of_them(annotations: dict[str, str], listeners: tuple[Listener, ...] | None) -> None:
    read = read_ingress(made(annotations))
    assert (read.ingress.listeners, read.left) == (listeners, ())


def test_a_port_that_is_text_in_an_action_is_a_number() -> None:
    action = {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": "8080"}]}}
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "split", "port": {"name": "use-annotation"}}}}
    read = read_ingress(made({"actions.split": json.dumps(action)}, path))
    assert read.ingress.rules[0].paths[0].backend == Service("api", 8080)


def test_parts_of_a_redirect_that_stay_as_they_were_are_left_out() -> None:
    parts = {
        "host": "#{host}",
        "path": "/#{path}",
        "port": "443",
        "protocol": "HTTPS",
        "query": "#{query}",
        "statusCode": "HTTP_301",
    }
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "tls", "port": {"name": "use-annotation"}}}}
    read = read_ingress(made({"actions.tls": json.dumps({"type": "redirect", "redirectConfig": parts})}, path))
    assert read.ingress.rules[0].paths[0].backend == Redirect(port=443, protocol=Protocol.HTTPS)


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ({"healthcheck-pth": "/"}, "healthcheck-pth is not known to the controller"),
        ({"actions.other": "{}"}, "actions.other has no effect here"),
        ({"auth-scope": "openid"}, "auth-scope has no effect where auth-type is none"),
        ({"target-type": "ip", "target-node-labels": "a=b"}, "target-node-labels has no effect on pods"),
        ({"security-groups": "sg-1", "inbound-cidrs": "10.0.0.0/8"}, "inbound-cidrs has no effect beside security-groups"),
        (
            {"manage-backend-security-group-rules": "true"},
            "manage-backend-security-group-rules has no effect without security-groups",
        ),
        ({"frontend-nlb-scheme": "internal"}, "frontend-nlb-scheme has no effect without enable-frontend-nlb: true"),
        ({"acm-pca-arn": "arn:a"}, "acm-pca-arn has no effect without an HTTPS listener"),
        ({"web-acl-id": "old", "waf-acl-id": "new"}, "web-acl-id has no effect beside waf-acl-id"),
        ({"listener-attributes.HTTPS-443": "a=b"}, "listener-attributes.HTTPS-443 names no listener of this Ingress"),
        ({"listen-ports": '[{"HTTPS": 443}]', "ssl-redirect": "443"}, "ssl-redirect redirects no HTTP listener of this Ingress"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_word_says_is_left_with_the_reason(annotations: dict[str, str], reason: str) -> None:
    assert left(annotations) == [reason]


@pytest.mark.parametrize(
    ("annotations", "words"),
    [
        ({"scheme": "public"}, "must be one of"),
        ({"healthcheck-interval-seconds": "1"}, "5 s to 300 s"),
        ({"load-balancer-attributes": "idle_timeout.timeout_seconds=soon"}, "no value that it has"),
        ({"minimum-load-balancer-capacity": "Units=5"}, "CapacityUnits"),
        ({"target-group-attributes": "stickiness.enabled=true,stickiness.type=app_cookie"}, "is not the name of a cookie"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_said_is_left_with_the_reason(annotations: dict[str, str], words: str) -> None:
    (reason,) = left(annotations)
    assert words in reason


def test_one_value_that_cannot_be_said_takes_no_other_with_it() -> None:
    read = read_ingress(made({"healthcheck-path": "/healthz", "healthcheck-timeout-seconds": "500", "tags": "team=shop"}))
    assert read.ingress.targets.health_check == HealthCheck(path="/healthz")
    assert read.ingress.settings.tags == {"team": "shop"}
    assert [x.what for x in read.left] == [PREFIX + "healthcheck-timeout-seconds"]


@pytest.mark.parametrize("name", ["nowhere", "broken"])
def test_a_path_without_an_action_has_no_typed_words(name: str) -> None:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"name": "use-annotation"}}}}
    with pytest.raises(Refused, match=name):
        read_ingress(made({"actions.broken": '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"404"}}'}, path))


def test_annotations_of_others_and_labels_are_kept_and_the_older_class_is_not() -> None:
    written = made({})
    metadata = {**written.body["metadata"], "labels": {"team": "shop"}}
    metadata["annotations"] = {"kubernetes.io/ingress.class": "alb", "external-dns.alpha.kubernetes.io/ttl": "60"}
    read = read_ingress(Manifest({**written.body, "metadata": metadata}, written.source))
    assert (read.ingress.labels, read.ingress.annotations) == ({"team": "shop"}, {"external-dns.alpha.kubernetes.io/ttl": "60"})
