"""Objects and groups that two members of an app lay claim to, or that come with the controller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eks_ingress.balancers.application import ApplicationLoadBalancer
from eks_ingress.balancers.applied import Applied
from eks_ingress.checks.repeated import TWICE
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem
from eks_ingress.source import Source

_INSTALLED = "Take it out: it comes with the controller, or must be there before it."


def claimed_twice(members: Iterable[Applied], installed: Iterable[Manifest]) -> Iterator[Problem]:
    """A problem for each member whose group, or one of whose objects, belongs to another one or is `installed`.

    Of the objects that are made from typed words it tells the first: with its id, all of them would have another name.
    """
    groups: dict[str, Source] = {}
    owners: dict[tuple[str, ...], tuple[Manifest, Applied | None]] = {made.identity: (made, None) for made in installed}
    for member in members:
        if isinstance(member, ApplicationLoadBalancer):
            owner = groups.setdefault(member.group_name, member.source)
            if owner is not member.source:
                remedy = "Give one of them another id, or another `name=` or `group_name=`."
                yield Problem(f"group {member.group_name!r} belongs to {owner} as well.", remedy, member.source)
                continue
        for made in member.objects():
            first, of = owners.setdefault(made.identity, (made, member))
            if first is made or (of is member and not member.as_written):
                continue
            remedy = _INSTALLED if of is None else TWICE.remedy
            if of is not None and not (of.as_written or member.as_written):
                remedy = "Give one of them another id, or another `name=`."
            yield Problem(TWICE.of(made, first).message, remedy, made.source, TWICE.id)
            if not member.as_written:
                break
