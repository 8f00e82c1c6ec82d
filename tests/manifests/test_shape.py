from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.shape import SHAPE, is_read, misshapen
from eks_ingress.source import Source

HERE = Source(file="shop.yaml", line=1)
TOKEN = "${Token[TOKEN.12]}"
SCHEMAS = {
    kind: json.loads(Path(__file__).with_name(f"{name}.schema.json").read_text("utf-8"))
    for kind, name in {"IngressClassParams": "ingress_class_params", "TargetGroupBinding": "target_group_binding"}.items()
}
"""Those of the controller's own kinds."""

BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
PATH = {"path": "/", "pathType": "Prefix", "backend": BACKEND}
INGRESS: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {
        "name": "shop",
        "namespace": "live",
        "uid": "1-2",
        "annotations": {"alb.ingress.kubernetes.io/Conditions.A_b": "[]", "kubernetes.io/ingress.class": ""},
        "labels": {"app.kubernetes.io/name": "shop", "empty": ""},
        "finalizers": ["group.ingress.k8s.aws/shop"],
        "creationTimestamp": None,
    },
    "spec": {
        "ingressClassName": "alb",
        "defaultBackend": {"service": {"name": "pages", "port": {"name": "use-annotation"}}},
        "rules": [
            {
                "host": "shop.example.com",
                "http": {
                    "paths": [
                        PATH,
                        {
                            "pathType": "ImplementationSpecific",
                            "backend": {"resource": {"apiGroup": "x.y", "kind": "K", "name": "n"}},
                        },
                        {"path": "/a/*//b", "pathType": "ImplementationSpecific", "backend": BACKEND},
                    ]
                },
            },
            {"host": "*.example.com", "http": {"paths": [{**PATH, "path": "/a..b/.c", "pathType": "Exact"}]}},
            {"host": "", "http": {"paths": [PATH]}},
            {},
        ],
        "tls": [{"hosts": ["shop.example.com", "*.example.com"], "secretName": "tls"}, {}],
    },
    "status": {"loadBalancer": {}},
}
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {
        "type": "NodePort",
        "clusterIP": "10.0.0.1",
        "clusterIPs": ["10.0.0.1"],
        "ipFamilies": ["IPv4", "IPv6"],
        "selector": {"app": "web"},
        "ports": [
            {"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP", "appProtocol": "http"},
            {"name": "quic", "port": 80, "targetPort": 8443, "protocol": "UDP"},
        ],
    },
}
BALANCED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {
        "type": "LoadBalancer",
        "loadBalancerClass": "service.k8s.aws/nlb",
        "loadBalancerSourceRanges": ["10.0.0.1/8", " 2001:db8::/32 "],
        "allocateLoadBalancerNodePorts": False,
        "externalTrafficPolicy": "Local",
        "internalTrafficPolicy": "Cluster",
        "healthCheckNodePort": 30000,
        "ipFamilies": ["IPv6"],
        "ipFamilyPolicy": "PreferDualStack",
        "publishNotReadyAddresses": True,
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
        "trafficDistribution": "PreferClose",
        "selector": {"app": "web"},
        "ports": [{"port": 80}],
    },
}
CLASS: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "alb"},
    "spec": {
        "controller": "ingress.k8s.aws/alb",
        "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "alb", "scope": "Cluster"},
    },
}
PARAMS: dict[str, Any] = {
    "apiVersion": "elbv2.k8s.aws/v1beta1",
    "kind": "IngressClassParams",
    "metadata": {"name": "alb"},
    "spec": {
        "prefixListsIDs": ["pl-1"],
        "certificateArn": ["arn"],
        "group": {"name": "g"},
        "inboundCIDRs": ["10.0.0.0/8"],
        "ipAddressType": "dualstack",
        "ipamConfiguration": {"ipv4IPAMPoolId": "ipam-pool-1"},
        "listeners": [{"port": 443, "protocol": "HTTPS", "listenerAttributes": [{"key": "a", "value": "b"}]}],
        "loadBalancerAttributes": [{"key": "deletion_protection.enabled", "value": "true"}],
        "loadBalancerName": "shop",
        "minimumLoadBalancerCapacity": {"capacityUnits": 100},
        "namespaceSelector": {
            "matchLabels": {"team": "shop"},
            "matchExpressions": [{"key": "team", "operator": "In", "values": ["shop"]}],
        },
        "scheme": "internet-facing",
        "sslPolicy": "ELBSecurityPolicy-2016-08",
        "sslRedirectPort": "443",
        "subnets": {"ids": ["subnet-0a1b"], "tags": {"tier": ["public"]}},
        "tags": [{"key": "team", "value": "shop"}],
        "targetType": "ip",
        "wafv2AclArn": "arn",
        "wafv2AclName": "name",
    },
}
BINDING: dict[str, Any] = {
    "apiVersion": "elbv2.k8s.aws/v1beta1",
    "kind": "TargetGroupBinding",
    "metadata": {"name": "storefront"},
    "spec": {
        "targetGroupARN": "arn",
        "targetGroupName": "blue",
        "targetType": "instance",
        "targetGroupProtocol": "TCP_UDP",
        "ipAddressType": "ipv4",
        "vpcID": "vpc-1",
        "multiClusterTargetGroup": False,
        "iamRoleArnToAssume": "arn",
        "assumeRoleExternalId": "shop",
        "serviceRef": {"name": "web", "port": "http"},
        "nodeSelector": {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "a", "operator": "Exists"}]},
        "networking": {
            "ingress": [
                {
                    "from": [{"securityGroup": {"groupID": "sg-1"}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}],
                    "ports": [{"protocol": "TCP", "port": 80}, {"port": "http"}],
                }
            ]
        },
    },
}
NAMESPACE: dict[str, Any] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "live", "labels": {"team": "shop"}}}
SECRET: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "oidc"},
    "type": "Opaque",
    "data": {"clientID": "c2hv\ncA=="},
    "stringData": {"clientSecret": "x"},
}
ALL = [INGRESS, SERVICE, BALANCED, CLASS, PARAMS, BINDING, NAMESPACE, SECRET]
RULE = ("spec", "rules", 0)
FIRST = (*RULE, "http", "paths", 0)
PORT = (*FIRST, "backend", "service", "port")
GONE = object()


def changed(body: dict[str, Any], at: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The object with a part that is another, or is not there."""
    body = json.loads(json.dumps(body))  # so that no two parts are the same
    part: Any = body
    for step in at[:-1]:
        part = part[step]
    if value is GONE:
        del part[at[-1]]
    else:
        part[at[-1]] = value
    return body


def said(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.reason, problem.remedy) for problem in misshapen(Manifest(body, HERE))]


def reasons(body: dict[str, Any]) -> list[str]:
    prefix = f"{body['kind']} {'live/' if body['kind'] == 'Ingress' else ''}{body['metadata']['name']}: "
    assert all(reason.startswith(prefix) for reason, _ in said(body))
    return [reason.removeprefix(prefix) for reason, _ in said(body)]


@pytest.mark.parametrize("body", ALL, ids=lambda body: body["kind"])
def test_what_kubernetes_takes_is_taken(body: dict[str, Any]) -> None:
    assert said(body) == []
    assert is_read(Manifest(body, HERE))


@pytest.mark.parametrize("body", [body for body in ALL if body["kind"] not in SCHEMAS], ids=lambda body: body["kind"])
def test_what_is_taken_here_passes_the_schema_of_kubernetes(body: dict[str, Any]) -> None:
    kubernetes_validate.validate(body, "1.36", strict=True)


# Kinds and versions


@pytest.mark.parametrize("version", ["extensions/v1beta1", "networking.k8s.io/v1beta1"])
def test_versions_that_kubernetes_no_longer_takes_are_told(version: str) -> None:
    assert said({**INGRESS, "apiVersion": version}) == [
        (
            f"Ingress live/shop: apiVersion is {version!r}, which Kubernetes took up to 1.21.",
            "Write 'networking.k8s.io/v1', and in each path its `pathType`, and `backend.service` with `name` and `port`.",
        )
    ]


@pytest.mark.parametrize(
    ("body", "version", "right"),
    [
        (INGRESS, "networking.k8s.io/v2", "networking.k8s.io/v1"),
        (INGRESS, "networking.k8s/v1", "networking.k8s.io/v1"),
        (INGRESS, "networking.k8s.io", "networking.k8s.io/v1"),
        (INGRESS, "Networking.k8s.io/v1", "networking.k8s.io/v1"),
        (INGRESS, "apps/v1", "networking.k8s.io/v1"),
        (INGRESS, "v1", "networking.k8s.io/v1"),
        (SERVICE, "v2", "v1"),
        (SERVICE, "apps/v1", "v1"),
        (PARAMS, "elbv2.k8s.aws/v1", "elbv2.k8s.aws/v1beta1"),
    ],
)
def test_versions_that_there_are_not_are_told(body: dict[str, Any], version: str, right: str) -> None:
    body = {**body, "apiVersion": version}
    assert reasons(body) == [f"apiVersion is {version!r}, in which there is no {body['kind']}."]
    assert said(body)[0][1] == f"Write {right!r}."
    assert not is_read(Manifest(body, HERE))


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("serving.knative.dev/v1", "Service"),
        ("networking.internal.knative.dev/v1alpha1", "Ingress"),
        ("config.openshift.io/v1", "Ingress"),
        ("apps/v1", "Deployment"),
        ("eks.amazonaws.com/v1", "TargetGroupBinding"),
        ("x.y/v1", "ingress"),
    ],
)
def test_objects_of_others_are_left_alone(version: str, kind: str) -> None:
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": 3}, "spec": 4}
    assert said(body) == []
    assert not is_read(Manifest(body, HERE))


@pytest.mark.parametrize(("field", "part"), [("annotations", "annotation"), ("labels", "label")])
def test_annotations_and_labels_are_texts_whatever_the_kind(field: str, part: str) -> None:
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", field: {"a": 5}}}
    (problem,) = misshapen(Manifest(body, HERE))
    assert problem.reason == f"Deployment shop/web: {part} a is 5, where Kubernetes takes a text."


def test_a_kind_in_the_wrong_case_is_told() -> None:
    assert said({**INGRESS, "kind": "ingress"}) == [
        ("ingress live/shop: kind is 'ingress', which there is not in networking.k8s.io/v1.", "Write 'Ingress'.")
    ]


# Fields


@pytest.mark.parametrize(
    ("body", "at", "value", "reason"),
    [
        (INGRESS, ("metadata", "annotations"), ["a"], "metadata.annotations is a list, where Kubernetes takes a mapping."),
        (INGRESS, ("metadata", "annotations", "a"), True, "annotation a is true, where Kubernetes takes a text."),
        (INGRESS, ("metadata", "annotations", "a"), 80, "annotation a is 80, where Kubernetes takes a text."),
        (INGRESS, ("metadata", "annotations", "a"), [{}], "annotation a is a list, where Kubernetes takes a text."),
        (INGRESS, ("metadata", "annotations", "a"), None, "annotation a has no value."),
        (INGRESS, ("metadata", "labels", "a"), 1.5, "label a is 1.5, where Kubernetes takes a text."),
        (INGRESS, ("metadata", "uid"), 3, "metadata.uid is 3, where Kubernetes takes a text."),
        (INGRESS, ("spec",), GONE, "has no spec."),
        (INGRESS, ("spec",), {}, "spec has neither rules nor a defaultBackend."),
        (INGRESS, ("spec",), {"rules": []}, "spec has neither rules nor a defaultBackend."),
        (INGRESS, ("spec",), "x", "spec is 'x', where Kubernetes takes a mapping."),
        (INGRESS, ("spec", "rules"), {}, "spec.rules is a mapping, where Kubernetes takes a list."),
        (INGRESS, ("spec", "ingressClassName"), 1, "spec.ingressClassName is 1, where Kubernetes takes a text."),
        (INGRESS, RULE, None, "spec.rules[0] is empty."),
        (INGRESS, (*RULE, "http"), {}, "spec.rules[0].http has no paths."),
        (INGRESS, (*RULE, "http", "paths"), [], "spec.rules[0].http.paths is empty."),
        (INGRESS, (*FIRST, "pathType"), GONE, "spec.rules[0].http.paths[0] has no pathType."),
        (INGRESS, (*FIRST, "pathType"), "Any", "spec.rules[0].http.paths[0].pathType is 'Any', which Kubernetes does not take."),
        (INGRESS, (*FIRST, "path"), "api", "spec.rules[0].http.paths[0].path is 'api', which does not begin with '/'."),
        (INGRESS, (*FIRST, "path"), GONE, "spec.rules[0].http.paths[0] has no path, which one of type Prefix must have."),
        (INGRESS, (*FIRST, "backend"), GONE, "spec.rules[0].http.paths[0] has no backend."),
        (INGRESS, (*FIRST, "backend"), {}, "spec.rules[0].http.paths[0].backend has no service."),
        (
            INGRESS,
            (*FIRST, "backend", "resource"),
            {"kind": "K", "name": "n"},
            "spec.rules[0].http.paths[0].backend has both a service and a resource.",
        ),
        (INGRESS, PORT, GONE, "spec.rules[0].http.paths[0].backend.service has no port."),
        (INGRESS, PORT, 80, "spec.rules[0].http.paths[0].backend.service.port is 80, where Kubernetes takes a mapping."),
        (INGRESS, PORT, {}, "spec.rules[0].http.paths[0].backend.service.port has neither a number nor a name."),
        (INGRESS, (*PORT, "number"), 0, "spec.rules[0].http.paths[0].backend.service.port has neither a number nor a name."),
        (INGRESS, (*PORT, "name"), "http", "spec.rules[0].http.paths[0].backend.service.port has both a name and a number."),
        (
            INGRESS,
            (*PORT, "number"),
            "80",
            "spec.rules[0].http.paths[0].backend.service.port.number is '80', where Kubernetes takes a number.",
        ),
        (
            INGRESS,
            (*PORT, "number"),
            65536,
            "spec.rules[0].http.paths[0].backend.service.port.number is 65536, which is out of range.",
        ),
        (INGRESS, ("spec", "tls", 0, "hosts"), "a.b", "spec.tls[0].hosts is 'a.b', where Kubernetes takes a list."),
        (SERVICE, ("spec",), GONE, "has no spec."),
        (SERVICE, ("spec", "ports"), [], "spec has no ports."),
        (SERVICE, ("spec", "ports", 0, "port"), GONE, "spec.ports[0] has no port."),
        (SERVICE, ("spec", "ports", 0, "port"), 0, "spec.ports[0].port is 0, which is out of range."),
        (SERVICE, ("spec", "ports", 0, "targetPort"), True, "spec.ports[0].targetPort is true, where Kubernetes takes a number."),
        (SERVICE, ("spec", "ports", 0, "protocol"), "tcp", "spec.ports[0].protocol is 'tcp', which Kubernetes does not take."),
        (SERVICE, ("spec", "ports", 1, "protocol"), "TCP", "spec has the port 80 twice for TCP."),
        (SERVICE, ("spec", "ports", 1, "name"), "http", "spec has two ports named 'http'."),
        (SERVICE, ("spec", "ports", 1, "name"), GONE, "spec.ports[1] has no name, which each of several ports must have."),
        (SERVICE, ("spec", "type"), "Pod", "spec.type is 'Pod', which Kubernetes does not take."),
        (SERVICE, ("spec", "type"), GONE, "spec.ports[0] has a nodePort, which a Service of type ClusterIP may not have."),
        (changed(SERVICE, ("spec", "ipFamilies"), GONE), ("spec", "type"), "ExternalName", "spec has no externalName."),
        (SERVICE, ("spec", "clusterIP"), "None", "spec.clusterIP is 'None', which a Service of type NodePort may not have."),
        (SERVICE, ("spec", "selector", "app"), 1, "spec.selector.app is 1, where Kubernetes takes a text."),
        (SERVICE, ("spec", "ipFamilies"), ["ipv4"], "spec.ipFamilies[0] is 'ipv4', which Kubernetes does not take."),
        (SERVICE, ("spec", "ipFamilies"), ["IPv4", "IPv4"], "spec.ipFamilies has IPv4 twice."),
        (SERVICE, ("spec", "ipFamilyPolicy"), "SingleStack", "spec.ipFamilies has two items, and ipFamilyPolicy is SingleStack."),
        (SERVICE, ("spec", "ipFamilyPolicy"), "DualStack", "spec.ipFamilyPolicy is 'DualStack', which Kubernetes does not take."),
        (
            SERVICE,
            ("spec", "loadBalancerClass"),
            "service.k8s.aws/nlb",
            "spec.loadBalancerClass is there, which a Service of type NodePort may not have.",
        ),
        (
            SERVICE,
            ("spec", "loadBalancerSourceRanges"),
            ["10.0.0.0/8"],
            "spec.loadBalancerSourceRanges is there, which a Service of type NodePort may not have.",
        ),
        (
            SERVICE,
            ("spec", "healthCheckNodePort"),
            30000,
            "spec.healthCheckNodePort is there, which only one of type LoadBalancer with externalTrafficPolicy Local may have.",
        ),
        (
            SERVICE,
            ("spec", "sessionAffinityConfig"),
            {"clientIP": {"timeoutSeconds": 60}},
            "spec.sessionAffinityConfig is there without sessionAffinity.",
        ),
        (SERVICE, ("spec", "sessionAffinity"), "Cookie", "spec.sessionAffinity is 'Cookie', which Kubernetes does not take."),
        (
            SERVICE,
            ("spec", "publishNotReadyAddresses"),
            "true",
            "spec.publishNotReadyAddresses is 'true', where Kubernetes takes true or false.",
        ),
        (
            BALANCED,
            ("spec", "loadBalancerClass"),
            "a/b/c",
            "spec.loadBalancerClass 'a/b/c' is not the key of a label: 1 to 63 letters, digits, '-', '_' and '.', with a letter or "
            "digit at both ends.",
        ),
        (BALANCED, ("spec", "loadBalancerClass"), 1, "spec.loadBalancerClass is 1, where Kubernetes takes a text."),
        (
            BALANCED,
            ("spec", "allocateLoadBalancerNodePorts"),
            0,
            "spec.allocateLoadBalancerNodePorts is 0, where Kubernetes takes true or false.",
        ),
        (BALANCED, ("spec", "healthCheckNodePort"), 65536, "spec.healthCheckNodePort is 65536, which is out of range."),
        (
            BALANCED,
            ("spec", "externalTrafficPolicy"),
            "Cluster",
            "spec.healthCheckNodePort is there, which only one of type LoadBalancer with externalTrafficPolicy Local may have.",
        ),
        (
            BALANCED,
            ("spec", "externalTrafficPolicy"),
            "local",
            "spec.externalTrafficPolicy is 'local', which Kubernetes does not take.",
        ),
        (
            BALANCED,
            ("spec", "loadBalancerSourceRanges"),
            "10.0.0.0/8",
            "spec.loadBalancerSourceRanges is '10.0.0.0/8', where Kubernetes takes a list.",
        ),
        (
            BALANCED,
            ("spec", "loadBalancerSourceRanges", 0),
            "10.0.0.1",
            "spec.loadBalancerSourceRanges[0] '10.0.0.1' is not a block of addresses.",
        ),
        (
            BALANCED,
            ("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"),
            86401,
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds is 86401, which is out of range.",
        ),
        (CLASS, ("spec", "controller"), GONE, "spec has no controller."),
        (CLASS, ("spec", "controller"), "alb", "spec.controller 'alb' is not a domain with a path."),
        (CLASS, ("spec", "parameters", "kind"), GONE, "spec.parameters has no kind."),
        (CLASS, ("spec", "parameters", "scope"), "Namespace", "spec.parameters has no namespace, though its scope is Namespace."),
        (CLASS, ("spec", "parameters", "namespace"), "x", "spec.parameters has a namespace, though its scope is Cluster."),
        (PARAMS, ("spec", "scheme"), "public", "spec.scheme is 'public', which Kubernetes does not take."),
        (PARAMS, ("spec", "sslRedirectPort"), 443, "spec.sslRedirectPort is 443, where Kubernetes takes a text."),
        (PARAMS, ("spec", "subnets", "ids"), ["vpc-1"], "spec.subnets.ids[0] 'vpc-1' is not the id of a subnet."),
        (PARAMS, ("spec", "subnets", "ids"), [], "spec.subnets.ids is empty."),
        (PARAMS, ("spec", "tags", 0, "value"), True, "spec.tags[0].value is true, where Kubernetes takes a text."),
        (PARAMS, ("spec", "tags"), {"a": "b"}, "spec.tags is a mapping, where Kubernetes takes a list."),
        (PARAMS, ("spec", "PrefixListsIDs"), ["pl-1"], "spec.PrefixListsIDs stands beside prefixListsIDs."),
        (PARAMS, ("spec", "group"), {}, "spec.group has no name."),
        (BINDING, ("spec",), GONE, "has no spec."),
        (BINDING, ("spec", "serviceRef"), GONE, "spec has no serviceRef."),
        (BINDING, ("spec", "serviceRef", "port"), GONE, "spec.serviceRef has no port."),
        (BINDING, ("spec", "serviceRef", "namespace"), "shop", "spec.serviceRef.namespace is no field that Kubernetes knows."),
        (BINDING, ("spec", "targetType"), "pod", "spec.targetType is 'pod', which Kubernetes does not take."),
        (
            BINDING,
            ("spec", "multiClusterTargetGroup"),
            "true",
            "spec.multiClusterTargetGroup is 'true', where Kubernetes takes true or false.",
        ),
        (BINDING, ("spec", "networking", "ingress", 0, "ports"), GONE, "spec.networking.ingress[0] has no ports."),
        (
            BINDING,
            ("spec", "networking", "ingress", 0, "from", 0, "securityGroup"),
            {},
            "spec.networking.ingress[0].from[0].securityGroup has no groupID.",
        ),
        (SECRET, ("data", "clientID"), "hunter2?", "data.clientID is not Base64."),
        (
            SECRET,
            ("stringData", "clientSecret"),
            12345,
            "stringData.clientSecret is something else, where Kubernetes takes a text.",
        ),
    ],
)
def test_what_kubernetes_does_not_take_is_told(body: dict[str, Any], at: tuple[str | int, ...], value: object, reason: str) -> None:
    assert reasons(changed(body, at, value)) == [reason]


def test_an_object_without_a_name_is_told() -> None:
    assert said(changed(INGRESS, ("metadata", "name"), GONE)) == [("Ingress: metadata has no name.", "Write its `name`.")]
    assert said(changed(INGRESS, ("metadata",), GONE)) == [
        ("Ingress: has no metadata.", "Write `metadata:`, and below it `name:`.")
    ]
    assert said(changed(INGRESS, ("metadata",), [])) == [
        ("Ingress: metadata is a list, where Kubernetes takes a mapping.", "Write its fields below it, indented.")
    ]


@pytest.mark.parametrize(
    ("body", "at", "value", "remedy"),
    [
        (INGRESS, ("metadata", "annotations", "a"), True, "Put it in quotes."),
        (INGRESS, ("metadata", "annotations", "a"), [{}], "Put it in quotes."),
        (INGRESS, ("metadata", "uid"), [], "Write a text."),
        (NAMESPACE, ("metadata", "annotation"), {}, "Did you mean 'annotations'?"),
        (INGRESS, ("spec",), {"defaultBackend": BACKEND, "rule": []}, "Did you mean 'rules'?"),
        (INGRESS, ("spec", "ingressClass"), "alb", "Write `ingressClassName:`."),
        (INGRESS, ("spec", "backend"), BACKEND, "Write `defaultBackend:`."),
        (INGRESS, (*RULE, "paths"), [], "Write `http:` above it."),
        (INGRESS, (*FIRST, "backend", "serviceName"), "web", "Write `service:`, and below it `name:`."),
        (
            INGRESS,
            (*FIRST, "backend", "servicePort"),
            80,
            "Write `service:`, below it `port:`, and below that `number:` or `name:`.",
        ),
        (INGRESS, (*FIRST, "pathType"), GONE, "Write `pathType: Prefix`, or Exact, or ImplementationSpecific for a pattern."),
        (INGRESS, (*FIRST, "pathType"), "prefix", "Did you mean 'Prefix'?"),
        (INGRESS, (*FIRST, "pathType"), 3, "Write Exact, Prefix or ImplementationSpecific."),
        (INGRESS, (*FIRST, "path"), "api", "Write '/api'."),
        (INGRESS, PORT, 80, "Write `port:`, and below it `number:` or `name:`."),
        (INGRESS, (*PORT, "number"), "80", "Write it without quotes."),
        (INGRESS, (*PORT, "number"), "http", "Write a whole number."),
        (INGRESS, (*PORT, "number"), 70000, "Write a number from 1 to 65535."),
        (SERVICE, ("spec", "ports", 0, "containerPort"), 80, "Write `targetPort:`."),
        (SERVICE, ("spec", "sessionAfinity"), "None", "Did you mean 'sessionAffinity'?"),
        (PARAMS, ("spec",), {"certificateARN": []}, "Did you mean 'certificateArn'?"),
    ],
)
def test_what_to_do_is_told(body: dict[str, Any], at: tuple[str | int, ...], value: object, remedy: str) -> None:
    assert [told for _, told in said(changed(body, at, value))] == [remedy]


@pytest.mark.parametrize("at", [("spec", "timeouts"), (*RULE, "mirrors")])
def test_fields_that_may_be_of_a_later_kubernetes_are_left_alone(at: tuple[str | int, ...]) -> None:
    assert said(changed(INGRESS, at, 3)) == []


@pytest.mark.parametrize(
    ("host", "reason", "remedy"),
    [
        (
            "Shop.example.com",
            "is not the name of a host: lower case, without scheme, port and path",
            "Write 'shop.example.com'.",
        ),
        (
            "https://*.example.com:8443/a",
            "is not the name of a host: lower case, without scheme, port and path",
            "Write '*.example.com'.",
        ),
        (
            "a_b.com",
            "is not the name of a host: lower case, without scheme, port and path",
            "Write a name such as 'shop.example.com'.",
        ),
        (
            "a.com.",
            "is not the name of a host: lower case, without scheme, port and path",
            "Write a name such as 'shop.example.com'.",
        ),
        ("10.0.0.1", "is an address, where Kubernetes takes a name", "Leave it out, and the rule holds for any host."),
        ("*", "has a '*' that is not its first label", "Write '*.' in front, or no '*'; it stands for one label."),
        ("a.*.com", "has a '*' that is not its first label", "Write '*.' in front, or no '*'; it stands for one label."),
        ("*.*.com", "has a '*' that is not its first label", "Write '*.' in front, or no '*'; it stands for one label."),
        ("a*.com", "has a '*' that is not its first label", "Write '*.' in front, or no '*'; it stands for one label."),
    ],
)
def test_a_host_is_a_name(host: str, reason: str, remedy: str) -> None:
    for at, place in (((*RULE, "host"), "spec.rules[0].host"), (("spec", "tls", 0, "hosts", 0), "spec.tls[0].hosts[0]")):
        assert said(changed(INGRESS, at, host)) == [(f"Ingress live/shop: {place} {host!r} {reason}.", remedy)]


@pytest.mark.parametrize("path", ["/a//b", "/a/./b", "/a/../b", "/a%2fb", "/a%2Fb", "/a/..", "/a/."])
def test_some_paths_are_for_patterns_only(path: str) -> None:
    (reason,) = reasons(changed(INGRESS, (*FIRST, "path"), path))
    assert reason.endswith("which Kubernetes takes in no path of type Prefix.")
    assert said(changed(INGRESS, FIRST, {**PATH, "path": path, "pathType": "ImplementationSpecific"})) == []


@pytest.mark.parametrize("spec", [{"clusterIP": "None"}, {"type": "ExternalName", "externalName": "db.example.com."}])
def test_some_services_need_no_ports(spec: dict[str, Any]) -> None:
    assert said({**SERVICE, "spec": spec}) == []


def test_a_service_of_one_type_has_no_fields_of_another() -> None:
    spec: dict[str, Any] = {"type": "ExternalName", "externalName": "db.example.com", "ipFamilies": ["IPv4"]}
    assert reasons({**SERVICE, "spec": spec}) == ["spec.ipFamilies is there, which a Service of type ExternalName may not have."]
    spec = {"externalTrafficPolicy": "Local", "ports": [{"port": 80}]}
    told = ["spec.externalTrafficPolicy is there, which a Service of type ClusterIP may not have."]
    assert reasons({**SERVICE, "spec": spec}) == told
    assert reasons({**SERVICE, "spec": {**spec, "externalIPs": ["192.0.2.1"]}}) == []
    assert reasons({**SERVICE, "spec": {**spec, "type": "${Token[T.1]}", "loadBalancerClass": "a"}}) == []


def test_annotations_may_not_be_too_long() -> None:
    assert reasons(changed(INGRESS, ("metadata", "annotations"), {"a": "x" * 262143})) == []
    assert reasons(changed(INGRESS, ("metadata", "annotations"), {"a": "é" * 131072})) == [
        "metadata has annotations of 262,145 bytes, more than the 262,144 that Kubernetes takes."
    ]


@pytest.mark.parametrize("key", ["a b", "/a", "a/b/c", "a/", "x" * 64, "-a", "x" * 100_000])
def test_keys_of_annotations_are_those_of_labels_whatever_their_case(key: str) -> None:
    assert len(reasons(changed(INGRESS, ("metadata", "annotations", key), "x"))) == 1
    assert reasons(changed(INGRESS, ("metadata", "annotations", "A.B/C_d"), "x")) == []


@pytest.mark.parametrize("text", [TOKEN, "a-${Shop.Name}", "${HOST}:80"])
@pytest.mark.parametrize(
    ("body", "at"),
    [
        (INGRESS, ("metadata", "name")),
        (INGRESS, ("metadata", "namespace")),
        (INGRESS, ("metadata", "labels", "a")),
        (INGRESS, ("spec", "ingressClassName")),
        (INGRESS, (*RULE, "host")),
        (INGRESS, (*FIRST, "path")),
        (INGRESS, (*FIRST, "pathType")),
        (INGRESS, (*FIRST, "backend", "service", "name")),
        (INGRESS, (*PORT, "number")),
        (INGRESS, ("spec", "tls", 0, "hosts", 0)),
        (SERVICE, ("spec", "type")),
        (SERVICE, ("spec", "ports", 0, "port")),
        (SERVICE, ("spec", "ports", 0, "targetPort")),
        (SERVICE, ("spec", "clusterIP")),
        (CLASS, ("spec", "controller")),
        (PARAMS, ("spec", "scheme")),
        (PARAMS, ("spec", "subnets", "ids", 0)),
        (SECRET, ("data", "clientID")),
    ],
)
def test_what_only_cloudformation_knows_is_never_refused(body: dict[str, Any], at: tuple[str | int, ...], text: str) -> None:
    assert said(changed(body, at, text)) == []


# Places


CHANGES: list[tuple[tuple[str | int, ...], object, int]] = [
    ((*PORT, "number"), "80", 9),
    ((*RULE, "host"), "A", 7),
    (("metadata", "annotations", "a"), 1, 4),
    (("metadata", "uid"), 1, 1),
]


@pytest.mark.parametrize(("at", "value", "line"), CHANGES)
def test_the_nearest_place_that_is_known_is_told(at: tuple[str | int, ...], value: object, line: int) -> None:
    parts: dict[tuple[str | int, ...], Source] = {
        ("spec", "rules", 0): Source(file="shop.yaml", line=7),
        ("spec", "rules", 0, "http", "paths", 0): Source(file="shop.yaml", line=9),
        ("metadata", "annotations", "a"): Source(file="shop.yaml", line=4),
    }
    (problem,) = misshapen(Manifest(changed(INGRESS, at, value), HERE, parts))
    assert problem.source == Source(file="shop.yaml", line=line)
    assert problem.id == SHAPE == "EKI110"


# The whole


def places(body: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    for step, part in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from places(part, (*at, step))


def the_schema_takes(body: dict[str, Any]) -> bool:
    try:
        if body["kind"] in SCHEMAS:
            Draft202012Validator(SCHEMAS[body["kind"]]).validate(body)
        else:
            kubernetes_validate.validate(body, "1.36")
    except (kubernetes_validate.ValidationError, ValidationError):
        return False
    return True


@pytest.mark.parametrize("body", ALL, ids=lambda body: body["kind"])
def test_each_part_that_the_schema_does_not_take_is_told(body: dict[str, Any]) -> None:
    read = [at for at in places(body) if at[0] not in ("apiVersion", "kind", "status") and at[-1] != "creationTimestamp"]
    for at in read:
        for value in (7, [7]):
            other = changed(body, at, value)
            assert said(other) or the_schema_takes(other), (at, value)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=5), below, max_size=2),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.data())
def test_no_object_raises_anything(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(ALL))
    at = data.draw(st.sampled_from([at for at in places(body) if at != ("kind",)]))
    for problem in misshapen(Manifest(changed(body, at, data.draw(ANY)), HERE)):
        assert problem.reason
        assert problem.remedy


MUCH: list[tuple[tuple[str | int, ...], object]] = [
    (("metadata", "annotations"), {f"a{n}": n for n in range(200_000)}),
    (("spec", "rules"), [3] * 200_000),
    (("spec",), {f"rule{n}": n for n in range(200_000)}),
    (("metadata", "uid"), 10**300),
    (("metadata", "labels", "a"), "x" * 10_000_000),
    ((*RULE, "host"), "a." * 5_000_000),
    ((*FIRST, "pathType"), "Prefi" * 1_000_000),
]


@pytest.mark.parametrize(("at", "value"), MUCH, ids=[str(at[-1]) for at, _ in MUCH])
def test_much_that_is_wrong_is_told_in_bounded_time(at: tuple[str | int, ...], value: object) -> None:
    begin = time.monotonic()
    found = said(changed(INGRESS, at, value))
    assert 0 < len(found) <= 50
    assert max(len(reason) for reason, _ in found) < 300
    assert time.monotonic() - begin < 10
