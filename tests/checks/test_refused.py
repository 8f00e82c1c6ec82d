from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.checks.check import Refusal
from eks_ingress.checks.registry import BY_ID, CHECKS
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import CertificateFact, Facts, NamedFact
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.subnets import SubnetFact
from tests.checks.objects import BOTH, FLAGS, GROUP, SECURE, findings, group, made, of_class, service
from tests.plan.objects import ingress, path, rule

ANY = "ImplementationSpecific"
ACM = Facts(certificates=(CertificateFact("arn:a", ("a.example.com",)),))
AWS = Facts(
    subnets=(SubnetFact("subnet-a", "a"), SubnetFact("subnet-b", "b")),
    security_groups=(NamedFact("sg-a", "a"),),
    trust_stores=(NamedFact("arn:store", "store"),),
    target_groups=(NamedFact("arn:blue", "blue"),),
)
JWT = {"jwksEndpoint": "https://a.org/keys", "issuer": "https://a.org"}
COGNITO = {"auth-type": "cognito", "auth-idp-cognito": {"userPoolARN": "a", "userPoolClientID": "b", "userPoolDomain": "c"}}
CERTIFY = {"create-acm-cert": "true"}
NLB = {"enable-frontend-nlb": "true"}
TO_WEB = rule(path("/", to="web:action"))


def forward(**config: Any) -> dict[str, Any]:
    return {"actions.web": {"type": "forward", **config}}


def resource(manifest: Manifest) -> Manifest:
    """An Ingress whose default backend is something else than a Service."""
    spec = {**manifest.body["spec"], "defaultBackend": {"resource": {"kind": "Bucket", "name": "assets"}}}
    return replace(manifest, body={**manifest.body, "spec": spec})


def mutual(**entry: Any) -> Manifest:
    return ingress("/", said={**SECURE, "mutual-authentication": [{"port": 443, **entry}]})


CASES: dict[str, tuple[Any, Any, str]] = {
    "EKI103": (resource(ingress("/")), ingress("/"), "no Service"),
    "EKI104": (
        ingress(
            TO_WEB, said=forward(forwardConfig={"targetGroups": [{"targetGroupARN": "a", "weight": 1}, {"targetGroupARN": "b"}]})
        ),
        ingress(TO_WEB, said=forward(targetGroupARN="a")),
        "weight",
    ),
    "EKI106": (
        ingress("/", said={"conditions.web": [{"field": "source-ip"}]}),
        ingress("/", said={"conditions.web": [{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}}]}),
        "sourceIPConfig",
    ),
    "EKI107": (
        ingress("/", said={"transforms.web": [{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": []}}]}),
        ingress("/", said={"transforms.web": []}),
        "no rewrites",
    ),
    "EKI108": (ingress("/a/*"), ingress(rule(path("/a/*", ANY))), "wildcard"),
    "EKI109": (
        ingress(
            rule("/", host="a.example.com"),
            said={"conditions.web": [{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^a"]}}]},
        ),
        ingress("/", said={"conditions.web": [{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^a"]}}]}),
        "patterns",
    ),
    "EKI110": (ingress(rule(path("/", "prefix"))), ingress(rule(path("/", "Prefix"))), "path type"),
    "EKI201": (
        ingress("/", said={"healthcheck-interval-seconds": "15s"}),
        ingress("/", said={"healthcheck-interval-seconds": "15"}),
        "whole number",
    ),
    "EKI203": (ingress("/", said={"listen-ports": [{"TCP": 80}]}), ingress("/", said={"listen-ports": [{"HTTP": 80}]}), "TCP"),
    "EKI204": (group({"listen-ports": [{"HTTP": 443}]}, SECURE), group(SECURE, SECURE), "443"),
    "EKI205": (
        [ingress(default="a:80", name="a", said=GROUP), ingress(default="b:80", name="b", said=GROUP)],
        [ingress(default="a:80", name="a", said=GROUP), ingress("/", name="b", said=GROUP)],
        "several",
    ),
    "EKI206": (ingress("/", said={"ssl-redirect": "443"}), ingress("/", said={**BOTH, "ssl-redirect": "443"}), "443"),
    "EKI213": (
        ingress("/", said={**SECURE, **COGNITO, "jwt-validation": JWT}),
        ingress("/", said={**SECURE, **COGNITO}),
        "jwt-validation",
    ),
    "EKI214": (ingress("/", said={**SECURE, "auth-type": "cognito"}), ingress("/", said={**SECURE, **COGNITO}), "missing"),
    "EKI215": (
        ingress(rule("/", host="b.example.com"), said={"listen-ports": [{"HTTPS": 443}]}),
        ingress(rule("/", host="a.example.com"), said={"listen-ports": [{"HTTPS": 443}]}),
        "b.example.com",
    ),
    "EKI217": (mutual(mode="verify"), mutual(mode="passthrough"), "trust store"),
    "EKI221": (ingress("/", said=CERTIFY), ingress(rule("/", host="a.example.com"), said=CERTIFY), "host"),
    "EKI222": (mutual(mode="verify", trustStore="other"), mutual(mode="verify", trustStore="store"), "other"),
    "EKI231": (
        group({"scheme": "internal"}, {"scheme": "internet-facing"}),
        group({"scheme": "internal"}, {"scheme": "internal"}),
        "scheme is 'internet-facing' here",
    ),
    "EKI232": (group({"tags": "a=b"}, {"tags": "a=c"}), group({"tags": "a=b"}, {"tags": "b=c"}), "a=c"),
    "EKI234": (
        ingress("/", said={**GROUP, "group.order": "1001"}),
        ingress("/", said={**GROUP, "group.order": "1000"}),
        "1001",
    ),
    "EKI235": (ingress("/", said={"group.name": "Shop"}), ingress("/", said={"group.name": "shop"}), "Shop"),
    "EKI237": (
        [made("IngressClass", "alb", {"controller": "ingress.k8s.aws/alb", "parameters": {"kind": "Other"}}), ingress("/")],
        [*of_class({}), ingress("/")],
        "IngressClassParams",
    ),
    "EKI239": (
        [
            made("IngressClass", x, {}, {"name": x, "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}})
            for x in "ab"
        ]
        + [ingress("/", class_name=None)],
        ingress("/", class_name=None),
        "default",
    ),
    "EKI246": (ingress("/", said={"tags": "owner=a"}), ingress("/", said={"tags": "team=a"}), "owner"),
    "EKI248": (ingress("/", said={"load-balancer-name": "a" * 33}), ingress("/", said={"load-balancer-name": "a" * 32}), "33"),
    "EKI250": (ingress("/", said=GROUP), ingress("/"), "group.name"),
    "EKI251": (of_class({"subnets": {}}), of_class({"subnets": {"ids": ["subnet-a"]}}), "subnets"),
    "EKI302": ([service(), ingress(rule(path("/", to="web:8080")))], [service(), ingress("/")], "8080"),
    "EKI303": (
        [service(), ingress("/", said={"target-type": "instance"})],
        [service(), ingress("/", said={"target-type": "ip"})],
        "ClusterIP",
    ),
    "EKI305": (
        [service(ipFamilies=["IPv6"]), ingress("/")],
        [service(ipFamilies=["IPv6"]), ingress("/", said={"ip-address-type": "dualstack"})],
        "IPv6",
    ),
    "EKI306": (
        [service(), ingress("/", said={"healthcheck-port": "health"})],
        [service(), ingress("/", said={"healthcheck-port": "8080"})],
        "health",
    ),
    "EKI309": (
        ingress("/", said={"target-control-port.web.80": "3000", "target-type": "instance"}),
        ingress("/", said={"target-control-port.web.80": "3000"}),
        "control port",
    ),
    "EKI310": (
        ingress("/", said={"subnets": "subnet-a,subnet-c"}),
        ingress("/", said={"subnets": "subnet-a,subnet-b"}),
        "subnet-c",
    ),
    "EKI312": (
        ingress("/", said={"security-groups": "sg-b", "subnets": "subnet-a,subnet-b"}),
        ingress("/", said={"security-groups": "sg-a", "subnets": "subnet-a,subnet-b"}),
        "sg-b",
    ),
    "EKI315": (ingress("/", said={"inbound-cidrs": "10.0.0.1"}), ingress("/", said={"inbound-cidrs": "10.0.0.0/8"}), "10.0.0.1"),
    "EKI317": (
        ingress("/", said={"security-groups": "sg-a", "manage-backend-security-group-rules": "true"}),
        ingress("/", said={"security-groups": "sg-a", "manage-backend-security-group-rules": "false"}),
        "backend security group",
    ),
    "EKI318": (
        ingress("/", said={"customer-owned-ipv4-pool": ""}),
        ingress("/", said={"customer-owned-ipv4-pool": "ipv4pool-coip-a"}),
        "empty",
    ),
    "EKI319": (
        ingress("/", said={"minimum-load-balancer-capacity": "Units=5"}),
        ingress("/", said={"minimum-load-balancer-capacity": "CapacityUnits=5"}),
        "Units",
    ),
    "EKI325": (
        ingress("/", said={**NLB, "frontend-nlb-listener-port-mapping": "a=80"}),
        ingress("/", said={**NLB, "frontend-nlb-listener-port-mapping": "8080=80"}),
        "'a'",
    ),
    "EKI326": (
        ingress("/", said={**NLB, "frontend-nlb-eip-allocations": "eipalloc-a"}),
        ingress("/", said={**NLB, "frontend-nlb-eip-allocations": "eipalloc-a", "frontend-nlb-scheme": "internet-facing"}),
        "internal",
    ),
    "EKI328": (
        ingress("/", said={**NLB, "frontend-nlb-attributes": "dns_record.client_routing_policy=any"}),
        ingress("/", said={**NLB, "frontend-nlb-attributes": "dns_record.client_routing_policy=any_availability_zone"}),
        "any",
    ),
    "EKI331": (ingress("/", said={"target-type": "ip"}), ingress("/", said={"target-type": "instance"}), "pods"),
    "EKI332": (
        ingress(TO_WEB, said={**forward(targetGroupName="green"), "subnets": "subnet-a,subnet-b"}),
        ingress(TO_WEB, said={**forward(targetGroupName="blue"), "subnets": "subnet-a,subnet-b"}),
        "green",
    ),
}
"""Objects that are refused, objects near them that are not, and a word of the reason."""

FACTS = {"EKI215": ACM, "EKI222": replace(AWS, subnets=None), "EKI310": AWS, "EKI312": AWS, "EKI332": AWS}
OPTIONS: dict[str, ControllerFlags] = {
    "EKI221": replace(FLAGS, gates={"EnableCertificateManagement": True}),
    "EKI246": replace(FLAGS, external_tags=frozenset({"owner"})),
    "EKI250": replace(FLAGS, takes_group_annotation=False),
    "EKI317": replace(FLAGS, backend_security_group=False),
    "EKI331": replace(FLAGS, gates={"EnableIPTargetType": False}),
}


@pytest.mark.parametrize("id", CASES)
def test_it_is_refused_and_what_is_near_is_not(id: str) -> None:
    refused, near, word = CASES[id]
    found = [finding for finding in findings(*_several(refused), **_options(id)) if finding.id == id]
    assert found
    assert all(finding.refused and finding.is_error and word in finding.message for finding in found)
    assert all(finding.remedy.endswith(".") and finding.object for finding in found)
    assert [finding for finding in findings(*_several(near), **_options(id)) if finding.id == id] == []


def _several(objects: Manifest | Sequence[Manifest]) -> Sequence[Manifest]:
    return [objects] if isinstance(objects, Manifest) else objects


def _options(id: str) -> dict[str, Any]:
    return {"facts": FACTS.get(id, Facts()), "flags": OPTIONS.get(id, FLAGS)}


PACKAGE = Path(__file__).parents[2] / "eks_ingress"


def test_every_id_with_which_a_plan_refuses_has_a_check_and_every_refusal_is_one_of_these() -> None:
    used = {
        found
        for room in ("plan", "manifests")
        for file in (PACKAGE / room).glob("*.py")
        for found in re.findall(r'"(EKI\d+)"', file.read_text("utf-8"))
    }
    assert used == {check.id for check in CHECKS if isinstance(check, Refusal)}


def test_what_a_plan_refuses_is_told_with_what_the_controller_says() -> None:
    (finding,) = findings(ingress("/", said={"healthcheck-interval-seconds": "15s"}))
    assert finding.check is BY_ID["EKI201"]
    assert finding.object == "Ingress shop/web"
    assert finding.event == "failed to parse int32 annotation, alb.ingress.kubernetes.io/healthcheck-interval-seconds: 15s"
    assert finding.problem.id == "EKI201"
    assert finding.problem.event == finding.event
