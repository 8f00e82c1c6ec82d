"""The fields of the controller's own kinds that a plan reads.

Facts: CustomResourceDefinitions of IngressClassParams and TargetGroupBinding, controller v3.5.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from eks_ingress.manifests.fields import Flaw, Verdict, fields, flag, list_of, map_of, number, number_or_text, one_of, text
from eks_ingress.manifests.manifest import Pointer

BINDING_KIND = "TargetGroupBinding"

_SUBNET = re.compile(r"subnet-[0-9a-f]+")


def _subnet(text: str) -> Verdict:
    return None if _SUBNET.search(text) else ("is not the id of a subnet", "Write 'subnet-' and its digits.")


def _one_prefix_list(spec: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    if spec.get("prefixListsIDs") is not None and spec.get("PrefixListsIDs") is not None:
        flaws.append(Flaw((*at, "PrefixListsIDs"), "stands beside prefixListsIDs", "Remove it."))


_TEXT = text()
_TEXTS = list_of(_TEXT)
_PAIRS = list_of(fields({"key": _TEXT, "value": _TEXT}, {"key": "Write its `key`.", "value": "Write its `value`."}))
_SELECTOR = fields(
    {
        "matchLabels": map_of(_TEXT),
        "matchExpressions": list_of(
            fields(
                {"key": _TEXT, "operator": _TEXT, "values": _TEXTS},
                {"key": "Write the label's key.", "operator": "Write In, NotIn, Exists or DoesNotExist."},
            )
        ),
    }
)
PARAMS = fields(
    {
        **dict.fromkeys(("loadBalancerName", "sslPolicy", "sslRedirectPort", "wafv2AclArn", "wafv2AclName"), _TEXT),
        **dict.fromkeys(("PrefixListsIDs", "prefixListsIDs", "certificateArn", "inboundCIDRs"), _TEXTS),
        **dict.fromkeys(("loadBalancerAttributes", "tags"), _PAIRS),
        "group": fields({"name": _TEXT}, {"name": "Write its `name`."}),
        "ipAddressType": one_of("ipv4", "dualstack", "dualstack-without-public-ipv4"),
        "ipamConfiguration": fields({"ipv4IPAMPoolId": _TEXT}),
        "listeners": list_of(fields({"listenerAttributes": _PAIRS, "port": number(), "protocol": _TEXT})),
        "minimumLoadBalancerCapacity": fields({"capacityUnits": number()}, {"capacityUnits": "Write the number of its units."}),
        "namespaceSelector": _SELECTOR,
        "scheme": one_of("internal", "internet-facing"),
        "subnets": fields({"ids": list_of(text(_subnet), least=1), "tags": map_of(_TEXTS)}),
        "targetType": one_of("instance", "ip"),
    },
    rule=_one_prefix_list,
)

_NUMBER_OR_NAME = number_or_text(number(), _TEXT)
_PEER = fields(
    {
        "securityGroup": fields({"groupID": _TEXT}, {"groupID": "Write its id."}),
        "ipBlock": fields({"cidr": _TEXT}, {"cidr": "Write a range such as 10.0.0.0/8."}),
    },
    elsewhere={
        "groupID": "Write `securityGroup:` above it.",
        "cidr": "Write `ipBlock:` above it.",
        "securityGroups": "Write an item with `securityGroup:` for each.",
    },
)
BINDING = fields(
    {
        **dict.fromkeys(("targetGroupARN", "targetGroupName", "vpcID", "iamRoleArnToAssume", "assumeRoleExternalId"), _TEXT),
        "targetType": one_of("instance", "ip"),
        "targetGroupProtocol": one_of("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"),
        "ipAddressType": one_of("ipv4", "ipv6"),
        "multiClusterTargetGroup": flag,
        "serviceRef": fields(
            {"name": _TEXT, "port": _NUMBER_OR_NAME},
            {"name": "Write the Service's name.", "port": "Write the number of its port, or the port's name."},
            elsewhere={"namespace": "Take it out: the Service is one of the binding's own namespace."},
        ),
        "nodeSelector": _SELECTOR,
        "networking": fields(
            {
                "ingress": list_of(
                    fields(
                        {
                            "from": list_of(_PEER),
                            "ports": list_of(fields({"port": _NUMBER_OR_NAME, "protocol": one_of("TCP", "UDP")})),
                        },
                        {
                            "from": "Write `from:`, and below it an item with `securityGroup:` or `ipBlock:`.",
                            "ports": "Write `ports:`, and below it `- protocol: TCP` for all.",
                        },
                    )
                )
            },
            elsewhere=dict.fromkeys(("from", "ports"), "Write `ingress:` above it, and '- ' before it."),
        ),
    },
    {"serviceRef": "Write `serviceRef:`, and below it `name:` and `port:`."},
    elsewhere=dict.fromkeys(("service", "serviceName"), "Write `serviceRef:`, and below it `name:` and `port:`."),
)
