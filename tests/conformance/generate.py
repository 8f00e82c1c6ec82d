"""Random groups: a cluster, flags and an AWS account, out of which the controller builds about half of the groups and refuses half.

Everything is drawn so that it can be built, each setting often enough to meet every other one. Then about half of the groups get
a mistake, each kind as likely as another: a value that cannot be read, two members that disagree, a Service that is not there.
A mistake may turn out to be none, where another setting hides it; that is part of the game.

`python -m tests.conformance.shares 2000` tells how often everything was drawn and, of what the judge says, the shares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from tests.conformance.cases.short import Object, full

ACCOUNT = "eu-west-1:111122223333"
CERTIFICATES = [f"arn:aws:acm:{ACCOUNT}:certificate/{name}" for name in ("one", "two", "three")]
NAMESPACES = ["shop", "admin", "shop-eu"]
HOSTS = ["shop.example.com", "www.example.com", "*.example.com", "a.eu.example.com"]
PROTOCOLS = {80: "HTTP", 8080: "HTTP", 443: "HTTPS", 8443: "HTTPS"}
"""Of the ports that a member may listen on."""


# ---------------------------------------------------------------------------------------------------------------- what is drawn


@dataclass(slots=True)
class Group:
    """Members that share a load balancer, and what they have to agree on."""

    name: str
    """Empty for an Ingress that is alone."""
    ports: list[int]
    shared: Object = field(default_factory=dict)
    """Annotations of which each member has some, with these values."""
    params: Object | None = None
    """Of the class of its members."""
    members: list[Object] = field(default_factory=list)
    """Ingresses, in short form."""


@dataclass(slots=True)
class World:
    """All that a case has, while it is drawn."""

    random: Random
    controller: Object = field(default_factory=dict)
    facts: Object = field(default_factory=dict)
    services: dict[str, list[Object]] = field(default_factory=dict)
    """Of each namespace, in short form."""
    groups: list[Group] = field(default_factory=list)
    others: list[Object] = field(default_factory=list)
    """Namespaces, classes, Secrets, and Ingresses of other controllers, in short form."""
    dualstack: bool = False
    tokens: bool = False
    """Whether JSON Web Tokens are asked for, instead of signing in: both together are refused."""
    node_ports: Iterator[int] = field(default_factory=lambda: count(30000))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, of: Iterable[Any], at_least: int = 0) -> list[Any]:
        """A few, in any order."""
        all_of_them = list(of)
        return self.random.sample(all_of_them, self.random.randint(min(at_least, len(all_of_them)), len(all_of_them)))

    def one(self, *of: Any) -> Any:
        return self.random.choice(of)

    def perhaps(self, share: float, annotations: Object) -> Object:
        return annotations if self.chance(share) else {}

    def true(self) -> str:
        return str(self.one("true", "1", "t", "T", "TRUE", "True"))

    def false(self) -> str:
        return str(self.one("false", "0", "f", "F", "FALSE", "False"))

    def as_map(self, entries: Iterable[str]) -> str:
        return str(self.one(",", ", ", " ,")).join(entries)


def group(random: Random) -> Object:
    """One case: `objects`, `controller` and `facts`."""
    world = World(random)
    world.dualstack = world.chance(0.2)
    world.tokens = world.chance(0.3)
    flags(world)
    account(world)
    cluster(world)
    for number in range(world.one(1, 1, 1, 2, 2, 3)):
        world.groups.append(drawn_group(world, number))
    for each in world.groups:
        if world.chance(0.56):
            spoil(world, each)
    ingresses = [member for each in world.groups for member in each.members]
    services = [service for of_namespace in world.services.values() for service in of_namespace]
    objects = [full(each) for each in (*world.others, *services, *ingresses)]
    random.shuffle(objects)
    return {"objects": objects, "controller": world.controller, "facts": world.facts}


def flags(world: World) -> None:
    """Settings of the controller, mostly its own defaults."""
    choices: Object = {
        "clusterName": "staging",
        "defaultTargetType": "ip",
        "defaultLoadBalancerScheme": "internet-facing",
        "defaultSSLPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "defaultTags": {"team": "platform", "owner": "platform"},
        "externalManagedTags": ["cost"],
        "enableBackendSecurityGroup": True,
        "enableManageBackendSecurityGroupRules": True,
        "disableRestrictedSecurityGroupRules": True,
        "defaultPCAArn": f"arn:aws:acm-pca:{ACCOUNT}:certificate-authority/default",
    }
    world.controller = {name: value for name, value in choices.items() if world.chance(0.08)}
    gates = {
        "LBCapacityReservation": False,
        "EnableDefaultTagsLowPriority": True,
        "SubnetsClusterTagCheck": False,
        "SubnetDiscoveryByReachability": False,
        "ALBSingleSubnet": True,
    }
    if chosen := {gate: value for gate, value in gates.items() if world.chance(0.05)}:
        world.controller["featureGates"] = chosen
    if world.chance(0.15):
        world.controller.setdefault("featureGates", {})["EnableCertificateManagement"] = True


def account(world: World) -> None:
    """What is in AWS: enough subnets of each kind, and everything that has a name."""
    subnets: list[Object] = []
    for place, zone in enumerate("abc", start=1):
        for number, (kind, role) in enumerate((("private", "internal-elb"), ("public", "elb")), start=1):
            tags: Object = {f"kubernetes.io/role/{role}": world.one("", "1"), "tier": "web"}
            if world.chance(0.2):
                tags["kubernetes.io/cluster/prod"] = "shared"
                tags["kubernetes.io/cluster/staging"] = "shared"
            subnet: Object = {"id": f"subnet-{zone}{number}", "name": f"{kind}-{zone}", "zone": f"eu-west-1{zone}", "tags": tags}
            subnet["cidr"] = f"10.0.{place}{number}.0/24"
            blocks = [f"2001:db8:1:{place}{number}::/64", *([f"2001:db8:1:4{number}::/64"] if zone == "b" else [])]
            subnet["ipv6_cidrs"] = blocks if world.dualstack else []
            subnets.append({**subnet, "public": kind == "public", "ipv6": world.dualstack})
    world.random.shuffle(subnets)
    if world.chance(0.15):  # subnets nobody tagged
        for subnet in subnets:
            subnet["tags"] = {"tier": "web"}
        gates = world.controller.get("featureGates", {})
        gates.pop("SubnetDiscoveryByReachability", None)
    world.facts = {
        "vpc": "vpc-1",
        "vpc_cidrs": ["10.0.0.0/16", "100.64.0.0/16"],
        "vpc_ipv6_cidrs": ["2001:db8:1::/56"] if world.dualstack else [],
        "subnets": subnets,
        "security_groups": [{"id": "sg-edge", "name": "edge"}, {"id": "sg-office", "name": "office"}],
        "certificates": [
            {"arn": CERTIFICATES[2], "domains": ["*.example.com"]},
            {"arn": CERTIFICATES[0], "domains": ["shop.example.com", "www.example.com"]},
            {"arn": CERTIFICATES[1], "domains": ["*.eu.example.com"]},
        ],
        "trust_stores": [{"arn": f"arn:aws:elasticloadbalancing:{ACCOUNT}:truststore/partners/1", "name": "partners"}],
        "target_groups": [{"arn": f"arn:aws:elasticloadbalancing:{ACCOUNT}:targetgroup/legacy/1", "name": "legacy"}],
        "web_acls": [{"arn": f"arn:aws:wafv2:{ACCOUNT}:regional/webacl/shop/1", "name": "shop"}],
        "backend_security_group": "sg-backend",
    }


def cluster(world: World) -> None:
    """Namespaces with Services and a Secret each, and the class that most Ingresses have."""
    world.others.append({"IngressClass": "alb"})
    for namespace in NAMESPACES:
        world.others.append({"Namespace": namespace, "labels": {"team": namespace}})
        identity = world.one("clientID", "clientId")
        secret = {identity: "client" + world.one("", "\n"), "clientSecret": "secret" + world.one("", "\n", " ")}
        world.others.append({"Secret": f"{namespace}/idp", "stringData": secret})
        world.services[namespace] = services(world, namespace)
    if world.chance(0.1):
        world.others.append({"IngressClass": "nginx", "controller": "k8s.io/ingress-nginx"})
        nobodys = {"scheme": "nonsense", "group.name": "public"}
        world.others.append({"Ingress": "shop/nginx", "class": "nginx", "annotations": nobodys, "rules": ["Prefix / web:80"]})


# -------------------------------------------------------------------------------------------------------------------- Services


def services(world: World, namespace: str) -> list[Object]:
    """Services of all sorts; those without node ports ask for pods as targets."""
    made = [
        service(world, namespace, "web", "NodePort", [("http", 80, 8080)]),
        service(world, namespace, "api", "NodePort", [("http", 8080, "web"), ("status", 9090, 9091)]),
        service(world, namespace, "edge", "LoadBalancer", [(None, 443, 8443)]),
        service(world, namespace, "search", "ClusterIP", [("http", 80, 9200)]),
        {**service(world, namespace, "peers", "ClusterIP", [("http", 80, "web")]), "clusterIP": "None"},
        {**service(world, namespace, "far", "ExternalName", [(None, 80, 80)]), "externalName": "far.example.net"},
    ]
    return [*made[:2], *world.some(made[2:])]


def service(world: World, namespace: str, name: str, kind: str, ports: list[tuple[str | None, int, int | str]]) -> Object:
    on_nodes = kind in {"NodePort", "LoadBalancer"}
    made: Object = {"Service": f"{namespace}/{name}", "type": kind, "annotations": service_annotations(world, name, ports)}
    if not on_nodes:
        made["annotations"]["target-type"] = "ip"
    if world.dualstack and kind != "ExternalName" and world.chance(0.5):
        made["ipFamilies"] = world.one(["IPv6"], ["IPv4"], ["IPv4", "IPv6"])
    made["ports"] = [
        {
            **({"name": port_name} if port_name else {}),
            "port": port,
            "targetPort": target,
            **({"nodePort": next(world.node_ports)} if on_nodes else {}),
        }
        for port_name, port, target in ports
    ]
    return made


def service_annotations(world: World, name: str, ports: list[tuple[str | None, int, int | str]]) -> Object:
    """What a Service may say instead of the Ingress."""
    port_name, port, _ = ports[-1]
    return {
        **world.perhaps(0.25, targets(world)),
        **world.perhaps(0.2, health_check(world)),
        **world.perhaps(0.1 if port_name and name in {"api", "search"} else 0, {"healthcheck-port": port_name}),
        **world.perhaps(0.15, {"tags": tags(world, "service")}),
        **world.perhaps(0.1, {"multi-cluster-target-group": world.one(world.true(), world.false())}),
        **world.perhaps(0.5 if name in {"search", "peers", "far"} else 0, {f"target-control-port.{name}.{port}": 3000}),
        **world.perhaps(0 if world.tokens else 0.12, sign_in(world)),
    }


def targets(world: World) -> Object:
    """How the load balancer speaks to targets."""
    version = world.one("HTTP1", "HTTP2", "GRPC")
    return {
        **world.perhaps(0.4, {"target-type": world.one("ip", "instance")}),
        **world.perhaps(0.4, {"backend-protocol": world.one("HTTP", "HTTPS")}),
        **world.perhaps(0.4, {"backend-protocol-version": version}),
        **world.perhaps(
            0.4, {"target-group-attributes": world.as_map(["stickiness.enabled=true", "slow_start.duration_seconds=30"])}
        ),
        **world.perhaps(0.3, {"target-node-labels": world.one("disk=ssd", "disk=ssd,zone=a", "")}),
    }


def health_check(world: World) -> Object:
    settings: Object = {
        "healthcheck-port": world.one("traffic-port", 9000, "+9000"),
        "healthcheck-protocol": world.one("HTTP", "HTTPS"),
        "healthcheck-path": world.one("/healthz", "/", "/a?b=c", ""),
        "healthcheck-interval-seconds": world.one(10, "+10", "010", 300),
        "healthcheck-timeout-seconds": world.one(2, 5),
        "healthy-threshold-count": world.one(2, 10),
        "unhealthy-threshold-count": world.one(3, 10),
        "success-codes": world.one("200", "200-299,301", "0-12", ""),
    }
    return {name: value for name, value in settings.items() if world.chance(0.5)}


def tags(world: World, kind: str) -> str:
    """Tags that agree wherever they are written."""
    return world.as_map(world.some(["team=shop", f"{kind}=1", "stage=prod", "empty="], 1))


# ---------------------------------------------------------------------------------------------------------------------- groups


def drawn_group(world: World, number: int) -> Group:
    size = world.one(1, 1, 2, 2, 3, 3, 4, 5)
    made = Group(
        name=f"group-{number}" if size > 1 or world.chance(0.3) else "",
        ports=world.some(PROTOCOLS, 1) if world.chance(0.75) else [80],
    )
    made.shared = {
        **balancer(world),
        **security(world),
        **listeners(world, made),
        **firewall(world),
        **world.perhaps(0.2, frontend(world)),
    }
    class_name = ingress_class(world, made, number)
    for member in range(size):
        made.members.append(ingress(world, made, class_name, f"{world.one('web', 'api', 'a')}-{number}-{member}"))
    one_of_them = world.random.choice(made.members)
    if world.chance(0.3):
        one_of_them["default"] = world.random.choice(backends(world, one_of_them, one_of_them["annotations"]))
    once(world, made, one_of_them)
    return made


def balancer(world: World) -> Object:
    """What a load balancer has once."""
    scheme = world.one("internal", "internet-facing")
    public = scheme == "internet-facing"
    named = world.one("subnet-a1,subnet-b1", "private-a, private-c", "subnet-c2,public-b,subnet-a2")
    addresses = world.one("dualstack", "dualstack-without-public-ipv4") if world.dualstack else "ipv4"
    return {
        **world.perhaps(0.35, {"scheme": scheme}),
        **world.perhaps(1 if world.dualstack else 0.1, {"ip-address-type": addresses}),
        **world.perhaps(0.12, {"load-balancer-name": world.one("shop", "shop-public", "a" * 32)}),
        **world.perhaps(0.12, {"subnets": "public-a,public-b" if public else named}),
        **world.perhaps(0.08, {"customer-owned-ipv4-pool": "ipv4pool-coip-1"}),
        **world.perhaps(0.1, {"minimum-load-balancer-capacity": f"CapacityUnits={world.one(0, 100, 1500)}"}),
        **world.perhaps(0.1, {"ipam-ipv4-pool-id": world.one("ipam-pool-1", "")}),
        **world.perhaps(0.2, {"load-balancer-attributes": balancer_attributes(world)}),
        **world.perhaps(0.25, {"tags": tags(world, "ingress")}),
    }


def balancer_attributes(world: World) -> str:
    all_of_them = ["idle_timeout.timeout_seconds=60", "routing.http2.enabled=false", r"a=1\,2", "deletion_protection.enabled=true"]
    return world.as_map(world.some(all_of_them, 1))


def security(world: World) -> Object:
    """Who may reach the load balancer."""
    cidrs = ["10.0.0.0/8", "172.16.0.0/12", "2001:db8::/32"]
    return {
        **world.perhaps(0.15, {"security-groups": world.one("sg-edge", "sg-office,edge", " office , sg-edge")}),
        **world.perhaps(0.15, {"manage-backend-security-group-rules": world.one(world.true(), world.true(), world.false())}),
        **world.perhaps(0.2, {"inbound-cidrs": ",".join(world.some(cidrs, 1))}),
        **world.perhaps(0.12, {"security-group-prefix-lists": world.one("pl-1", "pl-2, pl-1")}),
    }


def listeners(world: World, of: Group) -> Object:
    """What members say of ports that they share."""
    secure = [port for port in of.ports if PROTOCOLS[port] == "HTTPS"]
    made: Object = {}
    for port in (*of.ports, 81):
        if world.chance(0.12):
            header = world.one("routing.http.response.server.enabled=false", r"routing.http.response.x.header_value=a\,b")
            made[f"listener-attributes.{PROTOCOLS.get(port, 'HTTP')}-{port}"] = header
    if secure:
        made.update(world.perhaps(0.3, {"ssl-redirect": secure[0]}))
        made.update(world.perhaps(0.25, {"ssl-policy": world.one("ELBSecurityPolicy-TLS13-1-2-2021-06", "")}))
        made.update(world.perhaps(0.3, {"mutual-authentication": mutual_tls(world, secure)}))
    return made


def mutual_tls(world: World, ports: list[int]) -> list[Object]:
    verified: Object = {"mode": "verify", "trustStore": world.one("partners", "arn:any")}
    if world.chance(0.5):
        verified["ignoreClientCertificateExpiry"] = world.one(True, False)
    if world.chance(0.5):
        verified["advertiseTrustStoreCaNames"] = world.one("on", "off")
    return [{"port": port, **world.one({"mode": "off"}, {"mode": "passthrough"}, verified)} for port in ports]


def firewall(world: World) -> Object:
    return {
        **world.perhaps(0.1, {"wafv2-acl-arn": world.one("arn:any", "none", "")}),
        **world.perhaps(0.1, {"wafv2-acl-name": world.one("shop", "none", "")}),
        **world.perhaps(0.1, {"waf-acl-id": world.one("classic-1", "none")}),
        **world.perhaps(0.07, {"shield-advanced-protection": world.one("true", "false")}),
    }


def frontend(world: World) -> Object:
    """A network load balancer in front."""
    made: Object = {
        "enable-frontend-nlb": "true",
        **world.perhaps(0.4, {"frontend-nlb-scheme": world.one("internal", "internet-facing")}),
        **world.perhaps(0.4, {"frontend-nlb-subnets": world.one("public-a,subnet-b2", "subnet-b1, private-a")}),
        **world.perhaps(0.3, {"frontend-nlb-security-groups": world.one("sg-office", "edge,office")}),
        **world.perhaps(0.3, {"frontend-nlb-tags": world.one("front=1", "front=1,team=shop")}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-port": world.one("traffic-port", 8080)}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-protocol": world.one("HTTP", "HTTPS")}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-path": "/healthz"}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-interval-seconds": world.one(10, 20)}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-timeout-seconds": world.one(5, 8)}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-healthy-threshold-count": world.one(2, 5)}),
        **world.perhaps(0.4, {"frontend-nlb-healthcheck-unhealthy-threshold-count": world.one(2, 5)}),
    }
    if made.get("frontend-nlb-scheme") == "internet-facing" and "frontend-nlb-subnets" in made and world.chance(0.7):
        made["frontend-nlb-eip-allocations"] = "eipalloc-1, eipalloc-2"
    return made


def once(world: World, of: Group, member: Object) -> None:
    """What one member must have, or every one: what would be lost, or in conflict, when it were shared at random."""
    written = member["annotations"]
    for name in ("ip-address-type", "enable-frontend-nlb", "frontend-nlb-scheme", "frontend-nlb-subnets"):
        if name in of.shared:
            written.setdefault(name, of.shared[name])
    if of.shared.get("enable-frontend-nlb"):
        written.update(world.perhaps(0.4, {"frontend-nlb-healthcheck-success-codes": "200-299"}))
        if world.chance(0.3):
            policy = world.one("any", "partial") + world.one("_availability_zone", "_availability_zone_affinity")
            known = {"any_availability_zone", "partial_availability_zone_affinity"}
            for each in of.members:
                each["annotations"]["frontend-nlb-attributes"] = (
                    f"dns_record.client_routing_policy={policy}" if policy in known else "load_balancing.cross_zone.enabled=true"
                )
    if "ssl-redirect" in of.shared:  # somebody must listen there
        written["listen-ports"] = [{PROTOCOLS[port]: port} for port in of.ports]
        written.setdefault("certificate-arn", CERTIFICATES[0])


def ingress_class(world: World, of: Group, number: int) -> str | None:
    """The name of the class of a group's members, which is made; None where they have none."""
    if world.chance(0.6):
        return "alb"
    of.params = class_params(world, of)
    if of.name and world.chance(0.2):
        of.params["group"] = {"name": of.name}
    name = f"class-{number}"
    made: Object = {"IngressClass": name, "params": name}
    is_default = number == 0 and world.chance(0.3)
    if is_default:
        made["default"] = True
    world.others += [made, {"IngressClassParams": name, **of.params}]
    return None if is_default else name


def class_params(world: World, of: Group) -> Object:
    """What a class can say."""
    settings: Object = {
        "scheme": world.one("internal", "internet-facing"),
        "inboundCIDRs": world.some(["10.0.0.0/8", "192.168.0.0/16", "2001:db8::/32"]),
        world.one("prefixListsIDs", "PrefixListsIDs"): ["pl-9"],
        "sslPolicy": "policy-of-the-class",
        "certificateArn": world.some(CERTIFICATES, 1),
        "subnets": world.one(
            {"ids": ["subnet-b2", "subnet-a2"]}, {"tags": {"tier": ["web", "app"]}}, {"ids": ["subnet-c1", "subnet-a1"]}
        ),
        "loadBalancerName": f"{of.name}-of-the-class",
        "loadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "90"}],
        "listeners": [
            {"protocol": PROTOCOLS[port], "port": port, "listenerAttributes": [{"key": "a", "value": str(port)}]}
            for port in of.ports
        ],
        "minimumLoadBalancerCapacity": {"capacityUnits": 700},
        "ipamConfiguration": world.one({}, {"ipv4IPAMPoolId": "ipam-pool-0"}),
        "targetType": "ip",
        "tags": [{"key": "team", "value": "class"}, {"key": "class", "value": "1"}],
        "wafv2AclArn": world.one("arn:of-the-class", "none"),
        "wafv2AclName": world.one("shop", "none"),
        "namespaceSelector": world.one({}, {"matchExpressions": [{"key": "team", "operator": "Exists"}]}),
    }
    if world.dualstack:
        settings["ipAddressType"] = "dualstack"
    if of.shared.get("ssl-redirect"):
        settings["sslRedirectPort"] = world.one(str(of.shared["ssl-redirect"]), "https")
    return {name: value for name, value in settings.items() if world.chance(0.2)}


# ------------------------------------------------------------------------------------------------------------------- Ingresses


def ingress(world: World, of: Group, class_name: str | None, name: str) -> Object:
    namespace = world.random.choice(NAMESPACES)
    annotations: Object = {
        **({"group.name": of.name} if of.name and "group" not in (of.params or {}) else {}),
        **world.perhaps(0.5, {"group.order": world.one(-1000, -1, 0, 1, "+7", 10, 1000)}),
        **{key: value for key, value in of.shared.items() if world.chance(0.6)},
        **listening(world, of),
        **world.perhaps(0.3, targets(world)),
        **world.perhaps(0.25, health_check(world)),
        **world.perhaps(0.07, {"multi-cluster-target-group": world.one(world.true(), world.false())}),
        **world.perhaps(0.15, {"target-control-port.search.80": 3001}),
        **world.perhaps(0.12, {"use-regex-path-match": world.one(world.true(), world.true(), world.false())}),
        **world.perhaps(0.3, tokens(world) if world.tokens else sign_in(world)),
    }
    if "waf-acl-id" in annotations and world.chance(0.5):
        annotations["web-acl-id"] = annotations.pop("waf-acl-id")
    if annotations.get("enable-frontend-nlb") and world.chance(0.3):
        mapping = [f"{10000 + port}={port}" for port in world.some(PROTOCOLS, 1)]
        annotations["frontend-nlb-listener-port-mapping"] = world.as_map(mapping)
    made: Object = {"Ingress": f"{namespace}/{name}", "class": class_name, "annotations": annotations}
    if class_name == "alb" and world.chance(0.1):
        made["class"] = None
        annotations["kubernetes.io/ingress.class"] = "alb"
    if "group.name" in annotations and world.chance(0.1):
        made["class"] = "alb"
    annotations.update(actions(world, made))
    made["rules"] = [rule(world, made) for _ in range(world.one(1, 1, 2, 3))]
    annotations.update(conditions(world, made))
    annotations.update(transforms(world, made))
    if world.chance(0.2):
        made["tls"] = world.some(HOSTS, 1)
    if world.chance(0.2) and (made.get("tls") or any(host_of(each) for each in made["rules"])):
        annotations["create-acm-cert"] = world.one(world.true(), world.false(), "yes")
        annotations.update(
            world.perhaps(0.5, {"acm-pca-arn": world.one(f"arn:aws:acm-pca:{ACCOUNT}:certificate-authority/own", "")})
        )
    return made


def listening(world: World, of: Group) -> Object:
    """Ports of a member, among those of its group; without them it listens on 80, or with certificates on 443."""
    chosen = world.some(of.ports, 1)
    if chosen == [80] and world.chance(0.5):
        return {}
    entries: list[Object] = [{PROTOCOLS[port]: port} for port in chosen]
    if len({PROTOCOLS[port] for port in chosen}) == len(chosen) == 2 and world.chance(0.3):
        entries = [{**entries[0], **entries[1]}]
    certificates = world.one(CERTIFICATES[:1], CERTIFICATES, [CERTIFICATES[1], CERTIFICATES[1], CERTIFICATES[0]])
    return {"listen-ports": entries, **world.perhaps(0.5, {"certificate-arn": ", ".join(certificates)})}


def backends(world: World, of: Object, annotations: Object) -> list[str]:
    """The Services and actions to which a rule of an Ingress can lead."""
    namespace = of["Ingress"].split("/")[0]
    found = []
    for each in world.services[namespace]:
        name = each["Service"].split("/")[1]
        for port in each["ports"]:
            found += [f"{name}:{port['port']}", *([f"{name}:{port['name']}"] if "name" in port else [])]
    found += [f"{key.removeprefix('actions.')}:use-annotation" for key in annotations if key.startswith("actions.")] * 3
    return [*found, world.one("gone:80", "gone:use-annotation")]


def rule(world: World, of: Object) -> Object:
    paths = [path(world, of) for _ in range(world.one(0, 1, 1, 1, 2, 2, 3, 4))] or [path(world, of)]
    if world.chance(0.03):
        return {world.random.choice(HOSTS): []}
    return {world.random.choice(["any host", *HOSTS]): paths}


def host_of(written: Object) -> str:
    return next(iter(written)).replace("any host", "")


def path(world: World, of: Object) -> str:
    backend = world.random.choice(backends(world, of, of["annotations"]))
    plain = ["/", "/a", "/a/", "/a/b", "/ab", "/api/v1", "/café", "/aa/bb/"]
    kind = world.one("Exact", "Prefix", "Prefix", "ImplementationSpecific", "ImplementationSpecific")
    if kind != "ImplementationSpecific":
        return f"{kind} {world.random.choice(plain)} {backend}"
    patterns = ["", "/*", "/a*", "/a/*", "/v?/x", "/^/v[0-9]+/.*$", "//a", "//*"]
    return f"{kind} {world.random.choice([*plain, *patterns])} {backend}"


def actions(world: World, of: Object) -> Object:
    made = {}
    for name in world.some(["moved", "split", "closed", "api"]) if world.chance(0.7) else []:
        kind = {"moved": redirect, "split": forward, "closed": fixed_response}.get(name) or world.one(
            redirect, forward, fixed_response
        )
        made[f"actions.{name}"] = kind(world, of)
    return made


def redirect(world: World, _: Object) -> Object:
    """Often to itself, or nearly so, which the controller leaves out."""
    settings = {
        "host": world.one("#{host}", "www.example.com", "shop.example.com", "example.org", "*.example.com"),
        "path": world.one("/#{path}", "/a", "/a/*", "/*", "/new/#{path}"),
        "port": world.one("#{port}", "80", "443", "8443"),
        "protocol": world.one("#{protocol}", "HTTP", "HTTPS"),
        "query": world.one("#{query}", "#{query}&a=b", ""),
    }
    chosen = {name: value for name, value in settings.items() if world.chance(0.35)}
    return {"type": "redirect", "redirectConfig": {**chosen, "statusCode": world.one("HTTP_301", "HTTP_302")}}


def forward(world: World, of: Object) -> Object:
    if world.chance(0.3):
        return {"type": "forward", **world.one({"targetGroupARN": "arn:any"}, {"targetGroupName": "legacy"})}
    to: list[Object] = [
        {"serviceName": name, "servicePort": int(port) if port.isdigit() and world.chance(0.7) else port}
        for name, port in (each.split(":") for each in backends(world, of, {})[:-1])
    ]
    chosen = [*world.random.sample(to, world.one(1, 1, 2)), *world.one([], [], [{"targetGroupName": "legacy"}])]
    if len(chosen) > 1 or world.chance(0.3):
        chosen = [{**each, "weight": world.one(0, 1, 50, 999)} for each in chosen]
    stickiness = world.one({}, {"enabled": True, "durationSeconds": 3600}, {"enabled": False})
    return {
        "type": "forward",
        "forwardConfig": {"targetGroups": chosen, **world.perhaps(0.4, {"targetGroupStickinessConfig": stickiness})},
    }


def fixed_response(world: World, _: Object) -> Object:
    body = {"contentType": world.one("text/plain", "application/json"), "messageBody": world.one("closed", '{"é": "<&>"}', "")}
    chosen = {name: value for name, value in body.items() if world.chance(0.6)}
    return {"type": "fixed-response", "fixedResponseConfig": {**chosen, "statusCode": world.one("200", "404", "503")}}


def used(of: Object) -> list[str]:
    """The names of the backends of an Ingress's rules."""
    paths = (each for written in of["rules"] for each in ([written] if isinstance(written, str) else next(iter(written.values()))))
    return sorted({each.split()[-1].split(":")[0] for each in paths})


def conditions(world: World, of: Object) -> Object:
    """For some backends; patterns of paths only where no path is a regular expression."""
    plain: list[Object] = [
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["shop", "a*"]}},
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "regexValues": ["^a+$"]}},
        {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", "HEAD"]}},
        {"field": "query-string", "queryStringConfig": {"values": [{"key": "a", "value": "b"}, {"value": "c"}]}},
        {"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8"]}},
        {"field": "source-ips", "sourceIPConfig": {"values": ["10.0.0.0/8"]}},
        {"field": "host-header", "hostHeaderConfig": {"values": world.some(HOSTS, 1)}},
    ]
    if "use-regex-path-match" not in of["annotations"]:
        plain.append({"field": "path-pattern", "pathPatternConfig": {"values": world.some(["/a", "/a/*", "/*", "/b"], 1)}})
    return {f"conditions.{name}": world.random.sample(plain, world.one(0, 1, 1, 2)) for name in used(of) if world.chance(0.15)}


def transforms(world: World, of: Object) -> Object:
    path_rewrite = {"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [{"regex": "^/a/(.*)$", "replace": "/$1"}]}}
    host_rewrite = {"type": "host-header-rewrite", "hostHeaderRewriteConfig": {"rewrites": [{"regex": "a", "replace": "b"}]}}
    return {f"transforms.{name}": world.some([path_rewrite, host_rewrite]) for name in used(of) if world.chance(0.12)}


def sign_in(world: World) -> Object:
    pool = {"userPoolARN": "arn:pool", "userPoolClientID": "client", "userPoolDomain": "shop"}
    provider = {
        "issuer": "https://idp.example.com",
        "authorizationEndpoint": "https://idp.example.com/auth",
        "tokenEndpoint": "https://idp.example.com/token",
        "userInfoEndpoint": "https://idp.example.com/user",
        "secretName": "idp",
    }
    extra = world.perhaps(0.3, {"authenticationRequestExtraParams": {"prompt": "login"}})
    return {
        "auth-type": world.one("cognito", "oidc", "oidc", "none"),
        "auth-idp-cognito": {**pool, **extra},
        "auth-idp-oidc": {**provider, **extra},
        **world.perhaps(0.4, {"auth-on-unauthenticated-request": world.one("authenticate", "allow", "deny")}),
        **world.perhaps(0.4, {"auth-scope": world.one("openid email", "")}),
        **world.perhaps(0.4, {"auth-session-cookie": "shop"}),
        **world.perhaps(0.4, {"auth-session-timeout": world.one(1, 604800, 9223372036854775807)}),
    }


def tokens(world: World) -> Object:
    claim = {"format": world.one("single-string", "string-array"), "name": "aud", "values": world.some(["shop", "cart"], 1)}
    keys = {"jwksEndpoint": "https://idp.example.com/keys", "issuer": "https://idp.example.com"}
    return {"jwt-validation": {**keys, **world.perhaps(0.5, {"additionalClaims": world.one([], [claim])})}}


# -------------------------------------------------------------------------------------------------------------------- mistakes

IN_FRONT = {"enable-frontend-nlb": "true"}
ON_HTTPS = {"listen-ports": [{"HTTPS": 443}], "certificate-arn": CERTIFICATES[0]}

UNREADABLE: dict[str, list[Any]] = {
    "group.name": ["Public", "", "-public", "a" * 64],
    "group.order": [1001, -1001, "first", "", "1.0"],
    "load-balancer-name": ["a" * 33],
    "scheme": ["public", ""],
    "ip-address-type": ["ipv6", "dualstack "],
    "subnets": ["", "subnet-a1", "subnet-a1,subnet-a2", "subnet-a1,subnet-ff", "private-a,gone", "private-a,private-a"],
    "security-groups": ["sg-gone", "gone,edge", "sg-edge,sg-edge"],
    "customer-owned-ipv4-pool": [""],
    "load-balancer-attributes": ["a", "a=1,b", "=1"],
    "minimum-load-balancer-capacity": ["1000", "Units=1", "CapacityUnits=many"],
    "wafv2-acl-name": ["gone"],
    "shield-advanced-protection": ["yes", ""],
    "tags": ["team", "team=shop,stage", "=1"],
    "listen-ports": ["", "80", '[{"HTTP": 80},]', "[]", '[{"HTTP": 0}]', '[{"HTTP": 65536}]', '[{"TCP": 80}]', '[{"HTTP": "80"}]'],
    "ssl-redirect": ["https", 9443, 80],
    "inbound-cidrs": ["10.0.0.1", "10.0.0.0/33", "everywhere", "10.0.0.0/8,::1"],
    "mutual-authentication": [
        "verify",
        [],
        [{"port": 0, "mode": "off"}],
        [{"port": 443}],
        [{"port": 443, "mode": "on"}],
        [{"port": 443, "mode": "verify"}],
        [{"port": 443, "mode": "verify", "trustStore": "gone"}],
        [{"port": 443, "mode": "off", "trustStore": "partners"}],
        [{"port": 443, "mode": "passthrough", "ignoreClientCertificateExpiry": True}],
        [{"port": 443, "mode": "off", "advertiseTrustStoreCaNames": "on"}],
        [{"port": 443, "mode": "verify", "trustStore": "partners", "advertiseTrustStoreCaNames": "yes"}],
    ],
    "use-regex-path-match": ["yes"],
    "target-type": ["pod", ""],
    "backend-protocol": ["https", "TCP"],
    "backend-protocol-version": ["HTTP3"],
    "target-group-attributes": ["stickiness"],
    "target-node-labels": ["ssd"],
    "multi-cluster-target-group": ["on"],
    "healthcheck-port": ["gone", "", "status"],
    "healthcheck-protocol": ["TCP", "http"],
    "healthcheck-interval-seconds": ["10s", ""],
    "healthcheck-timeout-seconds": ["2.5"],
    "healthy-threshold-count": ["two"],
    "unhealthy-threshold-count": ["2147483648"],
    "auth-type": ["oauth", ""],
    "auth-session-timeout": ["1h"],
    "auth-idp-cognito": ["pool", {"userPoolARN": 1}],
    "auth-idp-oidc": ["{", []],
    "jwt-validation": [
        "{",
        {"issuer": "i"},
        {"jwksEndpoint": "k"},
        {"jwksEndpoint": "k", "issuer": "i", "additionalClaims": [{"name": "a", "values": ["b"]}]},
        {"jwksEndpoint": "k", "issuer": "i", "additionalClaims": [{"format": "single-string", "values": ["b"]}]},
        {"jwksEndpoint": "k", "issuer": "i", "additionalClaims": [{"format": "single-string", "name": "a"}]},
    ],
    "enable-frontend-nlb": ["yes"],
    "frontend-nlb-scheme": ["public"],
    "frontend-nlb-subnets": ["gone", "", "subnet-a1,subnet-a2"],
    "frontend-nlb-security-groups": ["gone"],
    "frontend-nlb-eip-allocations": ["eipalloc-1", "eipalloc-1,eipalloc-2,eipalloc-3,eipalloc-4"],
    "frontend-nlb-listener-port-mapping": ["8000", "http=80", "80=http"],
    "frontend-nlb-healthcheck-port": ["http"],
    "frontend-nlb-healthcheck-protocol": ["TCP"],
    "frontend-nlb-healthcheck-interval-seconds": ["10s"],
    "frontend-nlb-healthcheck-timeout-seconds": ["10s"],
    "frontend-nlb-healthcheck-healthy-threshold-count": ["many"],
    "frontend-nlb-healthcheck-unhealthy-threshold-count": ["few"],
    "frontend-nlb-tags": ["front"],
    "frontend-nlb-attributes": ["cross-zone", "dns_record.client_routing_policy=nearest"],
}
"""Values that one member alone gets wrong."""

ON_SERVICES = [
    name for name in UNREADABLE if re.match("tags|target-|backend-|multi-cluster-|healthcheck-|healthy-|unhealthy-|auth-", name)
]
"""Those that are read from Services too."""

DISAGREEING: dict[str, tuple[Any, Any]] = {
    "load-balancer-name": ("shop", "store"),
    "scheme": ("internal", "internet-facing"),
    "ip-address-type": ("ipv4", "dualstack"),
    "subnets": ("subnet-a1,subnet-b1", "subnet-a1,subnet-c1"),
    "security-groups": ("sg-edge,sg-office", "sg-office,sg-edge"),
    "customer-owned-ipv4-pool": ("ipv4pool-coip-1", "ipv4pool-coip-2"),
    "load-balancer-attributes": ("b=1,a=1", "a=2"),
    "minimum-load-balancer-capacity": ("CapacityUnits=1", "CapacityUnits=2"),
    "ipam-ipv4-pool-id": ("ipam-pool-1", "ipam-pool-2"),
    "wafv2-acl-arn": ("arn:a", "arn:b"),
    "wafv2-acl-name": ("shop", "none"),
    "waf-acl-id": ("classic-1", "classic-2"),
    "shield-advanced-protection": ("true", "false"),
    "tags": ("team=shop", "team=cart"),
    "ssl-redirect": (443, 8443),
    "inbound-cidrs": ("10.0.0.0/8", "10.0.0.0/9"),
    "security-group-prefix-lists": ("pl-1", "pl-2"),
    "ssl-policy": ("policy-a", "policy-b"),
    "listen-ports": ([{"HTTP": 443}], [{"HTTPS": 443}]),
    "mutual-authentication": ([{"port": 443, "mode": "off"}], [{"port": 443, "mode": "passthrough"}]),
    "listener-attributes.HTTP-80": ("a=1", "a=2"),
    "enable-frontend-nlb": ("true", "false"),
    "frontend-nlb-scheme": ("internal", "internet-facing"),
    "frontend-nlb-subnets": ("subnet-a1", "subnet-b1"),
    "frontend-nlb-security-groups": ("sg-edge", "sg-office"),
    "frontend-nlb-eip-allocations": ("eipalloc-1", "eipalloc-2"),
    "frontend-nlb-listener-port-mapping": ("8000=80", "8000=443"),
    "frontend-nlb-healthcheck-port": ("traffic-port", 8080),
    "frontend-nlb-healthcheck-protocol": ("HTTP", "HTTPS"),
    "frontend-nlb-healthcheck-path": ("/a", "/b"),
    "frontend-nlb-healthcheck-interval-seconds": (10, 20),
    "frontend-nlb-healthcheck-timeout-seconds": (5, 6),
    "frontend-nlb-healthcheck-healthy-threshold-count": (2, 3),
    "frontend-nlb-healthcheck-unhealthy-threshold-count": (2, 3),
    "frontend-nlb-healthcheck-success-codes": ("200", "200"),
    "frontend-nlb-tags": ("front=1", "front=2"),
    "frontend-nlb-attributes": ("load_balancing.cross_zone.enabled=true", ""),
}
"""Values that two members of a group must not have."""

WRONG_ACTIONS = [
    "{",
    "",
    '{"type": "authenticate"}',
    '{"TYPE": "Redirect"}',
    '{"type": "redirect"}',
    '{"type": "redirect", "redirectConfig": {"host": "example.org"}}',
    '{"type": "redirect", "redirectConfig": {"port": 443, "statusCode": "HTTP_301"}}',
    '{"type": "fixed-response"}',
    '{"type": "fixed-response", "fixedResponseConfig": {"messageBody": "hello"}}',
    '{"type": "fixed-response", "fixedResponseConfig": {"statusCode": 404}}',
    '{"type": "forward"}',
    '{"type": "forward", "targetGroupARN": "arn:any", "forwardConfig": {}}',
    '{"type": "forward", "targetGroupName": "gone"}',
    '{"type": "forward", "forwardConfig": {"targetGroups": [{}]}}',
    '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web"}]}}',
    '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 80, "targetGroupARN": "x"}]}}',
    '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": 81}]}}',
    '{"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupName": "legacy"}, {"targetGroupName": "legacy"}]}}',
    """{"type": "forward", "forwardConfig": {"targetGroups": [
        {"serviceName": "web", "servicePort": 80, "weight": 1}, {"serviceName": "gone", "servicePort": 80, "weight": 1}]}}""",
]

WRONG_CONDITIONS = [
    "[",
    '{"field": "source-ip"}',
    '[{"field": "host-header"}]',
    '[{"field": "host-header", "hostHeaderConfig": {}}]',
    '[{"field": "host-header", "hostHeaderConfig": {"values": ["a"], "regexValues": ["b"]}}]',
    '[{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^a$"]}}]',
    '[{"field": "path-pattern"}]',
    '[{"field": "path-pattern", "pathPatternConfig": {"values": []}}]',
    '[{"field": "path-pattern", "pathPatternConfig": {"values": ["/a"], "regexValues": ["b"]}}]',
    '[{"field": "path-pattern", "pathPatternConfig": {"regexValues": ["^/a$"]}}]',
    '[{"field": "http-header"}]',
    '[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-A"}}]',
    '[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-A", "values": ["a"], "regexValues": ["b"]}}]',
    '[{"field": "http-request-method"}]',
    '[{"field": "http-request-method", "httpRequestMethodConfig": {"values": []}}]',
    '[{"field": "query-string"}]',
    '[{"field": "query-string", "queryStringConfig": {"values": []}}]',
    '[{"field": "query-string", "queryStringConfig": {"values": [{"key": "a"}]}}]',
    '[{"field": "source-ip"}]',
    '[{"field": "source-ip", "sourceIPConfig": {"values": null}}]',
]

WRONG_TRANSFORMS = [
    "[",
    '[{"type": "rewrite"}]',
    '[{"type": "url-rewrite"}]',
    '[{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": []}}]',
    '[{"type": "host-header-rewrite"}]',
    '[{"type": "host-header-rewrite", "hostHeaderRewriteConfig": {}}]',
]


def spoil(world: World, of: Group) -> None:
    """Make a mistake, or now and then two."""
    for _ in range(world.one(1, 1, 1, 1, 2)):
        world.random.choice(MISTAKES)(world, of)


def write(member: Object, name: str, value: Any) -> None:
    """Write an annotation, and what it needs to be read."""
    written = member["annotations"]
    if name.startswith("frontend-nlb-"):
        written.update(IN_FRONT)
    if name == "frontend-nlb-eip-allocations":
        written["frontend-nlb-scheme"] = "internet-facing"
    if name in {"ssl-policy", "mutual-authentication", "ssl-redirect"}:
        written.update(ON_HTTPS)
    if name in {"use-regex-path-match"}:
        member["rules"].append("ImplementationSpecific /x web:80")
    written[name] = value


def an_unreadable_value(world: World, of: Group) -> None:
    name, value = world.random.choice([(name, value) for name, values in UNREADABLE.items() for value in values])
    write(world.random.choice(of.members), name, value)


def an_unreadable_value_of_a_service(world: World, of: Group) -> None:
    name = world.random.choice(ON_SERVICES)
    namespace, backend = a_backend(world, of)
    for each in world.services[namespace]:
        if each["Service"] == f"{namespace}/{backend}":
            each["annotations"][name] = world.random.choice(UNREADABLE[name])


def a_backend(world: World, of: Group) -> tuple[str, str]:
    """The namespace and name of a backend of a group, a Service if that is how it is used."""
    member = world.random.choice(of.members)
    return member["Ingress"].split("/")[0], world.random.choice(used(member) or ["web"])


def a_disagreement(world: World, of: Group) -> None:
    """Between two members, of which there may have to be one more."""
    if len(of.members) < 2:
        alone = of.members[0]
        of.name = of.name or "together"
        if "group" not in (of.params or {}):
            alone["annotations"]["group.name"] = of.name
        of.members.append({**alone, "Ingress": alone["Ingress"] + "-2", "annotations": dict(alone["annotations"])})
        of.members[1].pop("default", None)
    name = world.random.choice(list(DISAGREEING))
    for member, value in zip(world.random.sample(of.members, 2), DISAGREEING[name], strict=True):
        write(member, name, value)
        if name.startswith("listener-attributes"):
            member["annotations"]["listen-ports"] = [{"HTTP": 80}]
        if name == "ssl-redirect":
            member["annotations"]["listen-ports"] = [{"HTTPS": 443}, {"HTTPS": 8443}]
        if name == "frontend-nlb-listener-port-mapping":
            member["annotations"].update(ON_HTTPS, **{"listen-ports": [{"HTTP": 80}, {"HTTPS": 443}]})


def a_wrong_action(world: World, of: Group) -> None:
    member = world.random.choice(of.members)
    member["annotations"]["actions.wrong"] = world.random.choice(WRONG_ACTIONS)
    member["rules"].insert(0, f"{world.one('Exact', 'Prefix')} /wrong wrong:use-annotation")


def a_wrong_condition(world: World, of: Group) -> None:
    member = world.random.choice(of.members)
    member["annotations"]["conditions.web"] = world.random.choice(WRONG_CONDITIONS)
    member["rules"].insert(0, {"shop.example.com": ["Prefix /wrong web:80"]})


def a_wrong_transform(world: World, of: Group) -> None:
    member = world.random.choice(of.members)
    member["annotations"]["transforms.web"] = world.random.choice(WRONG_TRANSFORMS)
    member["rules"].insert(0, "Exact /wrong web:80")


def a_wrong_path(world: World, of: Group) -> None:
    path_and_type = world.one("Exact /a*", "Exact /a?b", "Prefix /a/*", "Prefix /?")
    world.random.choice(of.members)["rules"].append(f"{path_and_type} web:80")


def a_wrong_backend(world: World, of: Group) -> None:
    member = world.random.choice(of.members)
    member["rules"].append(f"Prefix /wrong {world.one('web:81', 'api:https', 'resource:files', 'web:8080')}")


def a_service_without_node_ports(world: World, of: Group) -> None:
    namespace, _ = a_backend(world, of)
    for each in world.services[namespace]:
        if each["type"] == "ClusterIP":
            each["annotations"]["target-type"] = "instance"
            for member in of.members:
                if member["Ingress"].startswith(f"{namespace}/"):
                    member["rules"].append(f"Exact /wrong {each['Service'].split('/')[1]}:80")


def a_service_with_ipv6(world: World, of: Group) -> None:
    namespace, _ = a_backend(world, of)
    world.services[namespace][0]["ipFamilies"] = ["IPv6"]
    for member in of.members:
        if member["Ingress"].startswith(f"{namespace}/"):
            member["rules"].append("Exact /six web:80")


def a_control_port_of_nodes(world: World, of: Group) -> None:
    member = world.random.choice(of.members)
    member["annotations"].update({"target-control-port.edge.443": 3000, "target-control-port.api.9090": world.one(3000, "agent")})
    member["rules"].append("Exact /controlled api:9090")


def two_defaults(world: World, of: Group) -> None:
    for member in world.random.sample(of.members, min(2, len(of.members))):
        member["default"] = world.one("web:80", "api:8080")
        member["annotations"]["listen-ports"] = [{"HTTP": 80}]


def a_flag_that_tolerates_nothing(world: World, of: Group) -> None:
    world.controller["tolerateNonExistentBackendService"] = False
    world.controller["tolerateNonExistentBackendAction"] = False
    world.random.choice(of.members)["rules"].append(f"Exact /gone {world.one('gone:80', 'gone:use-annotation')}")


def a_tag_that_others_manage(world: World, of: Group) -> None:
    world.controller["externalManagedTags"] = ["cost"]
    where = world.one(*of.members, *(each for each in world.services[a_backend(world, of)[0]][:2]))
    where["annotations"]["tags"] = "cost=1"


def a_host_without_a_certificate(world: World, of: Group) -> None:
    member = world.random.choice(of.members)
    member["annotations"]["listen-ports"] = [{"HTTPS": 443}]
    member["annotations"].pop("certificate-arn", None)
    member["annotations"].pop("create-acm-cert", None)
    member["rules"].append({world.one("shop.example.net", "a.b.c.example.com", "example.com"): ["Prefix / web:80"]})


def an_authority_that_is_not_allowed(world: World, of: Group) -> None:
    world.controller["allowedCertificateAuthorityARNs"] = [f"arn:aws:acm-pca:{ACCOUNT}:certificate-authority/own"]
    for member in of.members:
        member["annotations"].pop("certificate-arn", None)


def a_request_for_a_certificate_without_a_host(world: World, of: Group) -> None:
    world.controller.setdefault("featureGates", {})["EnableCertificateManagement"] = True
    member = world.random.choice(of.members)
    member["annotations"]["create-acm-cert"] = "true"
    member["annotations"].pop("certificate-arn", None)
    member.pop("tls", None)
    member["rules"] = ["Prefix / web:80"]


def wrong_subnets(world: World, _: Group) -> None:
    """Too few, full ones, those of another cluster, zones of two kinds, or none with IPv6."""
    subnets = world.facts["subnets"]
    change = world.one("full", "other", "zones", "few", "none", "ipv6", "few")
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
        elif change == "ipv6":
            each["ipv6"] = world.chance(0.2)


def a_wrong_class(world: World, of: Group) -> None:
    """One that is not there, or whose parameters are not there, not known, or for others."""
    member = world.random.choice(of.members)
    member["annotations"].pop("kubernetes.io/ingress.class", None)
    member["class"] = kind = world.one("gone", "unknown", "elsewhere", "selective", "crooked")
    selectors = {
        "selective": {"matchLabels": {"team": "nobody"}},
        "crooked": {"matchExpressions": [{"key": "team", "operator": "Equals", "values": ["shop"]}]},
    }
    if kind != "gone" and not any(each.get("IngressClass") == kind for each in world.others):
        made: Object = {"IngressClass": kind, "params": kind}
        world.others.append(made)
        if kind == "unknown":
            made["controller"] = world.one("ingress.k8s.aws/alb", "eks.amazonaws.com/alb")
        if kind in selectors:
            world.others.append({"IngressClassParams": kind, "namespaceSelector": selectors[kind]})


def wrong_class_params(world: World, of: Group) -> None:
    """Refused at admission, or later."""
    wrong: Object = world.one(
        {"inboundCIDRs": ["10.0.0.1"]},
        {"inboundCIDRs": ["10.1.2.3/8"]},
        {"inboundCIDRs": ["office"]},
        {"subnets": {}},
        {"subnets": {"ids": ["subnet-a1", "subnet-b1"], "tags": {"tier": ["web"]}}},
        {"subnets": {"ids": ["subnet-a1", "subnet-a1"]}},
        {"subnets": {"tags": {}}},
        {"subnets": {"tags": {"tier": ["web", "web"]}}},
        {"subnets": {"tags": {"tier": ["db"]}}},
        {"group": {"name": "Every One"}},
        {"tags": [{"key": "cost", "value": "1"}], "loadBalancerName": "a" * 33},
        {"sslRedirectPort": "9443"},
        {"targetType": "instance"},
        {"wafv2AclName": "gone"},
    )
    world.others = [
        each for each in world.others if each.get("IngressClass") != "wrong" and each.get("IngressClassParams") != "wrong"
    ]
    world.others += [{"IngressClass": "wrong", "params": "wrong"}, {"IngressClassParams": "wrong", **wrong}]
    for member in of.members if world.chance(0.5) else of.members[:1]:
        member["class"] = "wrong"
        member["annotations"].pop("kubernetes.io/ingress.class", None)


def two_default_classes(world: World, of: Group) -> None:
    for name in ("first", "second"):
        if not any(each.get("IngressClass") == name for each in world.others):
            world.others.append({"IngressClass": name, "default": True})
    if world.chance(0.5):
        of.members[0]["class"] = None


def wrong_sign_in(world: World, of: Group) -> None:
    """Without its configuration, with tokens besides, or with a Secret that lacks something."""
    member = world.random.choice(of.members)
    member["annotations"].update(ON_HTTPS)
    member["annotations"].pop("jwt-validation", None)
    member["rules"].append("Exact /signed gone:80")
    member["annotations"].update(sign_in(world))
    kind = world.one("cognito", "oidc", "tokens", "no Secret", "no id", "no secret")
    member["annotations"]["auth-type"] = "cognito" if kind == "cognito" else "oidc"
    if kind in {"cognito", "oidc"}:
        member["annotations"].pop(f"auth-idp-{kind}")
    if kind == "tokens":
        member["annotations"].update(tokens(world))
    for each in list(world.others):
        if each.get("Secret", "").split("/")[0] == member["Ingress"].split("/")[0]:
            if kind == "no Secret":
                world.others.remove(each)
            elif kind == "no id":
                each["stringData"] = {"clientSecret": "secret"}
            elif kind == "no secret":
                each["stringData"] = {"clientID": "client"}


def a_gate_that_is_shut(world: World, _: Group) -> None:
    gate = world.one("EnableIPTargetType", "EnableIPTargetType", "SubnetDiscoveryByReachability")
    world.controller.setdefault("featureGates", {})[gate] = False


def backend_rules_without_the_shared_group(world: World, of: Group) -> None:
    world.controller.pop("enableManageBackendSecurityGroupRules", None)
    world.controller["enableBackendSecurityGroup"] = False
    of.members[0]["annotations"].update(
        {"security-groups": "sg-edge", "manage-backend-security-group-rules": world.one("true", "yes")}
    )


MISTAKES: list[Callable[[World, Group], None]] = [
    *[an_unreadable_value] * 12,
    *[an_unreadable_value_of_a_service] * 3,
    *[a_disagreement] * 9,
    *[a_wrong_action] * 4,
    *[a_wrong_condition] * 4,
    *[a_wrong_transform] * 2,
    a_wrong_path,
    a_wrong_backend,
    a_service_without_node_ports,
    a_service_with_ipv6,
    a_control_port_of_nodes,
    two_defaults,
    a_flag_that_tolerates_nothing,
    a_tag_that_others_manage,
    a_host_without_a_certificate,
    an_authority_that_is_not_allowed,
    a_request_for_a_certificate_without_a_host,
    wrong_subnets,
    *[a_wrong_class] * 2,
    *[wrong_class_params] * 2,
    two_default_classes,
    *[wrong_sign_in] * 2,
    a_gate_that_is_shut,
    backend_rules_without_the_shared_group,
]
