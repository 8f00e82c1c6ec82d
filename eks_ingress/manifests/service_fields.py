"""The fields of a Service, and what the Kubernetes API takes in each.

Facts: Kubernetes API reference, and what its server checks of a Service.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from eks_ingress.manifests.fields import (
    Flaw,
    Verdict,
    fields,
    flag,
    list_of,
    map_of,
    named,
    number,
    number_or_text,
    one_of,
    or_empty,
    shown,
    text,
)
from eks_ingress.manifests.manifest import Pointer
from eks_ingress.routing.names import require_label, require_label_key, require_label_value, require_port, require_subdomain

_SUBDOMAIN = named(require_subdomain)
_LABEL_KEY = named(require_label_key)
_TEXT = text()
_TEXTS = list_of(_TEXT)
_PORT = number(1, 65535, or_zero=True)
_POLICIES = ("SingleStack", "PreferDualStack", "RequireDualStack")


def _external_name(name: str) -> Verdict:
    return _SUBDOMAIN(name.removesuffix("."))


def _block(block: str) -> Verdict:
    """A block of addresses, as Kubernetes reads it: spaces around it and bits behind its prefix do not count."""
    verdict = "is not a block of addresses", "Write one such as '10.0.0.0/8' or '2001:db8::/32'."
    if re.search("/[0-9]+$", block.strip()) is None:
        return verdict
    try:
        ip_network(block.strip(), strict=False)
    except ValueError:
        return verdict
    return None


# What holds between fields


def _of_type(spec: Mapping[str, Any], at: Pointer, flaws: list[Flaw]) -> None:
    kind, ports = spec.get("type") or "ClusterIP", spec.get("ports") or []
    headless = spec.get("clusterIP") == "None" or (spec.get("clusterIPs") or [""])[0] == "None"
    if kind == "ExternalName" and not spec.get("externalName"):
        flaws.append(Flaw(at, "has no externalName", "Write the DNS name that it stands for, or another `type`."))
    if kind in ("NodePort", "LoadBalancer") and headless:
        flaws.append(Flaw((*at, "clusterIP"), f"is 'None', which a Service of type {kind} may not have", "Remove it."))
    if not ports and not headless and kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        flaws.append(Flaw(at, "has no ports", "Write at least one."))
    for index, port in enumerate(ports):
        place = (*at, "ports", index)
        if len(ports) > 1 and not port.get("name"):
            flaws.append(Flaw(place, "has no name, which each of several ports must have", "Write its name."))
        if kind == "ClusterIP" and port.get("nodePort"):
            flaws.append(
                Flaw(
                    place, "has a nodePort, which a Service of type ClusterIP may not have", "Write `type: NodePort`, or remove it."
                )
            )
    names = [port["name"] for port in ports if port.get("name")]
    numbers = [(port.get("protocol") or "TCP", port["port"]) for port in ports]
    flaws += [Flaw(at, f"has two ports named {shown(name)}", "Give each a name of its own.") for name in _repeated(names)]
    flaws += [Flaw(at, f"has the port {port} twice for {protocol}", "Remove one of them.") for protocol, port in _repeated(numbers)]
    if "${" not in kind:
        flaws += _of_other_types(spec, at, kind)
    flaws += _of_families(spec, at)


def _of_other_types(spec: Mapping[str, Any], at: Pointer, kind: str) -> Iterator[Flaw]:
    """Fields that a Service of this type may not have."""
    remedy = "Remove it, or write `type: LoadBalancer`."
    for name in ("loadBalancerClass", "allocateLoadBalancerNodePorts", "loadBalancerSourceRanges"):
        said = spec.get(name)
        if kind != "LoadBalancer" and said is not None and said != []:
            yield Flaw((*at, name), f"is there, which a Service of type {kind} may not have", remedy)
    outside = kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and spec.get("externalIPs"))
    policy = spec.get("externalTrafficPolicy")
    if policy and not outside:
        yield Flaw((*at, "externalTrafficPolicy"), f"is there, which a Service of type {kind} may not have", remedy)
    if spec.get("healthCheckNodePort") and not (kind == "LoadBalancer" and (policy == "Local" or "${" in (policy or ""))):
        yield Flaw(
            (*at, "healthCheckNodePort"),
            "is there, which only one of type LoadBalancer with externalTrafficPolicy Local may have",
            "Remove it, or write `externalTrafficPolicy: Local`.",
        )
    for name in ("ipFamilies", "ipFamilyPolicy"):
        if kind == "ExternalName" and spec.get(name):
            yield Flaw((*at, name), "is there, which a Service of type ExternalName may not have", "Remove it.")


def _of_families(spec: Mapping[str, Any], at: Pointer) -> Iterator[Flaw]:
    families = spec.get("ipFamilies") or []
    if len(families) > 2:
        yield Flaw((*at, "ipFamilies"), f"has {len(families)} items, where Kubernetes takes two", "Write each once.")
    for family in _repeated(families):
        if "${" not in family:
            yield Flaw((*at, "ipFamilies"), f"has {family} twice", "Write each once.")
    if len(families) == 2 and spec.get("ipFamilyPolicy") == "SingleStack":
        yield Flaw((*at, "ipFamilies"), "has two items, and ipFamilyPolicy is SingleStack", "Write PreferDualStack, or one item.")
    if spec.get("sessionAffinity") in (None, "None") and spec.get("sessionAffinityConfig") is not None:
        yield Flaw((*at, "sessionAffinityConfig"), "is there without sessionAffinity", "Write `sessionAffinity: ClientIP`.")


def _repeated(values: Iterable[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


SERVICE = fields(
    {
        "type": one_of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "ports": list_of(
            fields(
                {
                    "name": text(or_empty(named(require_label))),
                    "port": number(1, 65535),
                    "targetPort": number_or_text(_PORT, text(or_empty(named(require_port)))),
                    "nodePort": _PORT,
                    "protocol": one_of("TCP", "UDP", "SCTP"),
                    "appProtocol": text(or_empty(_LABEL_KEY)),
                },
                {"port": "Write the number at which it is reached."},
                elsewhere={"number": "Write `port:`.", "containerPort": "Write `targetPort:`."},
            )
        ),
        "clusterIP": _TEXT,
        "clusterIPs": _TEXTS,
        "externalIPs": _TEXTS,
        "externalName": text(or_empty(_external_name)),
        "externalTrafficPolicy": one_of("", "Cluster", "Local"),
        "internalTrafficPolicy": one_of("Cluster", "Local"),
        "healthCheckNodePort": _PORT,
        "ipFamilies": list_of(one_of("IPv4", "IPv6")),
        "ipFamilyPolicy": one_of(*_POLICIES),
        "allocateLoadBalancerNodePorts": flag,
        "loadBalancerClass": text(_LABEL_KEY),
        "loadBalancerIP": _TEXT,
        "loadBalancerSourceRanges": list_of(text(_block)),
        "publishNotReadyAddresses": flag,
        "selector": map_of(text(named(require_label_value)), _LABEL_KEY),
        "sessionAffinity": one_of("ClientIP", "None"),
        "sessionAffinityConfig": fields({"clientIP": fields({"timeoutSeconds": number(1, 86400)})}),
        "trafficDistribution": _TEXT,
    },
    rule=_of_type,
)
"""The spec of a Service."""
