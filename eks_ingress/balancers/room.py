"""How much room the templates have that members of an app write to, as far as it can be told before they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from aws_cdk import CfnResource, Stack

from eks_ingress.balancers.applied import Applied
from eks_ingress.checks.check import Finding
from eks_ingress.checks.sizes import FULL
from eks_ingress.manifests.sizes import Filling, bytes_in_event, text_of

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

_FEW = 100
"""Up to how many objects of ours a stack is taken to have room: counting all that is in it takes a while."""
_SHORT = 300_000
"""The same for their bytes."""
_BYTES_BESIDE_OBJECT = 500
"""What the resource of an object has beside it: its type, the cluster, what it waits for, its path."""
_BYTES_OF_OTHER = 1_000
"""About what another resource has."""


def without_room(host: BalancerHost) -> Iterator[tuple[Applied, Finding]]:
    """What is to be said of stacks with many objects, and a member that has some of them."""
    sizes = {member: [bytes_in_event(text_of(made)) for made in member.objects()] for member in host.members}
    if _is_small([size for found in sizes.values() for size in found]):
        return  # no way to Node where there is nothing to say
    for stack, members in _by_stack(host):
        found = [size for member in members for size in sizes[member]]
        if _is_small(found):
            continue
        resources = _resources_in(stack)
        least = sum(found)
        about = least + len(found) * _BYTES_BESIDE_OBJECT + (resources - len(found)) * _BYTES_OF_OTHER
        for finding in FULL.of(Filling(stack.node.path, resources, about, least, members[0].source)):
            yield members[0], finding


def _is_small(sizes: Sequence[int]) -> bool:
    return len(sizes) < _FEW and sum(sizes) < _SHORT


def _by_stack(host: BalancerHost) -> list[tuple[Stack, Sequence[Applied]]]:
    """The members by stack; those below the host are in its own, which need not be asked of each."""
    own = Stack.of(host)
    stacks: dict[int, tuple[Stack, list[Applied]]] = {}
    for member in host.members:
        stack = own if member.is_below_host else Stack.of(member)
        stacks.setdefault(id(stack), (stack, []))[1].append(member)
    return list(stacks.values())


def _resources_in(stack: Stack) -> int:
    """How many resources a stack has, without those of stacks below it."""
    found = stack.node.find_all()
    inner = [below.node.find_all() for below in found[1:] if isinstance(below, Stack)]
    elsewhere = {id(node) for nodes in inner for node in nodes}
    return sum(isinstance(node, CfnResource) and id(node) not in elsewhere for node in found)
