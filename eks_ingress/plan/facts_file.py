"""What is stated of AWS, read from a file.

```yaml
vpc: vpc-0123456789abcdef0
subnets:
  - {id: subnet-a1, zone: eu-west-1a, public: true, tags: {kubernetes.io/role/elb: 1}}
  - {id: subnet-b1, zone: eu-west-1b, public: true, tags: {kubernetes.io/role/elb: 1}}
certificates:
  - {arn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234", domains: ["*.example.com"]}
quotas: {rules: 200}
```

A list that is left out is not known; what is missing in a list that is there does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from eks_ingress.manifests.typed_yaml import Node, Page
from eks_ingress.plan.facts import STATUSES, CertificateFact, Facts, NamedFact, Quotas
from eks_ingress.plan.subnets import MOST, ZONE_TYPES, SubnetFact
from eks_ingress.plan.target_group_fact import ADDRESS_TYPES, PROTOCOLS, TARGET_TYPES, TargetGroupFact
from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import require_cidr

T = TypeVar("T")


def read_facts(path: str | Path) -> Facts:
    """The facts in a file. Raises `Refused` with all that is wrong in it."""
    page = Page(path)
    said = page.only("facts of AWS").fields([field.name for field in fields(Facts)])
    found = {name: _FACTS[name](node) for name, node in said.items()}
    page.settle()
    return Facts(**found)


def _read(node: Node, readers: dict[str, Callable[[Node], Any]], required: Iterable[str]) -> dict[str, Any]:
    return {name: readers[name](value) for name, value in node.fields(readers, required).items()}


def _list_of(key: str, readers: dict[str, Callable[[Node], Any]], make: Callable[..., T], *required: str) -> Callable[[Node], Any]:
    """Reads a list of things that `key` tells apart."""

    def read(node: Node) -> tuple[T, ...]:
        made: list[T] = []
        lines: dict[object, int] = {}
        for item in node.items():
            found = _read(item, readers, (key, *required))
            if not found.keys() >= {key, *required}:
                continue
            if found[key] in lines:
                item.wrong(f"has the {key} {found[key]!r}, as that on line {lines[found[key]]} has.", "Take one of them out.")
            lines.setdefault(found[key], item.line)
            made.append(make(**found))
        return tuple(made)

    return read


def _with_arn(arn: str, name: str | None = None) -> NamedFact:
    return NamedFact(arn, name)


def _target_group(arn: str, **said: Any) -> TargetGroupFact:
    return TargetGroupFact(arn, **said)


def _block(node: Node) -> str:
    """A block of addresses."""
    text, refusals = node.text(), Refusals()
    if text:
        require_cidr(refusals, "", text)
    for problem in refusals.problems:
        node.wrong(problem.reason.lstrip(), problem.remedy)
    return text if text and not refusals.problems else "0.0.0.0/0"


def _blocks(node: Node) -> tuple[str, ...]:
    return tuple(map(_block, node.items()))


def _quota(node: Node) -> int:
    return node.number(1, MOST)


_NAMED_BY_ARN = _list_of("arn", {"arn": Node.text, "name": Node.text}, _with_arn)
_SUBNET: dict[str, Callable[[Node], Any]] = {
    "id": Node.text,
    "zone": Node.text,
    "name": Node.text,
    "zone_type": lambda node: node.text(ZONE_TYPES),
    "tags": Node.pairs,
    "public": Node.flag,
    "ipv6": Node.flag,
    "free_addresses": lambda node: node.number(0, MOST),
    "cidr": _block,
    "ipv6_cidrs": _blocks,
}
_CERTIFICATE: dict[str, Callable[[Node], Any]] = {
    "arn": Node.text,
    "domains": Node.texts,
    "status": lambda node: node.text(STATUSES),
    "authority": Node.text,
    "tags": Node.pairs,
}
_TARGET_GROUP: dict[str, Callable[[Node], Any]] = {
    "arn": Node.text,
    "name": Node.text,
    "target_type": lambda node: node.text(TARGET_TYPES),
    "protocol": lambda node: node.text(PROTOCOLS),
    "ip_address_type": lambda node: node.text(ADDRESS_TYPES),
    "vpc": Node.text,
}
_FACTS: dict[str, Callable[[Node], Any]] = {
    "vpc": Node.text,
    "vpc_cidrs": _blocks,
    "vpc_ipv6_cidrs": _blocks,
    "subnets": _list_of("id", _SUBNET, SubnetFact, "zone"),
    "has_all_subnets": Node.flag,
    "security_groups": _list_of("id", {"id": Node.text, "name": Node.text}, NamedFact),
    "certificates": _list_of("arn", _CERTIFICATE, CertificateFact),
    "trust_stores": _NAMED_BY_ARN,
    "target_groups": _list_of("arn", _TARGET_GROUP, _target_group),
    "web_acls": _NAMED_BY_ARN,
    "backend_security_group": Node.text,
    "quotas": lambda node: Quotas(**_read(node, dict.fromkeys((field.name for field in fields(Quotas)), _quota), ())),
}
