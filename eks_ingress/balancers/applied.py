"""A construct that applies Kubernetes objects once the tree is complete."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aws_cdk import Stack
from constructs import Construct, IConstruct, IDependable

from eks_ingress.balancers.handover import when_complete
from eks_ingress.controller.logical_ids import logical_id, resource_of
from eks_ingress.manifests.in_template import ACKNOWLEDGED
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.refusal import Problem, Refusals, Refused
from eks_ingress.routing.units import require_flag
from eks_ingress.source import Source, caller
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost
    from eks_ingress.checks.check import Finding
    from eks_ingress.controller.cluster import KubernetesManifest
    from eks_ingress.routing.auth import Auth
    from eks_ingress.routing.ingress_class import ClassSettings


class Applied(Construct):
    """Kubernetes objects that come after the controller, and go before it on destroy."""

    class_name: str | None = None
    """The IngressClass that it is, or that its Ingresses name; None for what has none, or where each object says it."""
    decides: ClassSettings | None = None
    """What it decides for all Ingresses of its class; None for what is no IngressClass."""
    goes_on_destroy = True
    """Whether its objects are deleted with it."""
    as_written = False
    """Whether its objects are applied as somebody wrote them, rather than made from typed words."""

    def __init__(
        self, scope: Construct, id: str, ingress: BalancerHost, after: Sequence[IDependable] = (), *, take_over: bool = False
    ) -> None:
        """Takes part in the plan and the checks of `ingress`. The objects come `after` what is named, besides the controller.

        `take_over` tells whether objects that are in the cluster already are changed to these, where they are an error otherwise.
        Raises `Refused` for an id that another construct in `scope` has, and for a `take_over` that is neither True nor False.
        """
        refusals = Refusals(caller(f"{scope.node.path}/{id}"))
        require_flag(refusals, "take_over", take_over)
        refusals.settle()
        try:
            super().__init__(scope, id)
        except RuntimeError as error:
            if "already a Construct with name" not in str(error):
                raise
            reason = f"id {id!r} is taken in {scope.node.path}, by something that was made before."
            raise Refused([Problem(reason, "Choose another id.", caller(scope.node.path))]) from None
        self.id = id
        """Its id, as `node.id` says it, without a way to Node."""
        beside = scope is ingress
        self.source: Source = caller(f"{ingress.source.construct}/{id}" if beside else self.node.path)
        """The line that made it."""
        self.acknowledged: dict[str, str] = {}
        """Why what a check finds here is meant so, by the id of the check."""
        self.found: list[Finding] = []
        """What is to be said of objects of the CDK that it was given."""
        self.host = ingress
        """What it was added to."""
        self._take_over = take_over
        self.is_below_host = beside
        """Whether it was added below the host, rather than elsewhere."""
        if before := (*ingress.guards.before(self), *after):
            self.node.add_dependency(*before)
        ingress.register(self)
        if not beside:  # what stands below the host, the host completes
            when_complete(self, self._finish)

    def acknowledge(self, check: str, reason: str) -> None:
        """Says that what a check finds here is meant so: neither a warning nor an error is made of it any more.

        What the controller itself would refuse cannot be acknowledged.

        :param check: id of the check, as it stands in its message: `EKI101`.
        :param reason: why it is meant so, for those who read it later.

        Raises `Refused` for an id that no check has, for one of a check that cannot be acknowledged, and without a reason.
        """
        from eks_ingress.checks.registry import BY_ID  # noqa: PLC0415 - as the judge of a host

        refusals = Refusals(caller(self.source.construct))
        known = BY_ID.get(check)
        refusals.require(known is not None, "check", check, "does not exist", "Take the id from the message.")
        refusals.require(
            known is None or known.can_be_acknowledged,
            "check",
            check,
            "cannot be acknowledged, since the controller would refuse it all the same",
            "Correct what it finds.",
        )
        refusals.require(bool(reason.strip()), "reason", reason, "is empty", "Write why it is meant so.")
        refusals.settle()
        self.acknowledged[check] = reason

    def acknowledges(self, finding: Finding) -> bool:
        """Whether somebody said of what a check finds here that it is meant so."""
        return finding.check.can_be_acknowledged and finding.id in self.acknowledgements

    @property
    def acknowledgements(self) -> Mapping[str, str]:
        """Why what a check finds in its objects is meant so, by the id of the check, wherever that was said."""
        return self.acknowledged

    def problems(self) -> list[Problem]:
        """All that is wrong with it."""
        return []

    def manifests(self) -> list[Manifest]:
        """The objects as they will be applied; none while something is wrong."""
        raise NotImplementedError

    def namespaces(self) -> set[str]:
        """The namespaces of its objects."""
        return {made.namespace for made in self.manifests()}

    def objects(self) -> list[Manifest]:
        """All objects that will be applied, those that no plan reads among them."""
        return self.manifests()

    def auths(self) -> Iterable[Auth | None]:
        """What its rules ask of clients, as far as that is said in typed words."""
        return ()

    @property
    def takes_tags(self) -> bool:
        """Whether the tags that `Tags.of(…)` puts on it are those of a load balancer."""
        return False

    def take_tags(self, tags: Mapping[str, str]) -> None:
        """Takes on the tags of `Tags.of(…)`, in place of those that it took on before."""

    def _finish(self) -> None:
        self.host.look_up_tags(is_complete=True)
        self.hand_over()

    def hand_over(self) -> list[IDependable]:
        """Makes the resources that apply its objects."""
        return [self._apply(manifest, body) for manifest, body in self.host.bodies_of(self.manifests())]

    def stable(self, text: str) -> str:
        """Text with tokens as text that is the same in every run: what stands in the template."""
        return json.dumps(Stack.of(self).resolve(text)) if has_token(text) else text

    def _apply(self, manifest: Manifest, body: Mapping[str, Any], after: Sequence[IDependable] = ()) -> KubernetesManifest:
        """Makes the resource that applies an object `after` others, whose name is that of the object, wherever it stands."""
        names = [self.stable(name) for name in manifest.identity]
        unmoved = logical_id(self.host.id, *names)
        before = [*after, *self.host.rights_for(self, manifest, after)]
        if self.host.preflight:
            from eks_ingress.controller.preflight import preflight  # noqa: PLC0415 - few apps ask for it

            tried = preflight(self, ".".join([*names, "Preflight"]), self.host.view, body, f"{unmoved}Preflight")
            if before:
                tried.node.add_dependency(*before)
            before.append(tried)
        resource = self.host.view.object(self, ".".join(names), body, unmoved, overwrite=self._take_over)
        if before:
            resource.node.add_dependency(*before)
        self._acknowledge_in_template(resource)
        return resource

    def _acknowledge_in_template(self, resource: IConstruct) -> None:
        """Says what is meant so beside what is applied, for those who check the template."""
        if self.acknowledgements:
            resource_of(resource).add_metadata(ACKNOWLEDGED, self.acknowledgements)
