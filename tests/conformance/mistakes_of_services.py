"""What is got wrong in Services with network load balancers, each kind as likely as another. A mistake may turn out to be none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.cases.short import BALANCER_CLASS, Object
from tests.conformance.generate import ACCOUNT, CERTIFICATES, World

OTHER_CLASS = "example.com/own"
LEGACY = f"arn:aws:elasticloadbalancing:{ACCOUNT}:targetgroup/legacy/1"

NUMBERS = ["", " 10", "1_0", "10s", "2.5", "0x1F", "1e1", "٣", "-0", "2147483647", "2147483648", "-2147483649", "three"]
TRUTHS = ["yes", "on", "", " true", "tRUE", "TRUE", "1", "0.0.0.0/0"]
MAPS = ["a", "a=1,b", "=1", "a=1,", ",a=1", "a=1,,b=2", "a==b", r"a=1\,b=2", "a = 1 , b = 2", "a=1;b=2", "a=1,a=2", " ", "a\\"]

WRONG: dict[str, list[Any]] = {
    "type": ["nlb", "External", "", " external"],
    "nlb-target-type": ["pods", "IP", "", "ip "],
    "name": ["a" * 33, "ä" * 17, "ä" * 16, " "],
    "scheme": ["public", "", "Internal", "internal "],
    "internal": TRUTHS,
    "ip-address-type": ["ipv6", "dualstack-without-public-ipv4", "", "ipv4 "],
    "attributes": [*MAPS, "dns_record.client_routing_policy=nearest", "dns_record.client_routing_policy="],
    "access-log-enabled": TRUTHS,
    "cross-zone-load-balancing-enabled": TRUTHS,
    "minimum-load-balancer-capacity": [*MAPS, *(f"CapacityUnits={number}" for number in NUMBERS), "Units=1,CapacityUnits=many"],
    "additional-resource-tags": MAPS,
    "subnets": ["", "subnet-a1,subnet-a2", "subnet-a1,subnet-ff", "private-a,gone", "private-a,private-a", "subnet-a1,subnet-a1"],
    "eip-allocations": ["eipalloc-1", "eipalloc-1,eipalloc-2,eipalloc-3,eipalloc-4", "", "a, ,b,,c"],
    "private-ipv4-addresses": [
        "10.0.11.5",
        "10.0.11.5,10.0.21.5,10.0.31",
        "10.0.11.5,10.0.21.5,::1",
        "10.0.11.5,10.0.11.6,10.0.21.5",
        "10.0.11.5,10.0.21.5,10.0.31.05",
        "10.0.11.5,10.0.21.5,::ffff:10.0.31.5",
        "10.0.11.5,10.0.21.5,10.0.31.5/24",
        "10.0.11.5,10.0.21.5,10.0.31.256",
        "10.0.11.5,10.0.21.5,10.0.99.5",
        "10.0.31.255,10.0.11.0,10.0.21.1",
    ],
    "ipv6-addresses": [
        "2001:db8:1:11::5",
        "2001:db8:1:11::5,2001:db8:1:21::5,here",
        "10.0.11.5,::1,::2",
        "::1,::2,::3",
        "2001:db8:1:11::5,2001:db8:1:41::5,2001:DB8:1:31:0::1.2.3.4",
        "2001:db8:1:11::5%eth0,2001:db8:1:21::5,2001:db8:1:31::5",
        "2001:db8:1:11::5,2001:db8:1:21::5,::ffff:10.0.31.5",
        "2001:db8:1:11::5,2001:db8:1:21::00005,2001:db8:1:31::5",
        "2001:db8:1:11::5,2001:db8:1:21:0:0:0:0:5,2001:db8:1:31::5",
        "2001:db8:1:11::5,2001:db8:1:21:0:0:0::,2001:db8:1:31::5/64",
    ],
    "enable-prefix-for-ipv6-source-nat": ["true", "On", "", "on "],
    "source-nat-ipv6-prefixes": [
        "auto_assigned",
        "auto_assigned,auto_assigned,2001:db8:1:31::/64",
        "auto_assigned,auto_assigned,2001:db8:1:31::",
        "auto_assigned,auto_assigned,10.0.0.0/80",
        "here/80,auto_assigned,auto_assigned",
        "auto_assigned,auto_assigned,2001:db8:1:99::/80",
        "auto_assigned,auto_assigned,2001:db8:1:31::5/80/80",
        "auto_assigned,2001:db8:1:41::/80,2001:db8:1:31::/080",
        "auto_assigned,2001:db8:1:41::/80,2001:db8:1:31:1:2:3:4/80",
        "AUTO_ASSIGNED,auto_assigned,auto_assigned",
    ],
    "security-groups": ["sg-gone", "gone,edge", "sg-edge,sg-edge", "edge,edge", "sg-gone,gone,sg-lost"],
    "manage-backend-security-group-rules": TRUTHS,
    "load-balancer-source-ranges": ["2001:db8::/32", "10.0.0.0/8,::/0", "office", ":", " , ", "10.0.0.0/8,10.0.0.0/8"],
    "security-group-prefix-lists": ["", " , ", "pl-1,pl-1"],
    "disable-nlb-sg": TRUTHS,
    "inbound-sg-rules-on-private-link-traffic": ["true", "", "On"],
    "ssl-cert": ["", " , ", "a,,b"],
    "ssl-ports": ["*", "8080", "https,gone", "0443", "gone,gone", "443,443", "http s"],
    "alpn-policy": ["http2only", "", "None,HTTP2Only", "HTTP2Only "],
    "quic-enabled-ports": ["80", "https", "*", "0443", "443"],
    "enable-tcp-udp-listener": TRUTHS,
    "healthcheck-port": ["gone", "", "dns", "0", "-1", "99999999999", "80.0", " 9000", "Traffic-Port", "http", "٣", "1_0"],
    "healthcheck-protocol": ["UDP", "", "TLS", "HTTP ", "hTTps"],
    "healthcheck-interval": NUMBERS,
    "healthcheck-timeout": NUMBERS,
    "healthcheck-healthy-threshold": NUMBERS,
    "healthcheck-unhealthy-threshold": NUMBERS,
    "target-group-attributes": [*MAPS, *(f"preserve_client_ip.enabled={truth}" for truth in TRUTHS)],
    "proxy-protocol": ["80", "", "**", " *"],
    "proxy-protocol-per-target-group": ["http", "80,https", "80.0", "8 0", "1_0", "٣", "99999999999999999999", "+80,-1"],
    "target-node-labels": MAPS,
    "multi-cluster-target-group": TRUTHS,
}
"""Values that a Service gets wrong, and some that only look as if it did."""

EACH_ZONE = "subnet-a1,subnet-b1,subnet-c1"
NEEDED: dict[str, Object] = {
    "private-ipv4-addresses": {"scheme": "internal", "subnets": EACH_ZONE},
    "ipv6-addresses": {"subnets": EACH_ZONE},
    "eip-allocations": {"scheme": "internet-facing"},
    "source-nat-ipv6-prefixes": {"enable-prefix-for-ipv6-source-nat": "on", "subnets": EACH_ZONE},
    "ssl-ports": {"ssl-cert": CERTIFICATES[0]},
    "alpn-policy": {"ssl-cert": CERTIFICATES[0]},
}
"""What has to be there too, for a value to be read."""

WRONG_ACTIONS: list[Any] = [
    "{",
    "",
    "[]",
    "null",
    {"type": "redirect"},
    {"TYPE": "Forward"},
    {"Type": "forward", "FORWARDconfig": {"TargetGroups": [{"SERVICENAME": "api", "serviceport": 8080}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": None}},
    {"type": "forward", "forwardConfig": {"targetGroups": {}}},
    {"type": "forward", "forwardConfig": {"baseServiceWeight": "1"}},
    {"type": "forward", "forwardConfig": {"baseServiceWeight": 1.0}},
    {"type": "forward", "forwardConfig": {"baseServiceWeight": 2147483648}},
    {"type": "forward", "forwardConfig": {"baseServiceWeight": -1, "more": True}},
    {"type": "forward", "forwardConfig": {"targetGroupStickinessConfig": {"enabled": "true"}}},
    {"type": "forward", "forwardConfig": {"targetGroupStickinessConfig": {"enabled": None, "durationSeconds": 60}}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "", "servicePort": 80}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": None}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": ""}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": True}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 99999999999}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": ""}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": LEGACY, "servicePort": 1, "decrypt": "no"}]}},
    '{"type": "forward", "forwardConfig": {}} {}',
    '{"type": "redirect", "type": "forward", "forwardConfig": {"baseServiceWeight": 1}, "forwardConfig": {}}',
    " null ",
    "1",
    {"type": "forward"},
    {"type": "forward", "forwardConfig": {}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api"}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 1.5}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 8080, "targetGroupARN": LEGACY}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 81}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": "8080"}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 8080, "weight": 1000}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "api", "servicePort": 8080, "weight": -1}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": LEGACY}, {"targetGroupARN": LEGACY, "weight": 1}]}},
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "gone", "servicePort": 80}]}},
    {
        "type": "forward",
        "forwardConfig": {
            "targetGroups": [
                {"serviceName": "gone", "servicePort": 80, "weight": 1},
                {"serviceName": "away", "servicePort": 80, "weight": 1},
            ]
        },
    },
    {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "search", "servicePort": "http"}]}},
]


def protocol_of(port: Object) -> str:
    return str(port.get("protocol", "TCP"))


def a_wrong_value(world: World, of: Object) -> None:
    name = world.random.choice(list(WRONG))
    value = world.random.choice(WRONG[name])
    if world.chance(0.8):
        of["nlb"].update(NEEDED.get(name, {}))
    of["nlb"][name] = value


def a_wrong_action(world: World, of: Object) -> None:
    port = world.random.choice(of["ports"])
    kinds = [protocol_of(port), "TLS" if "ssl-cert" in of["nlb"] else protocol_of(port)]
    of["nlb"][f"actions.{world.one(*kinds)}-{port['port']}"] = world.random.choice(WRONG_ACTIONS)


def wrong_attributes_of_a_port(world: World, of: Object) -> None:
    port = world.random.choice(of["ports"])
    of["nlb"][f"target-group-attributes.{port['port']}"] = world.one("stickiness", "preserve_client_ip.enabled=")
    for kind in {protocol_of(port), "TLS", "TCP_UDP"} if world.chance(0.5) else ():
        of["nlb"][f"listener-attributes.{kind}-{port['port']}"] = "idle"


def nodes_without_ports(world: World, of: Object) -> None:
    """Only where the API server gives it none: it does for every other Service of type LoadBalancer or NodePort."""
    of["nlb"]["nlb-target-type"] = "instance"
    if of["loadBalancerClass"] is None:
        of["nlb"]["type"] = "external"
    for port in of["ports"]:
        port.pop("nodePort", None)
    of.pop("type", None)
    of["allocateLoadBalancerNodePorts"] = False


def of_another_type(world: World, of: Object) -> None:
    of["loadBalancerClass"] = None
    of["type"] = world.one("ClusterIP", "ClusterIP", "NodePort", "ExternalName")
    of["nlb"].update({"type": "external", "nlb-target-type": "instance"})
    for key in ("allocateLoadBalancerNodePorts", "externalTrafficPolicy", "healthCheckNodePort"):
        of.pop(key, None)
    for port in of["ports"]:
        port.pop("nodePort", None)
        if of["type"] == "NodePort":
            port["nodePort"] = next(world.node_ports)
    if of["type"] == "ExternalName":
        of["externalName"] = "example.net"


def ipv6_where_there_is_none(world: World, of: Object) -> None:
    of["nlb"]["ip-address-type"] = world.one("ipv4", "dualstack")
    of["ipFamilies"] = ["IPv6"]
    if world.chance(0.5):
        of["loadBalancerSourceRanges"] = ["2001:db8::/32"]


def ports_that_cannot_be_shared(world: World, of: Object) -> None:
    of["nlb"]["enable-tcp-udp-listener"] = "true"
    has_node_ports = "nodePort" in of["ports"][0]
    of["ports"] = [
        {
            "name": f"port-{number}",
            "port": 53,
            "protocol": protocol,
            "targetPort": 5353,
            **({"nodePort": next(world.node_ports)} if has_node_ports else {}),
        }
        for number, protocol in enumerate(world.one(["TCP", "SCTP"], ["UDP", "TCP", "SCTP"], ["SCTP", "UDP"], ["TCP", "UDP"]))
    ]


def of_another_class(world: World, of: Object) -> None:
    """Which it may have been the controller's before."""
    of["loadBalancerClass"] = world.one("example.com/other", BALANCER_CLASS, OTHER_CLASS)
    if world.chance(0.5):
        of["finalizers"] = ["service.k8s.aws/resources"]
        protected = world.one("true", "T", "false", "yes", "")
        of["nlb"]["attributes"] = world.one(f"deletion_protection.enabled={protected}", "a=1", "protected")


def without_the_shared_group(world: World, of: Object) -> None:
    world.controller.pop("enableManageBackendSecurityGroupRules", None)
    world.controller["enableBackendSecurityGroup"] = False
    of["nlb"].update({"security-groups": "sg-edge", "manage-backend-security-group-rules": world.one("true", "yes")})


def a_gate_that_is_shut(world: World, _: Object) -> None:
    world.controller.setdefault("featureGates", {})["EnableIPTargetType"] = False


def a_tag_that_others_manage(world: World, of: Object) -> None:
    world.controller["externalManagedTags"] = ["cost", "unit"]
    of["nlb"]["additional-resource-tags"] = world.one("cost=1", "cost=1,unit=2")


def wrong_subnets(world: World, _: Object) -> None:
    """Full ones, those of another cluster, zones of two kinds, none, or none with IPv6."""
    subnets = world.facts["subnets"]
    change = world.one("full", "other", "zones", "none", "ipv6", "few")
    if change == "few":
        world.facts["subnets"] = [each for each in subnets if each["zone"].endswith("a")]
    elif change == "none":
        world.facts["subnets"] = []
    for each in subnets:
        if change == "full":
            each["free_addresses"] = world.one(0, 7, 7, 8)
        elif change == "other" and world.chance(0.8):
            each["tags"] = {**each["tags"], "kubernetes.io/cluster/other": "owned"}
        elif change == "zones" and each["zone"].endswith("c"):
            each["zone_type"] = "local-zone"
        elif change == "ipv6" and world.chance(0.8):
            each["ipv6"], each["ipv6_cidrs"] = False, []


MISTAKES: list[Callable[[World, Object], None]] = [
    *[a_wrong_value] * 20,
    *[a_wrong_action] * 7,
    *[wrong_attributes_of_a_port] * 2,
    *[nodes_without_ports] * 2,
    *[of_another_type] * 2,
    *[ipv6_where_there_is_none] * 2,
    *[ports_that_cannot_be_shared] * 2,
    *[of_another_class] * 2,
    without_the_shared_group,
    a_gate_that_is_shut,
    a_tag_that_others_manage,
    wrong_subnets,
]
