"""Settings that changed, in the words of the text of a plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from eks_ingress.plan.changed_settings import Setting, as_text
from eks_ingress.plan.comparing import ABSENT
from eks_ingress.plan.unstacked import actions_of
from eks_ingress.report.rule_words import then

_WORDS = {
    "ipAddressType": "addresses",
    "subnetMapping": "subnets",
    "securityGroups": "security groups",
    "customerOwnedIPv4Pool": "customer-owned address pool",
    "ipv4IPAMPool": "address pool",
    "minimumLoadBalancerCapacity/capacityUnits": "capacity",
    "webACL": "web ACL",
    "wafClassic": "web ACL of WAF Classic",
    "shield": "Shield Advanced",
    "enablePrefixForIpv6SourceNat": "source NAT",
    "securityGroupsInboundRulesOnPrivateLink": "rules for PrivateLink",
    "ingress": "open to",
    "groupName": "name",
    "sslPolicy": "TLS policy",
    "alpnPolicy": "ALPN",
    "defaultActions": "else",
    "mutualAuthentication/mode": "mutual TLS",
    "mutualAuthentication/trustStoreArn": "trust store",
    "mutualAuthentication/ignoreClientCertificateExpiry": "expired certificates pass",
    "mutualAuthentication/advertiseTrustStoreCaNames": "trusted authorities are told",
    "targetType": "target type",
    "protocolVersion": "protocol version",
    "targetControlPort": "control port",
    "healthCheckConfig/matcher/httpCode": "health check expects",
    "healthCheckConfig/matcher/grpcCode": "health check expects",
    "healthCheckConfig/intervalSeconds": "health check interval",
    "healthCheckConfig/timeoutSeconds": "health check timeout",
    "healthCheckConfig/healthyThresholdCount": "healthy after",
    "healthCheckConfig/unhealthyThresholdCount": "unhealthy after",
    "networking/ingress": "ports that are opened",
    "multiClusterTargetGroup": "shared with others",
    "subjectAlternativeNames": "hosts",
    "certificateAuthorityARN": "authority",
}
_BEGINNINGS = {
    "loadBalancerAttributes/": "attribute ",
    "targetGroupAttributes/": "attribute ",
    "listenerAttributes/": "attribute ",
    "tags/": "tag ",
    "healthCheckConfig/": "health check ",
    "nodeSelector/matchLabels/": "label of nodes ",
}
_LONGEST = 200


def name_of(setting: Setting) -> str:
    """What it is called."""
    if setting.name in _WORDS:
        return _WORDS[setting.name]
    for beginning, word in _BEGINNINGS.items():
        if setting.name.startswith(beginning):
            return word + setting.name.removeprefix(beginning)
    return setting.name


def told(setting: Setting, services: Mapping[str, str], protocol: str = "") -> str:
    """What it is and was, and what comes of that: a list by what came and went."""
    before, after = (
        "" if value is ABSENT else _value(setting.name, value, services, protocol) for value in (setting.before, setting.after)
    )
    if isinstance(setting.before, list) and isinstance(setting.after, list) and setting.name != "defaultActions":
        text = _of_lists(setting.before, setting.after, ordered=setting.name == "certificates")
    elif setting.after is ABSENT:
        text = f"was {before}"
    elif setting.before is ABSENT:
        text = after
    elif before == after:
        text = "set otherwise"
    else:
        text = f"{after}, was {before}"
    return f"{text} ({setting.why})" if setting.why else text


def _value(name: str, value: Any, services: Mapping[str, str], protocol: str) -> str:
    if name == "defaultActions":
        return then(*actions_of(value, services), protocol)
    if isinstance(value, list):
        return ", ".join(map(_item, value)) or "none"
    return _item(value)


def _of_lists(before: list[Any], after: list[Any], *, ordered: bool) -> str:
    old, new = set(map(as_text, before)), set(map(as_text, after))
    came = [_item(x) for x in after if as_text(x) not in old]
    went = [_item(x) for x in before if as_text(x) not in new]
    parts = [*([f"{', '.join(came)} added"] if came else []), *([f"{', '.join(went)} removed"] if went else [])]
    if ordered and max(len(before), len(after)) > 1 and as_text(before[0]) != as_text(after[0]):
        parts.append(f"{_item(after[0])} is the default")
    return "; ".join(parts) or "set otherwise"


def _item(value: Any) -> str:
    """One value: what somebody would look for in it."""
    if value == "":
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        if "$ref" in value:
            return "one of its own"
        if "certificateARN" in value:
            return _item(value["certificateARN"])
        if "subnetID" in value:
            fixed = [str(x) for key, x in value.items() if key != "subnetID"]
            return f"{value['subnetID']} at {' and '.join(fixed)}" if fixed else str(value["subnetID"])
        if "ipProtocol" in value:
            return _permission(value)
        if "ports" in value:
            return _opening(value)
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _opening(value: Mapping[str, Any]) -> str:
    """Ports of targets, and to whom they are opened; none of either stands for all."""
    ports = [f"{port['protocol']} {port.get('port', 'any')}" for port in value["ports"] or ()]
    peers = [_item(peer.get("securityGroup", {}).get("groupID") or peer["ipBlock"]["cidr"]) for peer in value.get("from") or ()]
    return f"{' and '.join(ports) or 'all'} to {' and '.join(peers) or 'everyone'}"


def _permission(value: Mapping[str, Any]) -> str:
    who = [
        str(x)
        for key, of in (("ipRanges", "cidrIP"), ("ipv6Ranges", "cidrIPv6"), ("prefixLists", "listID"))
        for x in (entry[of] for entry in value.get(key, ()))
    ]
    return f"{', '.join(who)} on {value['ipProtocol']} {value['fromPort']}"
