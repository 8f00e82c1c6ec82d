"""Where a load balancer stands in the network, who may reach it, and how AWS knows it: subnets, security groups, name and tags.

Facts: controller documentation, "Subnets", "Security groups", "Inbound CIDRs", "Managed prefix lists", "Tags"; Elastic Load
Balancing API, CreateLoadBalancer, Tag; Elastic Load Balancing documentation, "Tag an Application Load Balancer".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import Words, put, require_cidr, require_flag, require_list, require_no_comma, require_texts, several
from eks_ingress.tokens import has_token, known_part


class HasSubnetId(Shape):
    """Whatever knows the id of a subnet, as `aws_ec2.ISubnet` does."""

    @property
    def subnet_id(self) -> Any:
        """Id of the subnet."""
        ...


class HasSecurityGroupId(Shape):
    """Whatever knows the id of a security group, as `aws_ec2.ISecurityGroup` does."""

    @property
    def security_group_id(self) -> Any:
        """Id of the security group."""
        ...


class HasPrefixListId(Shape):
    """Whatever knows the id of a managed prefix list, as `aws_ec2.IPrefixList` does."""

    @property
    def prefix_list_id(self) -> Any:
        """Id of the prefix list."""
        ...


class HasSubnetIds(Shape):
    """Whatever knows the ids of several subnets, as what `aws_ec2.Vpc.select_subnets` gives."""

    @property
    def subnet_ids(self) -> Any:
        """Ids of the subnets."""
        ...


Subnets = str | HasSubnetId | HasSubnetIds | Sequence[str | HasSubnetId]
"""One subnet or several, by id, by Name tag, or as CDK objects; a word that was made from them holds a tuple of texts."""

Groups = str | HasSecurityGroupId | Sequence[str | HasSecurityGroupId]
"""One security group or several, by id, by Name tag, or as CDK objects; a word that was made from them holds a tuple of texts."""

PrefixLists = str | HasPrefixListId | Sequence[str | HasPrefixListId]
"""One managed prefix list or several, by id or as CDK objects; a word that was made from them holds a tuple of texts."""


def texts(values: object, attribute: str) -> tuple[Any, ...]:
    """One thing or several as a tuple of texts: of an object its `attribute`; what has none is left for a check to refuse."""
    return tuple(getattr(value, attribute, value) for value in several(values))


def subnets(values: Subnets) -> tuple[str, ...]:
    """Subnets as texts."""
    return texts(getattr(values, "subnet_ids", values), "subnet_id")


def security_groups(values: Groups) -> tuple[str, ...]:
    """Security groups as texts."""
    return texts(values, "security_group_id")


def require_subnets(refusals: Refusals, what: str, values: Subnets) -> None:
    """Ids and Name tags of subnets, no id twice. A Name may come as often as there are subnets that bear it."""
    _require_ids_or_names(refusals, what, subnets(values), "subnet-")


def require_security_groups(refusals: Refusals, what: str, values: Groups, most: int = 5) -> None:
    """Ids and Name tags of security groups, no id twice, at most `most`: AWS takes 5 at a load balancer."""
    groups = security_groups(values)
    _require_ids_or_names(refusals, what, groups, "sg-")
    refusals.require(
        len(groups) <= most,
        what,
        list(groups),
        f"are more than {most}, while AWS takes 5 at a load balancer{'' if most == 5 else ' and the controller adds one'}",
        f"Write at most {most}; one group may hold many rules.",
    )


def _require_ids_or_names(refusals: Refusals, what: str, values: Sequence[str], prefix: str) -> None:
    """Entries as the controller tells them apart: what begins with the prefix is an id, all else a Name tag."""
    if not require_list(refusals, what, values):
        return
    require_no_comma(refusals, f"{what} entry", values)
    for entry in values:
        refusals.require(
            has_token(entry) or not entry.startswith(prefix) or _is_id(entry, prefix),
            f"{what} entry",
            entry,
            f"begins with '{prefix}', so that the controller takes it for an id, and is none",
            f"Write an id such as '{prefix}0123456789abcdef0', or a Name tag that begins otherwise.",
        )
        refusals.require(
            has_token(entry) or entry == entry.strip(),
            f"{what} entry",
            entry,
            "has a space at an end, which the controller drops",
            f"Write {entry.strip()!r}.",
        )
    for entry, times in Counter(values).items():
        refusals.require(
            times == 1 or not (has_token(entry) or entry.startswith(prefix)),
            f"{what} entry",
            entry,
            f"is there {times} times, which the controller refuses",
            "Write it once.",
        )


def require_ids(refusals: Refusals, what: str, values: Sequence[str], prefix: str) -> None:
    """Ids of AWS that begin with the prefix."""
    if not require_list(refusals, what, values):
        return
    for entry in values:
        refusals.require(
            has_token(entry) or _is_id(entry, prefix),
            f"{what} entry",
            entry,
            "is not the id of one",
            f"Write an id such as '{prefix}0123456789abcdef0'.",
        )


def _is_id(text: str, prefix: str) -> bool:
    return re.fullmatch(f"{prefix}[0-9a-f]+", text) is not None


@dataclass(frozen=True, slots=True)
class SecurityGroups:
    """Who may reach a load balancer: by a group that the controller makes (`managed`), or by groups that are there (`given`).

    Raises `Refused` for what is no group, no range and no prefix list, and for what the controller would pass over in silence.

    Facts: controller documentation, "Security groups", "Manage backend security group rules", "Inbound CIDRs", "Managed prefix
    lists"; Elastic Load Balancing documentation, "Security groups for your Application Load Balancer".
    """

    groups: Groups = ()
    """Groups that are there, at most 5: ids (`sg-…`), Name tags or CDK objects. Default: the controller makes one."""
    manage_backend_rules: bool | None = None
    """Whether the controller lets the load balancer reach the targets, by one more group and rules in those of the nodes or pods;
    with `groups` only, which then may be 4. Default: as the controller's flag says (it does not)."""
    inbound_cidrs: Words = ()
    """Address ranges, IPv4 and IPv6, that may reach the listeners; without `groups` only. Default: everyone, or with `prefix_lists`
    no one else."""
    prefix_lists: PrefixLists = ()
    """Managed prefix lists that may reach the listeners: ids (`pl-…`) or CDK objects; without `groups` only. Default: none."""

    def __post_init__(self) -> None:
        groups = security_groups(self.groups)
        cidrs = several(self.inbound_cidrs)
        prefix_lists = texts(self.prefix_lists, "prefix_list_id")
        put(self, groups=groups, inbound_cidrs=cidrs, prefix_lists=prefix_lists)
        refusals = Refusals()
        require_flag(refusals, "manage_backend_rules", self.manage_backend_rules)
        require_security_groups(refusals, "security groups", groups, 4 if self.manage_backend_rules is True else 5)
        if require_list(refusals, "inbound_cidrs", cidrs):
            for cidr in cidrs:
                require_cidr(refusals, "inbound_cidrs entry", cidr)
        require_ids(refusals, "prefix_lists", prefix_lists, "pl-")
        refusals.require(
            self.manage_backend_rules is None or bool(groups),
            "manage_backend_rules",
            self.manage_backend_rules,
            "is read together with groups only; for its own group the controller always manages them",
            "Leave it out, or write `SecurityGroups.given(…, manage_backend_rules=…)`.",
        )
        for name, values in (("inbound_cidrs", cidrs), ("prefix_lists", prefix_lists)):
            refusals.require(
                not values or not groups,
                name,
                list(values),
                "would be ignored in silence, since the security groups are given",
                "Write them as rules of those groups, or write `SecurityGroups.managed(…)`.",
            )
        refusals.settle()

    @classmethod
    def managed(cls, *, inbound_cidrs: Words = (), prefix_lists: PrefixLists = ()) -> SecurityGroups:
        """A group that the controller makes and keeps: it lets these in at every port of a listener. Default: everyone."""
        return cls(inbound_cidrs=inbound_cidrs, prefix_lists=prefix_lists)

    @classmethod
    def given(cls, groups: Groups, *, manage_backend_rules: bool | None = None) -> SecurityGroups:
        """Groups that are there, one or several: ids, Name tags or CDK objects, at most 5.

        With `manage_backend_rules` the controller also lets the load balancer reach the targets; otherwise the groups of nodes or
        pods must do so. Raises `Refused` for an empty list, which would mean a managed group that lets in everyone.
        """
        refusals = Refusals()
        refusals.require(
            bool(several(groups)),
            "security groups",
            groups,
            "are none",
            "Name one at least, or write `SecurityGroups.managed()`, which lets in everyone.",
        )
        refusals.settle()
        return cls(groups, manage_backend_rules)


_TAG = re.compile(r"[\w .:/=+\-@]*")
_TRACKING_TAGS = {
    "elbv2.k8s.aws/cluster",
    "elbv2.k8s.aws/resource",
    *(f"{kind}/{of}" for kind in ("ingress.k8s.aws", "service.k8s.aws") for of in ("stack", "resource")),
    *(f"gateway.k8s.aws.{kind}/{of}" for kind in ("nlb", "alb") for of in ("stack", "resource")),
}
"""Tags by which the controller finds what it made; it would set its own value, or take one resource for another."""


def require_tags(refusals: Refusals, what: str, tags: Mapping[str, str]) -> None:
    """Tags as AWS takes them, written `key=value,key=value` into an annotation; `what` names them in the plural."""
    if not require_texts(refusals, what, tags):
        return
    for key, value in tags.items():
        refusals.require(
            key != "" and _goes_through(key, 128) and "=" not in known_part(key),
            f"key in {what}",
            key,
            "is no key that AWS and the controller's annotation both take",
            "Write up to 128 letters, digits, spaces and '_.:/+-@', no space at an end.",
        )
        refusals.require(
            key not in _TRACKING_TAGS and not key.lower().startswith("aws:"),
            f"key in {what}",
            key,
            "is a tag of AWS' or of the controller's own",
            "Write another key.",
        )
        refusals.require(
            _goes_through(value, 256),
            f"value of {key!r} in {what},",
            value,
            "is no text that AWS and the controller's annotation both take",
            "Write up to 256 letters, digits, spaces and '_.:/=+-@', no space at an end.",
        )


def _goes_through(text: str, longest: int) -> bool:
    """Whether the annotation carries it as it is; of a text with a token, only the characters around the token are known."""
    known = _TAG.fullmatch(known_part(text)) is not None
    return known and (has_token(text) or (len(text) <= longest and text == text.strip()))


_LOAD_BALANCER_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")


def require_load_balancer_name(refusals: Refusals, what: str, name: str) -> None:
    """A name that Elastic Load Balancing takes; unique among those of the account in the region."""
    if isinstance(name, str) and has_token(name):
        return
    refusals.require(
        isinstance(name, str) and _LOAD_BALANCER_NAME.fullmatch(name) is not None,
        what,
        name,
        "is not the name of a load balancer: 1 to 32 letters, digits and '-', with a letter or digit at both ends",
        "Write a name such as 'shop-public'.",
    )
    refusals.require(
        not isinstance(name, str) or not name.startswith("internal-"),
        what,
        name,
        "begins with 'internal-', which AWS keeps for itself",
        "Write another name; `scheme` says whether it is internal.",
    )
