"""The parts of a plan, named as Elastic Load Balancing names them."""

# Without `annotations` from `__future__`: typing compiles each annotation of a NamedTuple that is a text, which takes longer than
# all else in this file.
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from eks_ingress.refusal import Problem
from eks_ingress.source import Source

if TYPE_CHECKING:
    from eks_ingress.plan.balanced import BalancedService
    from eks_ingress.plan.matching import Answer
    from eks_ingress.plan.members import Group
    from eks_ingress.plan.network_model import NetworkLoadBalancer
    from eks_ingress.plan.world import World

MANAGED = "ManagedLBSecurityGroup"
"""The controller's name for the security group that it makes, which stands for its id."""


Pairs = tuple[tuple[str, str], ...]
"""Attributes or tags, in the order of their keys."""


class HealthCheck(NamedTuple):
    """How a load balancer decides that a target may have traffic."""

    port: int | str
    """A number or `traffic-port`; a placeholder where it is known only in the cluster."""
    protocol: str
    path: str
    success_codes: str
    """HTTP status codes, or gRPC codes where the targets speak gRPC."""
    interval: int
    """In seconds, as `timeout`."""
    timeout: int
    healthy_threshold: int
    unhealthy_threshold: int


class Binding(NamedTuple):
    """What registers the pods or nodes of a Service with a target group: a TargetGroupBinding that the controller makes."""

    namespace: str
    service: str
    port: int | str
    """The port of the Service as the Ingress names it."""
    open_ports: tuple[int | str, ...] | None
    """Ports that the load balancer may reach the targets on, None where the controller opens none. An empty list stands for all."""
    node_labels: Pairs
    """Labels of the nodes that are registered; empty for all."""
    multi_cluster: bool


class BoundTargetGroup(NamedTuple):
    """A target group that someone else made, and that gets the pods or nodes of a Service by a TargetGroupBinding."""

    name: str
    """The binding, as `namespace/name`."""
    target_group: str
    """ARN or name of the target group."""
    service: str
    """`namespace/name:port`."""
    target_type: str | None
    """`ip` or `instance`; None where the controller asks AWS."""
    spec: Mapping[str, Any]
    """All that the binding says, as Kubernetes has it."""
    source: Source


class TargetGroup(NamedTuple):
    """A target group that the controller makes for one port of a Service and one Ingress."""

    id: str
    """What the controller calls it within its load balancer: `namespace/ingress-service:port`."""
    name: str
    """Its name in AWS; a placeholder where the Service's uid or the cluster's name is not known."""
    target_type: str
    """`ip`, `instance`, or `alb` behind a frontend network load balancer."""
    port: int | str
    protocol: str
    protocol_version: str | None
    ip_address_type: str
    health_check: HealthCheck
    attributes: Pairs = ()
    tags: Pairs = ()
    control_port: int | None = None
    binding: Binding | None = None
    """None behind a frontend network load balancer, whose target is the application load balancer."""
    source: Source | None = None
    """The Ingress."""


@dataclass(frozen=True, slots=True)
class Target:
    """One of the places that a rule forwards to."""

    service: str
    """`namespace/name:port`, or the ARN or name of a target group that someone else made."""
    weight: int | None = None
    group: TargetGroup | None = field(default=None, compare=False, repr=False)
    """What the controller makes for it; None for a target group that someone else made."""


class Stickiness(NamedTuple):
    """Whether a client stays with the target group that it came to first, and for how many seconds."""

    enabled: bool | None
    duration: int | None


class Forward(NamedTuple):
    """Sends the request to one of the targets, by weight."""

    targets: tuple[Target, ...]
    stickiness: Stickiness | None = None

    def __str__(self) -> str:
        weighted = (x.service if x.weight is None else f"{x.service} ({x.weight})" for x in self.targets)
        return "Service " + ", ".join(weighted)


class RedirectTo(NamedTuple):
    """Sends the client elsewhere; parts that are None stay as they were in the request."""

    status_code: str
    host: str | None = None
    path: str | None = None
    port: str | None = None
    protocol: str | None = None
    query: str | None = None

    def __str__(self) -> str:
        protocol, host = self.protocol or "#{protocol}", self.host or "#{host}"
        port, path = self.port or "#{port}", self.path or "/#{path}"
        query = "#{query}" if self.query is None else self.query
        url = f"{protocol.lower()}://{host}:{port}{path}{'?' + query if query else ''}"
        return f"redirect {self.status_code.removeprefix('HTTP_')} to {url}"


class Respond(NamedTuple):
    """Answers without asking anyone."""

    status_code: str
    content_type: str | None = None
    body: str | None = None

    def __str__(self) -> str:
        return f"answer {self.status_code}"


Action = Forward | RedirectTo | Respond
"""What becomes of a request."""


class Requirement(NamedTuple):
    """Something that a request must have besides its host and path."""

    what: str
    """`method`, `header NAME`, `query` or `source`."""
    values: tuple[str, ...]
    """Any of these will do."""
    regex: bool = False
    """Whether they are regular expressions."""
    keys: tuple[str | None, ...] = ()
    """Of `query`, the key of each value, None for any key."""

    def __str__(self) -> str:
        if self.what == "query":
            shown = (value if not key and "=" not in value else f"{key or ''}={value}" for key, value in self.pairs)
            return f"query {' or '.join(shown)}"
        return f"{self.what} {' or '.join(self.values)}"

    @property
    def pairs(self) -> Iterator[tuple[str | None, str]]:
        """Of `query`, each key and its value."""
        return zip(self.keys, self.values, strict=True)


class Transform(NamedTuple):
    """Changes the host or the path, with its query, before a target gets the request."""

    kind: str
    """`host-header-rewrite` or `url-rewrite`."""
    rewrites: tuple[tuple[str, str], ...]
    """Expressions, each with what takes its place."""

    def __str__(self) -> str:
        what = "path" if self.kind == "url-rewrite" else "host"
        return ", ".join(f"{what} {regex} becomes {replace or 'nothing'}" for regex, replace in self.rewrites)


@dataclass(frozen=True, slots=True)
class Auth:
    """What a client must show before a rule answers."""

    kind: str
    """`cognito`, `oidc` or `jwt`."""
    action: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The action as the controller's stack has it."""

    def __str__(self) -> str:
        return self.kind


class Rule(NamedTuple):
    """Requests whose host is one of `hosts` and whose path is one of `paths`; an empty list stands for any."""

    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    action: Action
    source: Source
    priority: int = 0
    """Place in the order of evaluation, from 1."""
    host_regexes: tuple[str, ...] = ()
    """Expressions in place of `hosts`."""
    path_regexes: tuple[str, ...] = ()
    """Expressions in place of `paths`."""
    requirements: tuple[Requirement, ...] = ()
    """What a request must have besides, all of it."""
    transforms: tuple[Transform, ...] = ()
    """What is changed before a target gets the request."""
    auth: Auth | None = None
    """What clients must show first; asked for on an HTTPS listener only."""
    tags: Pairs = ()
    ingress: str = ""
    """The Ingress that it is of, as `namespace/name`."""

    @property
    def takes(self) -> str:
        """The requests that it takes, in words: `shop.example.com /api, /api/* method GET`."""
        hosts, paths = self.hosts or self.host_regexes, self.paths or self.path_regexes
        return " ".join([", ".join(hosts) or "any host", ", ".join(paths), *map(str, self.requirements)]).strip()


@dataclass(frozen=True, slots=True)
class MutualTls:
    """Whether clients must show a certificate, and who checks it."""

    mode: str
    """`off`, `passthrough` or `verify`."""
    trust_store: str
    """ARN; empty where there is none."""
    ignore_expiry: bool | None
    advertise: str | None
    """`on` or `off`: whether clients are told which authorities are trusted."""

    def __str__(self) -> str:
        said = {
            "trustStore": self.trust_store or None,
            "ignoreClientCertificateExpiry": self.ignore_expiry,
            "advertiseTrustStoreCaNames": self.advertise,
        }
        return " ".join([self.mode, *(f"{name}={value}" for name, value in said.items() if value is not None)])


class Listener(NamedTuple):
    """A port of a load balancer."""

    port: int
    protocol: str
    """`HTTP` or `HTTPS`."""
    certificates: tuple[str, ...]
    """ARNs; the first is the default."""
    default_action: Action
    """What becomes of requests that no rule takes."""
    rules: tuple[Rule, ...]
    dropped: tuple[Rule, ...]
    """Rules that the controller leaves out because it thinks that they can have no effect."""
    default_auth: Auth | None = None
    """What clients must show before the default action; asked for on an HTTPS listener only."""
    default_source: Source | None = None
    """Where the default action was written; None where it is the controller's own."""
    tls_policy: str | None = None
    mutual_tls: MutualTls | None = None
    attributes: Pairs = ()
    tags: Pairs = ()
    members: tuple[str, ...] = ()
    """The Ingresses that listen on it, in the order of the group."""
    source: Source | None = None
    """The first of them."""


class Subnet(NamedTuple):
    """A subnet of a load balancer, and its fixed address there."""

    id: str
    allocation: str | None = None
    """Allocation id of an Elastic IP address."""
    private_ipv4: str | None = None
    ipv6: str | None = None
    source_nat_prefix: str | None = None
    """IPv6 block, or `auto_assigned`, that a network load balancer translates the addresses of clients to."""


class Inbound(NamedTuple):
    """Who may reach one port of a load balancer: an IPv4 or IPv6 block, or a prefix list."""

    port: int
    """Of ICMP, the type of messages."""
    ipv4: str | None = None
    ipv6: str | None = None
    prefix_list: str | None = None
    protocol: str = "tcp"
    """As EC2 writes it: `tcp`, `udp`, `icmp`, `icmpv6`."""
    code: int | None = None
    """Of ICMP, the code of messages; None for the others."""


class SecurityGroup(NamedTuple):
    """The security group that the controller makes for a load balancer."""

    name: str
    inbound: tuple[Inbound, ...]
    tags: Pairs


class RequestedCertificate(NamedTuple):
    """A certificate that the controller asks AWS Certificate Manager for."""

    id: str
    """What the controller calls it within its load balancer; `arn` refers to it."""
    authority: str
    """ARN of a private certificate authority; empty for a public certificate."""
    hosts: tuple[str, ...]
    tags: Pairs

    @property
    def arn(self) -> str:
        """What stands for its ARN in the plan."""
        return f"${{certificate {self.id}}}"


class FrontendListener(NamedTuple):
    """A port of a frontend network load balancer, and the port of the application load balancer behind it."""

    port: int
    target_port: int
    target_group: TargetGroup


class FrontendNlb(NamedTuple):
    """A network load balancer in front of an application load balancer."""

    name: str
    scheme: str
    subnets: tuple[Subnet, ...]
    security_groups: tuple[str, ...]
    attributes: Pairs
    tags: Pairs
    listeners: tuple[FrontendListener, ...]


class LoadBalancer(NamedTuple):
    """An application load balancer, and the Ingresses that it is made from."""

    group: str
    """Name of the group; `namespace/name` for an Ingress without one."""
    scheme: str
    members: tuple[str, ...]
    """The Ingresses of the group in its order, as `namespace/name`."""
    listeners: tuple[Listener, ...]
    source: Source
    name: str = ""
    """Its name in AWS; a placeholder where the cluster's name is not known."""
    ip_address_type: str = "ipv4"
    subnets: tuple[Subnet, ...] = ()
    security_groups: tuple[str, ...] = ()
    """Ids; `MANAGED` stands for the one that the controller makes."""
    managed_security_group: SecurityGroup | None = None
    attributes: Pairs = ()
    tags: Pairs = ()
    customer_owned_ipv4_pool: str | None = None
    ipam_ipv4_pool: str | None = None
    minimum_capacity: int | None = None
    web_acl: str | None = None
    """ARN of the web ACL of AWS WAF; empty to take it away, None to leave it as it is."""
    waf_classic: str | None = None
    """Id of the web ACL of AWS WAF Classic; empty to take it away, None to leave it as it is."""
    shield: bool | None = None
    """Whether AWS Shield Advanced protects it; None to leave it as it is."""
    certificates: tuple[RequestedCertificate, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    """Those that the controller makes, in the order in which rules need them first."""
    vpc: str = ""
    frontend_nlb: FrontendNlb | None = None

    @property
    def stack(self) -> dict[str, Any]:
        """The same in the controller's own format, as it writes it to the `dry-run-plan` annotation."""
        from eks_ingress.plan.stack import stack  # noqa: PLC0415 - it works on the parts above

        return stack(self)

    def match(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, source_ip: str | None = None
    ) -> "Answer":
        """What it does with one request, whatever the DNS says of the host; see `Plan.match`."""
        return Plan((self,)).match(url, method=method, headers=headers, source_ip=source_ip)


class Overruled(NamedTuple):
    """An annotation that has no effect, since the class of its Ingress decides the same."""

    annotation: str
    value: str
    class_name: str
    field: str
    """The field of the class's IngressClassParams."""
    source: Source


@dataclass(frozen=True, slots=True)
class Plan:
    """All load balancers of one cluster."""

    load_balancers: tuple[LoadBalancer, ...]
    """Those that the controller makes of Ingresses, by the name of their group."""
    problems: tuple[Problem, ...] = ()
    """What the controller would refuse, or could not read; a load balancer with such a problem is left out."""
    overruled: tuple[Overruled, ...] = ()
    """Annotations that a class overrules."""
    world: "World | None" = field(default=None, compare=False, repr=False)
    """What it was made from, for what looks at the manifests themselves."""
    groups: "tuple[Group, ...]" = field(default=(), compare=False, repr=False)
    """The Ingresses by load balancer, those of refused ones too."""
    network_load_balancers: "tuple[NetworkLoadBalancer, ...]" = ()
    """Those that the controller makes of Services, by the name of their Service."""
    services: "tuple[BalancedService, ...]" = field(default=(), compare=False, repr=False)
    """The Services that are to have one, those of refused ones too."""
    bindings: tuple[BoundTargetGroup, ...] = ()
    """Target groups of others that get targets from the cluster, in the order in which they were written."""

    def match(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        source_ip: str | None = None,
        load_balancer: str | None = None,
    ) -> "Answer":
        """What becomes of one request: `plan.match("https://shop.example.com/cart").service`.

        `url` is absolute. Without `source_ip` no client address is known, and a condition on it does not hold. `load_balancer` is
        the group of the one that is asked, where several listen on the port. Raises `ValueError` where none does, or several.
        """
        from eks_ingress.plan.matching import match  # noqa: PLC0415 - it works on the parts above

        return match(self, url, method=method, headers=headers, source_ip=source_ip, load_balancer=load_balancer)
