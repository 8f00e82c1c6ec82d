"""All that a plan is made from, beside the Ingresses: what the controller is told, and what there is in the cluster and in AWS."""

from __future__ import annotations

from collections.abc import Sequence

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.class_params import problems_of_params
from eks_ingress.plan.classes import classes, default_classes, foreign_classes
from eks_ingress.plan.facts import Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.services import Backend


class World:
    """The surroundings of the Ingresses of one cluster."""

    def __init__(self, manifests: Sequence[Manifest], flags: ControllerFlags, facts: Facts, complete: bool) -> None:
        """`complete` says that the manifests are all that the cluster has, so that what is not among them does not exist."""
        self.manifests = manifests
        self.flags = flags
        self.facts = facts
        self.complete = complete
        self.classes = classes(manifests, flags.class_names, {flags.ingress_class: flags.class_spec})
        self.foreign_classes = foreign_classes(manifests)
        self.default_classes = default_classes(manifests)
        params = [made for made in manifests if made.kind == "IngressClassParams"]
        self.refused_params = [problem for made in params for problem in problems_of_params(made)]
        """What the controller's webhook has against IngressClassParams, whoever uses them."""
        self.namespaces = {made.name: made for made in manifests if made.kind == "Namespace"}
        self.secrets = {(made.namespace, made.name): made for made in manifests if made.kind == "Secret"}
        self._services = {(x.namespace, x.name): Backend(x.namespace, x.name, x) for x in manifests if x.kind == "Service"}

    def service(self, namespace: str, name: str) -> Backend | None:
        """A Service; one that is not among the manifests is taken to be elsewhere, unless they are complete: then None."""
        found = self._services.get((namespace, name))
        if found is None and not self.complete:
            found = self._services[namespace, name] = Backend(namespace, name)
        return found
