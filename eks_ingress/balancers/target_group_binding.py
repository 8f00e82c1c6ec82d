"""TargetGroupBinding: pods or nodes of a Service as the targets of a target group that the app, or somebody else, made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_cdk import Stack
from aws_cdk.aws_elasticloadbalancingv2 import CfnTargetGroup
from constructs import Construct

from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.references import referred_to
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.target_group_binding import manifest
from eks_ingress.refusal import Problem, Refusals
from eks_ingress.routing.backend import HasTargetGroupArn, RefersToTargetGroup, Service, TargetGroup
from eks_ingress.routing.labels import NodeSelector
from eks_ingress.routing.names import slug
from eks_ingress.routing.target_group_binding import (
    AllowedTraffic,
    Binding,
    HasRoleArn,
    HasVpcId,
    TargetGroupProtocol,
    TargetIpAddressType,
)
from eks_ingress.routing.targets import TargetType
from eks_ingress.routing.units import require_flag
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost


class TargetGroupBinding(Applied):
    """A target group that CloudFormation or somebody else owns, bound to a port of a Service: the controller registers its targets.

    So a load balancer can belong to the app, with its listeners, alarms and DNS, and send to pods.
    `EksIngress.add_target_group_binding` makes one; make it yourself to have it in another stack, such as that of the target group.

    Under `Permissions.STRICT` the controller gets the right to register targets in this target group and no other, and at every
    level the right to take on the `role`, by a policy beside the binding: it is there before the binding, and as long as that.
    On destroy the binding goes before the target group, and the controller takes its targets out.

    A target group whose ARN changes needs a binding with another id, since the controller lets no binding change its target group.

    Facts: controller documentation, "TargetGroupBinding".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        ingress: BalancerHost,
        *,
        namespace: str,
        service: Service,
        target_group: TargetGroup | HasTargetGroupArn | RefersToTargetGroup | str,
        networking: AllowedTraffic | Sequence[AllowedTraffic] = (),
        target_type: TargetType | None = None,
        node_selector: NodeSelector | None = None,
        multi_cluster: bool = False,
        role: str | HasRoleArn | None = None,
        external_id: str | None = None,
        ip_address_type: TargetIpAddressType | None = None,
        protocol: TargetGroupProtocol | None = None,
        vpc: str | HasVpcId | None = None,
        pod_readiness_gate: bool = False,
        name: str | None = None,
        take_over: bool = False,
    ) -> None:
        """Binds a target group. What is wrong with it is reported when the app is synthesized, with everything else.

        :param ingress: the controller.
        :param namespace: the Kubernetes namespace of the binding, which is that of the Service.
        :param service: the Service and its port: `Service("storefront", 80)`.
        :param target_group: a target group of the CDK (also a `CfnTargetGroup`), its ARN, or `TargetGroup(name="blue")`.
        :param networking: whom the controller lets in to the pods or nodes: `AllowedTraffic(alb_security_group, ports=8080)`.
            Default: nobody; security groups that let in the load balancer are yours to see to.
        :param target_type: pods or nodes. Default: what the target group of this app says, else the controller asks AWS.
        :param node_selector: which nodes are registered, with `TargetType.INSTANCE`. Default: all.
        :param multi_cluster: whether other clusters, or other bindings, register targets in the target group as well. Default: no;
            the controller takes away all targets that are not its own.
        :param role: a role of the target group's account that the controller takes on, as CDK object or ARN. Default: its own role.
        :param external_id: what that role asks for. Default: nothing.
        :param ip_address_type: addresses of the targets. Default: the controller asks AWS.
        :param protocol: protocol of the target group. Default: the controller asks AWS.
        :param vpc: VPC of the target group, as CDK object or id. Default: the controller asks AWS.
        :param pod_readiness_gate: whether pods count as ready only when they are healthy targets, which takes a load balancer that
            uses the target group: labels the namespace for the controller, for pods that are made from then on. Default: no.
        :param name: its name. Default: the id, as `public-api` for `PublicApi`.
        :param take_over: whether a binding of its name that is in the cluster already is changed to this one, and is this stack's
            from then on. Default: it is an error at deploy.
        """
        super().__init__(scope, id, ingress, take_over=take_over)
        if pod_readiness_gate:
            ingress.gate_pods_of(self)
        self._binding: Binding | None = None
        self._manifest: Manifest | None = None
        refusals = Refusals(self.source)
        require_flag(refusals, "pod_readiness_gate", pod_readiness_gate)
        self._gates_pods = bool(pod_readiness_gate)
        with refusals.gather():
            self._binding = Binding(
                name=slug(id, 253) if name is None else name,
                namespace=namespace,
                service=service,
                target_group=target_group if isinstance(target_group, TargetGroup) else TargetGroup(target_group),
                networking=networking,
                target_type=target_type,
                node_selector=node_selector,
                multi_cluster=multi_cluster,
                role=role,
                external_id=external_id,
                ip_address_type=ip_address_type,
                protocol=protocol,
                vpc=vpc,
                source=self.source,
            )
        self._problems = refusals.problems

    def problems(self) -> list[Problem]:
        """All that is wrong with it."""
        self._complete()
        return self._problems

    def manifests(self) -> list[Manifest]:
        """The binding as it will be applied; none while something is wrong."""
        self._complete()
        return [] if self._manifest is None else [self._manifest]

    def _complete(self) -> None:
        """Makes the object, with what a target group of this app says itself: that may come after the binding."""
        if self._binding is None or self._manifest is not None or self._problems:
            return
        found, wanted = _target_type(self._binding.target_group.arn), self._binding.target_type
        refusals = Refusals(self.source)
        refusals.require(
            found in (None, "ip", "instance"),
            "target group",
            self._binding.name,
            f"has targets of the type {found}, and the controller registers pods and nodes alone",
            "Make one of the type ip, or instance.",
        )
        refusals.require(
            wanted is None or found in (None, wanted.value),
            "target_type",
            wanted,
            f"is not that of the target group, {found!r}",
            "Leave it out, or give the target group the same.",
        )
        refusals.require(
            not self._gates_pods or TargetType.INSTANCE.value not in (found, wanted and wanted.value),
            "pod_readiness_gate",
            self._gates_pods,
            "is for pods as targets, and the targets are nodes",
            "Leave it out, or take pods.",
        )
        with refusals.gather():
            if not refusals.problems and wanted is None and found is not None:
                self._binding = replace(self._binding, target_type=TargetType(found))
        self._problems = refusals.problems
        if not self._problems:
            self._manifest = manifest(self._binding)


def _target_type(arn: Any) -> str | None:
    """What the targets of a target group are that is made in this app; None where that is not known.

    Of one that does not say it, CloudFormation makes one of the type instance.
    """
    if not isinstance(arn, str) or not has_token(arn):
        return None
    group = referred_to(arn)
    if not isinstance(group, CfnTargetGroup):
        return None
    found = Stack.of(group).resolve(group.target_type)
    return "instance" if found is None else found if isinstance(found, str) else None
