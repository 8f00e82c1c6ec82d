"""What a platform team lays down for all Ingresses of a class, and for which namespaces.

Facts: controller documentation, "IngressClass", "IngressClassParams"; Kubernetes documentation, "Ingress class", "Labels and
Selectors".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from eks_ingress.refusal import Refusals
from eks_ingress.routing.attributes import ListenerAttributes, LoadBalancerAttributes
from eks_ingress.routing.ingress import require_group_name
from eks_ingress.routing.labels import LabelSelector
from eks_ingress.routing.listener import Certificate, Listener
from eks_ingress.routing.names import require_port_number, require_subdomain
from eks_ingress.routing.network import PrefixLists, SecurityGroups, Subnets, require_ids, subnets, texts
from eks_ingress.routing.protocol import Protocol
from eks_ingress.routing.scheme import IpAddressType, Scheme
from eks_ingress.routing.settings import LoadBalancerSettings
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.tls import TlsPolicy, require_tls_policy
from eks_ingress.routing.units import Words, put, require_a, require_flag, require_kinds, require_list, several
from eks_ingress.routing.web_acl import WebAcl
from eks_ingress.source import Source


@dataclass(frozen=True, slots=True)
class NamespaceSelector(LabelSelector):
    """The namespaces whose Ingresses may be of a class, by their labels; all that is said must hold.

    Without anything said these are all namespaces. Raises `Refused` for what is no label.

    Facts: controller documentation, "IngressClassParams", spec.namespaceSelector; Kubernetes documentation, "Labels and Selectors".
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSettings:
    """What holds for all Ingresses of a class, whatever they say themselves. What is left out each of them may say.

    Raises `Refused` for what Kubernetes, the controller or AWS would refuse.

    Facts: controller documentation, "IngressClassParams"; Elastic Load Balancing documentation, "Application Load Balancers".
    """

    namespace_selector: NamespaceSelector | None = None
    """Namespaces whose Ingresses may be of this class; others are not served. Default: all."""
    group_name: str | None = None
    """The group of all its Ingresses, which so share one load balancer: 1 to 63 lower-case letters, digits, '-' and '.'. Default:
    each Ingress says."""
    scheme: Scheme | None = None
    """From where the load balancers can be reached; changing it replaces them. Default: each Ingress says."""
    ip_address_type: IpAddressType | None = None
    """IPv4, or IPv6 as well. Default: each Ingress says."""
    load_balancer_name: str | None = None
    """Name of the load balancer in AWS, at most 32 letters, digits and '-'; there can be one only, so write `group_name` as well.
    Default: each Ingress says. Since controller 2.14."""
    subnets: Subnets | None = None
    """Subnets of the load balancers: ids or subnets of the CDK, one at least, one a zone. Default: found by `subnet_tags`, or else
    each Ingress says. Since controller 2.5."""
    subnet_tags: Mapping[str, Words] | None = None
    """Tags by which the subnets are found, each with the values of which one must match: `{"tier": ["public", "edge"]}`. All tags
    must be there; `*` stands for any letters, `?` for one. Not together with `subnets`. Default: none. Since controller 2.5."""
    inbound_cidrs: Words = ()
    """Address ranges, IPv4 and IPv6, that may reach the listeners; of no effect on an Ingress that names security groups. Default:
    each Ingress says. Since controller 2.5."""
    prefix_lists: PrefixLists = ()
    """Managed prefix lists that may reach the listeners: ids (`pl-…`) or CDK objects; of no effect on an Ingress that names
    security groups. Default: each Ingress says. Since controller 2.14."""
    legacy_prefix_lists: PrefixLists = ()
    """The same as `prefix_lists`, in the spelling that controllers since 2.8 read and those before 2.14 know alone; not both.
    Default: none."""
    certificates: Sequence[Certificate | str] = ()
    """Certificates of the HTTPS listeners, CDK ones or ARNs, the first for clients that name no host; an Ingress that names no
    ports then listens on HTTPS. Default: each Ingress says, or they are found by the hosts. Since controller 2.8."""
    tls_policy: TlsPolicy | str | None = None
    """Protocols and ciphers of the HTTPS listeners. Default: each Ingress says. Since controller 2.5."""
    ssl_redirect_port: int | None = None
    """Port of the HTTPS listener to which all HTTP listeners redirect, 1 to 65535; every load balancer must have it. Default: each
    Ingress says. Since controller 2.14."""
    listener_attributes: Mapping[str, ListenerAttributes] = field(default_factory=dict)
    """Headers and so on by listener: `{"HTTPS-443": ListenerAttributes(…)}`; makes no listener. Each attribute wins over that of an
    Ingress. Default: each Ingress says. Since controller 2.9."""
    load_balancer_attributes: LoadBalancerAttributes | None = None
    """Time-outs, logs, header handling and so on; each wins over that of an Ingress. Default: each Ingress says. Since controller
    2.3."""
    minimum_capacity: int | None = None
    """Reserved capacity in load balancer capacity units; 0 takes a reservation back. Default: each Ingress says. Since controller
    2.11."""
    ipam_ipv4_pool: str | None = None
    """Id of the IPAM pool that addresses come from. Default: each Ingress says. Since controller 2.12."""
    target_type: TargetType | None = None
    """Pods or nodes; also wins over what a Service says. Default: each Ingress or Service says. Since controller 2.13."""
    web_acl: WebAcl | None = None
    """Web ACL of AWS WAF. By name it wins over all that an Ingress says; by ARN an Ingress may still name another by its name.
    Default: each Ingress says. Since controller 2.14."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """AWS tags of all that is made; each wins over that of an Ingress. Default: each Ingress says."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_kinds(refusals, self, _KINDS)
        if self.group_name is not None:
            require_group_name(refusals, self.group_name)
        self._check_subnets(refusals)
        self._check_sources(refusals)
        self._check_listeners(refusals)
        with refusals.gather():
            # A class says these of a load balancer in the same words.
            LoadBalancerSettings(
                scheme=self.scheme,
                ip_address_type=self.ip_address_type,
                load_balancer_name=self.load_balancer_name,
                ipam_ipv4_pool=self.ipam_ipv4_pool,
                tags=self.tags,
                minimum_capacity=self.minimum_capacity,
            )
        refusals.settle()
        put(self, tags=dict(self.tags))

    def _check_subnets(self, refusals: Refusals) -> None:
        refusals.require(
            self.subnets is None or self.subnet_tags is None,
            "subnet_tags",
            self.subnet_tags,
            "are given together with subnets, and the controller refuses both",
            "Write `subnets` or `subnet_tags`.",
        )
        if self.subnets is not None:
            ids = subnets(self.subnets)
            put(self, subnets=ids)
            refusals.require(
                bool(ids), "subnets", list(ids), "are none", "Name one a zone, or leave `subnets` out, so that each Ingress may."
            )
            require_ids(refusals, "subnets", ids, "subnet-")
            _require_once(refusals, "subnets entry", ids)
        if self.subnet_tags is not None:
            refusals.require(
                isinstance(self.subnet_tags, Mapping) and len(self.subnet_tags) > 0,
                "subnet_tags",
                self.subnet_tags,
                "are no tags",
                "Write {'kubernetes.io/role/elb': '1'}, or leave `subnet_tags` out, so that each Ingress may name subnets.",
            )
        if isinstance(self.subnet_tags, Mapping):
            self._check_subnet_tags(refusals, self.subnet_tags)

    def _check_subnet_tags(self, refusals: Refusals, given: Mapping[str, Words]) -> None:
        tags = {key: several(values) for key, values in given.items()}
        put(self, subnet_tags=tags)
        for key, values in tags.items():
            what = f"values of {key!r} in subnet_tags,"
            refusals.require(isinstance(key, str) and key != "", "key in subnet_tags,", key, "is none of a tag", "Write its key.")
            refusals.require(
                bool(values), what, list(values), "are none, so that no subnet would be found", "Write a value, or '*' for any."
            )
            refusals.require(
                all(isinstance(value, str) for value in values), what, list(values), "are not all texts", "Write each in quotes."
            )
            _require_once(refusals, f"value of {key!r} in subnet_tags,", values)

    def _check_sources(self, refusals: Refusals) -> None:
        """Who may reach the load balancers."""
        prefix_lists = texts(self.prefix_lists, "prefix_list_id")
        legacy = texts(self.legacy_prefix_lists, "prefix_list_id")
        put(self, inbound_cidrs=several(self.inbound_cidrs), prefix_lists=prefix_lists, legacy_prefix_lists=legacy)
        with refusals.gather():
            SecurityGroups.managed(inbound_cidrs=self.inbound_cidrs, prefix_lists=prefix_lists)
        require_ids(refusals, "legacy_prefix_lists", legacy, "pl-")
        refusals.require(
            not (prefix_lists and legacy),
            "legacy_prefix_lists",
            list(legacy),
            "are given together with prefix_lists, and Kubernetes refuses both",
            "Write `prefix_lists`, or for a controller before 2.14 `legacy_prefix_lists`.",
        )

    def _check_listeners(self, refusals: Refusals) -> None:
        is_list = isinstance(self.certificates, Iterable) and not isinstance(self.certificates, str)
        refusals.require(
            is_list,
            "certificates",
            self.certificates,
            "is one and no list",
            "Write `certificates=[…]`.",
        )
        if is_list:
            arns = tuple(getattr(certificate, "certificate_arn", certificate) for certificate in self.certificates)
            put(self, certificates=arns)
            if require_list(refusals, "certificates", arns):
                with refusals.gather():
                    Listener.https(certificates=arns)
        if self.tls_policy is not None:
            require_tls_policy(refusals, "tls_policy", self.tls_policy)
        if self.ssl_redirect_port is not None:
            require_port_number(refusals, "ssl_redirect_port", self.ssl_redirect_port)
        by_listener = isinstance(self.listener_attributes, Mapping)
        refusals.require(
            by_listener,
            "listener_attributes",
            self.listener_attributes,
            "are not attributes by listener",
            "Write {'HTTPS-443': ListenerAttributes(…)}.",
        )
        put(self, listener_attributes=dict(self.listener_attributes) if by_listener else {})
        for listener, attributes in self.listener_attributes.items():
            known = isinstance(listener, str) and _LISTENER.fullmatch(listener) is not None
            refusals.require(
                known,
                "key in listener_attributes,",
                listener,
                "names no listener",
                "Write its protocol and port: 'HTTP-80' or 'HTTPS-443'.",
            )
            require_a(refusals, f"attributes of {listener!r},", attributes, ListenerAttributes)
            if known:  # the port, and what attributes a listener of its protocol has, a listener tells
                protocol, port = listener.split("-")
                with refusals.gather():
                    Listener(int(port), Protocol(protocol), attributes=attributes)


_LISTENER = re.compile("(HTTP|HTTPS)-[0-9]{1,5}")
_KINDS: Mapping[str, type] = {
    "namespace_selector": NamespaceSelector,
    "load_balancer_attributes": LoadBalancerAttributes,
    "target_type": TargetType,
    "web_acl": WebAcl,
}


@dataclass(frozen=True, slots=True)
class IngressClass:
    """A class of Ingresses of the controller: with settings, what holds for all of them.

    Raises `Refused` for names that Kubernetes does not take.

    Facts: controller documentation, "IngressClass"; Kubernetes documentation, "Ingress class", "Default Ingress class".
    """

    name: str
    """Its name, which Ingresses write as their `class_name`."""
    settings: ClassSettings | None = None
    """What holds for all of its Ingresses. Default: what the IngressClassParams named by `params_name` says, or else nothing."""
    is_default: bool = False
    """Whether Ingresses that name no class are of this one; there should be one such class in a cluster. Default: no."""
    params_name: str | None = None
    """Name of the IngressClassParams with the settings; without `settings`, of one that is there. Default: the class's name."""
    source: Source = Source()
    """Where it was written. Default: where it is added."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        require_subdomain(refusals, "name of IngressClass", self.name)
        if self.params_name is not None:
            require_subdomain(refusals, "params_name", self.params_name)
        if self.settings is not None:
            require_a(refusals, "settings", self.settings, ClassSettings)
        require_flag(refusals, "is_default", self.is_default)
        refusals.settle()


def _require_once(refusals: Refusals, what: str, values: Sequence[str]) -> None:
    for value, times in Counter(values).items():
        refusals.require(times == 1, what, value, f"is there {times} times, which the controller refuses", "Write it once.")
