from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from eks_ingress.plan.facts import Facts, NamedFact
from eks_ingress.plan.subnets import SubnetFact
from tests.plan.objects import FLAGS, balancer, ingress, path, rule, service

ELB = "AWS::ElasticLoadBalancingV2"
FACTS = Facts(
    vpc="vpc-1",
    subnets=(SubnetFact("subnet-1", "a"), SubnetFact("subnet-2", "b")),
    web_acls=(NamedFact("arn:acl", "acl"),),
    backend_security_group="sg-shared",
)


def ref(kind: str, id: str, field: str) -> dict[str, str]:
    return {"$ref": f"#/resources/{kind}/{id}/status/{field}"}


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:10]


def resources(said: dict[str, Any], kind: str, to: str = "web:80") -> dict[str, Any]:
    """The resources of one type of an Ingress that says so, each without what stands around it."""
    found = balancer(ingress(rule(path("/", to=to)), said=said), service(), facts=FACTS).stack["resources"][kind]
    return {name: resource["spec"] for name, resource in found.items()}


def test_a_whole_stack_is_written_as_the_controller_does() -> None:
    made = ingress(
        rule("/cart", path("/old", "Exact", "old:action"), host="shop.example.com"),
        default="web:80",
        said={
            "group.name": "public",
            "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
            "certificate-arn": "arn:a,arn:b",
            "load-balancer-attributes": "idle_timeout.timeout_seconds=30",
            "tags": "team=shop",
            "wafv2-acl-name": "acl",
            "shield-advanced-protection": "true",
            "auth-type": "cognito",
            "auth-idp-cognito": {"userPoolARN": "arn:pool", "userPoolClientID": "client", "userPoolDomain": "shop"},
            "actions.old": {"type": "redirect", "redirectConfig": {"host": "b.example.com", "statusCode": "HTTP_302"}},
            "conditions.old": [{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}],
            "transforms.web": [{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/a", "replace": "/b"}]}}],
        },
    )
    name = "k8s-shop-web-" + hashed("prodpublicshopwebuid-of-web808080ipHTTPHTTP1")
    tags = {"team": "shop"}
    arn = ref(f"{ELB}::LoadBalancer", "LoadBalancer", "loadBalancerARN")
    group = ref(f"{ELB}::TargetGroup", "shop/web-web:80", "targetGroupARN")
    forward = {"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": group}]}}
    redirect = {"type": "redirect", "redirectConfig": {"host": "b.example.com", "statusCode": "HTTP_302"}}
    sign_in = {
        "type": "authenticate-cognito",
        "authenticateCognitoConfig": {
            "onUnauthenticatedRequest": "authenticate",
            "scope": "openid",
            "sessionCookieName": "AWSELBAuthSessionCookie",
            "sessionTimeout": 604800,
            "userPoolARN": "arn:pool",
            "userPoolClientID": "client",
            "userPoolDomain": "shop",
        },
    }

    def rule_of(port: int, priority: int, actions: list[Any], *conditions: Any, **said: Any) -> dict[str, Any]:
        listener = ref(f"{ELB}::Listener", str(port), "listenerARN")
        return {"spec": {"listenerARN": listener, "priority": priority, "actions": actions, "conditions": [*conditions], **said}}

    def rules_of(port: int, *first: Any) -> dict[str, Any]:
        host = {"field": "host-header", "hostHeaderConfig": {"values": ["shop.example.com"]}}
        get = {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}
        rewrites = {"rewrites": [{"regex": "^/a", "replace": "/b"}]}
        return {
            f"{port}:1": rule_of(
                port,
                1,
                [*first, redirect],
                get,
                host,
                {"field": "path-pattern", "pathPatternConfig": {"values": ["/old"]}},
                tags=tags,
            ),
            f"{port}:2": rule_of(
                port,
                2,
                [*first, forward],
                host,
                {"field": "path-pattern", "pathPatternConfig": {"values": ["/cart", "/cart/*"]}},
                transforms=[{"type": "url-rewrite", "urlRewriteConfig": rewrites}],
                tags=tags,
            ),
        }

    found = balancer(made, service("web", {"port": 80, "targetPort": 8080}), facts=FACTS).stack
    assert found == {
        "id": "public",
        "resources": {
            "AWS::EC2::SecurityGroup": {
                "ManagedLBSecurityGroup": {
                    "spec": {
                        "groupName": "k8s-public-" + hashed("prodpublic"),
                        "description": "[k8s] Managed SecurityGroup for LoadBalancer",
                        "tags": tags,
                        "ingress": [
                            {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": [{"cidrIP": "0.0.0.0/0"}]}
                            for port in (80, 443)
                        ],
                    }
                }
            },
            f"{ELB}::LoadBalancer": {
                "LoadBalancer": {
                    "spec": {
                        "name": "k8s-public-" + hashed("prodpublicinternal"),
                        "type": "application",
                        "scheme": "internal",
                        "ipAddressType": "ipv4",
                        "subnetMapping": [{"subnetID": "subnet-1"}, {"subnetID": "subnet-2"}],
                        "securityGroups": [
                            ref("AWS::EC2::SecurityGroup", "ManagedLBSecurityGroup", "groupID"),
                            "sg-shared",
                        ],
                        "loadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "30"}],
                        "tags": tags,
                    }
                }
            },
            f"{ELB}::Listener": {
                "80": {
                    "spec": {
                        "loadBalancerARN": arn,
                        "port": 80,
                        "protocol": "HTTP",
                        "defaultActions": [forward],
                        "tags": tags,
                    }
                },
                "443": {
                    "spec": {
                        "loadBalancerARN": arn,
                        "port": 443,
                        "protocol": "HTTPS",
                        "defaultActions": [sign_in, forward],
                        "certificates": [{"certificateARN": "arn:a"}, {"certificateARN": "arn:b"}],
                        "sslPolicy": "ELBSecurityPolicy-2016-08",
                        "tags": tags,
                    }
                },
            },
            f"{ELB}::ListenerRule": {**rules_of(80), **rules_of(443, sign_in)},
            f"{ELB}::TargetGroup": {
                "shop/web-web:80": {
                    "spec": {
                        "name": name,
                        "targetType": "ip",
                        "port": 8080,
                        "protocol": "HTTP",
                        "protocolVersion": "HTTP1",
                        "ipAddressType": "ipv4",
                        "healthCheckConfig": {
                            "port": "traffic-port",
                            "protocol": "HTTP",
                            "path": "/",
                            "matcher": {"httpCode": "200"},
                            "intervalSeconds": 15,
                            "timeoutSeconds": 5,
                            "healthyThresholdCount": 2,
                            "unhealthyThresholdCount": 2,
                        },
                        "tags": tags,
                    }
                }
            },
            "K8S::ElasticLoadBalancingV2::TargetGroupBinding": {
                "shop/web-web:80": {
                    "spec": {
                        "template": {
                            "metadata": {"name": name, "namespace": "shop"},
                            "spec": {
                                "targetGroupARN": group,
                                "targetType": "ip",
                                "serviceRef": {"name": "web", "port": 80},
                                "networking": {
                                    "ingress": [
                                        {
                                            "from": [{"securityGroup": {"groupID": "sg-shared"}}],
                                            "ports": [{"protocol": "TCP", "port": 8080}],
                                        }
                                    ]
                                },
                                "ipAddressType": "ipv4",
                                "vpcID": "vpc-1",
                                "targetGroupProtocol": "HTTP",
                            },
                        }
                    }
                }
            },
            "AWS::WAFv2::WebACLAssociation": {"LoadBalancer": {"spec": {"webACLARN": "arn:acl", "resourceARN": arn}}},
            "AWS::Shield::Protection": {"LoadBalancer": {"spec": {"enabled": True, "resourceARN": arn}}},
            "FrontendNLBTargetGroup": {"FrontendNLBTargetGroup": {"TargetGroups": {}}},
        },
    }


def test_a_frontend_network_load_balancer_is_part_of_the_stack() -> None:
    made = ingress("/", said={"enable-frontend-nlb": "true", "load-balancer-name": "edge"})
    found = balancer(made, service(), facts=FACTS).stack["resources"]
    nlb = ref(f"{ELB}::LoadBalancer", "FrontendNlb", "loadBalancerARN")
    group = ref(f"{ELB}::TargetGroup", "FrontendNlb-tg-TCP-80", "targetGroupARN")
    name = "k8s-shop-web-" + hashed("prodshop/web80albTCPtraffic-portHTTP")
    assert found[f"{ELB}::LoadBalancer"]["FrontendNlb"]["spec"] == {
        "name": "edge-nlb",
        "type": "network",
        "scheme": "internal",
        "ipAddressType": "ipv4",
        "subnetMapping": [{"subnetID": "subnet-1"}, {"subnetID": "subnet-2"}],
        "securityGroups": [ref("AWS::EC2::SecurityGroup", "ManagedLBSecurityGroup", "groupID"), "sg-shared"],
    }
    assert found[f"{ELB}::Listener"]["FrontendNlb-ls-TCP-80"]["spec"] == {
        "loadBalancerARN": nlb,
        "port": 80,
        "protocol": "TCP",
        "defaultActions": [{"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": group}]}}],
    }
    assert found[f"{ELB}::TargetGroup"]["FrontendNlb-tg-TCP-80"]["spec"]["targetType"] == "alb"
    assert "FrontendNlb-tg-TCP-80" not in found["K8S::ElasticLoadBalancingV2::TargetGroupBinding"]
    assert found["FrontendNLBTargetGroup"]["FrontendNLBTargetGroup"]["TargetGroups"] == {
        name: {
            "Name": name,
            "ARN": group,
            "Port": 80,
            "TargetARN": ref(f"{ELB}::LoadBalancer", "LoadBalancer", "loadBalancerARN"),
            "TargetPort": 80,
        }
    }


def test_a_certificate_that_is_asked_for_is_referred_to() -> None:
    flags = replace(FLAGS, gates={"EnableCertificateManagement": True})
    made = ingress(rule("/", host="a.org"), said={"create-acm-cert": "true"})
    found = balancer(made, flags=flags).stack["resources"]
    ((name, resource),) = found["AWS::ACM::Certificate"].items()
    assert resource["spec"] == {
        "type": "AMAZON_ISSUED",
        "certificateAuthorityARN": "",
        "domainName": "a.org",
        "subjectAlternativeNames": ["a.org"],
        "validationMethod": "DNS",
        "keyAlgorithm": "",
    }
    assert found[f"{ELB}::Listener"]["443"]["spec"]["certificates"] == [
        {"certificateARN": ref("AWS::ACM::Certificate", name, "certificateARN")}
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"minimum-load-balancer-capacity": "CapacityUnits=500"},
            {"minimumLoadBalancerCapacity": {"capacityUnits": 500}},
        ),
        ({"ipam-ipv4-pool-id": "ipam-pool-1"}, {"ipv4IPAMPool": "ipam-pool-1"}),
        ({"customer-owned-ipv4-pool": "coip"}, {"customerOwnedIPv4Pool": "coip"}),
        ({"security-groups": "sg-1"}, {"securityGroups": ["sg-1"]}),
    ],
)
def test_the_rest_of_a_load_balancer_is_written_where_it_is_said(said: dict[str, str], expected: dict[str, Any]) -> None:
    (found,) = resources(said, f"{ELB}::LoadBalancer").values()
    assert {key: found[key] for key in expected} == expected
    (plain,) = resources({}, f"{ELB}::LoadBalancer").values()
    assert {*plain} == {"name", "type", "scheme", "ipAddressType", "subnetMapping", "securityGroups"}


def test_blocks_of_ipv6_and_prefix_lists_are_written_as_such() -> None:
    said = {"ip-address-type": "dualstack", "inbound-cidrs": "2001:db8::/32", "security-group-prefix-lists": "pl-1"}
    (found,) = balancer(ingress("/", said=said)).stack["resources"]["AWS::EC2::SecurityGroup"].values()
    assert found["spec"]["ingress"] == [
        {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "ipv6Ranges": [{"cidrIPv6": "2001:db8::/32"}]},
        {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "prefixLists": [{"listID": "pl-1"}]},
    ]


CONDITIONS = [
    {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-A", "values": ["1"]}},
    {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-B", "regexValues": ["^1"]}},
    {"field": "query-string", "queryStringConfig": {"values": [{"key": "a", "value": "1"}, {"value": "2"}]}},
    {"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}},
    {"field": "path-pattern", "pathPatternConfig": {"regexValues": ["^/v"]}},
]


def test_conditions_are_written_with_host_and_path_at_the_end() -> None:
    made = ingress(rule(path(None, None), host="a.org"), said={"conditions.web": CONDITIONS})
    (found,) = balancer(made).stack["resources"][f"{ELB}::ListenerRule"].values()
    host = {"field": "host-header", "hostHeaderConfig": {"values": ["a.org"]}}
    assert found["spec"]["conditions"] == [*CONDITIONS[:4], host, CONDITIONS[4]]


@pytest.mark.parametrize(
    ("document", "config"),
    [
        (
            {
                "type": "forward",
                "forwardConfig": {
                    "targetGroups": [{"targetGroupARN": "arn:a", "weight": 1}, {"targetGroupARN": "arn:b", "weight": 0}],
                    "targetGroupStickinessConfig": {"enabled": True, "durationSeconds": 60},
                },
            },
            {
                "targetGroups": [{"targetGroupARN": "arn:a", "weight": 1}, {"targetGroupARN": "arn:b", "weight": 0}],
                "targetGroupStickinessConfig": {"enabled": True, "durationSeconds": 60},
            },
        ),
        ({"type": "forward", "forwardConfig": {"targetGroups": []}}, {"targetGroups": None}),
    ],
)
def test_a_forward_is_written_with_its_weights(document: dict[str, Any], config: dict[str, Any]) -> None:
    (found,) = resources({"actions.x": document}, f"{ELB}::ListenerRule", "x:action").values()
    assert found["actions"] == [{"type": "forward", "forwardConfig": config}]


def test_client_certificates_and_attributes_of_a_listener_are_written() -> None:
    said = {
        "listen-ports": [{"HTTPS": 443}],
        "mutual-authentication": [{"port": 443, "mode": "verify", "trustStore": "arn:store", "advertiseTrustStoreCaNames": "on"}],
        "listener-attributes.HTTPS-443": "a=1",
    }
    (found,) = resources(said, f"{ELB}::Listener").values()
    assert (found["mutualAuthentication"], found["listenerAttributes"]) == (
        {
            "mode": "verify",
            "trustStoreArn": "arn:store",
            "ignoreClientCertificateExpiry": False,
            "advertiseTrustStoreCaNames": "on",
        },
        [{"Key": "a", "Value": "1"}],
    )


def test_a_control_port_and_grpc_are_written_with_the_target_group() -> None:
    said = {"backend-protocol-version": "GRPC", "target-control-port.web.80": "3000", "target-group-attributes": "a=1"}
    (found,) = resources(said, f"{ELB}::TargetGroup").values()
    assert (found["targetControlPort"], found["healthCheckConfig"]["matcher"], found["targetGroupAttributes"]) == (
        3000,
        {"grpcCode": "12"},
        [{"key": "a", "value": "1"}],
    )


def test_nodes_and_other_clusters_are_written_with_what_registers_targets() -> None:
    said = {
        "target-type": "instance",
        "target-node-labels": "kind=web",
        "multi-cluster-target-group": "true",
        "security-groups": "sg-1",
    }
    made = balancer(ingress("/", said=said), service("web", {"port": 80, "nodePort": 30080}), facts=FACTS)
    (found,) = made.stack["resources"]["K8S::ElasticLoadBalancingV2::TargetGroupBinding"].values()
    binding = found["spec"]["template"]["spec"]
    assert (binding["nodeSelector"], binding["multiClusterTargetGroup"]) == ({"matchLabels": {"kind": "web"}}, True)
    assert "networking" not in binding


def test_a_web_acl_of_waf_classic_is_written() -> None:
    (found,) = resources({"waf-acl-id": "none"}, "AWS::WAFRegional::WebACLAssociation").values()
    assert found["webACLID"] == ""
