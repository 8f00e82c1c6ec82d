"""Ingresses of cdk8s-plus, which are planned and checked like all others."""

from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from aws_cdk import aws_s3
from aws_cdk.assertions import Annotations, Match

from eks_ingress.routing.names import PREFIX
from tests.synth.apps import Shop

kplus: Any = pytest.importorskip("cdk8s_plus_35")
pytestmark = pytest.mark.newest  # it needs newer constructs than the lowest


def web(chart: cdk8s.Chart, *paths: str, **said: str) -> Any:
    annotations = {PREFIX + key: text for key, text in said.items()}
    metadata = cdk8s.ApiObjectMetadata(name="web", annotations=annotations)
    made = kplus.Ingress(chart, "Ingress", metadata=metadata, class_name="alb")
    metadata = cdk8s.ApiObjectMetadata(name="web")
    service = kplus.Service(
        chart, "Service", metadata=metadata, ports=[kplus.ServicePort(port=80)], selector=kplus.Pods.select(chart, "Pods")
    )
    for path in paths:
        made.add_rule(path, kplus.IngressBackend.from_service(service), kplus.HttpIngressPathType.IMPLEMENTATION_SPECIFIC)
    return made


def chart() -> cdk8s.Chart:
    return cdk8s.Chart(cdk8s.App(), "Chart", namespace="shop")


def test_what_is_added_later_is_planned_and_applied() -> None:
    shop = Shop()
    made = chart()
    shop.ingress.add_manifests("Legacy", made)
    assert shop.ingress.plan().load_balancers == ()
    web(made, "/*")
    (balancer,) = shop.ingress.plan().load_balancers
    assert str(balancer.listeners[0].rules[0].action) == "Service shop/web:80"
    assert sorted(body["kind"] for body in shop.objects()) == ["Ingress", "Service"]


def test_a_construct_is_taken_with_what_is_below_it() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", web(chart(), "/*"))
    assert [body["kind"] for body in shop.objects()] == ["Ingress"]


def test_tokens_are_references_in_the_template() -> None:
    shop = Shop()
    bucket = aws_s3.Bucket(shop.stack, "Logs")
    made = chart()
    attributes = f"access_logs.s3.enabled=true,access_logs.s3.bucket={bucket.bucket_name}"
    web(made, "/*", **{"load-balancer-attributes": attributes})
    shop.ingress.add_manifests("Legacy", made)
    (body,) = (body for body in shop.objects() if body["kind"] == "Ingress")
    said = body["metadata"]["annotations"][f"{PREFIX}load-balancer-attributes"]
    assert said == "access_logs.s3.enabled=true,access_logs.s3.bucket=<Logs6819BB44>"


def test_paths_that_it_sorts_by_alphabet_are_told_where_one_is_never_reached() -> None:
    shop = Shop()
    made = chart()
    web(made, "/zzz/*", "/*")
    shop.ingress.add_manifests("Legacy", made)
    (found,) = Annotations.from_stack(shop.stack).find_warning("*", Match.string_like_regexp("EKI101"))
    assert "/zzz/* is never reached" in str(found.entry.data)


def test_what_it_refuses_itself_is_told_with_the_rest() -> None:
    shop = Shop()
    made = chart()
    web(made)
    shop.ingress.add_manifests("Legacy", made, {"apiVersion": "v1"})
    refusal = shop.refusal()
    assert "cdk8s refuses 'Chart': Validation failed with the following errors: [Chart/Ingress] ingress with no rules" in refusal
    assert "has no kind, as each Kubernetes object has." in refusal
