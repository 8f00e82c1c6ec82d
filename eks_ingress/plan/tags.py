"""The AWS tags of what the controller makes.

Facts: controller documentation, "Resource Tags", `--default-tags`, `--external-managed-tags`; the controller's tag builder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.merging import conflict, differ, pairs
from eks_ingress.plan.model import Pairs
from eks_ingress.plan.said import Said
from eks_ingress.plan.world import World


def tags_of_group(group: Group, members: Sequence[Member]) -> Pairs:
    """The tags of what several Ingresses share. Raises `Refused` where two of them give a key different values."""
    found: dict[str, str] = {}
    owners: dict[str, Member] = {}
    for member in members:
        for key, value in _own(group, member, member.said).items():
            owner = owners.setdefault(key, member)
            if differ(found.setdefault(key, value), value):
                raise conflict(member, c.TAGS, f"{key}={value}", owner, f"{key}={found[key]}", f"conflicting tag {key}:", "EKI232")
    return with_defaults(group.world, found)


def tags_of_ingress(group: Group, member: Member) -> Pairs:
    """The tags of what is one Ingress's own: its rules and its certificate. Raises `Refused`."""
    return with_defaults(group.world, _own(group, member, member.said))


def tags_of_backend(group: Group, member: Member, said: Said) -> Pairs:
    """The tags of a target group, where `said` are the annotations of its Service over those of the Ingress. Raises `Refused`."""
    return with_defaults(group.world, _own(group, member, said))


def with_defaults(world: World, tags: Mapping[str, str]) -> Pairs:
    """The tags together with those that the controller gives everything."""
    default, first = world.flags.default_tags, world.flags.gate("EnableDefaultTagsLowPriority")
    return pairs({**default, **tags} if first else {**tags, **default})


def _own(group: Group, member: Member, said: Said) -> dict[str, str]:
    of_class = {str(tag["key"]): str(tag["value"]) for tag in member.of_class.says("tags") or ()}
    # Of a Service and its Ingress, tags count key by key, where all else counts as a whole.
    written = {**(member.read(c.TAGS) or {}), **(said.read(c.TAGS) or {})}
    for tags, where in ((written, member.name), (of_class, f"class {member.of_class.name!r}")):
        for key in tags:
            if key in group.world.flags.external_tags:
                raise member.refuse(
                    "EKI246",
                    f"the tag {key!r} of {where} is among those that others manage (`--external-managed-tags`).",
                    "Leave it out.",
                    "failed build tags for",
                    at=c.TAGS,
                )
    return {**written, **of_class}
