"""The plan of a case, in the words in which the judge answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.facts import CertificateFact, Facts, NamedFact
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import Plan
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.plan.target_group_fact import TargetGroupFact
from eks_ingress.source import Source

FLAGS = {
    "clusterName": "cluster_name",
    "enableServiceMutatorWebhook": "takes_new_services",
    "loadBalancerClass": "load_balancer_class",
    "ingressClass": "ingress_class",
    "disableIngressClassAnnotation": "takes_class_annotation",
    "disableIngressGroupNameAnnotation": "takes_group_annotation",
    "defaultTargetType": "default_target_type",
    "defaultLoadBalancerScheme": "default_scheme",
    "defaultSSLPolicy": "default_tls_policy",
    "defaultTags": "default_tags",
    "externalManagedTags": "external_tags",
    "featureGates": "gates",
    "tolerateNonExistentBackendService": "tolerate_missing_service",
    "tolerateNonExistentBackendAction": "tolerate_missing_action",
    "enableBackendSecurityGroup": "backend_security_group",
    "enableManageBackendSecurityGroupRules": "manage_backend_rules",
    "disableRestrictedSecurityGroupRules": "restricts_ports",
    "defaultPCAArn": "default_private_ca",
    "allowedCertificateAuthorityARNs": "allowed_authorities",
    "requiredSecretsLabel": "required_secret_label",
}
"""What a case calls the controller's settings, and what the plan does."""


def planned(case: Mapping[str, Any]) -> Plan:
    """The plan of a case, with all that its cluster and AWS have."""
    manifests = [Manifest(body, Source(file=f"{body['kind']} {body['metadata']['name']}")) for body in case["objects"]]
    return plan(manifests, flags(case.get("controller") or {}), facts(case.get("facts") or {}), complete=True)


def flags(controller: Mapping[str, Any]) -> ControllerFlags:
    """The controller's settings in a case."""
    said = {FLAGS[name]: value for name, value in controller.items()}
    for name in ("external_tags", "allowed_authorities"):
        said[name] = frozenset(said.get(name) or ())
    for name in ("restricts_ports", "takes_class_annotation", "takes_group_annotation"):
        said[name] = not said.get(name, False)
    return ControllerFlags(**{"cluster_name": "prod", "class_names": frozenset(), **said})


def facts(stated: Mapping[str, Any]) -> Facts:
    """What AWS has in a case."""
    return Facts(
        vpc=stated.get("vpc", "vpc-1"),
        vpc_cidrs=stated.get("vpc_cidrs", ()),
        vpc_ipv6_cidrs=stated.get("vpc_ipv6_cidrs", ()),
        subnets=tuple(SubnetFact(**subnet) for subnet in stated.get("subnets") or ()),
        security_groups=tuple(NamedFact(x["id"], x.get("name")) for x in stated.get("security_groups") or ()),
        certificates=tuple(
            CertificateFact(**{**{k: v for k, v in x.items() if k in _CERTIFICATE}, "domains": tuple(x.get("domains") or ())})
            for x in stated.get("certificates") or ()
        ),
        trust_stores=_named(stated, "trust_stores"),
        target_groups=tuple(_target_group(x, stated.get("vpc", "vpc-1")) for x in stated.get("target_groups") or ()),
        web_acls=_named(stated, "web_acls"),
        backend_security_group=stated.get("backend_security_group", "sg-backend"),
    )


_CERTIFICATE = {field.name for field in fields(CertificateFact)}


def _target_group(stated: Mapping[str, Any], vpc: str) -> TargetGroupFact:
    """What is not stated of a target group is as the judge has it."""
    named = {"id": stated["arn"], **{key: value for key, value in stated.items() if key != "arn"}}
    return TargetGroupFact(**{"target_type": "ip", "protocol": "TCP", "ip_address_type": "ipv4", "vpc": vpc, **named})


def _named(stated: Mapping[str, Any], name: str) -> tuple[NamedFact, ...]:
    return tuple(NamedFact(x["arn"], x.get("name")) for x in stated.get(name) or ())
