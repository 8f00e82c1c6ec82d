"""One Ingress, applied as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from constructs import Construct

from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.log_buckets import log_findings
from eks_ingress.balancers.scope_tags import ScopedTags
from eks_ingress.manifests.ingress import manifest
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem
from eks_ingress.routing.auth import Auth
from eks_ingress.routing.ingress import Ingress, unservable
from eks_ingress.routing.names import slug

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost


class KubernetesIngress(Applied):
    """An Ingress, one to one with its manifest; `EksIngress.add_ingress` makes one, make it yourself to have it in another stack.

    It passes through the same plan and checks as everything else.
    """

    class_name: str

    def __init__(self, scope: Construct, id: str, ingress: BalancerHost, spec: Ingress, *, take_over: bool = False) -> None:
        """Adds an Ingress.

        :param ingress: the controller.
        :param spec: the Ingress in typed words.
        :param take_over: whether an Ingress of its name that is in the cluster already is changed to it, and is this stack's from
            then on. Default: it is an error at deploy.
        """
        super().__init__(scope, id, ingress, take_over=take_over)
        self.ingress_name = spec.name or slug(id, 63)
        """Name of the Ingress."""
        self.class_name = spec.class_name or ingress.ingress_class_name
        self._typed = replace(spec, name=self.ingress_name, class_name=self.class_name, source=self.source)
        self._manifest = manifest(self._typed)
        self._tags = ScopedTags(spec.settings.tags, self.source)
        self.found += log_findings(self, self.source, spec.settings)

    def problems(self) -> list[Problem]:
        """All that is wrong with it."""
        return [*unservable(self._typed), *self._tags.problems]

    def auths(self) -> list[Auth | None]:
        """What it asks of clients."""
        return [self._typed.auth]

    @property
    def takes_tags(self) -> bool:
        """Whether it has a load balancer of its own: one that others share has the tags that are written, and no others."""
        groups = {x.class_name for x in self.host.members if x.decides is not None and x.decides.group_name}
        return self._typed.group_name is None and self.class_name not in groups

    def take_tags(self, tags: Mapping[str, str]) -> None:
        """Takes on the tags of `Tags.of(…)`, in place of those that it took on before."""
        if self._tags.take(tags):
            self._typed = replace(self._typed, settings=replace(self._typed.settings, tags=self._tags.all))
            self._manifest = manifest(self._typed)

    def manifests(self) -> list[Manifest]:
        """The Ingress as it will be applied."""
        return [self._manifest]
