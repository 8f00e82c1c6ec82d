"""Random Services: a cluster, flags and an AWS account, out of which the controller builds about half of the network load balancers
and refuses half.

They are drawn as groups are (`generate`): so that they can be built, each setting often enough to meet every other one; then about
half of them get a mistake.
"""

from __future__ import annotations

from random import Random

from tests.conformance.cases.short import BALANCER_CLASS, Object, full
from tests.conformance.generate import CERTIFICATES, NAMESPACES, World, account
from tests.conformance.mistakes_of_services import LEGACY, MISTAKES, OTHER_CLASS, protocol_of

PORTS = [
    ("http", 80, "TCP"),
    ("https", 443, "TCP"),
    ("admin", 8443, "TCP"),
    ("dns", 53, "UDP"),
    ("dns-tcp", 53, "TCP"),
    ("quic", 443, "UDP"),
    ("game", 7777, "UDP"),
    ("signal", 3868, "SCTP"),
]
"""Name, number and protocol of the ports that a Service may have."""


def services(random: Random) -> Object:
    """One case: `objects`, `controller` and `facts`."""
    world = World(random)
    world.dualstack = world.chance(0.4)
    flags(world)
    account(world)
    for namespace in NAMESPACES:
        world.others.append({"Namespace": namespace})
        world.services[namespace] = backends(world, namespace)
    drawn = [service(world, number) for number in range(world.one(1, 1, 2, 3))]
    for each in drawn:
        if world.chance(0.66):
            for _ in range(world.one(1, 1, 1, 1, 2)):
                world.random.choice(MISTAKES)(world, each)
    if world.chance(0.15):
        world.others += in_front(world, world.random.choice(drawn))
    of_namespaces = [each for of_namespace in world.services.values() for each in of_namespace]
    objects = [full(each) for each in (*world.others, *of_namespaces, *drawn)]
    random.shuffle(objects)
    return {"objects": objects, "controller": world.controller, "facts": world.facts}


def in_front(world: World, of: Object) -> list[Object]:
    """An Ingress to a Service, which has its network load balancer all the same."""
    namespace, name = of["Service"].split("/")
    kinds = {"target-type": world.one("ip", "instance"), "ip-address-type": "dualstack" if world.dualstack else "ipv4"}
    path = f"{world.one('Prefix', 'Exact')} / {name}:{world.random.choice(of['ports'])['port']}"
    return [{"IngressClass": "alb"}, {"Ingress": f"{namespace}/front", "annotations": kinds, "rules": [path]}]


def flags(world: World) -> None:
    """Settings of the controller, mostly its own defaults."""
    choices: Object = {
        "clusterName": "staging",
        "enableServiceMutatorWebhook": True,
        "loadBalancerClass": OTHER_CLASS,
        "defaultTargetType": "ip",
        "defaultLoadBalancerScheme": "internet-facing",
        "defaultSSLPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "defaultTags": {"team": "platform", "owner": "platform"},
        "externalManagedTags": ["cost"],
        "enableBackendSecurityGroup": False,
        "enableManageBackendSecurityGroupRules": True,
        "disableRestrictedSecurityGroupRules": True,
    }
    world.controller = {name: value for name, value in choices.items() if world.chance(0.1)}
    if "enableBackendSecurityGroup" in world.controller:  # the controller does not start with both
        world.controller.pop("enableManageBackendSecurityGroupRules", None)
    gates = {
        "EnableDefaultTagsLowPriority": True,
        "EnableTCPUDPListener": True,
        "LBCapacityReservation": False,
        "NLBHealthCheckAdvancedConfig": False,
        "NLBSecurityGroup": False,
        "ServiceTypeLoadBalancerOnly": True,
        "SubnetDiscoveryByReachability": False,
        "SubnetsClusterTagCheck": False,
    }
    if chosen := {gate: value for gate, value in gates.items() if world.chance(0.08)}:
        world.controller["featureGates"] = chosen


def backends(world: World, namespace: str) -> list[Object]:
    """Services that others share their listeners with."""
    ports = [f"http=8080:{world.one('web', '8081')}:{next(world.node_ports)}", f"status=9090:9091:{next(world.node_ports)}"]
    api: Object = {"Service": f"{namespace}/api", "type": "NodePort", "ports": ports}
    return [api, {"Service": f"{namespace}/search", "type": "ClusterIP", "ports": ["http=80:9200"]}]


# ----------------------------------------------------------------------------------------------------------------- one Service


def service(world: World, number: int) -> Object:
    """A Service in short form, with all its settings."""
    of_pods = world.chance(0.5)
    made: Object = {"Service": f"{world.one(*NAMESPACES)}/{world.one('web', 'a-web-server')}-{number}", "nlb": {}}
    ports(world, made, of_pods)
    chosen(world, made, of_pods)
    balancer(world, made)
    security(world, made)
    listeners(world, made)
    weights(world, made, of_pods)
    made["nlb"].update(health_check(world, made, of_pods))
    made["nlb"].update(targets(world, made))
    if world.dualstack and world.chance(0.4):
        made["ipFamilies"] = world.one(["IPv6"], ["IPv4"], ["IPv4", "IPv6"], ["IPv6", "IPv4"])
    return made


def ports(world: World, made: Object, of_pods: bool) -> None:
    allocated = not of_pods or world.chance(0.7)
    if not allocated or world.chance(0.1):
        made["allocateLoadBalancerNodePorts"] = allocated
    drawn = world.random.sample(PORTS[:-1], world.one(1, 1, 2, 2, 3, 4)) + world.some(PORTS[-1:] if world.chance(0.05) else [])
    made["ports"] = [
        {
            **({"name": name} if len(drawn) > 1 or world.chance(0.5) else {}),
            "port": port,
            **world.perhaps(0.9, {"targetPort": world.one(port + 8000, port + 8000, port, "main")}),
            **({"protocol": protocol} if protocol != "TCP" or world.chance(0.2) else {}),
            **({"nodePort": next(world.node_ports)} if allocated else {}),
        }
        for name, port, protocol in drawn
    ]


def chosen(world: World, made: Object, of_pods: bool) -> None:
    """How the controller knows that the Service is its own, and what the targets are."""
    own = world.controller.get("loadBalancerClass", BALANCER_CLASS)
    kind = "ip" if of_pods else "instance"
    written = made["nlb"]
    if world.chance(0.7):
        made["loadBalancerClass"] = own
        if world.controller.get("defaultTargetType", "instance") != kind or world.chance(0.5):
            written["nlb-target-type"] = kind
    elif world.controller.get("enableServiceMutatorWebhook") and world.chance(0.5):
        made["loadBalancerClass"] = None
        written.update({"nlb-target-type": kind} if world.controller.get("defaultTargetType", "instance") != kind else {})
    else:
        made["loadBalancerClass"] = None
        by_older_word = of_pods and world.chance(0.3)
        written.update({"type": "nlb-ip"} if by_older_word else {"type": "external", "nlb-target-type": kind})
        if by_older_word and world.controller.get("defaultTargetType") != "ip":
            written.update(world.perhaps(0.2, {"nlb-target-type": "instance"}))
        if world.chance(0.3):
            made["type"] = world.one("ClusterIP", "NodePort") if of_pods else "NodePort"
            made.pop("allocateLoadBalancerNodePorts", None)
            for port in made["ports"]:  # as the API server has them
                port.pop("nodePort", None)
                port.update({"nodePort": next(world.node_ports)} if made["type"] == "NodePort" else {})
    if world.chance(0.05):
        made["finalizers"] = [world.one("service.k8s.aws/resources", "service.kubernetes.io/load-balancer-cleanup")]
        if world.chance(0.3):
            made["deletionTimestamp"] = "2026-01-02T03:04:05Z"
    if made.get("type", "LoadBalancer") != "ClusterIP" and world.chance(0.2):
        made["externalTrafficPolicy"] = world.one("Local", "Local", "Cluster")
        if made["externalTrafficPolicy"] == "Local" and made.get("type", "LoadBalancer") == "LoadBalancer":
            made["healthCheckNodePort"] = next(world.node_ports)


def balancer(world: World, made: Object) -> None:
    """What a load balancer has once."""
    public = world.chance(0.5)
    scheme = "internet-facing" if public else "internal"
    written = made["nlb"]
    if world.controller.get("defaultLoadBalancerScheme", "internal") != scheme or world.chance(0.3):
        if world.chance(0.75):
            written["scheme"] = scheme
        if "scheme" not in written or world.chance(0.1):
            written["internal"] = world.false() if public else world.true()
    if world.dualstack or world.chance(0.1):
        written["ip-address-type"] = "dualstack" if world.dualstack else "ipv4"
    settings: Object = {
        "name": world.one("shop", "shop-public", "a" * 32, ""),
        "attributes": attributes(world),
        "access-log-enabled": world.one(world.true(), world.false()),
        "access-log-s3-bucket-name": world.one("logs", ""),
        "access-log-s3-bucket-prefix": "web",
        "cross-zone-load-balancing-enabled": world.one(world.true(), world.false()),
        "minimum-load-balancer-capacity": f"CapacityUnits={world.one(0, 3000, '+5')}",
        "additional-resource-tags": world.as_map(world.some(["team=shop", "stage=prod", "empty=", r"list=a\,b"], 1)),
    }
    written.update({name: value for name, value in settings.items() if world.chance(0.15)})
    addresses(world, written, public)


def attributes(world: World) -> str:
    policy = world.one("any_availability_zone", "partial_availability_zone_affinity", "availability_zone_affinity")
    all_of_them = [
        "deletion_protection.enabled=true",
        "load_balancing.cross_zone.enabled=true",
        "access_logs.s3.enabled=false",
        f"dns_record.client_routing_policy={policy}",
    ]
    return world.as_map(world.some(all_of_them, 1))


def addresses(world: World, written: Object, public: bool) -> None:
    """Subnets, by name or as they are found, and addresses of the load balancer in them."""
    number = 2 if public else 1
    zones = ["a", "b", "c"]
    if world.chance(0.3):
        zones = world.some(zones, 1)
        kind = "public" if public else "private"
        names = [world.one(f"subnet-{zone}{number}", f"{kind}-{zone}") for zone in zones]
        written["subnets"] = world.one(",", ", ").join(names)
    if public and world.chance(0.2):
        written["eip-allocations"] = ",".join(f"eipalloc-{zone}" for zone in zones)
    if not public and world.chance(0.25):
        fixed = [f"10.0.{zone_number(zone)}{number}.{world.one(5, 250)}" for zone in zones]
        written["private-ipv4-addresses"] = ", ".join(world.some(fixed, len(fixed)))
    if not world.dualstack:
        return
    if world.chance(0.25):
        fixed = [f"2001:db8:1:{zone_number(zone)}{number}:{world.one(':5', '0:0:0:5', 'A::5')}" for zone in zones]
        written["ipv6-addresses"] = ",".join(world.some(fixed, len(fixed)))
    if world.chance(0.25):
        written["enable-prefix-for-ipv6-source-nat"] = world.one("on", "on", "off")
        if written["enable-prefix-for-ipv6-source-nat"] == "on" and world.chance(0.5):
            blocks = [world.one("auto_assigned", f"2001:db8:1:{zone_number(zone)}{number}:7::/80") for zone in zones]
            written["source-nat-ipv6-prefixes"] = ",".join(blocks)


def zone_number(zone: str) -> int:
    """The number of a zone in the blocks of its subnets, as `account` has it."""
    return "abc".index(zone) + 1


def security(world: World, made: Object) -> None:
    """Who may reach the load balancer, and its targets."""
    written = made["nlb"]
    blocks = ["10.0.0.0/8", "192.0.2.0/24", "0.0.0.0/0", *(["2001:db8::/32", "::/0"] if world.dualstack else [])]
    settings: Object = {
        "load-balancer-source-ranges": ", ".join(world.some(blocks, 1)),
        "security-group-prefix-lists": world.one("pl-1", "pl-2, pl-1"),
        "enable-icmp-for-path-mtu-discovery": world.one("on", "on", "off", "true"),
        "inbound-sg-rules-on-private-link-traffic": world.one("on", "off"),
        "disable-nlb-sg": world.one(world.true(), world.true(), world.false()),
        "security-groups": world.one("sg-edge", "sg-office,edge", " office , sg-edge", ""),
    }
    written.update({name: value for name, value in settings.items() if world.chance(0.18)})
    if world.chance(0.15):
        made["loadBalancerSourceRanges"] = world.some(blocks, 1)
    if world.chance(0.25):
        shared = world.controller.get("enableBackendSecurityGroup", True) or "security-groups" not in written
        written["manage-backend-security-group-rules"] = world.one(world.true(), world.false()) if shared else world.false()


# ------------------------------------------------------------------------------------------------------------------- listeners


def word_for(world: World, port: Object) -> str:
    """A port of a Service by its name or number."""
    return str(world.one(port["name"], port["port"]) if "name" in port else port["port"])


def listeners(world: World, made: Object) -> None:
    written = made["nlb"]
    over_tcp = [port for port in made["ports"] if protocol_of(port) == "TCP"]
    over_udp = [port for port in made["ports"] if protocol_of(port) == "UDP"]
    if over_tcp and world.chance(0.35):
        written["ssl-cert"] = world.one(", ", ",").join(world.some(CERTIFICATES, 1))
        written.update(world.perhaps(0.5, {"ssl-ports": ",".join(word_for(world, port) for port in world.some(over_tcp))}))
        written.update(world.perhaps(0.3, {"ssl-negotiation-policy": world.one("ELBSecurityPolicy-TLS13-1-2-2021-06", "")}))
        written.update(world.perhaps(0.4, {"backend-protocol": world.one("ssl", "ssl", "tcp", "SSL")}))
        names = ("None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred")
        written.update(world.perhaps(0.4, {"alpn-policy": world.one(*names)}))
    written.update(world.perhaps(0.35, {"enable-tcp-udp-listener": world.one(world.true(), world.true(), world.false(), "yes")}))
    numbers_over_tcp = {port["port"] for port in over_tcp}
    apart = [port for port in over_udp if port["port"] not in numbers_over_tcp]
    if apart and world.chance(0.25):
        written["quic-enabled-ports"] = ",".join(word_for(world, port) for port in world.some(apart, 1))
    for port in made["ports"]:
        kinds = (protocol_of(port), protocol_of(port), "TLS", "TCP_UDP", "QUIC")
        if world.chance(0.15):
            idle = world.as_map(world.some(["tcp.idle_timeout.seconds=400", "a=1"], 1))
            written[f"listener-attributes.{world.one(*kinds)}-{port['port']}"] = idle


def weights(world: World, made: Object, of_pods: bool) -> None:
    """Listeners that forward to other Services too."""
    for port in made["ports"]:
        if world.chance(0.15):
            kind = world.one(protocol_of(port), protocol_of(port), "TLS", "TCP_UDP", "QUIC")
            made["nlb"][f"actions.{kind}-{port['port']}"] = action(world, made, of_pods)


def action(world: World, made: Object, of_pods: bool) -> Object:
    base = made["ports"][0]
    places: list[Object] = [
        {"serviceName": "api", "servicePort": world.one(8080, "http", "status")},
        {"serviceName": "api", "servicePort": 9090},
        {"serviceName": made["Service"].split("/")[1], "servicePort": base.get("name", base["port"])},
        {"targetGroupARN": LEGACY},
        *([{"serviceName": "search", "servicePort": 80}] if of_pods else []),
    ]
    chosen_places = world.random.sample(places, world.one(1, 1, 2, 3))
    for place in chosen_places:
        if len(chosen_places) > 1 or world.chance(0.5):
            place["weight"] = world.one(0, 1, 999)
        if "serviceName" in place:
            place.update(world.perhaps(0.2, {"decrypt": world.one(True, False)}))
    forward: Object = {
        **world.perhaps(0.7, {"baseServiceWeight": world.one(0, 1, 50, 1000)}),
        "targetGroups": chosen_places,
        **world.perhaps(0.25, {"targetGroupStickinessConfig": world.one({"enabled": True}, {"enabled": False}, {})}),
    }
    return {"type": "forward", "forwardConfig": forward}


# --------------------------------------------------------------------------------------------------------------------- targets


def health_check(world: World, made: Object, of_pods: bool) -> Object:
    named = [port["name"] for port in made["ports"] if "name" in port and not (of_pods and port.get("targetPort") == "main")]
    settings: Object = {
        "healthcheck-port": world.one("traffic-port", 9000, "+9000", 8080, *(named if world.chance(0.5) else [])),
        "healthcheck-protocol": world.one("HTTP", "HTTPS", "http", "TCP", "tcp"),
        "healthcheck-path": world.one("/healthz", "/", ""),
        "healthcheck-success-codes": world.one("200", "200-299,301", ""),
        "healthcheck-interval": world.one(10, "+10", "010", 300),
        "healthcheck-timeout": world.one(2, 5),
        "healthcheck-healthy-threshold": world.one(2, 10),
        "healthcheck-unhealthy-threshold": world.one(3, 10),
    }
    if any(key.startswith("actions.") for key in made["nlb"]):  # other Services have no port of that name
        settings["healthcheck-port"] = world.one("traffic-port", 9000)
    return {name: value for name, value in settings.items() if world.chance(0.25)}


def targets(world: World, made: Object) -> Object:
    """How the load balancer speaks to targets."""
    port = world.random.choice(made["ports"])["port"]
    known = [
        "deregistration_delay.timeout_seconds=30",
        f"preserve_client_ip.enabled={world.one(world.true(), world.false())}",
        f"proxy_protocol_v2.enabled={world.one('true', 'false', '')}",
        "stickiness.enabled=",
    ]
    return {
        **world.perhaps(0.3, {"target-group-attributes": world.as_map(world.some(known, 1))}),
        **world.perhaps(0.2, {f"target-group-attributes.{port}": world.as_map(world.some(known, 1))}),
        **world.perhaps(0.12, {"proxy-protocol": "*"}),
        **world.perhaps(0.15, {"proxy-protocol-per-target-group": world.one(str(port), f"{port}, 81", f"0{port}", "")}),
        **world.perhaps(0.2, {"target-node-labels": world.one("disk=ssd", "disk=ssd, zone=a", "")}),
        **world.perhaps(0.12, {"multi-cluster-target-group": world.one(world.true(), world.false())}),
    }
