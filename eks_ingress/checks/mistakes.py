"""The mistakes that `kubectl apply` takes, and that fail or mislead when the controller comes to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of them; the checks that find it name its number."""

    number: int
    what: str
    given: str = ""
    """What must be stated for it to be found; empty where the manifests alone tell it."""
    unknown: str = ""
    """Why it cannot be known before it is deployed; empty where it can."""


_AWS = "the facts about AWS are stated (`--aws`)"
_WHOLE = "the manifests are all that there is (`--complete`)"
_AS_IT_IS = "it depends on what there is in AWS already"

MISTAKES = (
    Mistake(1, "a Service that does not exist, as the only target"),
    Mistake(2, "a Service that does not exist, as one of several targets, or where that is not tolerated"),
    Mistake(3, "a port that the Service does not have"),
    Mistake(4, "`use-annotation` without the `actions` annotation"),
    Mistake(5, "JSON of an action, condition or transform that cannot be read, or is incomplete"),
    Mistake(6, "a misspelt key in the JSON, or an unknown field of a condition"),
    Mistake(7, "a condition for a name to which no path leads"),
    Mistake(8, "several targets, and not each has a weight"),
    Mistake(9, "an Exact or Prefix path with `*` or `?`"),
    Mistake(10, "a regular expression, as nginx takes it, in a path of the type ImplementationSpecific"),
    Mistake(11, "patterns and regular expressions for the host, or the path, of one rule"),
    Mistake(12, "more rules, values, wildcards or targets than AWS takes"),
    Mistake(13, "a rule for everything before others, in the same Ingress or in an earlier one of the group"),
    Mistake(14, "a redirect that leads to itself"),
    Mistake(15, "two Ingresses of a group with a default backend on one port"),
    Mistake(16, "a backend that is a `resource`"),
    Mistake(17, "a status code or content type that AWS does not take"),
    Mistake(18, "sign-in, or a check of tokens, on an HTTP listener"),
    Mistake(
        19,
        "a Secret of sign-in that is not there, lacks a key, or that the controller may not read",
        f"{_WHOLE}; what the controller may read is not known",
    ),
    Mistake(20, "no certificate for a host", _AWS),
    Mistake(21, "`tls` without `listen-ports`"),
    Mistake(22, "HTTPS without any host and any certificate"),
    Mistake(
        23,
        "a certificate of another region, or one that is not issued",
        f"`EksIngress` has the region, for the former; {_AWS}, for the latter",
    ),
    Mistake(24, "`ssl-redirect` to a port that is no HTTPS listener"),
    Mistake(25, "`ssl-redirect` beside an Ingress that needs its rules on HTTP"),
    Mistake(26, "one port with two protocols in a group"),
    Mistake(27, "two values in a group for what there is once"),
    Mistake(28, "an Ingress without `listen-ports` in a group that listens on more"),
    Mistake(29, "`group.order` out of range, or no number"),
    Mistake(30, "a name that a group cannot have"),
    Mistake(31, "a class of another controller, or one that does not exist", f"{_WHOLE}, for the latter"),
    Mistake(32, "IngressClassParams that do not exist, or not for the namespace", _WHOLE),
    Mistake(33, "the older annotation for the class, with which its parameters do not count"),
    Mistake(34, "one port twice in `listen-ports`"),
    Mistake(35, "attributes, or client certificates, for a listener that there is not"),
    Mistake(36, "a yes or no in another spelling"),
    Mistake(37, "a web ACL by name, without the permission to look for it", "`EksIngress` installs the controller"),
    Mistake(38, "protection against deletion, and then a deletion"),
    Mistake(
        39, "an attribute, client certificates, a capacity, a web ACL or Shield that is taken out, and stays", unknown=_AS_IT_IS
    ),
    Mistake(40, "another scheme, for which the load balancer is replaced", unknown=_AS_IT_IS),
    Mistake(41, "another name, which has no effect, or one that is taken", unknown=_AS_IT_IS),
    Mistake(42, "subnets without tags, with those of another cluster, or without free addresses", _AWS),
    Mistake(43, "subnets in one availability zone", f"{_AWS}, or a single one is named"),
    Mistake(44, "two subnets in one availability zone", _AWS),
    Mistake(45, "subnets in availability zones and local zones", _AWS),
    Mistake(46, "a subnet or a security group that does not exist", _AWS),
    Mistake(47, "dualstack with subnets that have no IPv6", _AWS),
    Mistake(48, "targets that are nodes, with a Service of the type ClusterIP"),
    Mistake(49, "the same with a network load balancer"),
    Mistake(50, "a Service of the type ExternalName"),
    Mistake(51, "a Service with IPv6 behind a load balancer without"),
    Mistake(52, "targets that are nodes, with pods on Fargate", unknown="where pods run is decided when they start"),
    Mistake(
        53,
        "network interfaces with none or several security groups that have the tag of the cluster",
        unknown="it depends on the network interfaces of nodes and pods",
    ),
    Mistake(54, "`security-groups` that nobody lets into the targets"),
    Mistake(55, "`security-groups` beside `inbound-cidrs`"),
    Mistake(56, "a named port for the health check, where the port of the pods has a name as well"),
    Mistake(57, "a port of the pods for the health check of nodes"),
    Mistake(58, "an interval that is not longer than the timeout, and the like"),
    Mistake(59, "`ssl-ports` of a network load balancer that name no port, or `*`"),
    Mistake(60, "addresses of a network load balancer that do not go with its subnets or its scheme"),
    Mistake(61, "one port for TCP and UDP of a network load balancer"),
    Mistake(62, "a Service of the type external that does not say what its targets are"),
    Mistake(
        63,
        "a Service that was made before the controller, and got a Classic Load Balancer",
        unknown="it depends on what was there first; `EksIngress` lets everything wait for the controller",
    ),
    Mistake(64, "another proxy protocol of a network load balancer than `*`"),
    Mistake(
        65,
        "an unknown feature gate, or a misspelt value of the chart",
        unknown="it stands in no manifest; `EksIngress` refuses what its chart does not have",
    ),
    Mistake(
        66,
        "a controller without permissions, or with the name of another cluster",
        unknown="it stands in no manifest; `EksIngress` writes both itself",
    ),
)
