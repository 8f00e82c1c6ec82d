"""The guards of one cluster: one in each stack that makes load balancers, which waits on destroy until these are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from aws_cdk import Stack
from constructs import IDependable

from eks_ingress.balancers.routes import RouteHolder
from eks_ingress.controller.guard import Guard
from eks_ingress.controller.logical_ids import alphanumeric, logical_id

if TYPE_CHECKING:
    from eks_ingress.balancers.applied import Applied
    from eks_ingress.balancers.host import BalancerHost


class _Post:
    """A stack, and for what its guard waits."""

    def __init__(self, stack: Stack, guard: Guard) -> None:
        self.stack = stack
        self.guard = guard
        self.members: list[Applied] = []
        self.groups: list[str] = []
        """Groups that are the stack's alone: they are gone when their load balancer is."""
        self.shared: list[str] = []
        """Groups that an Ingress names by itself: Ingresses of others may keep the load balancer."""
        self.ingresses: list[str] = []
        """The Ingresses of the stack in those groups."""
        self.services: list[str] = []


class Guards:
    """Where the guards stand is known when a member is added, for what they wait when the tree is complete."""

    def __init__(self, host: BalancerHost, wait: timedelta | None) -> None:
        """Waits at most so long; without a time there are no guards."""
        self._host = host
        self._wait = wait
        self._posts: dict[int, _Post] = {}

    def before(self, member: Applied) -> Sequence[IDependable]:
        """What the objects of a member come after, so that they are gone before it: the guard, which comes after the controller."""
        if self._wait is None:
            return self._host.before_load_balancers
        post = self._post_of(member)
        post.members.append(member)
        return (post.guard.gate,)

    def _post_of(self, member: Applied) -> _Post:
        """The guard of a member's stack: that of a team's stack waits for what the team made."""
        host = self._host
        stack = Stack.of(host if member.is_below_host else member)
        post = self._posts.get(id(stack))
        if post is None:
            own = stack is Stack.of(host)
            guard = Guard(host, "Guard") if own else Guard(stack, f"Guard.{str(host.source.construct).replace('/', '.')}")
            post = self._posts[id(stack)] = _Post(stack, guard)
        return post

    def complete(self) -> None:
        """Makes the guards that have something to wait for; the members of other stacks come after the controller itself."""
        if self._posts:
            self._assign()
        after = self._host.before_load_balancers
        for post in self._posts.values():
            if self._wait is not None and (post.groups or post.shared or post.services):
                wanted = {
                    "Cluster": self._host.view.name,
                    "Groups": post.groups,
                    "Shared": post.shared,
                    "Ingresses": post.ingresses,
                    "Services": post.services,
                }
                post.guard.make(self._name(post), wait=self._wait, after=after, wanted=wanted)
            elif after:
                for member in post.members:
                    member.node.add_dependency(*after)

    def _assign(self) -> None:
        """Gives each load balancer to the guard of a stack.

        A load balancer to which others add routes is waited for where it was added, since it lives on as long as that stack.
        """
        from eks_ingress.plan.balanced import balanced_services  # noqa: PLC0415 - where nothing is added, nothing is planned
        from eks_ingress.plan.facts import Facts  # noqa: PLC0415
        from eks_ingress.plan.members import groups  # noqa: PLC0415
        from eks_ingress.plan.world import World  # noqa: PLC0415

        found = [(made, member) for member in self._host.members for made in member.manifests()]
        manifests, makers = [made for made, _ in found], {id(made): member for made, member in found}
        world = World(manifests, self._host.flags, Facts(), complete=False)
        for group in groups(manifests, world)[0]:
            for ingress in group.members:
                maker = makers[id(ingress.manifest)]
                if isinstance(maker, RouteHolder):
                    _add(self._post_of(maker.whole).groups, group.name)
                elif not group.explicit:
                    _add(self._post_of(maker).groups, group.name)
                else:
                    _add(self._post_of(maker).shared, group.name)
                    _add(self._post_of(maker).ingresses, ingress.name)
        for service in balanced_services(manifests, world)[0]:
            maker = makers[id(service.manifest)]
            if maker.goes_on_destroy:
                _add(self._post_of(maker).services, service.name)

    def _name(self, post: _Post) -> str:
        """Its logical id; beside the controller it needs no other name than that."""
        own = Stack.of(self._host)
        return f"{alphanumeric(self._host.id)}Guard" if post.stack is own else logical_id(self._host.id, "Guard", own.node.id)


def _add(found: list[str], name: str) -> None:
    if name not in found:
        found.append(name)
